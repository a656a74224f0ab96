/**
 * A busy table in virtual time: a transaction holds its items for a while, and whoever wants one of them meanwhile is
 * refused as DynamoDB refuses it. The engine below runs one transaction after the other and never says so itself.
 */
import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import type { LedgerDeps } from "../../../functions/store/ledger-deps.ts";
import { transactedKeys } from "./database.ts";

/** How long a transaction holds its items, virtual milliseconds. */
const HELD_MS = 25;

interface Timer {
  readonly at: number;
  readonly wake: () => void;
}

/** Time that passes only when nobody has anything else to do. */
const virtualTime = () => {
  const timers: Timer[] = [];
  let now = 0;
  let busy = 0;
  const sleep = (ms: number): Promise<void> =>
    new Promise((wake) => {
      timers.push({ at: now + ms, wake });
    });
  const outside = async <T>(work: () => Promise<T>): Promise<T> => {
    busy += 1;
    try {
      return await work();
    } finally {
      busy -= 1;
    }
  };
  /** Lets time pass until `work` has ended. */
  const run = async <T>(work: Promise<T>): Promise<T> => {
    let ended = false;
    const ending = work.finally(() => {
      ended = true;
    });
    const passing = async (): Promise<void> => {
      while (!ended) {
        await new Promise(setImmediate);
        if (busy > 0) continue;
        const [next] = timers.sort((a, b) => a.at - b.at).splice(0, 1);
        now = next?.at ?? now;
        next?.wake();
      }
    };
    const [outcome] = await Promise.all([ending, passing()]);
    return outcome;
  };
  return { sleep, outside, run };
};

const conflict = (keys: readonly string[], held: ReadonlySet<string>): TransactionCanceledException =>
  new TransactionCanceledException({
    $metadata: {},
    message: "Transaction cancelled, please refer cancellation reasons for specific reasons",
    CancellationReasons: keys.map((key) => ({ Code: held.has(key) ? "TransactionConflict" : "None" })),
  });

/** What the ledger works with, on a table whose transactions get into each other's way. */
export const contended = (deps: LedgerDeps) => {
  const time = virtualTime();
  const held = new Set<string>();
  const counts = { conflicts: 0 };
  const real = deps.dynamo.send.bind(deps.dynamo) as (command: { input: object }) => Promise<unknown>;
  const send = async (command: { input: object }): Promise<unknown> => {
    const keys = transactedKeys(command.input);
    if (keys.some((key) => held.has(key))) {
      counts.conflicts += 1;
      throw conflict(keys, held);
    }
    for (const key of keys) held.add(key);
    try {
      const answer = await time.outside(() => real(command));
      if (keys.length > 0) await time.sleep(HELD_MS);
      return answer;
    } finally {
      for (const key of keys) held.delete(key);
    }
  };
  let drawn = 1;
  const random = (): number => {
    drawn = (drawn * 48_271) % 2_147_483_647;
    return drawn / 2_147_483_647;
  };
  const busy: LedgerDeps = { ...deps, dynamo: { send }, wait: time.sleep, random };
  return { deps: busy, counts, run: time.run };
};
