/** Has a credential proven that M-PESA has not accepted yet, so that payouts may leave with it. */
import type { Clock } from "../domain/clock.ts";
import { laneAllows } from "../domain/decide-lane.ts";
import type { LaneVerdict } from "../domain/decide-lane.ts";
import type { LaneLedger } from "../store/lane-ledger.ts";
import type { AskBalance } from "./ask-balance.ts";

export interface ProveLaneDeps {
  readonly lanes: Pick<LaneLedger, "lane">;
  readonly ask: AskBalance;
  /** Fingerprint of the API operator in force; null when none is configured. */
  readonly initiator: () => Promise<string | null>;
  readonly clock: Clock;
}

/** Where the lane stands, after the one question was sent that can open it where one was missing. */
export const proveLane =
  (deps: ProveLaneDeps) =>
  async (shortcode: string): Promise<Exclude<LaneVerdict, "prove"> | "not_configured"> => {
    const initiator = await deps.initiator();
    if (initiator === null) return "not_configured";
    const verdict = laneAllows(await deps.lanes.lane(shortcode), initiator, deps.clock.now());
    if (verdict !== "prove") return verdict;
    const { asked } = await deps.ask(shortcode);
    return asked === "halted" || asked === "not_configured" ? asked : "wait";
  };

export type ProveLane = ReturnType<typeof proveLane>;
