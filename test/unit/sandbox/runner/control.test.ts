import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { Duration } from "aws-cdk-lib";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";

import { createGuard } from "../../../../sandbox/aws/iam/guard.ts";
import { connectControl } from "../../../../sandbox/control/client.ts";
import type { SandboxControl } from "../../../../sandbox/control/client.ts";
import { startControl } from "../../../../sandbox/control/control-server.ts";
import { runApp } from "./run-app.ts";
import type { RunningApp } from "./run-app.ts";

/** Hangs the first time it sees a message that says so. */
const WORKER = `
const isAgain = ({ attributes }) => Number(attributes.ApproximateReceiveCount) > 1;
export const handler = async ({ Records }) => {
  console.log(Records[0].body);
  if (Records[0].body === "hang" && !isAgain(Records[0])) await new Promise(() => {});
};`;

let app: RunningApp;
let control: SandboxControl;
let close: () => Promise<void>;

beforeAll(async () => {
  app = await runApp((stack, lambda) => {
    const queue = new Queue(stack, "Work", { visibilityTimeout: Duration.seconds(5) });
    lambda("Worker", WORKER, { timeout: Duration.seconds(5) }).addEventSource(new SqsEventSource(queue));
    lambda("WorkerOfNights", "export const handler = async () => undefined;");
  });
  const server = await startControl(0, {
    ...app,
    calls: app.door.calls,
    faults: app.door.faults,
    guard: createGuard(app.deployment),
  });
  control = connectControl(server.url);
  close = () => server.close();
});
afterAll(async () => {
  await close();
  await app.close();
});

const send = async (MessageBody: string): Promise<void> => {
  const credentials = { accessKeyId: "test", secretAccessKey: "x" };
  const client = new SQSClient({ endpoint: app.door.url, region: "af-south-1", credentials });
  await client.send(
    new SendMessageCommand({ QueueUrl: app.deployment.ofType("AWS::SQS::Queue")[0]!.ref, MessageBody }),
  );
  client.destroy();
};
const seen = async (body: string): Promise<number> =>
  (await control.logs("Worker")).filter(({ text }) => text === body).length;
const soon = (check: () => Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 15_000, interval: 50 });

test("a function's running instances can be killed; what they held comes again", async () => {
  expect(await control.killInstances("Worker")).toBe(0);
  await send("hang");
  await soon(async () => expect(await seen("hang")).toBe(1));
  expect(await control.killInstances("Worker")).toBe(1);
  await soon(async () => expect(await seen("hang")).toBe(2));
});

test("every message can be had delivered twice, and once again", async () => {
  await control.duplicateDeliveries(true);
  onTestFinished(() => control.duplicateDeliveries(false));
  await send("doubled");
  await soon(async () => expect(await seen("doubled")).toBe(2));
  await control.duplicateDeliveries(false);
  await send("single");
  await soon(async () => expect(await seen("single")).toBe(1));
  await send("last");
  await soon(async () => expect(await seen("last")).toBe(1));
  expect(await seen("single")).toBe(1);
});

test("a function goes by its construct's id in either spelling, even where another begins with it", async () => {
  expect(await control.killInstances("worker-of-nights")).toBe(0);
  expect(await control.logs("worker")).toEqual(await control.logs("Worker"));
  await expect(control.logs("Work")).rejects.toThrow(/No single function is called "Work"/);
});

test("a function that is not there can't be killed, and the answer says which ones there are", async () => {
  await expect(control.killInstances("Nobody")).rejects.toThrow(/No single function is called "Nobody".*Worker/);
});
