/**
 * Asks M-PESA how a refund ended; the answer comes by callback. Asking moves no money, but it names the API operator, so
 * the lane is read right before the question leaves. M-PESA is asked by the name that Daraja gave to the request: by the
 * payment's receipt it would tell of the payment, which proves nothing about its reversal.
 */
import type { PayoutDaraja } from "../daraja/payout-client.ts";
import { mayAsk } from "../domain/decide-lane.ts";
import { isOpen } from "../domain/refund-rules.ts";
import type { Refund } from "../domain/refund.ts";
import type { Log } from "../runtime/logger.ts";
import type { LaneLedger } from "../store/lane-ledger.ts";

export interface AskRefundDeps {
  readonly lanes: Pick<LaneLedger, "lane">;
  readonly daraja: Pick<PayoutDaraja, "transactionStatus">;
  /** The shortcode whose lane questions leave by. */
  readonly shortcode: () => Promise<string>;
  readonly log: Log;
}

/** Whether M-PESA can be asked about it at all. */
const canBeAsked = ({ originatorId, state }: Pick<Refund, "originatorId" | "state">): boolean =>
  originatorId !== null && isOpen(state);

/** Asks about a refund that M-PESA may hold; false when no question left. */
export const askRefund =
  (deps: AskRefundDeps) =>
  async (refund: Pick<Refund, "id" | "originatorId" | "state">): Promise<boolean> => {
    const { id, originatorId } = refund;
    if (originatorId === null || !canBeAsked(refund)) return false;
    const shortcode = await deps.shortcode();
    const release = async (initiator: string): Promise<boolean> => mayAsk(await deps.lanes.lane(shortcode), initiator);
    const answer = await deps.daraja.transactionStatus({ id, originatorId, release });
    if (answer.asked !== "no") return true;
    deps.log.info("status.not_asked", { transaction: id, because: answer.because });
    return false;
  };

export type AskRefund = ReturnType<typeof askRefund>;
