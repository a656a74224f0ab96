/** Changes a shortcode's payout lane by a pure rule, however many others change it at the same moment. */
import type { LaneSettings } from "../domain/decide-lane.ts";
import type { PayoutLane } from "../domain/payout-lane.ts";
import type { LaneLedger } from "../store/lane-ledger.ts";

export interface ChangeLaneDeps {
  readonly lanes: Pick<LaneLedger, "lane" | "changeLane">;
  readonly wait: (ms: number) => Promise<void>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export interface LaneChange {
  /** The lane as it is now. */
  readonly lane: PayoutLane;
  /** Whether this caller's change was written. */
  readonly changed: boolean;
}

/** Others kept changing the lane. Nothing was written; repeating is safe. */
export class LaneBusy extends Error {
  override readonly name = "LaneBusy";
  constructor() {
    super("the payout lane is being changed by others just now; nothing was written, it is safe to try again");
  }
}

const ROUNDS = 10;
const LONGEST_WAIT_MS = 200;

/** Reads, decides and writes, again when somebody was faster. `decide` gives null where nothing is to change. */
export const changeLane =
  (deps: ChangeLaneDeps) =>
  async (shortcode: string, decide: (lane: PayoutLane) => LaneSettings | null): Promise<LaneChange> => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const seen = await deps.lanes.lane(shortcode);
      const next = decide(seen);
      if (next === null) return { lane: seen, changed: false };
      const lane = await deps.lanes.changeLane(seen, next);
      if (lane !== null) return { lane, changed: true };
      await deps.wait(deps.random() * LONGEST_WAIT_MS);
    }
    throw new LaneBusy();
  };

export type ChangeLane = ReturnType<typeof changeLane>;
