import { expect, onTestFinished, test, vi } from "vitest";

import { startQueueMapping } from "../../../../sandbox/aws/mappings/queue-mapping.ts";
import { createSecondTime } from "../../../../sandbox/aws/mappings/second-time.ts";
import type { Delivered } from "../../../../sandbox/aws/mappings/second-time.ts";

const delivered = (...ids: readonly string[]): Delivered[] =>
  ids.map((messageId) => ({
    record: {
      messageId,
      receiptHandle: messageId,
      body: "",
      attributes: {},
      messageAttributes: {},
      md5OfBody: "",
      eventSource: "aws:sqs",
      eventSourceARN: "",
      awsRegion: "",
    },
    done: true,
  }));

/** A queue's second deliveries, with a moment that passes when the test says so. */
const second = (batchSize: number) => {
  const batches: string[][] = [];
  const waiting: (() => void)[] = [];
  const again = createSecondTime({
    batchSize,
    deliver: (batch) => batches.push(batch.map(({ record }) => record.messageId)),
    wait: () => new Promise((resolve) => waiting.push(resolve)),
  });
  const pass = async (): Promise<void> => {
    for (const resolve of waiting.splice(0)) resolve();
    await Promise.resolve();
  };
  return { again, batches, pass };
};

test("what was delivered together comes again in other company, and all of it", async () => {
  const { again, batches, pass } = second(3);
  again.add(delivered("a1", "a2", "a3"));
  again.add(delivered("b1", "b2", "b3"));
  expect(batches).toEqual([]);
  await pass();
  expect(batches).toEqual([
    ["a1", "a3", "b2"],
    ["a2", "b1", "b3"],
  ]);
});

test("no batch is larger than the mapping's, and what comes later waits for its own moment", async () => {
  const { again, batches, pass } = second(2);
  again.add(delivered("a", "b", "c"));
  await pass();
  again.add(delivered("d"));
  expect(batches).toEqual([["a", "c"], ["b"]]);
  await pass();
  expect(batches.at(-1)).toEqual(["d"]);
});

test("nothing delivered is nothing to deliver again", async () => {
  const { again, batches, pass } = second(2);
  again.add([]);
  await pass();
  expect(batches).toEqual([]);
});

test("a message that failed the first time and was done the second is deleted, like one that was done first", async () => {
  const records = delivered("first", "second").map(({ record }) => record);
  const removed: string[] = [];
  let deliveries = 0;
  const mapping = startQueueMapping({
    fn: {
      invoke: () => {
        deliveries += 1;
        const itemIdentifier = deliveries === 1 ? "first" : "second";
        return Promise.resolve({ ok: true, requestId: "", payload: { batchItemFailures: [{ itemIdentifier }] } });
      },
    },
    reader: {
      receive: () => (deliveries === 0 ? Promise.resolve(records) : new Promise(() => undefined)),
      remove: (done) => Promise.resolve(void removed.push(...done.map(({ messageId }) => messageId))),
      putBack: () => Promise.resolve(),
      close: () => undefined,
    },
    batchSize: 10,
    windowMs: 0,
    concurrency: 1,
    reportsFailures: true,
    matches: () => true,
    isDoubled: () => true,
    moment: () => Promise.resolve(),
    now: () => 0,
    wait: () => new Promise(() => undefined),
    onTrouble: () => undefined,
  });
  onTestFinished(() => mapping.close());
  mapping.start();
  await vi.waitFor(() => expect([...removed].sort()).toEqual(["first", "second"]));
  expect(deliveries).toBe(2);
});
