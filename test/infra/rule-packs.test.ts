/**
 * What the rule packs find in every stage is exactly what is accepted, finding by finding and resource by resource: nothing
 * more is found, and nothing is accepted that is not found any more.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { CfnTable } from "aws-cdk-lib/aws-dynamodb";
import { CfnManagedPolicy, CfnRole } from "aws-cdk-lib/aws-iam";
import { CfnLogGroup } from "aws-cdk-lib/aws-logs";
import { CfnBucket } from "aws-cdk-lib/aws-s3";
import { CfnSecret } from "aws-cdk-lib/aws-secretsmanager";
import { CfnQueue } from "aws-cdk-lib/aws-sqs";
import { describe, expect, it } from "vitest";
import { ACCEPTED } from "../../lib/constructs/accepted.ts";
import { acceptedFindings, addRulePacks, rulePacks } from "../../lib/rule-packs.ts";
import { GIVEN, assemble, assembleStage, everyStage } from "./assembled.ts";

/** `rule at path`, of everything that a pack finds when nobody has accepted anything. */
const found = (app: App): readonly string[] =>
  rulePacks(app)
    .flatMap((pack) => pack.validateScope(app).violations)
    .flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath ?? ""}`),
    )
    .sort();

const accepted = (app: App): readonly string[] =>
  acceptedFindings(app)
    .map(({ id, resource }) => `${id} at ${resource.node.path}`)
    .sort();

const rules = ACCEPTED.flatMap((entry) => Object.keys(entry.rules));

/** Nobody thought of anything here. */
const careless = (): App => {
  const app = new App();
  const stack = new Stack(app, "Careless");
  new CfnBucket(stack, "Bucket");
  new CfnQueue(stack, "Queue");
  new CfnSecret(stack, "Secret");
  new CfnLogGroup(stack, "Log");
  new CfnTable(stack, "Table", { keySchema: [{ attributeName: "pk", keyType: "HASH" }] });
  const policyDocument = { Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::files/*" }] };
  new CfnManagedPolicy(stack, "Policy", { policyDocument });
  new CfnRole(stack, "Role", { assumeRolePolicyDocument: {}, policies: [{ policyName: "inline", policyDocument }] });
  return app;
};

describe("the rule packs", () => {
  it("are four", () => {
    expect(rulePacks(new App()).map((pack) => pack.readPackName)).toEqual([
      "AwsSolutions",
      "Serverless",
      "NIST.800.53.R5",
      "PCI.DSS.321",
    ]);
  });

  it("find in every stage what is accepted there, and nothing else", () => {
    const seen = new Set<string>();
    for (const { app, stage } of [...everyStage(), assembleStage({ xray: true })]) {
      const findings = found(app);
      expect(findings, stage).toEqual(accepted(app));
      for (const rule of rules) if (findings.some((finding) => finding.startsWith(rule))) seen.add(rule);
    }
    expect(rules.filter((rule) => !seen.has(rule))).toEqual([]);
  });

  it("would each find a resource that anybody added carelessly", () => {
    const app = careless();
    const left = found(app).filter((finding) => !accepted(app).includes(finding));
    expect(left).toEqual(
      expect.arrayContaining([
        "AwsSolutions-S1 at Careless/Bucket",
        "AwsSolutions-SQS3 at Careless/Queue",
        "AwsSolutions-DDB3 at Careless/Table",
        "AwsSolutions-SMG4 at Careless/Secret",
        "AwsSolutions-IAM5[Resource::arn:aws:s3:::files/*] at Careless/Policy",
        "AwsSolutions-IAM5[Action::s3:*] at Careless/Policy",
        "Serverless-SQSRedrivePolicy at Careless/Queue",
        "NIST.800.53.R5-CloudWatchLogGroupEncrypted at Careless/Log",
        "NIST.800.53.R5-DynamoDBInBackupPlan at Careless/Table",
        "NIST.800.53.R5-IAMNoInlinePolicy at Careless/Role",
        "PCI.DSS.321-S3DefaultEncryptionKMS at Careless/Bucket",
        "PCI.DSS.321-S3BucketVersioningEnabled at Careless/Bucket",
      ]),
    );
  });

  it("stop the deployment of a careless resource, and let a stage pass", () => {
    const app = careless();
    addRulePacks(app);
    expect(() => app.synth()).toThrow(/AwsSolutions-S1/);
    const sandbox = assemble({ ...GIVEN.sandbox, stage: "sandbox" });
    addRulePacks(sandbox.app);
    expect(() => sandbox.app.synth({ force: true })).not.toThrow();
  });
});

describe("what is accepted", () => {
  it("has ten reasons at most, each with the day on which it was looked at", () => {
    expect(ACCEPTED.length).toBeLessThanOrEqual(10);
    for (const { name, since, reason } of ACCEPTED) {
      expect(since, name).toMatch(/^20\d\d-[01]\d-[0-3]\d$/);
      expect(reason.length, name).toBeGreaterThan(200);
      expect(reason, name).not.toMatch(/\b(later on|for now|temporar|demo|sample|prototype)/i);
    }
    expect(new Set(ACCEPTED.map(({ reason }) => reason)).size).toBe(ACCEPTED.length);
    expect(new Set(rules).size).toBe(rules.length);
  });

  it("is what the page about it tells, word for word", () => {
    const page = readFileSync(join(import.meta.dirname, "../../docs/compliance-packs.md"), "utf8");
    const told = [...page.matchAll(/^### (.+) \((\d{4}-\d\d-\d\d)\)$/gm)].map(([, name, since]) => `${name} ${since}`);
    expect(told).toEqual(ACCEPTED.map(({ name, since }) => `${name} ${since}`));
    for (const { name, reason, rules: silenced } of ACCEPTED) {
      const section = page.split(`### ${name} `)[1]?.split("\n### ")[0]?.split("\n## ")[0] ?? "";
      expect(section, name).toContain(reason);
      for (const rule of Object.keys(silenced)) expect(section, name).toContain(`\`${rule}\``);
    }
  });
});
