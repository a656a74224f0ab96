/** New versions of the functions at the money's doors take over little by little, watched by alarms that take them back. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import cdkJson from "../../cdk.json" with { type: "json" };
import { ROOT } from "../../lib/constructs/bundling.ts";
import { Releases } from "../../lib/constructs/releases.ts";
import { FUNCTIONS } from "../../lib/functions.ts";
import type { FunctionName } from "../../lib/functions.ts";
import { GRADUAL } from "../../lib/gradual.ts";
import { stageFor } from "../../lib/stages.ts";
import { everyStage, ofType, referred, stageTemplate } from "./assembled.ts";
import type { Assembled, Resource } from "./assembled.ts";

const NAMES = Object.keys(GRADUAL) as (keyof typeof GRADUAL)[];

const functionOf = (assembled: Assembled, name: FunctionName): Resource =>
  ofType(assembled, "AWS::Lambda::Function").find(
    ({ Properties }) => Properties["Description"] === FUNCTIONS[name].purpose,
  )!;

const aliasesOf = (assembled: Assembled, name: FunctionName): readonly Resource[] =>
  ofType(assembled, "AWS::Lambda::Alias").filter(
    ({ Properties }) => referred(Properties["FunctionName"]) === functionOf(assembled, name).id,
  );

interface Update {
  readonly CodeDeployLambdaAliasUpdate: { readonly ApplicationName: unknown; readonly DeploymentGroupName: unknown };
}

/** What moves the function's alias. */
const groupOf = (assembled: Assembled, name: FunctionName): Resource["Properties"] => {
  const [alias] = aliasesOf(assembled, name);
  const { CodeDeployLambdaAliasUpdate: update } = alias!.UpdatePolicy as Update;
  const group = ofType(assembled, "AWS::CodeDeploy::DeploymentGroup").find(
    ({ id }) => id === referred(update.DeploymentGroupName),
  );
  expect(group?.Properties["ApplicationName"], name).toEqual(update.ApplicationName);
  return group!.Properties;
};

const watchedBy = (assembled: Assembled, name: FunctionName): readonly string[] => {
  const alarms = ofType(assembled, "AWS::CloudWatch::Alarm");
  const watched = groupOf(assembled, name)["AlarmConfiguration"].Alarms as readonly { readonly Name: unknown }[];
  return watched.map(({ Name }) => {
    const found = alarms.find(({ id, Properties }) => id === referred(Name) || Properties["AlarmName"] === Name);
    return String(found?.Properties["AlarmName"]);
  });
};

describe("a function that somebody waits for at a door of money", () => {
  it("is called by its alias, and by nothing else", () => {
    for (const assembled of everyStage()) {
      const callers = JSON.stringify(
        ["ApiGateway::Method", "ApiGateway::Authorizer", "Lambda::Permission"].map((type) =>
          ofType(assembled, `AWS::${type}`).map(({ Properties }) => Properties),
        ),
      );
      for (const name of NAMES) {
        const [alias, ...others] = aliasesOf(assembled, name);
        expect(others).toEqual([]);
        expect(callers, name).toContain(alias!.id);
        expect(callers, name).not.toContain(functionOf(assembled, name).id);
      }
    }
  });

  it("is taken back by its own errors and by its door's, whatever the stage", () => {
    for (const assembled of everyStage())
      for (const name of NAMES) {
        const door = `malipo-${assembled.stage}-${GRADUAL[name].replace(" ", "-")}`;
        expect(watchedBy(assembled, name)).toEqual([`malipo-${assembled.stage}-${name}-errors`, door]);
        expect(groupOf(assembled, name)["AutoRollbackConfiguration"], name).toMatchObject({
          Enabled: true,
          Events: expect.arrayContaining(["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]),
        });
      }
  });

  it("gets a tenth of the requests first where real money is, and all of them elsewhere", () => {
    for (const assembled of everyStage())
      for (const name of NAMES)
        expect(groupOf(assembled, name)["DeploymentConfigName"]).toBe(
          assembled.stage === "production"
            ? "CodeDeployDefault.LambdaCanary10Percent5Minutes"
            : "CodeDeployDefault.LambdaAllAtOnce",
        );
  });

  it("is behind one of the two doors", () => {
    for (const name of NAMES) expect(FUNCTIONS[name].invokedBy, name).toBe("gateway");
  });

  it("keeps the versions before, and not one that was taken back", () => {
    const versions = ofType(stageTemplate("production"), "AWS::Lambda::Version");
    expect(versions).toHaveLength(NAMES.length);
    for (const { DeletionPolicy, id } of versions) expect(DeletionPolicy, id).toBe("RetainExceptOnCreate");
  });
});

it("docs/deploying.md names the same functions, and the alarm of the door beside them", () => {
  const text = readFileSync(path.join(ROOT, "docs/deploying.md"), "utf8");
  const named = [...text.matchAll(/^\| (`[a-z-`, ]+`) +\| _([a-z ]+)_ +\|$/gm)].flatMap(([, names = "", door]) =>
    [...names.matchAll(/`([a-z-]+)`/g)].map(([, name]) => [name, door]),
  );
  expect(Object.fromEntries(named)).toEqual(GRADUAL);
});

it("the other functions have no alias: they get a new version at once", () => {
  for (const assembled of everyStage()) expect(ofType(assembled, "AWS::Lambda::Alias")).toHaveLength(NAMES.length);
});

it("whoever deploys may say how a version takes over this time, and else the stage does", () => {
  expect(stageFor("production").release).toBe("canary");
  expect(stageFor("production", { release: "unwatched" }).release).toBe("unwatched");
});

it("what rings can be mended: a release that nobody watches is taken back by no alarm", () => {
  const outdir = mkdtempSync(path.join(tmpdir(), "malipo-release-"));
  const app = new App({ context: cdkJson.context, outdir, builtinCloudFormationValidation: false });
  const stack = new Stack(app, "Small");
  const lambda = new LambdaFunction(stack, "Small", {
    code: Code.fromInline("exports.handler = () => undefined;"),
    handler: "index.handler",
    runtime: Runtime.NODEJS_22_X,
  });
  const errors = new Alarm(stack, "Errors", { metric: lambda.metricErrors(), threshold: 0, evaluationPeriods: 1 });
  const releases = new Releases(stack, "Releases", { stage: { ...stageFor("sandbox"), release: "unwatched" } });
  releases.release(stack, { lambda, errors, door: "storefront faults" });
  const { Resources } = app.synth().getStackByName("Small").template as { Resources: Record<string, Resource> };
  rmSync(outdir, { recursive: true });
  const group = Object.values(Resources).find(({ Type }) => Type === "AWS::CodeDeploy::DeploymentGroup");
  expect(group?.Properties).toMatchObject({
    AlarmConfiguration: { Enabled: false },
    DeploymentConfigName: "CodeDeployDefault.LambdaAllAtOnce",
  });
});

it("who moves aliases may move these in this account alone, and look at alarms, of which AWS wants none named", () => {
  for (const assembled of everyStage()) {
    const role = ofType(assembled, "AWS::IAM::Role").find(({ Properties }) =>
      JSON.stringify(Properties["AssumeRolePolicyDocument"]).includes("codedeploy.amazonaws.com"),
    )!;
    expect(role.Properties["ManagedPolicyArns"]).toBeUndefined();
    expect(JSON.stringify(role.Properties["AssumeRolePolicyDocument"])).toContain("aws:SourceAccount");
    const policies = ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"]
      .flatMap((type) => ofType(assembled, type))
      .filter(({ Properties }) => (Properties["Roles"] as readonly unknown[]).map(referred).includes(role.id));
    const text = JSON.stringify(policies.map(({ Properties }) => Properties["PolicyDocument"] as unknown));
    const named = [...text.matchAll(/"(\w+?Function)[0-9A-F]{8}"/g)].map(([, name]) => name);
    const expected = NAMES.map((name) => functionOf(assembled, name).id.slice(0, -8));
    expect([...new Set(named)].sort()).toEqual(expected.sort());
    const unnamed = z
      .array(z.object({ Statement: z.array(z.object({ Resource: z.unknown(), Action: z.unknown() })) }))
      .parse(policies.map(({ Properties }) => Properties["PolicyDocument"] as unknown))
      .flatMap(({ Statement }) => Statement.filter((each) => each.Resource === "*"));
    expect(unnamed).toEqual([{ Resource: "*", Action: "cloudwatch:DescribeAlarms" }]);
    expect(text.replaceAll('"Resource":"*"', "")).not.toMatch(/"\*"|:\*"/);
    const actions = [...text.matchAll(/"(\w+:[A-Z]\w+)"/g)].map(([, action]) => action);
    expect([...new Set(actions)].sort()).toEqual([
      "cloudwatch:DescribeAlarms",
      "lambda:GetAlias",
      "lambda:GetProvisionedConcurrencyConfig",
      "lambda:UpdateAlias",
    ]);
  }
});

it("each stack stays below the 500 resources that CloudFormation takes, and its template below a megabyte", () => {
  for (const { app } of everyStage())
    for (const { stackName, template } of app.synth().stacks) {
      const { Resources } = template as { readonly Resources: object };
      expect(Object.keys(Resources).length, stackName).toBeLessThan(500);
      expect(Buffer.byteLength(JSON.stringify(template)), stackName).toBeLessThan(1_000_000);
    }
});
