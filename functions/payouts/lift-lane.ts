/**
 * Lifts what halts a shortcode's payouts, on a person's word that it is mended. A credential that M-PESA complained about
 * still has to prove itself by one balance question before anything else leaves.
 */
import { laneLifted } from "../domain/decide-lane.ts";
import type { Log } from "../runtime/logger.ts";
import type { ChangeLane, LaneChange } from "./change-lane.ts";

export interface LiftLaneDeps {
  readonly change: ChangeLane;
  readonly log: Log;
}

/** Clears the halt, if there is one. */
export const liftLane =
  (deps: LiftLaneDeps) =>
  async (shortcode: string): Promise<LaneChange> => {
    const change = await deps.change(shortcode, laneLifted);
    if (change.changed) deps.log.info("lane.lifted", { shortcode });
    return change;
  };

export type LiftLane = ReturnType<typeof liftLane>;
