/**
 * An approved batch asks for its float before it runs. What must stay true: only a balance counts that reached us after the
 * batch started, and just now; a batch that the float does not carry waits instead of failing thousands of rows; one that
 * nobody answers waits too, until somebody looks. Whoever waits is heard: the alarm counts when it begins and goes on.
 */
import type { Batch, BatchAct, BatchEvent } from "../domain/batch.ts";
import type { Clock } from "../domain/clock.ts";
import { Cents } from "../domain/money.ts";
import type { AskBalance } from "../payouts/ask-balance.ts";
import type { ChangeBatch } from "../payouts/change-batch.ts";
import type { Float, FloatOf } from "../payouts/float.ts";
import type { TripLane } from "../payouts/trip-lane.ts";
import type { Log } from "../runtime/logger.ts";
import type { Count } from "../runtime/metrics.ts";
import type { Queue } from "../runtime/queue.ts";
import type { BatchLedger } from "../store/batch-ledger.ts";

export interface AwaitFloatDeps {
  readonly batches: Pick<BatchLedger, "progress">;
  readonly float: FloatOf;
  readonly ask: AskBalance;
  readonly change: ChangeBatch;
  readonly trip: TripLane;
  readonly batchQueue: Queue;
  /** How often the sweep runs: a batch that waits for float has it asked for as often. */
  readonly intervalMs: () => number;
  readonly clock: Clock;
  readonly log: Log;
  readonly count: Count;
}

const ASK_EVERY_MS = 20_000;
/** Questions after which a start that nobody answered becomes a wait. */
const ASKS = 3;
/** What other batches were paid since the balance was told is in it still, so an older one promises money that is gone. */
const FRESH_MS = 30_000;

const isDue = ({ checkAt }: Batch, now: number): boolean => checkAt !== null && checkAt <= now;

/** Asks, if this look is the one whose turn it is; true when it was. */
const ask = async (
  deps: AwaitFloatDeps,
  batch: Batch,
  { everyMs, requestId }: { readonly everyMs: number; readonly requestId: string },
): Promise<boolean> => {
  const now = deps.clock.now();
  if (!isDue(batch, now)) return false;
  const { fed, handed, shortcode, id } = batch;
  const mine = await deps.batches.progress(batch, { fed, handed, checkAt: now + everyMs });
  if (mine === null) return false;
  const { asked } = await deps.ask(shortcode);
  if (asked === "not_configured") {
    const halt = { code: "initiator_misconfigured", resultCode: null, at: now, about: id } as const;
    await deps.trip({ shortcode, halt, requestId });
  }
  return true;
};

const missing = ({ needed, available }: Float, since: number): BatchEvent => ({
  event: "float_missing",
  float: { needed: Cents.parse(needed), available, since },
});

/** What the known float does to a batch; null while nobody has said. */
const found = (float: Float, since: number): BatchEvent | null => {
  if (float.available === null) return null;
  return float.available >= float.needed ? { event: "float_found" } : missing(float, since);
};

/** Whether nobody has answered for too long. A start that was not looked at before has not even been asked for. */
const isUnanswered = ({ checkAt }: Batch, since: number, at: number): boolean =>
  at - since >= ASKS * ASK_EVERY_MS && checkAt !== since;

/** A look at a batch that was approved or resumed. */
export const tendStarting =
  (deps: AwaitFloatDeps) =>
  async (batch: Batch, requestId: string): Promise<void> => {
    const at = deps.clock.now();
    const since = batch.float?.since ?? batch.updatedAt;
    const act: BatchAct = { at, by: "clock", requestId };
    const float = await deps.float(batch, Math.max(since, at - FRESH_MS));
    const event = found(float, since) ?? (isUnanswered(batch, since, at) ? missing(float, since) : null);
    if (event !== null) {
      const outcome = await deps.change(batch.id, event, act);
      if (outcome.changed && outcome.batch.state === "waiting_for_float") deps.count("BatchWaitsForFloat");
    } else if (await ask(deps, batch, { everyMs: ASK_EVERY_MS, requestId }))
      await deps.batchQueue.send([{ batch: batch.id }], { delaySeconds: ASK_EVERY_MS / 1_000 });
  };

/** A look at a batch that the float did not carry, or that nobody answered. The clock brings it back. */
export const tendWaiting =
  (deps: AwaitFloatDeps) =>
  async (batch: Batch, requestId: string): Promise<void> => {
    const at = deps.clock.now();
    const since = batch.float?.since ?? batch.updatedAt;
    const act: BatchAct = { at, by: "clock", requestId };
    const float = await deps.float(batch, Math.max(since, at - FRESH_MS));
    const event = found(float, since);
    // That it still does not suffice is worth an entry in its history only while nobody had said how much there is.
    const wasKnown = batch.float !== null && batch.float.available !== null;
    if (event !== null && (event.event === "float_found" || !wasKnown)) await deps.change(batch.id, event, act);
    else if (await ask(deps, batch, { everyMs: deps.intervalMs(), requestId })) deps.count("BatchWaitsForFloat");
  };
