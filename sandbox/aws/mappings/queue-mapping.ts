/**
 * A queue in front of a function, as the Lambda service runs it: receives only what can be delivered now, delivers at
 * least once, and deletes what the function has done. What failed stays hidden for the queue's visibility timeout and then
 * comes again, until the queue moves it to its dead-letter queue.
 */
import type { LambdaFunction } from "../../lambda/function-pool.ts";
import { failedItems } from "./batch-answer.ts";
import type { Matches } from "./event-pattern.ts";
import { withinPayload } from "./payload.ts";
import type { QueueReader } from "./queue-reader.ts";
import { passes } from "./queue-record.ts";
import type { QueueRecord } from "./queue-record.ts";
import { createSecondTime } from "./second-time.ts";
import type { Delivered } from "./second-time.ts";
import { createSlots } from "./slots.ts";
import { createSwitch } from "./switch.ts";

export type QueueMappingOptions = {
  readonly fn: Pick<LambdaFunction, "invoke">;
  readonly reader: QueueReader;
  readonly batchSize: number;
  /** How long a batch waits to become full, from its first message. */
  readonly windowMs: number;
  /** Batches under way at a time. */
  readonly concurrency: number;
  readonly reportsFailures: boolean;
  readonly matches: Matches;
  /** Whether every message is delivered twice, as a standard queue may. */
  readonly isDoubled: () => boolean;
  /** Waits before what was delivered is delivered once more. */
  readonly moment: () => Promise<void>;
  readonly now: () => number;
  /** Waits before the queue is asked again after it could not be. */
  readonly wait: () => Promise<void>;
  /** Told what went wrong, without what the messages say. */
  readonly onTrouble: (sentence: string) => void;
};

export type Mapping = {
  /** Begins to deliver, or goes on. */
  start(): void;
  /** Delivers nothing more until the next start; what is under way ends. */
  stop(): void;
  /** Ends it for good. Deliveries under way end with their function. */
  close(): void;
};

const LONGEST_WAIT_SECONDS = 20;

export const startQueueMapping = (options: QueueMappingOptions): Mapping => {
  const { reader, onTrouble } = options;
  const power = createSwitch();
  const slots = createSlots(options.concurrency);

  const again = createSecondTime({
    batchSize: options.batchSize,
    deliver: (batch) => void twice(batch),
    wait: options.moment,
  });
  const once = async (batch: readonly QueueRecord[]): Promise<void> => {
    const done = await deliver(batch, options);
    if (options.isDoubled()) again.add(batch.map((record) => ({ record, done: done.includes(record) })));
    else await settle(done, options);
  };
  const twice = async (batch: readonly Delivered[]): Promise<void> => {
    const free = await slots.take();
    const records = batch.map(({ record }) => record);
    const done = await deliver(records, options).finally(free);
    const before = batch.filter((delivered) => delivered.done).map(({ record }) => record);
    await settle([...new Set([...before, ...done])], options);
  };

  const round = async (): Promise<void> => {
    const free = await slots.take();
    const batch = await gather(options).catch((error: unknown) => {
      free();
      throw error;
    });
    if (!power.isOn() || batch.length === 0) return reader.putBack(batch).finally(free);
    void once(batch).finally(free);
  };

  const run = async (): Promise<void> => {
    while (await power.whenOn()) {
      await round().catch(async (error: unknown) => {
        if (!power.isOn()) return;
        onTrouble(`The queue could not be read (${reasonOf(error)}) and is asked again.`);
        await options.wait();
      });
    }
  };

  void run();
  return {
    start: () => power.turnOn(),
    stop: () => power.turnOff(),
    close() {
      power.end();
      reader.close();
    },
  };
};

/** A batch, or nothing when nothing came. Without a window it is what the queue gives at once. */
const gather = async ({ reader, batchSize, windowMs, now }: QueueMappingOptions): Promise<QueueRecord[]> => {
  const batch = await reader.receive({ max: batchSize, waitSeconds: LONGEST_WAIT_SECONDS });
  const until = now() + windowMs;
  while (batch.length > 0 && batch.length < batchSize && now() < until) {
    const waitSeconds = Math.min(LONGEST_WAIT_SECONDS, Math.ceil((until - now()) / 1000));
    const more = await reader.receive({ max: batchSize - batch.length, waitSeconds }).catch(() => null);
    if (more === null) break; // what is held already is delivered all the same
    batch.push(...more);
  }
  return batch;
};

/** What the function has done, or was never to see. Never rejects. */
const deliver = async (batch: readonly QueueRecord[], options: QueueMappingOptions): Promise<QueueRecord[]> => {
  const { fn, matches, reportsFailures, onTrouble } = options;
  const wanted = batch.filter((record) => passes(record, matches));
  const done = batch.filter((record) => !wanted.includes(record));
  for (const Records of withinPayload(wanted)) {
    const result = await fn.invoke({ Records });
    const failed = failedItems(result, { ids: Records.map(({ messageId }) => messageId), reportsFailures });
    done.push(...Records.filter(({ messageId }) => !failed.has(messageId)));
    if (failed.size > 0) onTrouble(`${failed.size} of ${Records.length} messages failed and will come again.`);
  }
  return done;
};

/** Never rejects: what could not be deleted comes again, as it may from the service. */
const settle = async (done: readonly QueueRecord[], { reader, onTrouble }: QueueMappingOptions): Promise<void> => {
  await reader.remove(done).catch((error: unknown) => {
    onTrouble(`${done.length} messages could not be deleted and will come again: ${reasonOf(error)}.`);
  });
};

const reasonOf = (error: unknown): string => (error instanceof Error ? error.name : "unknown");
