/** The stand-in for SQS does what SQS promises, and no more: at least once, in any order, hidden for a while, given up in the end. */
import { ChangeMessageVisibilityBatchCommand, SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import * as z from "zod";
import { describe, expect, test } from "vitest";
import { createHurry, onMessages } from "../../../functions/runtime/consumer.ts";
import { createQueue } from "../../../functions/runtime/queue.ts";
import { createChance } from "../../world/core/prng.ts";
import { createVirtualTime } from "../../world/core/virtual-time.ts";
import { startMapping } from "../../world/queue/mapping.ts";
import { NO_SQS_FAULTS, createSqsStandIn } from "../../world/queue/sqs.ts";
import type { SqsFaults } from "../../world/queue/sqs.ts";
import { createWaitingLine } from "../../world/queue/waiting-line.ts";
import type { QueueHabits } from "../../world/queue/waiting-line.ts";

const URL = "https://sqs.world/one";
const HIDDEN_MS = 30_000;

const startQueue = (how: { readonly faults?: Partial<SqsFaults>; readonly habits?: Partial<QueueHabits> } = {}) => {
  const time = createVirtualTime(0);
  const chance = createChance(7);
  const habits = () => ({ twice: 0, longestDelayMs: 0, ...how.habits });
  const note = (): void => undefined;
  const line = createWaitingLine({ name: "one", hiddenMs: HIDDEN_MS, maxReceives: 3, time, chance, habits, note });
  const faults = () => ({ ...NO_SQS_FAULTS, ...how.faults });
  const sqs = createSqsStandIn({ lines: { [URL]: line }, time, chance, faults, note });
  const queue = createQueue({
    sqs: () => ({ send: sqs }) as never,
    url: () => URL,
    wait: time.wait,
    random: () => 0.5,
  });
  const pass = (ms: number) => time.run({ until: time.now() + ms, mostEvents: 10_000 });
  const runs: string[][] = [];
  const work = (
    deal: (event: SQSEvent) => Promise<readonly string[]>,
    size: { readonly batchSize: number; readonly maxConcurrency: number },
  ): void =>
    startMapping({
      ...size,
      line,
      time,
      chance,
      note,
      invoke: async (event) => {
        runs.push(event.Records.map(({ body }) => body));
        const failed = await deal(event);
        return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
      },
    });
  return { time, chance, line, sqs, queue, pass, runs, work };
};

const numbers = (count: number) => Array.from({ length: count }, (_, number) => ({ number }));
const all = (count: number): string[] => numbers(count).map((each) => JSON.stringify(each));
const nothingFails = (): Promise<readonly string[]> => Promise.resolve([]);

describe("a queue", () => {
  test("hands every message to somebody, in batches, and is empty afterwards", async () => {
    const { queue, line, pass, runs, work } = startQueue();
    work(nothingFails, { batchSize: 10, maxConcurrency: 2 });
    void queue.send(numbers(25));
    await pass(10_000);
    expect(runs.flat().toSorted()).toEqual(all(25).toSorted());
    expect(Math.max(...runs.map(({ length }) => length))).toBe(10);
    expect(line.waiting()).toEqual([]);
  });

  test("keeps no order", async () => {
    const { queue, pass, runs, work } = startQueue();
    work(nothingFails, { batchSize: 10, maxConcurrency: 1 });
    void queue.send(numbers(10));
    await pass(10_000);
    expect(runs.flat()).not.toEqual(all(10));
  });

  test("keeps a message back for as long as its sender said", async () => {
    const { queue, pass, runs, work } = startQueue();
    work(nothingFails, { batchSize: 1, maxConcurrency: 1 });
    void queue.send(numbers(1), { delaySeconds: 20 });
    await pass(20_000);
    expect(runs).toEqual([]);
    await pass(1_000);
    expect(runs).toHaveLength(1);
  });

  test("runs no more functions at a time than it may", async () => {
    const { queue, time, pass, work } = startQueue();
    let [running, most] = [0, 0];
    const slow = async (): Promise<readonly string[]> => {
      running += 1;
      most = Math.max(most, running);
      await time.wait(5_000);
      running -= 1;
      return [];
    };
    work(slow, { batchSize: 1, maxConcurrency: 3 });
    void queue.send(numbers(12));
    await pass(60_000);
    expect(most).toBe(3);
  });

  test("shows again what failed, alone, once its hiding ends", async () => {
    const { queue, pass, runs, work } = startQueue();
    let failures = 1;
    const oneFails = ({ Records }: SQSEvent): Promise<readonly string[]> => {
      failures -= 1;
      return Promise.resolve(failures < 0 ? [] : [Records[0]?.messageId ?? ""]);
    };
    work(oneFails, { batchSize: 10, maxConcurrency: 1 });
    void queue.send(numbers(3));
    await pass(HIDDEN_MS);
    expect(runs).toHaveLength(1);
    await pass(HIDDEN_MS);
    expect(runs[1]).toEqual([runs[0]?.[0]]);
  });

  test("shows a message again sooner when its holder says so", async () => {
    const { queue, line, pass, runs, work, sqs, time } = startQueue();
    const Message = z.object({ number: z.int() });
    let times = 0;
    const handle = onMessages({
      begin: () => undefined,
      hurry: createHurry({ sqs: () => ({ send: sqs }) as never, url: () => URL }),
      onUnreadable: () => undefined,
      onFault: () => undefined,
    })(Message, (messages) => {
      times += 1;
      return Promise.resolve(
        messages.map(() => (times > 1 ? { verdict: "done" } : { verdict: "again", afterSeconds: 2 })),
      );
    });
    const context = { awsRequestId: "one", getRemainingTimeInMillis: () => 1_000 };
    const deal = async (event: SQSEvent) =>
      (await handle(event, context as never)).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    work(deal, { batchSize: 1, maxConcurrency: 1 });
    void queue.send(numbers(1));
    await pass(5_000);
    expect([times, runs.length, line.waiting().length, time.now()]).toEqual([2, 2, 0, 5_000]);
  });

  test("gives a message up after its last try", async () => {
    const { queue, line, pass, runs, work } = startQueue();
    work(() => Promise.reject(new Error("crashed")), { batchSize: 1, maxConcurrency: 1 });
    void queue.send(numbers(1));
    await pass(10 * HIDDEN_MS);
    expect(runs).toHaveLength(3);
    expect([line.waiting(), line.dead()]).toEqual([[], all(1)]);
  });

  test("may hand one message to two at once, and an old receipt deletes nothing", async () => {
    const { queue, line, pass } = startQueue({ habits: { twice: 1 } });
    void queue.send(numbers(1));
    await pass(1_000);
    const [first] = line.receive(1);
    await pass(3_000);
    const [second] = line.receive(1);
    expect(second?.id).toBe(first?.id);
    line.delete(first?.receipt ?? "");
    expect(line.waiting()).toHaveLength(1);
    line.delete(second?.receipt ?? "");
    expect(line.waiting()).toHaveLength(0);
  });
});

describe("on the way to the queue", () => {
  test("a lost request leaves nothing, and the SDK sends it again", async () => {
    const { queue, line, pass } = startQueue({ faults: { lostRequest: 0.5 } });
    void queue.send(numbers(5)).catch(() => undefined);
    await pass(60_000);
    expect(line.waiting()).toHaveLength(5);
  });

  test("a lost answer leaves everything, so messages are in it more than once", async () => {
    const { queue, line, pass } = startQueue({ faults: { lostAnswer: 1 } });
    const sent = queue.send(numbers(1)).then(
      () => "sent",
      (fault: unknown) => (fault instanceof Error ? fault.name : "unknown"),
    );
    await pass(60_000);
    expect(await sent).toBe("TimeoutError");
    expect(line.waiting()).toHaveLength(4);
  });

  test("entries that are refused are sent again by the sender", async () => {
    const { queue, line, pass } = startQueue({ faults: { refused: 0.3 } });
    void queue.send(numbers(10)).catch(() => undefined);
    await pass(60_000);
    expect(new Set(line.waiting())).toEqual(new Set(all(10)));
  });

  test("a command that nobody knows is refused", async () => {
    const { sqs, pass } = startQueue();
    const asked = sqs({}).catch((fault: unknown) => String(fault));
    await pass(1_000);
    expect(await asked).toMatch(/does not know this command/);
  });

  test("a message that nobody holds can't be hurried", async () => {
    const { sqs, pass } = startQueue();
    const Entries = [{ Id: "0", ReceiptHandle: "none", VisibilityTimeout: 0 }];
    const asked = sqs(new ChangeMessageVisibilityBatchCommand({ QueueUrl: URL, Entries }));
    await pass(1_000);
    expect(await asked).toMatchObject({ Failed: [{ Id: "0" }] });
  });

  test("an address without a queue is refused", async () => {
    const { sqs, pass } = startQueue();
    const asked = sqs(new SendMessageBatchCommand({ QueueUrl: "elsewhere", Entries: [] })).catch(String);
    await pass(1_000);
    expect(await asked).toMatch(/no queue at elsewhere/);
  });
});
