/** GET /v1/payouts and GET /v1/payouts/{id}: reads confined to the caller's storefront. */
import { isPayoutId } from "../domain/ids.ts";
import type { Payout } from "../domain/payout.ts";
import type { PayoutLedger } from "../store/payout-ledger.ts";
import type { ROUTES } from "./contract.ts";
import type { Endpoint } from "./endpoint.ts";
import { filtersOf, pageOf, paged } from "./listing.ts";
import { payoutStatesOf, payoutView } from "./payout-view.ts";
import { ok, problem } from "./reply.ts";

/** The storefront's payout `id`; null when there is none or it is another's, which look alike. */
export const ownPayout = async (
  payouts: Pick<PayoutLedger, "read">,
  storefront: string,
  id: string,
): Promise<Payout | null> => {
  const payout = isPayoutId(id) ? await payouts.read(id) : null;
  return payout?.storefront === storefront ? payout : null;
};

export const readPayout =
  (deps: { readonly payouts: Pick<PayoutLedger, "read"> }): Endpoint<typeof ROUTES.readPayout> =>
  async ({ caller, params }) => {
    const payout = await ownPayout(deps.payouts, caller.storefront, params.id);
    return payout ? ok(payoutView(payout)) : problem("not_found");
  };

export const listPayouts =
  (deps: { readonly payouts: Pick<PayoutLedger, "list"> }): Endpoint<typeof ROUTES.listPayouts> =>
  async ({ caller, query }) => {
    const filtered = filtersOf(query, payoutStatesOf);
    if (!filtered.ok) return problem("invalid_request", { errors: [filtered.mistake] });
    return paged(async () => {
      const page = { storefront: caller.storefront, filters: filtered.filters, ...pageOf(query) };
      const { payouts, next } = await deps.payouts.list(page);
      return ok({ object: "list", data: payouts.map(payoutView), next_cursor: next });
    });
  };
