/**
 * A table's stream: every change reaches the listener at least once, late, and in order item by item. What must stay true: a
 * listener that throws is told again, and nothing of the same shard overtakes what it has not taken.
 */
import type { Change } from "./table.ts";

/** How the stream behaves, in [0, 1] and milliseconds. */
export interface StreamHabits {
  /** How often a batch that was taken comes again. */
  readonly again: number;
  readonly longestDelayMs: number;
}

export interface StreamParts {
  readonly wait: (ms: number) => Promise<void>;
  /** In [0, 1). */
  readonly random: () => number;
  readonly habits: () => StreamHabits;
  /** Takes a batch, or throws. */
  readonly listener: (batch: readonly Change[]) => Promise<void>;
}

const MOST_PER_BATCH = 10;
const RETRY_MS = 1_000;

/** Gives what to call with each change; one shard, so one batch at a time. */
export const createStream = ({ wait, random, habits, listener }: StreamParts): ((change: Change) => void) => {
  const waiting: Change[] = [];
  let reading = false;

  const deliver = async (batch: readonly Change[]): Promise<void> => {
    for (;;) {
      try {
        await listener(batch);
        if (random() >= habits().again) return;
      } catch {
        await wait(RETRY_MS);
      }
    }
  };

  const read = async (): Promise<void> => {
    reading = true;
    while (waiting.length > 0) {
      await wait(random() * habits().longestDelayMs);
      await deliver(waiting.splice(0, MOST_PER_BATCH));
    }
    reading = false;
  };

  return (change) => {
    waiting.push(change);
    if (!reading) void read();
  };
};
