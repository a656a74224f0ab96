/**
 * How often the store tries again. Only faults that say "nothing was written, try again" are tried again here; lost
 * answers are the SDK's business, which repeats a request with the token that makes repeating it harmless.
 */
import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";

export interface Patience {
  /** Resolves after so many milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
  /** In [0, 1). */
  readonly random: () => number;
}

/** Of thirty writers who want one of eight items at once, one gave up in every 25th crowd at six, and none in thousands at nine. */
const ATTEMPTS = 9;
const FIRST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 500;

const TRANSIENT = new Set([
  "TransactionConflictException",
  "TransactionInProgressException",
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "RequestLimitExceeded",
]);
const TRANSIENT_REASONS = new Set(["TransactionConflict", "ProvisionedThroughputExceeded", "ThrottlingError"]);
const REFUSED = "ConditionalCheckFailed";

const isTransient = (fault: unknown): boolean => {
  if (fault instanceof TransactionCanceledException) {
    const reasons = (fault.CancellationReasons ?? []).map((reason) => reason.Code ?? "");
    return !reasons.includes(REFUSED) && reasons.some((reason) => TRANSIENT_REASONS.has(reason));
  }
  return fault instanceof Error && TRANSIENT.has(fault.name);
};

/** Runs `attempt` up to nine times, waiting a random while (doubling, at most half a second) after a transient fault. */
export const persist = async <T>(patience: Patience, attempt: () => Promise<T>): Promise<T> => {
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (fault) {
      if (tried >= ATTEMPTS || !isTransient(fault)) throw fault;
      await patience.wait(patience.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tried));
    }
  }
};
