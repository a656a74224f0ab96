/** The example of a pipeline: every part of it pinned, no standing credential, and no command that is not there. */
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { ROOT } from "../../lib/constructs/bundling.ts";
import { RELEASES } from "../../lib/stage.ts";
import { stackNames } from "../../operator/guard/sources.ts";
import { GIVEN, assemble } from "./assembled.ts";

const DIRECTORY = path.join(ROOT, "docs/samples/pipeline");
const text = (file: string): string => readFileSync(path.join(DIRECTORY, file), "utf8");

const Step = z.object({
  id: z.string().optional(),
  env: z.record(z.string(), z.string()).default({}),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
});
const Permissions = z.record(z.string(), z.enum(["read", "write"]));
const Job = z.object({
  permissions: Permissions,
  needs: z.union([z.string(), z.array(z.string())]).default([]),
  outputs: z.record(z.string(), z.string()).default({}),
  environment: z.string().optional(),
  uses: z.string().optional(),
  if: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
  steps: z.array(Step).default([]),
  "timeout-minutes": z.number().optional(),
});
const Workflow = z.object({ permissions: Permissions, jobs: z.record(z.string(), Job), on: z.unknown() });

const FILES = readdirSync(DIRECTORY).filter((file) => file.endsWith(".yml"));
const workflows = FILES.map((file) => ({ file, ...Workflow.parse(parse(text(file))) }));
const jobs = workflows.flatMap(({ file, jobs: all }) =>
  Object.entries(all).map(([name, job]) => ({ name: `${file} ${name}`, ...job })),
);
const deploy = workflows.find(({ file }) => file === "deploy.yml")!.jobs;
const ofStage = workflows.find(({ file }) => file === "deploy-stage.yml")!.jobs["deploy"]!;
const ofTemplates = workflows.find(({ file }) => file === "synthesise.yml")!.jobs["synthesise"]!;
/** Every step of these can ask for a token, and with it for a role. */
const trusted = jobs.filter(({ permissions }) => permissions["id-token"] !== undefined);
const runs = jobs.flatMap(({ steps }) => steps.flatMap(({ run }) => (run === undefined ? [] : [run])));

describe("the pipeline", () => {
  it("runs nobody's code but of one commit, whose version is written beside it", () => {
    const uses = FILES.flatMap((file) =>
      [...text(file).matchAll(/^\s*-? ?uses: (.*)$/gm)].map(([, used = ""]) => used),
    );
    expect(uses.length).toBeGreaterThan(5);
    for (const used of uses.filter((each) => !each.startsWith("./")))
      expect(used).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    const pinned = new Map<string, string>();
    for (const [name = "", digest = ""] of uses.filter((each) => each.includes("@")).map((each) => each.split("@"))) {
      expect(pinned.get(name) ?? digest, name).toBe(digest);
      pinned.set(name, digest);
    }
  });

  it("calls workflows that are beside it", () => {
    const called = jobs.flatMap(({ uses }) => (uses === undefined ? [] : [uses]));
    expect(called.length).toBeGreaterThan(0);
    for (const use of called) expect(FILES).toContain(use.replace("./.github/workflows/", ""));
  });

  it("gives jobs nothing but what each says that it needs, and none may write to the repository", () => {
    for (const { permissions, file } of workflows) expect(permissions, file).toEqual({});
    for (const { name, permissions } of jobs)
      for (const [what, how] of Object.entries(permissions))
        expect(["contents: read", "id-token: write"], name).toContain(`${what}: ${how}`);
    for (const [name, job] of Object.entries({ ...deploy, synthesise: ofTemplates }))
      if (/check|templates|synthesise/.test(name)) expect(job.permissions, name).toEqual({ contents: "read" });
  });

  it("holds no secret and no standing key, and leaves none on the disk", () => {
    for (const file of FILES) {
      expect(text(file), file).not.toMatch(/secrets\.|aws-access-key|AKIA|secret-access/);
      for (const { uses = "", with: given } of Object.values(
        workflows.find((each) => each.file === file)!.jobs,
      ).flatMap(({ steps }) => steps)) {
        if (uses.startsWith("actions/checkout@")) expect(given["persist-credentials"], file).toBe(false);
        if (uses.startsWith("aws-actions/configure-aws-credentials@"))
          expect(given["role-to-assume"], file).toBe("${{ vars.AWS_ROLE }}");
      }
    }
  });

  it("puts nothing that somebody may have typed into a command's text", () => {
    for (const run of runs) expect(run).not.toContain("${{");
  });

  it("calls only commands that there are", () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")));
    const called = runs.flatMap((run) =>
      [...run.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, name = ""]) => name),
    );
    expect(called).toEqual(expect.arrayContaining(["check", "guard", "pages", "signatures"]));
    for (const name of called) expect(scripts, name).toHaveProperty(name);
  });

  it("builds nothing, and runs no script of a package, where a token can be asked for", () => {
    const own = trusted.filter(({ steps }) => steps.length > 0);
    expect(own).toHaveLength(2);
    for (const { name, steps } of own)
      for (const { run = "" } of steps) {
        for (const [install] of run.matchAll(/\bnpm (?:ci|i|install|rebuild)\b[^\n]*/g))
          expect(install, name).toMatch(/^npm ci --ignore-scripts$/);
        expect(run, name).not.toMatch(/cdk synth|npm (?:test|run (?!--silent guard|guard|pages))|npx (?!cdk deploy)/);
      }
    for (const { name, uses } of trusted) expect(uses ?? "", name).not.toContain("synthesise.yml");
    for (const { name, permissions, environment } of jobs)
      if (permissions["id-token"] === undefined) expect(environment, name).toBeUndefined();
  });

  it("needs no script of a package: the one that has one has its program in a package of its own", () => {
    const Lock = z.object({
      packages: z.record(
        z.string(),
        z.object({ hasInstallScript: z.boolean().default(false), optional: z.boolean().default(false) }),
      ),
    });
    const { packages } = Lock.parse(JSON.parse(readFileSync(path.join(ROOT, "package-lock.json"), "utf8")));
    const scripted = Object.entries(packages).filter(
      ([, { hasInstallScript, optional }]) => hasInstallScript && !optional,
    );
    expect(scripted.map(([name]) => name)).toEqual(["node_modules/esbuild"]);
    expect(packages["node_modules/@esbuild/linux-x64"]?.optional).toBe(true);
  });

  it("takes what was synthesised by its digest, before it has a credential, and deploys exactly what was judged", () => {
    for (const { name, steps } of trusted.filter(({ steps: all }) => all.length > 0)) {
      const at = (matches: RegExp): number => {
        const place = steps.findIndex(({ run, uses }) => matches.test(`${run ?? ""}${uses ?? ""}`));
        expect(place, `${name}: ${matches.source}`).toBeGreaterThanOrEqual(0);
        return place;
      };
      const unpacked = at(/sha256sum --check --strict\n\s*tar --extract/);
      expect(at(/^actions\/download-artifact/), name).toBeLessThan(unpacked);
      expect(unpacked, name).toBeLessThan(at(/^aws-actions/));
      expect(at(/^aws-actions/), name).toBeLessThan(at(/npm run .*guard/));
      expect(steps[unpacked]?.env["DIGEST"], name).toMatch(
        /^\$\{\{ (?:inputs|needs\.production-templates\.outputs)\.digest \}\}$/,
      );
    }
    expect(ofTemplates.outputs["digest"]).toBe("${{ steps.pack.outputs.digest }}");
    const given = ["sandbox", "production", "roll-back"].map((name) => deploy[name]?.with["digest"]);
    expect(given).toEqual(
      ["sandbox", "production", "roll-back"].map((name) => `\${{ needs.${name}-templates.outputs.digest }}`),
    );
    const steps = ofStage.steps.map(({ run = "" }) => run);
    const place = (matches: RegExp): number => steps.findIndex((run) => matches.test(run));
    expect(place(/npm run guard/)).toBeLessThan(place(/cdk deploy --all --app cdk\.out/));
    expect(place(/cdk deploy/)).toBeLessThan(place(/\/health/));
  });

  it("goes from the checks by the sandbox stage and the judgement to production, and back when that fails", () => {
    const needs = (name: string): readonly string[] => [deploy[name]?.needs ?? []].flat();
    expect(["sandbox-templates", "sandbox", "production-templates", "judge", "production"].map(needs)).toEqual([
      ["check"],
      ["sandbox-templates"],
      ["sandbox"],
      ["production-templates"],
      ["production-templates", "judge"],
    ]);
    expect(needs("roll-back-templates")).toContain("production");
    expect(deploy["roll-back-templates"]?.if).toMatch(/^failure\(\) && needs\.production\.result == 'failure'/);
    expect(needs("roll-back")).toContain("roll-back-templates");
    expect(ofStage.environment).toBe("${{ inputs.stage }}");
    const releases = new Set<unknown>([...RELEASES]);
    expect(releases.has(deploy["roll-back-templates"]?.with["release"])).toBe(true);
    for (const { name, steps, ...job } of jobs)
      if (steps.length > 0) expect(job["timeout-minutes"], name).toBeGreaterThan(0);
  });
});

describe("going back", () => {
  it("goes to the commit that the stack that comes last was made of, and not to the one of a run", () => {
    const before = deploy["judge"]?.steps.find(({ id }) => id === "before");
    expect(before?.run).toContain("--stack-name MalipoPages-production");
    expect(before?.run).toContain("OutputKey=='Commit'");
    expect(deploy["judge"]?.outputs).toEqual({ before: "${{ steps.before.outputs.commit }}" });
    for (const name of ["roll-back-templates", "roll-back"])
      expect(deploy[name]?.with["commit"], name).toBe("${{ needs.judge.outputs.before }}");
    expect(ofTemplates.steps.map(({ run = "" }) => run).join("\n")).toContain('-c commit="$COMMIT"');
    const commit = "0123456789abcdef0123456789abcdef01234567";
    const stacks = assemble({ ...GIVEN.production, stage: "production", commit }).app.synth().stacks;
    expect(stacks.at(-1)?.stackName).toBe("MalipoPages-production");
    expect(stacks.at(-1)?.template).toMatchObject({ Outputs: { Commit: { Value: commit } } });
    expect(stacks.at(-1)?.dependencies.map(({ id }) => id)).toContain("MalipoStorefronts-production");
  });
});

it("every environment whose jobs a role trusts is for one branch alone, as deploy.yml tells who makes them", () => {
  const named = jobs.flatMap(({ environment, with: given }) => [environment, given["stage"]]);
  const environments = new Set(named.filter((each) => typeof each === "string" && !each.includes("${{")));
  expect([...environments].sort()).toEqual(["production", "production-judged", "sandbox"]);
  for (const environment of environments)
    expect(text("deploy.yml")).toMatch(new RegExp(`^#   ${String(environment)} +branches: main alone;`, "m"));
});

const Policy = z.object({
  Statement: z.array(
    z.object({
      Action: z.union([z.string(), z.array(z.string())]),
      Resource: z.union([z.string(), z.array(z.string())]).default([]),
      Condition: z.record(z.string(), z.record(z.string(), z.string())).default({}),
    }),
  ),
});

describe("the role of the pipeline", () => {
  it("is assumed by the jobs of one environment of one repository", () => {
    const [statement, ...others] = Policy.parse(JSON.parse(text("trust.json"))).Statement;
    expect(others).toEqual([]);
    expect(statement?.Action).toBe("sts:AssumeRoleWithWebIdentity");
    expect(Object.keys(statement!.Condition)).toEqual(["StringEquals"]);
    const { "token.actions.githubusercontent.com:aud": audience, "token.actions.githubusercontent.com:sub": subject } =
      statement!.Condition["StringEquals"]!;
    expect(audience).toBe("sts.amazonaws.com");
    expect(subject).toMatch(/^repo:[\w-]+\/[\w-]+:environment:production$/);
  });

  it("deploys by the CDK's own roles, and sees the stage's stacks", () => {
    const { Statement: statements } = Policy.parse(JSON.parse(text("permissions.json")));
    for (const { Action: action } of statements) expect(JSON.stringify(action)).not.toContain("*");
    const [assumed, seen] = statements.map(({ Resource: resource }) => [resource].flat());
    for (const arn of assumed!) expect(arn).toMatch(/:role\/cdk-hnb659fds-(deploy|file-publishing)-role-/);
    const names = seen!.map((arn) => /stack\/([\w-]+)\/\*$/.exec(arn)?.[1]);
    expect(names.sort()).toEqual([...stackNames("production")].sort());
  });
});
