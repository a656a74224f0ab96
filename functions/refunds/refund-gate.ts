/**
 * The last look before a refund leaves: is the lane open for the credential that it would leave with, and do the
 * credentials belong to what the customer paid to. What must stay true: nothing that names the API operator leaves by a
 * halted lane, or with a credential that M-PESA has not accepted.
 */
import type { Clock } from "../domain/clock.ts";
import { laneAllows } from "../domain/decide-lane.ts";
import type { LaneVerdict } from "../domain/decide-lane.ts";
import type { Refund } from "../domain/refund.ts";
import type { LaneLedger } from "../store/lane-ledger.ts";

export interface RefundGateDeps {
  readonly lanes: Pick<LaneLedger, "lane">;
  /** What the credentials in force belong to: the shortcode, whose lane it is, and where customers pay to. */
  readonly merchant: () => Promise<{ readonly shortcode: string; readonly receiver: string }>;
  readonly clock: Clock;
}

export type RefundVerdict = LaneVerdict | "other_shortcode";

/** Whether `refund` may leave now with the credential of the fingerprint `initiator`. */
export const refundGate =
  (deps: RefundGateDeps) =>
  async (refund: Pick<Refund, "shortcode">, initiator: string): Promise<RefundVerdict> => {
    const { shortcode, receiver } = await deps.merchant();
    if (refund.shortcode !== shortcode && refund.shortcode !== receiver) return "other_shortcode";
    return laneAllows(await deps.lanes.lane(shortcode), initiator, deps.clock.now());
  };

export type RefundGate = ReturnType<typeof refundGate>;
