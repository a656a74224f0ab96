/**
 * The app: one stage, three stacks and one for its pages. Synthesised by the CDK's command line for a deployment, and in process by the sandbox
 * and the tests; all of them get the same templates, because whatever decides them is passed here.
 */
import { App, CfnOutput, Tags } from "aws-cdk-lib";
import type { Environment } from "aws-cdk-lib";
import * as z from "zod";
import cdkJson from "../cdk.json" with { type: "json" };
import { requireApiDomain, requireUsableCallbackHost } from "./callback-host.ts";
import { DataStack } from "./data-stack.ts";
import { GatewayStack } from "./gateway-stack.ts";
import { PagesStack } from "./pages-stack.ts";
import { StorefrontStack } from "./storefront-stack.ts";
import { RELEASES, STAGES } from "./stage.ts";
import { StageRefused, stageFor } from "./stages.ts";
import type { StageName, StageOptions } from "./stage.ts";

export interface AppOptions extends StageOptions {
  readonly stage?: StageName | undefined;
  /** Where the assembly is written; default: a temporary directory, or `cdk.out` under the command line. */
  readonly outdir?: string | undefined;
  /** What it is made of; the stack that is deployed last says so, and whoever goes back reads it there. */
  readonly commit?: string | undefined;
  /** False leaves the functions' code out, for tests of everything around it. */
  readonly bundling?: boolean | undefined;
  /** True checks the templates against CloudFormation's own schemas, which takes longer than everything else here. */
  readonly validated?: boolean | undefined;
}

/** What `-c name=value` may say on the command line. Anything malformed stops the synthesis with the name. */
const Context = z.object({
  stage: z.enum(STAGES).optional(),
  apiDomain: z.string().min(4).optional(),
  callbackDomain: z.string().min(4).optional(),
  certificateArn: z.string().startsWith("arn:").optional(),
  checkoutDomain: z.string().min(4).optional(),
  checkoutCertificateArn: z.string().startsWith("arn:").optional(),
  checkoutBaseUrl: z.url({ protocol: /^https$/ }).optional(),
  allowedOrigins: z
    .string()
    .transform((text) => text.split(",").map((origin) => origin.trim()))
    .pipe(z.array(z.url({ protocol: /^https?$/ })).max(20))
    .optional(),
  alarmEmail: z.email().optional(),
  darajaBaseUrl: z.url().optional(),
  callbackBaseUrl: z.url().optional(),
  sweepIntervalSeconds: z.coerce.number().int().min(1).max(3600).optional(),
  release: z.enum(RELEASES).optional(),
  commit: z
    .string()
    .regex(/^[0-9a-f]{40}$/, "a commit's 40 hexadecimal digits")
    .optional(),
  backupCopyTo: z.string().startsWith("arn:aws:backup:").optional(),
  bulkPerSecond: z.coerce.number().positive().max(1000).optional(),
});

const readContext = (app: App): z.infer<typeof Context> => {
  const said = Object.fromEntries(Object.keys(Context.shape).map((name) => [name, app.node.tryGetContext(name)]));
  const parsed = Context.safeParse(said);
  if (parsed.success) return parsed.data;
  const mistakes = parsed.error.issues.map((issue) => `-c ${issue.path.join(".")}: ${issue.message}`);
  throw new StageRefused(`The stage can't be built: ${mistakes.join("; ")}`);
};

/** The account and region of the command line's credentials, where there are any; else the template fits every account. */
const environment = (): Environment => {
  const account = process.env["CDK_DEFAULT_ACCOUNT"];
  const region = process.env["CDK_DEFAULT_REGION"];
  return { ...(account === undefined ? {} : { account }), ...(region === undefined ? {} : { region }) };
};

const defined = (options: AppOptions): Partial<AppOptions> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

/**
 * The app of one stage, ready for `synth()`. An option goes before the context of the same name.
 * @throws StageRefused with one sentence when the stage can't be built as asked.
 */
export const buildApp = (options: AppOptions = {}): App => {
  const { context: flags } = cdkJson; // only the command line reads that file by itself
  const app = new App({
    context: { ...flags, ...(options.bundling === false ? { "aws:cdk:bundling-stacks": [] } : {}) },
    analyticsReporting: false,
    builtinCloudFormationValidation: options.validated === true,
    ...(options.outdir === undefined ? {} : { outdir: options.outdir }),
  });
  const asked = { ...readContext(app), ...defined(options) };
  const { stage: name, commit, ...known } = asked;
  const stage = stageFor(name ?? "sandbox", known);
  requireUsableCallbackHost(stage);
  requireApiDomain(stage);
  const data = new DataStack(app, `MalipoData-${stage.name}`, {
    stage,
    env: environment(),
    description: `Malipo (${stage.name}): the ledger, its key and its secrets. Outlives every deployment.`,
  });
  const gateway = new GatewayStack(app, `MalipoGateway-${stage.name}`, {
    stage,
    data,
    env: environment(),
    description: `Malipo (${stage.name}): the M-PESA gateway. Holds no data.`,
  });
  const storefronts = new StorefrontStack(app, `MalipoStorefronts-${stage.name}`, {
    stage,
    gateway,
    env: environment(),
    description: `Malipo (${stage.name}): the API for storefronts. Holds no data.`,
  });
  if (stage.hostsPages) {
    const pages = new PagesStack(app, `MalipoPages-${stage.name}`, {
      stage,
      storefronts,
      gateway,
      env: environment(),
      description: `Malipo (${stage.name}): the pages that payers see. Holds no data.`,
    });
    // Last in every stage, also in one whose own domain leads to the door, which takes nothing of that stack.
    pages.addStackDependency(storefronts);
    if (commit !== undefined) new CfnOutput(pages, "Commit", { value: commit });
  }
  // CloudFormation does not take them on a dashboard everywhere, and there is nothing in one to be told apart by.
  const tagged = { excludeResourceTypes: ["AWS::CloudWatch::Dashboard"] };
  Tags.of(app).add("application", "malipo", tagged);
  Tags.of(app).add("stage", stage.name, tagged);
  return app;
};
