import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { PolicyStatementProps } from "aws-cdk-lib/aws-iam";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Service } from "../../../../sandbox/aws/door/call.ts";
import { createGuard } from "../../../../sandbox/aws/iam/guard.ts";
import type { Guard } from "../../../../sandbox/aws/iam/guard.ts";
import { needsOf } from "../../../../sandbox/aws/iam/needs.ts";
import { functionSecretKey } from "../../../../sandbox/lambda/environment.ts";
import { runApp } from "./run-app.ts";
import type { RunningApp } from "./run-app.ts";

const place = { region: "af-south-1", accountId: "000000000000", awsUrl: "http://127.0.0.1:1" };
const needs = ([service, operation]: [Service, string], asked: { body?: unknown; url?: string }): string[] => {
  const { body = {}, url = "/" } = asked;
  const call = { caller: "Any", service, operation };
  return needsOf({ call, url, body: JSON.stringify(body) }, place).map(
    ({ action, resource }) => `${action} ${resource}`,
  );
};
const table = (rest: string): string => `arn:aws:dynamodb:af-south-1:000000000000:table/${rest}`;
const queue = "http://127.0.0.1:1/000000000000/Work";

describe("what a call needs", () => {
  test.each([
    ["GetItem", { TableName: "T" }, [`dynamodb:GetItem ${table("T")}`]],
    ["Query", { TableName: "T", IndexName: "due" }, [`dynamodb:Query ${table("T/index/due")}`]],
    ["Query", { TableName: "T" }, [`dynamodb:Query ${table("T")}`]],
    [
      "BatchWriteItem",
      { RequestItems: { A: [], B: [] } },
      [`dynamodb:BatchWriteItem ${table("A")}`, `dynamodb:BatchWriteItem ${table("B")}`],
    ],
    [
      "TransactWriteItems",
      { TransactItems: [{ Put: { TableName: "A" } }, { Update: { TableName: "B" } }] },
      [`dynamodb:PutItem ${table("A")}`, `dynamodb:UpdateItem ${table("B")}`],
    ],
    [
      "TransactWriteItems",
      { TransactItems: [{ ConditionCheck: { TableName: "A" } }] },
      [`dynamodb:ConditionCheckItem ${table("A")}`],
    ],
    ["ListTables", {}, [`dynamodb:ListTables ${table("*")}`]],
  ])("of DynamoDB for %s", (operation, body, expected) => {
    expect(needs(["dynamodb", operation], { body })).toEqual(expected);
  });

  test.each([
    ["SendMessageBatch", "sqs:SendMessage"],
    ["ChangeMessageVisibilityBatch", "sqs:ChangeMessageVisibility"],
    ["ReceiveMessage", "sqs:ReceiveMessage"],
  ])("of SQS for %s is what one message does", (operation, action) => {
    expect(needs(["sqs", operation], { body: { QueueUrl: queue } })).toEqual([
      `${action} arn:aws:sqs:af-south-1:000000000000:Work`,
    ]);
  });

  test.each([
    ["PutObject", "/files/a/b%20c.csv?x=1", "s3:PutObject arn:aws:s3:::files/a/b c.csv"],
    ["HeadObject", "/files/a", "s3:GetObject arn:aws:s3:::files/a"],
    ["UploadPart", "/files/a?uploadId=1", "s3:PutObject arn:aws:s3:::files/a"],
    ["ListObjectsV2", "/files?list-type=2", "s3:ListBucket arn:aws:s3:::files"],
    ["DeleteObject", "/files/a", "s3:DeleteObject arn:aws:s3:::files/a"],
  ])("of S3 for %s", (operation, url, expected) => {
    expect(needs(["s3", operation], { url })).toEqual([expected]);
  });

  test("of Secrets Manager is about the secret that the call names", () => {
    const SecretId = "arn:aws:secretsmanager:af-south-1:000000000000:secret:S-1";
    expect(needs(["secretsmanager", "GetSecretValue"], { body: { SecretId } })).toEqual([
      `secretsmanager:GetSecretValue ${SecretId}`,
    ]);
  });
});

describe("a function is held to its role", () => {
  let app: RunningApp;
  let guard: Guard;
  const told: string[] = [];

  beforeAll(async () => {
    app = await runApp((stack, lambda) => {
      const [open, closed] = [new Queue(stack, "Open"), new Queue(stack, "Closed")];
      const files = new Bucket(stack, "Files");
      const worker = lambda("Worker", "export const handler = async () => undefined;");
      const allow = (statement: PolicyStatementProps): void => worker.addToRolePolicy(new PolicyStatement(statement));
      open.grantSendMessages(worker);
      closed.grantSendMessages(worker);
      allow({ effect: Effect.DENY, actions: ["sqs:*"], resources: [closed.queueArn] });
      allow({ actions: ["s3:GetObject"], resources: [files.arnForObjects("open/*")] });
      const conditions = { Bool: { "aws:SecureTransport": "true" } };
      allow({ actions: ["s3:PutObject"], resources: [files.arnForObjects("*")], conditions });
    });
    guard = createGuard(app.deployment, (sentence) => told.push(sentence));
    app.door.guard(guard.permission);
  });
  afterAll(() => app.close());

  const worker = (): string => app.deployment.ofType("AWS::Lambda::Function")[0]!.logicalId;
  const as = (accessKeyId: string) => ({
    endpoint: app.door.url,
    region: "af-south-1",
    credentials: { accessKeyId, secretAccessKey: functionSecretKey },
    maxAttempts: 1,
  });
  const queueOf = (name: string): string =>
    app.deployment.ofType("AWS::SQS::Queue").find(({ logicalId }) => logicalId.startsWith(name))!.ref;
  const send = (name: string, caller: string) =>
    new SQSClient(as(caller)).send(new SendMessageCommand({ QueueUrl: queueOf(name), MessageBody: "x" }));
  const file = (Key: string) => ({ Bucket: app.deployment.ofType("AWS::S3::Bucket")[0]!.ref, Key });
  const denied = (action: string): boolean =>
    guard.denials().some((denial) => denial.caller === worker() && denial.action === action);

  test("what is allowed goes through, and an explicit Deny wins over it", async () => {
    await send("Open", worker());
    await expect(send("Closed", worker())).rejects.toThrow(/does not allow sqs:SendMessage on .*Closed/);
    await expect(send("Closed", worker())).rejects.toMatchObject({ name: "AccessDeniedException" });
    expect(told.filter((sentence) => sentence.includes("sqs:SendMessage"))).toHaveLength(1);
    expect(denied("sqs:SendMessage")).toBe(true);
  });

  test("who is no function may do anything, and changes nothing of what was refused", async () => {
    const before = guard.denials();
    await send("Closed", "a-test-of-ours");
    expect(guard.denials()).toEqual(before);
  });

  test("a queue is read in the name of the function that it feeds", async () => {
    const client = new SQSClient(as(`poller-of-${worker()}`));
    const receive = new ReceiveMessageCommand({ QueueUrl: queueOf("Open") });
    await expect(client.send(receive)).rejects.toThrow(/sqs:ReceiveMessage/);
    expect(denied("sqs:ReceiveMessage")).toBe(true);
  });

  test("a signed address does what its signer may do, file by file", async () => {
    await new S3Client(as("a-test-of-ours")).send(new PutObjectCommand({ ...file("open/a"), Body: "a" }));
    const s3 = new S3Client(as(worker()));
    const fetched = async (key: string): Promise<number> =>
      (await fetch(await getSignedUrl(s3, new GetObjectCommand(file(key))))).status;
    expect(await fetched("open/a")).toBe(200);
    expect(await fetched("closed/a")).toBe(403);
    expect(denied("s3:GetObject")).toBe(true);
  });

  test("a statement with a condition, which nobody evaluates here, allows nothing", async () => {
    const put = new S3Client(as(worker())).send(new PutObjectCommand({ ...file("open/b"), Body: "b" }));
    await expect(put).rejects.toMatchObject({ name: "AccessDenied" });
  });
});
