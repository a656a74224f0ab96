import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { Duration } from "aws-cdk-lib";
import type { Stack } from "aws-cdk-lib";
import { FilterCriteria, FilterRule } from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import type { SqsEventSourceProps } from "aws-cdk-lib/aws-lambda-event-sources";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";

import { runApp } from "./run-app.ts";
import type { RunningApp } from "./run-app.ts";

/** Tells what it got and fails what it is told to fail, until a message has come as often as it says. */
const WORKER = `
let running = 0;
export const handler = async ({ Records }) => {
  running += 1;
  const said = Records.map(({ body }) => JSON.parse(body));
  console.log(JSON.stringify({ bodies: said, running, record: Records[0] }));
  await new Promise((resolve) => setTimeout(resolve, said[0].takesMs ?? 0));
  running -= 1;
  if (said.some(({ throws }) => throws)) throw new Error("not today");
  if (said.some(({ nonsense }) => nonsense)) return { batchItemFailures: [{ itemIdentifier: "nobody" }] };
  const failed = Records.filter(({ body, attributes }) => Number(attributes.ApproximateReceiveCount) <= (JSON.parse(body).failures ?? 0));
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
};`;

type Told = { bodies: { name: string }[]; record: Record<string, unknown> };

const withQueue = (stack: Stack, name: string): { queue: Queue; lost: Queue } => {
  const lost = new Queue(stack, `${name}Lost`);
  const queue = new Queue(stack, `${name}Work`, {
    visibilityTimeout: Duration.seconds(1),
    deadLetterQueue: { queue: lost, maxReceiveCount: 2 },
  });
  return { queue, lost };
};

let app: RunningApp;
let client: SQSClient;

beforeAll(async () => {
  const mapped: Record<string, SqsEventSourceProps> = {
    Reporting: { reportBatchItemFailures: true },
    Plain: {},
    Window: { batchSize: 12, maxBatchingWindow: Duration.seconds(1) },
    Narrow: { batchSize: 1, maxConcurrency: 2 },
    Picky: { filters: [FilterCriteria.filter({ body: { kind: FilterRule.isEqual("wanted") } })] },
    Twice: {},
    Asleep: { enabled: false },
  };
  app = await runApp((stack, lambda) => {
    for (const [name, props] of Object.entries(mapped))
      lambda(name, WORKER).addEventSource(new SqsEventSource(withQueue(stack, name).queue, props));
  });
  client = new SQSClient({
    endpoint: app.door.url,
    region: "af-south-1",
    credentials: { accessKeyId: "test", secretAccessKey: "x" },
  });
});
afterAll(async () => {
  client.destroy();
  await app.close();
});

const queueOf = (name: string) =>
  app.deployment.ofType("AWS::SQS::Queue").find(({ logicalId }) => logicalId.startsWith(name))!;
const send = (name: string, ...bodies: Record<string, unknown>[]) =>
  client.send(
    new SendMessageBatchCommand({
      QueueUrl: queueOf(`${name}Work`).ref,
      Entries: bodies.map((body, index) => ({ Id: String(index), MessageBody: JSON.stringify(body) })),
    }),
  );
/** How often a function was given the message with this name. */
const deliveries = (fn: string, name: string): number =>
  (app.told(fn) as Told[]).flatMap(({ bodies }) => bodies).filter((body) => body.name === name).length;
const lost = async (name: string): Promise<readonly string[]> =>
  app.queues!.peek(queueOf(`${name}Lost`).attribute("Arn"));
const soon = (check: () => void | Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 50 });

describe("a queue's mapping", () => {
  test("hands a function the messages as Lambda does", async () => {
    const text = { StringValue: "yes", DataType: "String" };
    await client.send(
      new SendMessageCommand({
        QueueUrl: queueOf("PlainWork").ref,
        MessageBody: '{"name":"shape"}',
        MessageAttributes: { text },
      }),
    );
    await soon(() => expect(deliveries("Plain", "shape")).toBe(1));
    const { record } = (app.told("Plain") as Told[]).find(({ bodies }) => bodies[0]?.name === "shape")!;
    expect(record).toEqual({
      messageId: expect.any(String),
      receiptHandle: expect.any(String),
      body: '{"name":"shape"}',
      attributes: expect.objectContaining({ ApproximateReceiveCount: "1", SentTimestamp: expect.any(String) }),
      messageAttributes: {
        text: { stringValue: "yes", stringListValues: [], binaryListValues: [], dataType: "String" },
      },
      md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventSource: "aws:sqs",
      eventSourceARN: queueOf("PlainWork").attribute("Arn"),
      awsRegion: "af-south-1",
    });
  });

  test("delivers again only the messages that the function reports as failed", async () => {
    await send("Reporting", { name: "good" }, { name: "fails once", failures: 1 });
    await soon(() => expect(deliveries("Reporting", "fails once")).toBe(2));
    expect(deliveries("Reporting", "good")).toBe(1);
  });

  test("moves what keeps failing to the dead-letter queue after as many receives as the queue says", async () => {
    await send("Reporting", { name: "poison", failures: 9 });
    await soon(async () => expect(await lost("Reporting")).toContainEqual(expect.stringContaining('"poison"')));
    expect(deliveries("Reporting", "poison")).toBe(2);
  });

  test.each([
    ["a function that throws", "Plain", { throws: true }],
    ["a report that names nobody of the batch", "Reporting", { nonsense: true }],
  ])("takes %s for a failure of the whole batch", async (what, fn, body) => {
    await send(fn, { name: `${what} 1`, ...body }, { name: `${what} 2` });
    await soon(() => expect(deliveries(fn, `${what} 2`)).toBe(2));
    expect(app.troubles).toContainEqual(expect.stringContaining("2 of 2 messages failed"));
  });

  test("without reports deletes the whole batch that was handled", async () => {
    const match = { caller: "poller-of-Plain", operation: "DeleteMessageBatch" };
    const before = app.door.calls.total(match);
    await send("Plain", { name: "reports for nothing", failures: 1 });
    await soon(() => expect(app.door.calls.total(match)).toBe(before + 1));
    expect(deliveries("Plain", "reports for nothing")).toBe(1);
  });

  test("that is stopped puts back what it has received, and goes on when it is started", async () => {
    const received = { caller: "poller-of-Reporting", operation: "ReceiveMessage" };
    const putBack = { caller: "poller-of-Reporting", operation: "ChangeMessageVisibilityBatch" };
    const polls = app.door.calls.total(received);
    const before = app.door.calls.total(putBack);
    app.mappings.stop();
    onTestFinished(() => app.mappings.start()); // whatever becomes of this test, the others need them
    await send("Reporting", { name: "waits" });
    await soon(() => expect(app.door.calls.total(putBack)).toBe(before + 1));
    expect(deliveries("Reporting", "waits")).toBe(0);
    expect(app.door.calls.total(received)).toBeLessThanOrEqual(polls + 1); // one may have been on its way to the door
    app.mappings.start();
    await soon(() => expect(deliveries("Reporting", "waits")).toBe(1));
  });

  test("fills a batch beyond ten while its window lasts", async () => {
    const named = Array.from({ length: 12 }, (_unused, index) => ({ name: `window ${index}` }));
    await send("Window", ...named.slice(0, 10));
    await send("Window", ...named.slice(10));
    await soon(() => expect(deliveries("Window", "window 11")).toBe(1));
    expect((app.told("Window") as Told[]).map(({ bodies }) => bodies.length)).toEqual([12]);
  });

  test("keeps to its concurrency and leaves the rest in the queue unreceived", async () => {
    await send("Narrow", ...Array.from({ length: 6 }, (_unused, index) => ({ name: `narrow ${index}`, takesMs: 300 })));
    await soon(() => expect(deliveries("Narrow", "narrow 5")).toBe(1));
    expect(app.functions.find("Narrow").instances()).toBe(2);
    const own = (app.told("Narrow") as Told[]).filter(({ bodies }) => bodies[0]?.name.startsWith("narrow"));
    expect(own).toHaveLength(6);
    for (const { record } of own) expect(record["attributes"]).toMatchObject({ ApproximateReceiveCount: "1" });
  });

  test("deletes what the filter does not let through", async () => {
    const deleted = { caller: "poller-of-Picky", operation: "DeleteMessageBatch" };
    const before = app.door.calls.total(deleted);
    await send("Picky", { name: "unwanted", kind: "other" });
    await soon(() => expect(app.door.calls.total(deleted)).toBe(before + 1));
    await send("Picky", { name: "wanted", kind: "wanted" });
    await soon(() => expect(deliveries("Picky", "wanted")).toBe(1));
    expect(deliveries("Picky", "unwanted")).toBe(0);
  });

  test("that is not enabled delivers nothing", async () => {
    await send("Asleep", { name: "kept" });
    expect(await app.queues!.peek(queueOf("AsleepWork").attribute("Arn"))).toEqual(['{"name":"kept"}']);
    expect(app.door.calls.total({ caller: "poller-of-Asleep" })).toBe(0);
  });
});

describe("doubled deliveries", () => {
  test("hand every message over twice and delete it once", async () => {
    const match = { caller: "poller-of-Twice", operation: "DeleteMessageBatch" };
    const before = app.door.calls.total(match);
    app.mappings.doubleDeliveries(true);
    onTestFinished(() => app.mappings.doubleDeliveries(false));
    await send("Twice", { name: "doubled" });
    await soon(() => expect(app.door.calls.total(match)).toBe(before + 1));
    expect(deliveries("Twice", "doubled")).toBe(2);
  });

  test("keep to the concurrency", async () => {
    app.mappings.doubleDeliveries(true);
    onTestFinished(() => app.mappings.doubleDeliveries(false));
    await send("Narrow", ...Array.from({ length: 3 }, (_unused, index) => ({ name: `double ${index}`, takesMs: 100 })));
    for (const name of ["double 0", "double 1", "double 2"])
      await soon(() => expect(deliveries("Narrow", name)).toBe(2));
    expect(app.functions.find("Narrow").instances()).toBe(2);
  });

  test("bring a message again that failed both times", async () => {
    app.mappings.doubleDeliveries(true);
    onTestFinished(() => app.mappings.doubleDeliveries(false));
    await send("Reporting", { name: "half", failures: 1 });
    await soon(() => expect(deliveries("Reporting", "half")).toBe(4));
    expect(await lost("Reporting")).not.toContainEqual(expect.stringContaining('"half"'));
  });
});

describe("faults at the door", () => {
  test("a delete that is lost makes the message come twice", async () => {
    const match = { caller: "poller-of-Twice", operation: "DeleteMessageBatch" };
    app.door.faults.inject({ match, fault: { kind: "refuse" }, times: 1 });
    await send("Twice", { name: "twice" });
    await soon(() => expect(deliveries("Twice", "twice")).toBe(2));
    expect(app.troubles).toContainEqual(expect.stringContaining("1 messages could not be deleted"));
  });

  test("a queue that can't be read is asked again", async () => {
    const match = { caller: "poller-of-Picky", operation: "ReceiveMessage" };
    app.door.faults.inject({ match, fault: { kind: "throttle" }, times: 1 });
    await send("Picky", { name: "before", kind: "wanted" });
    await soon(() => expect(app.troubles).toContainEqual(expect.stringContaining("is asked again")));
    await send("Picky", { name: "after", kind: "wanted" });
    await soon(() => expect(deliveries("Picky", "after")).toBe(1));
  });
});

test("closing ends a poll that waits for messages, and nobody calls the door afterwards", async () => {
  const small = await runApp((stack, lambda) => {
    lambda("Waiting", WORKER).addEventSource(new SqsEventSource(withQueue(stack, "Waiting").queue));
  });
  await soon(() => expect(small.door.calls.total({ caller: "poller-of-Waiting" })).toBe(1));
  const began = performance.now();
  await small.close();
  expect(performance.now() - began).toBeLessThan(5_000); // a long poll takes twenty seconds
  await expect(fetch(small.door.url)).rejects.toThrow();
  expect(small.troubles).toEqual([]);
});
