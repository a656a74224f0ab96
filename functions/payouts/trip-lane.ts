/**
 * The breaker: M-PESA complained about something that every payout would meet, so nothing leaves until a person has
 * mended it. What must stay true: the lane is halted before anything else is done, because that alone already holds
 * everything back; a batch that could not be paused pauses itself when it is next tended.
 */
import type { BatchAct, BatchStop } from "../domain/batch.ts";
import { isLive } from "../domain/decide-batch.ts";
import { laneHalted } from "../domain/decide-lane.ts";
import { isPayoutId } from "../domain/ids.ts";
import type { LaneHalt } from "../domain/payout-lane.ts";
import type { Log } from "../runtime/logger.ts";
import type { Count } from "../runtime/metrics.ts";
import type { BatchLedger } from "../store/batch-ledger.ts";
import type { ChangeBatch } from "./change-batch.ts";
import type { ChangeLane } from "./change-lane.ts";

export interface TripLaneDeps {
  readonly change: ChangeLane;
  readonly batches: Pick<BatchLedger, "live">;
  readonly changeBatch: ChangeBatch;
  readonly log: Log;
  readonly count: Count;
}

/**
 * Why a batch stops, in its own terms. The payout that was complained about is named to its own batch only: the lane is
 * shared, and another batch may be another storefront's.
 */
export const stopOf = ({ code, at, about }: LaneHalt, isOwn: boolean): BatchStop => ({
  cause: code,
  at,
  payoutId: isOwn && isPayoutId(about) ? about : null,
});

export interface Trip {
  readonly shortcode: string;
  readonly halt: LaneHalt;
  readonly requestId: string;
  /** The batch of the payout that was complained about. */
  readonly batchId?: string | undefined;
}

/** Pauses every batch of the shortcode that could go on, one after the other; one that can't be paused stops no other. */
export const stopBatches =
  (deps: Pick<TripLaneDeps, "batches" | "changeBatch" | "log">) =>
  async ({ shortcode, halt, batchId }: Omit<Trip, "requestId">, act: BatchAct): Promise<void> => {
    const live = (await deps.batches.live()).filter((batch) => batch.shortcode === shortcode && isLive(batch));
    for (const { id } of live) {
      try {
        await deps.changeBatch(id, { event: "paused", stop: stopOf(halt, id === batchId) }, act);
      } catch (fault) {
        deps.log.error("batch.not_paused", { batch: id }, fault);
      }
    }
  };

/** M-PESA's complaint as something that happened to a batch. */
export const complained = ({ halt, requestId }: Trip): BatchAct => ({ at: halt.at, by: "safaricom", requestId });

/** Sounds the alarm about a lane that has just been halted. */
export const tellHalted = (
  deps: Pick<TripLaneDeps, "log" | "count">,
  { shortcode, halt: { code, resultCode, about } }: Pick<Trip, "shortcode" | "halt">,
): void => {
  deps.log.error("lane.halted", { shortcode, cause: code, resultCode, about });
  deps.count("PayoutsHalted");
};

/** Halts the lane and pauses the batches. Throws when not even the lane could be halted: the alarm has rung then. */
export const tripLane = (deps: TripLaneDeps) => {
  const stop = stopBatches(deps);
  return async (trip: Trip): Promise<void> => {
    try {
      const { changed } = await deps.change(trip.shortcode, (lane) => laneHalted(lane, trip.halt));
      if (changed) tellHalted(deps, trip);
    } catch (fault) {
      deps.log.error("lane.not_halted", { shortcode: trip.shortcode, cause: trip.halt.code }, fault);
      deps.count("PayoutsHalted");
      throw fault;
    }
    await stop(trip, complained(trip));
  };
};

export type TripLane = ReturnType<typeof tripLane>;
