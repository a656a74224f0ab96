/**
 * Whether the float carries a batch: what the utility account held when M-PESA last said, less what others may still draw
 * from it. What must stay true: money that a running batch or a single payout may still take is never promised twice.
 */
import { utilityAvailable } from "../domain/balance.ts";
import type { Batch } from "../domain/batch.ts";
import type { Clock } from "../domain/clock.ts";
import { leftToPay } from "../domain/decide-batch.ts";
import type { BatchLedger } from "../store/batch-ledger.ts";
import type { LaneLedger } from "../store/lane-ledger.ts";
import type { PayoutLedger } from "../store/payout-ledger.ts";

export interface FloatDeps {
  readonly batches: Pick<BatchLedger, "live" | "tally">;
  readonly payouts: Pick<PayoutLedger, "inFlight">;
  readonly lanes: Pick<LaneLedger, "balances">;
  readonly clock: Clock;
}

/** What was sent before a pause has been paid, or is known to be uncertain, by then. */
const SETTLED_AFTER_MS = 120_000;

export interface Float {
  /** What is left to pay of the batch, cents. */
  readonly needed: number;
  /** What it can draw on, cents; may be below zero. Null when M-PESA has not said since. */
  readonly available: number | null;
}

/** Of two batches that start at once the earlier one is served first; the other sees its share as taken. */
const precedes = (one: Batch, other: Batch): boolean =>
  one.createdAt < other.createdAt || (one.createdAt === other.createdAt && one.id < other.id);

/**
 * What another batch may still draw, cents: all that is left of one that runs or has just been paused, because nobody
 * counts what is on its way; of one that rests, what is uncertain.
 */
const drawnBy = async (deps: FloatDeps, other: Batch, batch: Batch): Promise<number> => {
  const starting = other.state === "starting" && precedes(other, batch);
  if (other.state !== "running" && other.state !== "paused" && !starting) return 0;
  const tally = await deps.batches.tally(other);
  const rests = other.state === "paused" && deps.clock.now() - (other.stop?.at ?? 0) > SETTLED_AFTER_MS;
  return rests ? tally.uncertain.amount : leftToPay(other, tally);
};

/** The float of a batch that wants to start. Only a balance that reached us after `since` counts. */
export const floatOf =
  (deps: FloatDeps) =>
  async (batch: Batch, since: number): Promise<Float> => {
    const [tally, balances] = await Promise.all([deps.batches.tally(batch), deps.lanes.balances(batch.shortcode)]);
    const needed = leftToPay(batch, tally);
    const utility = balances !== null && balances.receivedAt > since ? utilityAvailable(balances) : null;
    if (utility === null) return { needed, available: null };
    const others = (await deps.batches.live()).filter(
      ({ id, shortcode }) => id !== batch.id && shortcode === batch.shortcode,
    );
    const drawn = await Promise.all(others.map((other) => drawnBy(deps, other, batch)));
    const inFlight = await deps.payouts.inFlight(batch.shortcode);
    return { needed, available: utility - inFlight - drawn.reduce((sum, cents) => sum + cents, 0) };
  };

export type FloatOf = ReturnType<typeof floatOf>;
