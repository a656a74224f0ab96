/** Receiving from a queue: what was dealt with goes, everything else comes back. */
import type { Context, SQSEvent } from "aws-lambda";
import { expect, test } from "vitest";
import * as z from "zod";
import { onMessages } from "../../../functions/runtime/consumer.ts";
import type { ConsumerDeps, Delivered, Verdict } from "../../../functions/runtime/consumer.ts";

const Named = z.object({ name: z.string().regex(/^[a-z]+$/) });
const context = { awsRequestId: "the invocation", getRemainingTimeInMillis: () => 12_345 } as Context;

const eventOf = (...bodies: readonly (readonly [body: string, times?: number])[]): SQSEvent => ({
  Records: bodies.map(([body, times = 1], index) => ({
    messageId: `m${index}`,
    receiptHandle: `r${index}`,
    body,
    attributes: {
      ApproximateReceiveCount: String(times),
      SentTimestamp: "0",
      SenderId: "x",
      ApproximateFirstReceiveTimestamp: "0",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn",
    awsRegion: "eu-west-1",
  })),
});

const DONE: Verdict = { verdict: "done" };

const setUp = (verdicts: () => readonly Verdict[], changes: Partial<ConsumerDeps> = {}) => {
  const seen: Delivered<z.infer<typeof Named>>[] = [];
  const hurried: { receipt: string; afterSeconds: number }[] = [];
  const unreadable: string[] = [];
  const faults: unknown[] = [];
  const deps: ConsumerDeps = {
    begin: () => undefined,
    hurry: (messages) => (hurried.push(...messages), Promise.resolve()),
    onUnreadable: (id) => void unreadable.push(id),
    onFault: (fault) => void faults.push(fault),
    ...changes,
  };
  const handle = onMessages(deps)(Named, (messages, { requestId, remainingMs }) => {
    seen.push(...messages);
    expect([requestId, remainingMs()]).toEqual(["the invocation", 12_345]);
    return Promise.resolve(verdicts());
  });
  const back = async (event: SQSEvent): Promise<readonly string[]> =>
    (await handle(event, context)).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  return { back, seen, hurried, unreadable, faults };
};

test("what is done goes; what is to come again comes when it was asked to; what failed comes back", async () => {
  const { back, seen, hurried } = setUp(() => [DONE, { verdict: "again", afterSeconds: 7 }, { verdict: "failed" }]);
  const event = eventOf(['{"name":"a"}'], ['{"name":"b"}', 3], ['{"name":"c"}']);
  expect(await back(event)).toEqual(["m1", "m2"]);
  expect(hurried).toEqual([{ receipt: "r1", afterSeconds: 7 }]);
  expect(seen.map(({ message, times }) => [message.name, times])).toEqual([
    ["a", 1],
    ["b", 3],
    ["c", 1],
  ]);
});

test("what can't be understood comes back, and its fellows are dealt with", async () => {
  const { back, seen, unreadable } = setUp(() => [DONE]);
  expect(await back(eventOf(["{"], ['{"name":"UPPER"}'], ['{"name":"a"}'], ["null"]))).toEqual(["m0", "m1", "m3"]);
  expect(unreadable).toEqual(["m0", "m1", "m3"]);
  expect(seen).toHaveLength(1);
});

test("a fault, or too few verdicts, brings back everything that has none", async () => {
  const broken = setUp(() => {
    throw new Error("away");
  });
  expect(await broken.back(eventOf(['{"name":"a"}'], ['{"name":"b"}']))).toEqual(["m0", "m1"]);
  expect(broken.faults).toHaveLength(1);
  expect(await setUp(() => [DONE]).back(eventOf(['{"name":"a"}'], ['{"name":"b"}']))).toEqual(["m1"]);
});

test("a message that can't be hurried still comes back, unhurried", async () => {
  const { back, faults } = setUp(() => [{ verdict: "again", afterSeconds: 1 }], {
    hurry: () => Promise.reject(new Error("away")),
  });
  expect(await back(eventOf(['{"name":"a"}']))).toEqual(["m0"]);
  expect(faults).toHaveLength(1);
});
