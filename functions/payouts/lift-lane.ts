/**
 * Lifts what halts a shortcode's payouts, on a person's word that it is mended. A credential that M-PESA complained about,
 * or that may have been changed while a person halted the lane, still has to prove itself by one balance question before
 * anything else leaves.
 */
import { laneLifted, laneMended } from "../domain/decide-lane.ts";
import type { Log } from "../runtime/logger.ts";
import type { ChangeLane, LaneChange } from "./change-lane.ts";

export interface LiftLaneDeps {
  readonly change: ChangeLane;
  readonly log: Log;
}

/** Whose word it is: that the lane may open, or that one batch may go on, which lifts no halt that a person made. */
type LiftedFor = "lane" | "batch";

/** Clears the halt, if there is one that this word lifts. */
export const liftLane =
  (deps: LiftLaneDeps) =>
  async (shortcode: string, whose: LiftedFor = "lane"): Promise<LaneChange> => {
    const change = await deps.change(shortcode, whose === "lane" ? laneLifted : laneMended);
    if (change.changed) deps.log.info("lane.lifted", { shortcode });
    return change;
  };

export type LiftLane = ReturnType<typeof liftLane>;
