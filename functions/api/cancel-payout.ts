/** POST /v1/payouts/{id}/cancel: stops a payout that has not left, and no other. */
import type { Clock } from "../domain/clock.ts";
import type { PayoutLedger } from "../store/payout-ledger.ts";
import type { ROUTES } from "./contract.ts";
import type { Endpoint } from "./endpoint.ts";
import { payoutView } from "./payout-view.ts";
import { ownPayout } from "./read-payouts.ts";
import { ok, problem } from "./reply.ts";

export interface CancelPayoutDeps {
  readonly payouts: Pick<PayoutLedger, "read" | "record">;
  readonly clock: Clock;
}

export const cancelPayout =
  ({ payouts, clock }: CancelPayoutDeps): Endpoint<typeof ROUTES.cancelPayout> =>
  async ({ caller, params, requestId }) => {
    const found = await ownPayout(payouts, caller.storefront, params.id);
    if (!found) return problem("not_found");
    const outcome = await payouts.record(found.id, {
      finding: "cancelled",
      source: "operator",
      at: clock.now(),
      by: `key:${caller.keyId}`,
      requestId,
      raw: null,
    });
    if (outcome.recorded === "unknown_transaction") return problem("not_found");
    const { payout } = outcome;
    if (payout.state === "cancelled") return ok(payoutView(payout));
    const hasEnded = payout.state === "succeeded" || payout.state === "failed";
    return problem(hasEnded ? "already_finished" : "payout_already_sent", { payout_id: payout.id });
  };
