/** GET /v1/payments and GET /v1/payments/{id}: reads confined to the caller's storefront, or to the browser's payment. */
import { isPaymentId } from "../domain/ids.ts";
import type { Payment } from "../domain/payment.ts";
import type { Ledger } from "../store/ledger.ts";
import type { Caller } from "./caller.ts";
import type { ROUTES } from "./contract.ts";
import type { Endpoint } from "./endpoint.ts";
import { filtersOf, pageOf, paged } from "./listing.ts";
import { paymentView, statesOf } from "./payment-view.ts";
import { ok, problem } from "./reply.ts";

const mayRead = (caller: Caller, payment: Payment): boolean =>
  caller.kind === "browser" ? caller.subject === payment.id : caller.storefront === payment.storefront;

/** The caller's payment `id`; null when there is none or it is another storefront's, which look alike. */
export const ownPayment = async (ledger: Pick<Ledger, "read">, caller: Caller, id: string): Promise<Payment | null> => {
  const payment = isPaymentId(id) ? await ledger.read(id) : null;
  return payment && mayRead(caller, payment) ? payment : null;
};

export const readPayment =
  (deps: { readonly ledger: Pick<Ledger, "read"> }): Endpoint<typeof ROUTES.readPayment> =>
  async ({ caller, params }) => {
    const payment = await ownPayment(deps.ledger, caller, params.id);
    return payment ? ok(paymentView(payment)) : problem("not_found");
  };

export const listPayments =
  (deps: { readonly ledger: Pick<Ledger, "list"> }): Endpoint<typeof ROUTES.listPayments> =>
  async ({ caller, query }) => {
    const filtered = filtersOf(query, statesOf);
    if (!filtered.ok) return problem("invalid_request", { errors: [filtered.mistake] });
    return paged(async () => {
      const { source, routing } = query;
      const filters = {
        ...filtered.filters,
        ...(source === undefined ? {} : { source }),
        ...(routing === undefined ? {} : { routing }),
      };
      const page = { storefront: caller.storefront, filters, ...pageOf(query) };
      const { payments, next } = await deps.ledger.list(page);
      return ok({ object: "list", data: payments.map(paymentView), next_cursor: next });
    });
  };
