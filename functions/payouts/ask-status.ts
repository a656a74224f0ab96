/**
 * Asks M-PESA how a payout ended; the answer comes by callback. Asking moves no money, but it names the API operator, so
 * the lane is read right before the question leaves.
 */
import type { PayoutDaraja } from "../daraja/payout-client.ts";
import { mayAsk } from "../domain/decide-lane.ts";
import type { Payout } from "../domain/payout.ts";
import type { Log } from "../runtime/logger.ts";
import type { LaneLedger } from "../store/lane-ledger.ts";

export interface AskStatusDeps {
  readonly lanes: Pick<LaneLedger, "lane">;
  readonly daraja: Pick<PayoutDaraja, "transactionStatus">;
  readonly log: Log;
}

/** Asks about a payout that M-PESA may hold; false when no question left. */
export const askStatus =
  (deps: AskStatusDeps) =>
  async ({ id, shortcode }: Pick<Payout, "id" | "shortcode">): Promise<boolean> => {
    const release = async (initiator: string): Promise<boolean> => mayAsk(await deps.lanes.lane(shortcode), initiator);
    const answer = await deps.daraja.transactionStatus({ id, release });
    if (answer.asked !== "no") return true;
    deps.log.info("status.not_asked", { transaction: id, because: answer.because });
    return false;
  };

export type AskStatus = ReturnType<typeof askStatus>;
