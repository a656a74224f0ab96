/**
 * Halts a shortcode's payouts because a person says so, as before the API operator's password is changed. What must stay
 * true: the lane is halted before anything else is done, because that alone already holds everything back; a halt for
 * something graver stays as it is; nobody is alarmed by what was done on purpose.
 */
import type { Clock } from "../domain/clock.ts";
import { laneHalted } from "../domain/decide-lane.ts";
import type { LaneHalt } from "../domain/payout-lane.ts";
import type { ChangeLane, LaneChange } from "./change-lane.ts";
import { stopBatches } from "./trip-lane.ts";
import type { TripLaneDeps } from "./trip-lane.ts";

export interface HaltLaneDeps extends Pick<TripLaneDeps, "batches" | "changeBatch" | "log"> {
  readonly change: ChangeLane;
  readonly clock: Clock;
}

export interface PersonsHalt {
  readonly shortcode: string;
  /** `key:<id>`. */
  readonly by: string;
  readonly reason?: string | undefined;
  readonly requestId: string;
}

/** Halts the lane, then pauses its batches. Harmless to repeat: whatever halts the lane already goes on halting it. */
export const haltLane = (deps: HaltLaneDeps) => {
  const stop = stopBatches(deps);
  return async ({ shortcode, by, reason, requestId }: PersonsHalt): Promise<LaneChange> => {
    const at = deps.clock.now();
    const halt: LaneHalt = { code: "person", resultCode: null, at, about: by, reason };
    const change = await deps.change(shortcode, (lane) => laneHalted(lane, halt));
    if (change.changed) deps.log.warn("lane.halted_by_person", { shortcode, by });
    await stop({ shortcode, halt: change.lane.halt ?? halt }, { at, by, requestId });
    return change;
  };
};

export type HaltLane = ReturnType<typeof haltLane>;
