/**
 * The way from the SDK to DynamoDB and back: how long it takes, and what gets lost on it. What must stay true: a fault
 * before the engine executed leaves no trace, one after it leaves everything; the SDK's own repetitions (four attempts, with
 * the same token) happen here, because functions/store/client.ts leaves them to the SDK.
 */
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ProvisionedThroughputExceededException,
  TransactWriteItemsCommand,
  TransactionCanceledException,
} from "@aws-sdk/client-dynamodb";
import type { Engine } from "./engine.ts";

/** How often each thing goes wrong with one attempt, in [0, 1]. */
export interface LinkFaults {
  /** Turned away before anything happens. */
  readonly throttled: number;
  /** It takes seconds until anything happens. */
  readonly slow: number;
  /** The request never arrives. */
  readonly lostRequest: number;
  /** It is executed, and the answer never arrives. */
  readonly lostAnswer: number;
  /** A transaction meets another one on the same item. */
  readonly conflict: number;
  /** A batch is only half dealt with. */
  readonly partial: number;
}

export const NO_FAULTS: LinkFaults = { throttled: 0, slow: 0, lostRequest: 0, lostAnswer: 0, conflict: 0, partial: 0 };

export interface LinkParts {
  readonly engine: Pick<Engine, "execute">;
  readonly wait: (ms: number) => Promise<void>;
  /** In [0, 1). */
  readonly random: () => number;
  readonly faults: () => LinkFaults;
  /** Told of everything that went wrong. */
  readonly note: (what: string) => void;
}

/** `maxAttempts` and `requestTimeout` of functions/store/client.ts. */
const ATTEMPTS = 4;
const TIMEOUT_MS = 3_000;
/** As long as an answer may take and still be heard. */
const LONGEST_MS = 2_900;
const LATENCY_MS = { least: 2, spread: 10 } as const;
/** The SDK's first waits between attempts: after a lost request, after a throttled one. */
const BACKOFF_MS = { lost: 100, throttled: 500 } as const;

class Lost extends Error {
  override readonly name = "TimeoutError";
}

const $metadata = {};

const throttled = (): Error =>
  new ProvisionedThroughputExceededException({ $metadata, message: "The level of configured throughput was exceeded" });

const conflicted = (count: number): Error => {
  const CancellationReasons = Array.from({ length: count }, (_, place) => ({
    Code: place === 0 ? "TransactionConflict" : "None",
  }));
  return new TransactionCanceledException({
    $metadata,
    message: "Transaction is ongoing for the item",
    CancellationReasons,
  });
};

/** The first half of a batch, and how the answer names the rest; null for what is no batch of several. */
const halved = (command: unknown): { readonly command: object; readonly rest: object } | null => {
  if (command instanceof BatchGetItemCommand) {
    const [table, { Keys = [], ...how } = {}] = Object.entries(command.input.RequestItems ?? {})[0] ?? [];
    if (table === undefined || Keys.length < 2) return null;
    const half = Math.ceil(Keys.length / 2);
    return {
      command: new BatchGetItemCommand({ RequestItems: { [table]: { ...how, Keys: Keys.slice(0, half) } } }),
      rest: { UnprocessedKeys: { [table]: { ...how, Keys: Keys.slice(half) } } },
    };
  }
  if (!(command instanceof BatchWriteItemCommand)) return null;
  const [table, requests = []] = Object.entries(command.input.RequestItems ?? {})[0] ?? [];
  if (table === undefined || requests.length < 2) return null;
  const half = Math.ceil(requests.length / 2);
  return {
    command: new BatchWriteItemCommand({ RequestItems: { [table]: requests.slice(0, half) } }),
    rest: { UnprocessedItems: { [table]: requests.slice(half) } },
  };
};

const nameOf = (command: unknown): string =>
  (command instanceof Object ? command.constructor.name : "").replace("Command", "");

const isRepeated = (fault: unknown): boolean =>
  fault instanceof Lost || fault instanceof ProvisionedThroughputExceededException;

export const createLink = (parts: LinkParts) => {
  const { engine, wait, random, note } = parts;
  const happens = (rate: number): boolean => rate > 0 && random() < rate;
  const travel = (): Promise<void> => wait(LATENCY_MS.least + random() * LATENCY_MS.spread);

  const executed = (command: unknown, faults: LinkFaults): unknown => {
    const half = happens(faults.partial) ? halved(command) : null;
    if (!half) return engine.execute(command);
    note(`${nameOf(command)} half done`);
    return { ...engine.execute(half.command), ...half.rest };
  };

  const attempt = async (command: unknown): Promise<unknown> => {
    const faults = parts.faults();
    const lose = async (what: string): Promise<never> => {
      note(`${nameOf(command)} ${what}`);
      await wait(TIMEOUT_MS);
      throw new Lost("no answer from DynamoDB in time");
    };
    await travel();
    if (happens(faults.slow)) await wait(random() * LONGEST_MS);
    if (happens(faults.lostRequest)) return lose("request lost");
    if (happens(faults.throttled)) {
      note(`${nameOf(command)} throttled`);
      throw throttled();
    }
    if (command instanceof TransactWriteItemsCommand && happens(faults.conflict)) {
      note("transaction conflict");
      throw conflicted(command.input.TransactItems?.length ?? 0);
    }
    const answer = executed(command, faults);
    if (happens(faults.lostAnswer)) return lose("answer lost");
    await travel();
    return answer;
  };

  return async (command: unknown): Promise<unknown> => {
    for (let tried = 1; ; tried += 1) {
      try {
        return await attempt(command);
      } catch (fault) {
        if (tried >= ATTEMPTS || !isRepeated(fault)) throw fault;
        const first = fault instanceof Lost ? BACKOFF_MS.lost : BACKOFF_MS.throttled;
        await wait(random() * first * 2 ** (tried - 1));
      }
    }
  };
};
