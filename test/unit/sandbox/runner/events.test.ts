import { CfnRule, EventField, Match, Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import type { CfnRuleProps } from "aws-cdk-lib/aws-events";
import { LambdaFunction, SqsQueue } from "aws-cdk-lib/aws-events-targets";
import { Bucket, CfnBucket } from "aws-cdk-lib/aws-s3";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { compileTransformer } from "../../../../sandbox/aws/events/input-transformer.ts";
import { runApp } from "./run-app.ts";
import type { RunningApp } from "./run-app.ts";

const IMPORTER = "export const handler = async (event) => void console.log(JSON.stringify(event));";

let app: RunningApp;

beforeAll(async () => {
  app = await runApp((stack, lambda) => {
    const uploads = new CfnBucket(stack, "Uploads", {
      notificationConfiguration: { eventBridgeConfiguration: { eventBridgeEnabled: true } },
    });
    new Bucket(stack, "Told", { eventBridgeEnabled: true });
    new Bucket(stack, "Silent");
    const created = (prefix: string) => ({
      source: ["aws.s3"],
      detailType: ["Object Created"],
      detail: { object: { key: Match.prefix(prefix) } },
    });
    const asFromS3 = RuleTargetInput.fromObject({
      Records: [
        {
          about: `the file ${EventField.fromPath("$.detail.object.key")}`,
          bucket: EventField.fromPath("$.detail.bucket.name"),
          size: EventField.fromPath("$.detail.object.size"),
          missing: EventField.fromPath("$.detail.nothing.here"),
        },
      ],
    });
    const importer = lambda("Import", IMPORTER);
    new Rule(stack, "Shaped", {
      eventPattern: {
        ...created("shaped/"),
        detail: { bucket: { name: [uploads.ref] }, object: { key: Match.prefix("shaped/") } },
      },
      targets: [new LambdaFunction(importer, { event: asFromS3 })],
    });
    new Rule(stack, "Whole", { eventPattern: created("whole/"), targets: [new LambdaFunction(importer)] });
    new Rule(stack, "Asleep", { eventPattern: created(""), enabled: false, targets: [new LambdaFunction(importer)] });
    new Rule(stack, "Kept", { eventPattern: created("kept/"), targets: [new SqsQueue(new Queue(stack, "News"))] });
  });
});
afterAll(() => app.close());

const bucket = (name: string): string =>
  app.deployment.ofType("AWS::S3::Bucket").find(({ logicalId }) => logicalId.startsWith(name))!.ref;
const upload = (name: string, key: string, body: string): Promise<Response> =>
  fetch(`${app.door.url}/${bucket(name)}/${key}`, { method: "PUT", body });
const told = (words: string): unknown[] => app.told("Import").filter((event) => JSON.stringify(event).includes(words));
const soon = (check: () => void | Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 50 });

describe("a bucket that tells EventBridge", () => {
  test("has its new objects handed to the rule that picks them, in EventBridge's words", async () => {
    await upload("Told", "whole/pay%20roll.csv", "a,b");
    await soon(() => expect(told("pay roll")).toHaveLength(1));
    expect(told("pay roll")[0]).toEqual({
      version: "0",
      id: expect.any(String),
      "detail-type": "Object Created",
      source: "aws.s3",
      account: "000000000000",
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      region: "af-south-1",
      resources: [`arn:aws:s3:::${bucket("Told")}`],
      detail: expect.objectContaining({
        bucket: { name: bucket("Told") },
        object: expect.objectContaining({ key: "whole/pay roll.csv", size: 3 }),
        reason: "PutObject",
      }),
    });
  });

  test("is shaped by the rule's transformer: numbers stay numbers, and what is missing is null", async () => {
    await upload("Uploads", "shaped/1.csv", "a,b");
    await soon(() => expect(told("shaped/")).toHaveLength(1));
    expect(told("shaped/")[0]).toEqual({
      Records: [{ about: "the file shaped/1.csv", bucket: bucket("Uploads"), size: 3, missing: null }],
    });
  });

  test("reaches a queue as well", async () => {
    await upload("Told", "kept/1.csv", "a,b");
    const queue = app.deployment.ofType("AWS::SQS::Queue").find(({ logicalId }) => logicalId.startsWith("News"))!;
    const messages: string[] = [];
    await soon(async () => {
      messages.push(...(await app.queues!.peek(queue.attribute("Arn"))));
      expect(messages).toEqual([expect.stringContaining('"key":"kept/1.csv"')]);
    });
  });

  test("is the only one that does, and another bucket's key fits no rule of this one's", async () => {
    await upload("Silent", "whole/silent.csv", "x");
    await upload("Told", "shaped/other.csv", "x");
    await upload("Told", "whole/last.csv", "x");
    await soon(() => expect(told("whole/last.csv")).toHaveLength(1));
    expect([...told("silent.csv"), ...told("shaped/other.csv")]).toEqual([]);
  });
});

describe("an input transformer", () => {
  test("keeps a value's quotes and marks from ending the text that it stands in", () => {
    const shape = compileTransformer({ InputPathsMap: { key: "$.key" }, InputTemplate: '{"a":"<key>!","b":<key>}' });
    expect(shape({ key: 'x","y":"\\' })).toEqual({ a: 'x","y":"\\!', b: 'x","y":"\\' });
  });

  test("is refused for a placeholder without a path", () => {
    const InputTemplate = '{"a":<aws.events.rule-arn>}';
    expect(() => compileTransformer({ InputPathsMap: {}, InputTemplate })).toThrow("<aws.events.rule-arn>");
  });
});

test.each<[string, Partial<CfnRuleProps>, string]>([
  ["listens to another bus", { eventBusName: "other" }, "EventBusName"],
  ["filters in a way that is not known", { eventPattern: { source: [{ near: 1 }] } }, "near"],
  ["hands on to a function that lets nobody in", {}, "lets nobody invoke"],
  ["hands on to somebody unknown", { targets: [{ id: "T", arn: "arn:aws:sns:x:1:y" }] }, "functions and queues"],
])("a rule that %s stops the start", async (_what, properties, said) => {
  const starting = runApp((stack, lambda) => {
    const { functionArn } = lambda("Import", IMPORTER);
    const targets = [{ id: "T", arn: functionArn }];
    new CfnRule(stack, "Odd", { eventPattern: { source: ["aws.s3"] }, targets, ...properties });
  });
  await expect(starting).rejects.toThrow(said);
});
