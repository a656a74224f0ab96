/** A real door before real stand-ins: what a role does not allow never reaches them, whoever signed it. */
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { PolicyStatementProps } from "aws-cdk-lib/aws-iam";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createGuard } from "../../../../sandbox/aws/iam/guard.ts";
import type { Guard } from "../../../../sandbox/aws/iam/guard.ts";
import { functionSecretKey } from "../../../../sandbox/lambda/environment.ts";
import { runApp } from "../runner/run-app.ts";
import type { RunningApp } from "../runner/run-app.ts";

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
      const secured = (isSecure: boolean) => ({ conditions: { Bool: { "aws:SecureTransport": String(isSecure) } } });
      allow({ actions: ["s3:PutObject"], resources: [files.arnForObjects("open/*")], ...secured(true) });
      allow({ actions: ["s3:PutObject"], resources: [files.arnForObjects("plain/*")], ...secured(false) });
    });
    guard = createGuard(app.deployment, { onDenied: (sentence) => void told.push(sentence), keep: () => undefined });
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

  test("a condition is met or not as AWS would tell it", async () => {
    const put = (Key: string) => new S3Client(as(worker())).send(new PutObjectCommand({ ...file(Key), Body: "b" }));
    await expect(put("open/b")).resolves.toBeDefined();
    await expect(put("plain/b")).rejects.toMatchObject({ name: "AccessDenied" });
  });
});
