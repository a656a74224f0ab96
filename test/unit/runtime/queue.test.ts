/** Sending to a queue: every message gets in, or somebody hears of it. */
import type { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { createQueue, MOST_DELAY_SECONDS, NotSent } from "../../../functions/runtime/queue.ts";

interface Entry {
  readonly body: unknown;
  readonly delay: number | undefined;
}

/** SQS in memory: `fault` says of a message's n-th try how it fails. */
const createSqs = (fault: (body: string, tries: number) => { code: string; ours: boolean } | null = () => null) => {
  const kept: Entry[] = [];
  const sizes: number[] = [];
  const tries = new Map<string, number>();
  const take = ({ Id, MessageBody, DelaySeconds }: Taken) => {
    tries.set(MessageBody, (tries.get(MessageBody) ?? 0) + 1);
    const failed = fault(MessageBody, tries.get(MessageBody) ?? 0);
    if (failed === null) kept.push({ body: JSON.parse(MessageBody) as unknown, delay: DelaySeconds });
    return failed && { Id, Code: failed.code, SenderFault: failed.ours };
  };
  const send = ({ input: { Entries = [] } }: SendMessageBatchCommand) => {
    sizes.push(Entries.length);
    return Promise.resolve({
      Failed: Entries.map((entry) => take(entry as Taken)).filter((failed) => failed !== null),
    });
  };
  return { sqs: { send } as unknown as SQSClient, kept, sizes };
};
interface Taken {
  readonly Id: string;
  readonly MessageBody: string;
  readonly DelaySeconds?: number;
}

const open = (sqs: SQSClient) => {
  const waits: number[] = [];
  const wait = (ms: number): Promise<void> => (waits.push(ms), Promise.resolve());
  return { queue: createQueue({ sqs: () => sqs, url: () => "https://queue.test", wait, random: () => 0.5 }), waits };
};

const numbered = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));

test("messages go ten to a request, each once", async () => {
  const { sqs, kept, sizes } = createSqs();
  await open(sqs).queue.send(numbered(105));
  expect(sizes.sort((a, b) => b - a)).toEqual([...Array.from({ length: 10 }, () => 10), 5]);
  expect(kept.map(({ body }) => body)).toHaveLength(105);
  expect(new Set(kept.map(({ body }) => JSON.stringify(body))).size).toBe(105);
});

test("nothing to send asks nothing", async () => {
  const { sqs, sizes } = createSqs();
  await open(sqs).queue.send([]);
  expect(sizes).toEqual([]);
});

test("a delay is whole seconds, and no longer than SQS allows", async () => {
  for (const [asked, given] of [
    [1.4, 1],
    [-1, 0],
    [10_000, MOST_DELAY_SECONDS],
  ] as const) {
    const { sqs, kept } = createSqs();
    await open(sqs).queue.send([{ n: 1 }], { delaySeconds: asked });
    expect(kept).toEqual([{ body: { n: 1 }, delay: given }]);
  }
});

test("only what SQS did not take is sent again, later each time", async () => {
  const { sqs, kept, sizes } = createSqs((body, tries) =>
    body === '{"n":3}' && tries < 4 ? { code: "InternalError", ours: false } : null,
  );
  const { queue, waits } = open(sqs);
  await queue.send(numbered(5));
  expect(sizes).toEqual([5, 1, 1, 1]);
  expect(kept).toHaveLength(5);
  expect(waits).toEqual([100, 200, 400]);
});

test("what SQS never takes is told, after a bounded number of tries", async () => {
  const { sqs, sizes } = createSqs(() => ({ code: "InternalError", ours: false }));
  await expect(open(sqs).queue.send(numbered(2))).rejects.toThrow(NotSent);
  expect(sizes).toHaveLength(5);
});

test("what SQS refuses as our own mistake is told at once", async () => {
  const { sqs, sizes } = createSqs(() => ({ code: "InvalidMessageContents", ours: true }));
  await expect(open(sqs).queue.send(numbered(2))).rejects.toThrow("InvalidMessageContents");
  expect(sizes).toHaveLength(1);
});
