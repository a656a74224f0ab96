/** GET /v1/refunds/{id} and GET /v1/payments/{id}/refunds: reads confined to the caller's storefront. */
import { isPaymentId, isRefundId } from "../domain/ids.ts";
import { refundsOf } from "../domain/refund-share.ts";
import type { Ledger } from "../store/ledger.ts";
import type { RefundLedger } from "../store/refund-ledger.ts";
import type { ROUTES } from "./contract.ts";
import type { Endpoint } from "./endpoint.ts";
import { refundView } from "./refund-view.ts";
import { ok, problem } from "./reply.ts";

export const readRefund =
  (deps: { readonly refunds: Pick<RefundLedger, "read"> }): Endpoint<typeof ROUTES.readRefund> =>
  async ({ caller, params }) => {
    const refund = isRefundId(params.id) ? await deps.refunds.read(params.id) : null;
    return refund?.storefront === caller.storefront ? ok(refundView(refund)) : problem("not_found");
  };

/** A payment names its refunds in its own history, so two reads answer, and there is never a second page. */
export const listRefunds =
  (deps: {
    readonly ledger: Pick<Ledger, "read">;
    readonly refunds: Pick<RefundLedger, "readMany">;
  }): Endpoint<typeof ROUTES.listRefunds> =>
  async ({ caller, params }) => {
    const payment = isPaymentId(params.id) ? await deps.ledger.read(params.id) : null;
    if (payment?.storefront !== caller.storefront) return problem("not_found");
    const ids = refundsOf(payment);
    const refunds = ids.length === 0 ? [] : await deps.refunds.readMany(ids);
    return ok({ object: "list", data: refunds.map(refundView).reverse(), next_cursor: null });
  };
