/**
 * A table's stream and what follows it: every change reaches the listener at least once, late, and in order item by item.
 * What must stay true: a listener that throws is told again, and nothing of the same shard overtakes what it has not taken;
 * where tries are counted, a batch that is not taken is halved, and a single change that is never taken is given up.
 */
import type { Change } from "./table.ts";

/** How the stream behaves, in [0, 1] and milliseconds. */
export interface StreamHabits {
  /** How often a batch that was taken comes again. */
  readonly again: number;
  readonly longestDelayMs: number;
}

/** What Lambda is told of a listener that throws. */
export interface GivingUp<C> {
  /** Tries of what can't be made smaller. */
  readonly tries: number;
  readonly lost: (change: C) => void;
}

export interface StreamParts<C> {
  readonly wait: (ms: number) => Promise<void>;
  /** In [0, 1). */
  readonly random: () => number;
  readonly habits: () => StreamHabits;
  /** Takes a batch, or throws. */
  readonly listener: (batch: readonly C[]) => Promise<void>;
  readonly mostPerBatch?: number;
  /** Without it a batch is told of whole, until it is taken. */
  readonly givingUp?: GivingUp<C>;
}

const MOST_PER_BATCH = 10;
/** From one try to the next; doubled each time where tries are counted. */
const RETRY_MS = { first: 1_000, most: 60_000 } as const;

/** Gives what to call with each change; one shard, so one batch at a time. */
export const createStream = <C = Change>(parts: StreamParts<C>): ((change: C) => void) => {
  const { wait, random, habits, listener, mostPerBatch = MOST_PER_BATCH, givingUp } = parts;
  const waiting: C[] = [];
  let reading = false;

  const deliver = async (batch: readonly C[], tried = 0): Promise<void> => {
    for (let tries = tried; ; tries += 1) {
      try {
        await listener(batch);
        if (random() >= habits().again) return;
      } catch {
        await wait(givingUp ? Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** Math.min(tries, 10)) : RETRY_MS.first);
        if (givingUp && batch.length > 1) return halve(batch, tries + 1);
        if (!givingUp || tries + 1 < givingUp.tries) continue;
        batch.forEach(givingUp.lost);
        return;
      }
    }
  };

  const halve = async (batch: readonly C[], tries: number): Promise<void> => {
    const half = Math.ceil(batch.length / 2);
    await deliver(batch.slice(0, half), tries);
    await deliver(batch.slice(half), tries);
  };

  const read = async (): Promise<void> => {
    reading = true;
    while (waiting.length > 0) {
      await wait(random() * habits().longestDelayMs);
      await deliver(waiting.splice(0, mostPerBatch));
    }
    reading = false;
  };

  return (change) => {
    waiting.push(change);
    if (!reading) void read();
  };
};
