/**
 * Has M-PESA asked what became of something; the answer comes by callback. What must stay true: asking moves no money, but
 * it names the API operator, so the lane is read right before the question leaves.
 */
import type { AskAnswer, Releasable } from "../daraja/payout-client.ts";
import { mayAsk } from "../domain/decide-lane.ts";
import type { Log } from "../runtime/logger.ts";
import type { LaneLedger } from "../store/lane-ledger.ts";

export interface AskMpesaDeps {
  readonly lanes: Pick<LaneLedger, "lane">;
  readonly log: Log;
}

/** What is asked about, for the log, and whose lane the question leaves by. */
interface About {
  readonly id: string;
  readonly shortcode: string;
}

/** Asks by `ask`; false when no question left. */
export const askMpesa = async (
  deps: AskMpesaDeps,
  { id, shortcode }: About,
  ask: (releasable: Required<Releasable>) => Promise<AskAnswer>,
): Promise<boolean> => {
  const release = async (initiator: string): Promise<boolean> => mayAsk(await deps.lanes.lane(shortcode), initiator);
  const answer = await ask({ release });
  if (answer.asked !== "no") return true;
  deps.log.info("status.not_asked", { transaction: id, because: answer.because });
  return false;
};
