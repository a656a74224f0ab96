/**
 * The templates of every stage, synthesised once for all tests of a file, without the functions' code. What the stages
 * are given is what their deployers have to give.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import * as z from "zod";
import { App } from "aws-cdk-lib";
import { buildApp } from "../../lib/app.ts";
import type { AppOptions } from "../../lib/app.ts";
import { DataStack } from "../../lib/data-stack.ts";
import { GatewayStack } from "../../lib/gateway-stack.ts";
import { StorefrontStack } from "../../lib/storefront-stack.ts";
import { STAGES } from "../../lib/stage.ts";
import { stageFor } from "../../lib/stages.ts";
import type { Stage, StageName } from "../../lib/stage.ts";

const Resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.any()).default({}),
  DeletionPolicy: z.string().optional(),
  /** How an alias is moved to another version. */
  UpdatePolicy: z.unknown().optional(),
  DependsOn: z
    .union([z.string(), z.array(z.string())])
    .default([])
    .transform((ids) => [ids].flat()),
});
const Template = z.object({ Resources: z.record(z.string(), Resource) });
export type Resource = z.infer<typeof Resource> & { readonly id: string };

export interface Assembled {
  readonly stage: StageName;
  readonly app: App;
  /** Resources of both stacks. */
  readonly resources: readonly Resource[];
  /** Both templates as text. */
  readonly text: string;
}

/** What only the deployer knows, for stages that can't do without. */
export const GIVEN: Readonly<Record<StageName, AppOptions>> = {
  local: {},
  sandbox: { alarmEmail: "operations@example.org" },
  production: {
    apiDomain: "api.duka.co.ke",
    callbackDomain: "pay.duka.co.ke",
    certificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012",
    allowedOrigins: ["https://duka.co.ke", "https://www.duka.co.ke"],
    backupCopyTo: "arn:aws:backup:eu-west-1:444455556666:backup-vault:malipo",
    alarmEmail: "operations@example.org",
  },
};

const directories: string[] = [];
afterAll(() => directories.forEach((directory) => rmSync(directory, { recursive: true, force: true })));

/** A directory that goes when the file's tests are done. */
const temporary = (): string => {
  const directory = mkdtempSync(join(tmpdir(), "malipo-infra-"));
  directories.push(directory);
  return directory;
};

const read = (app: App, stage: StageName): Assembled => {
  const templates = app.synth().stacks.map((stack): unknown => stack.template);
  const resources = templates.flatMap((template) =>
    Object.entries(Template.parse(template).Resources).map(([id, resource]) => ({ id, ...resource })),
  );
  return { stage, app, resources, text: JSON.stringify(templates) };
};

export const assemble = (options: AppOptions & { readonly stage: StageName }): Assembled => {
  return read(buildApp({ ...options, bundling: false, outdir: temporary() }), options.stage);
};

const assembled = new Map<StageName, Assembled>();

/** One stage as its deployer would build it. */
export const stageTemplate = (stage: StageName): Assembled => {
  const known = assembled.get(stage) ?? assemble({ ...GIVEN[stage], stage });
  assembled.set(stage, known);
  return known;
};

export const everyStage = (): readonly Assembled[] => STAGES.map(stageTemplate);

/** The sandbox stage as data, changed by the test, in place of what `buildApp` makes of its options. */
export const assembleStage = (change: Partial<Stage>): Assembled => {
  const app = new App({
    outdir: mkdtempSync(join(tmpdir(), "malipo-infra-")),
    context: { "aws:cdk:bundling-stacks": [] },
  });
  const stage = { ...stageFor("sandbox"), ...change };
  const data = new DataStack(app, "MalipoData-changed", { stage });
  const gateway = new GatewayStack(app, "MalipoGateway-changed", { stage, data });
  new StorefrontStack(app, "MalipoStorefronts-changed", { stage, gateway });
  return read(app, stage.name);
};

/** All resources of one type in all stages. A test over none would prove nothing, so none is an error. */
export const everywhere = (type: string): readonly Resource[] => {
  const found = everyStage().flatMap(({ resources }) => resources.filter((resource) => resource.Type === type));
  if (found.length === 0) throw new Error(`There is no ${type} in any stage.`);
  return found;
};

export const ofType = ({ resources }: Assembled, type: string): readonly Resource[] =>
  resources.filter((resource) => resource.Type === type);

/** The policies of functions' roles, in one stage. */
export const functionPolicies = (assembled: Assembled): readonly Resource[] => {
  const roles = ofType(assembled, "AWS::Lambda::Function").map(({ Properties }) => referred(Properties["Role"]));
  return ofType(assembled, "AWS::IAM::ManagedPolicy").filter(({ Properties }) =>
    z
      .array(z.unknown())
      .parse(Properties["Roles"])
      .some((role) => roles.includes(referred(role))),
  );
};

/** What callers may call a function by: its own logical id, and those of its aliases. */
export const calledBy = (assembled: Assembled, id: string): readonly string[] => [
  id,
  ...ofType(assembled, "AWS::Lambda::Alias")
    .filter(({ Properties }) => referred(Properties["FunctionName"]) === id)
    .map((alias) => alias.id),
];

/** What one stack takes of another is named after it: `Stack:ExportsOutputFnGetAtt<id>Arn<hash>`. */
const EXPORTED = /:ExportsOutput(?:Ref|FnGetAtt)(\w+?[0-9A-F]{8})\w*$/;

/** The logical id that a reference (`Ref`, `Fn::GetAtt`, `Fn::ImportValue`) points to; "" for anything else. */
export const referred = (value: unknown): string => {
  const parsed = z
    .union([
      z.object({ Ref: z.string() }).transform((reference) => reference.Ref),
      z
        .object({ "Fn::GetAtt": z.tuple([z.string(), z.string()]) })
        .transform((reference) => reference["Fn::GetAtt"][0]),
      z
        .object({ "Fn::ImportValue": z.string() })
        .transform((reference) => EXPORTED.exec(reference["Fn::ImportValue"])?.[1] ?? ""),
    ])
    .safeParse(value);
  return parsed.success ? parsed.data : "";
};
