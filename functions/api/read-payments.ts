/** GET /v1/payments and GET /v1/payments/{id}: reads confined to the caller's storefront, or to the browser's payment. */
import { isPaymentId } from "../domain/ids.ts";
import { parseMsisdn } from "../domain/msisdn.ts";
import type { Payment } from "../domain/payment.ts";
import { BadCursor } from "../store/cursor.ts";
import type { Ledger, PaymentFilters } from "../store/ledger.ts";
import type { Caller } from "./caller.ts";
import type { ROUTES } from "./contract.ts";
import type { Call, Endpoint } from "./endpoint.ts";
import { paymentView, statesOf } from "./payment-view.ts";
import { ok, problem } from "./reply.ts";
import type { Reply } from "./reply.ts";
import type { Mistake } from "./strict-json.ts";

const DEFAULT_LIMIT = 20;

const mayRead = (caller: Caller, payment: Payment): boolean =>
  caller.kind === "browser" ? caller.paymentId === payment.id : caller.storefront === payment.storefront;

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

type Filtered =
  { readonly ok: true; readonly filters: PaymentFilters } | { readonly ok: false; readonly mistake: Mistake };

const filtersOf = (query: Call<typeof ROUTES.listPayments>["query"]): Filtered => {
  const phone = query.phone === undefined ? null : parseMsisdn(query.phone);
  if (phone && !phone.ok) return { ok: false, mistake: { pointer: "/query/phone", message: phone.message } };
  return {
    ok: true,
    filters: {
      ...(query.reference === undefined ? {} : { reference: query.reference }),
      ...(query.receipt === undefined ? {} : { receipt: query.receipt }),
      ...(phone ? { phone: phone.msisdn } : {}),
      ...(query.status === undefined ? {} : { states: statesOf(query.status) }),
      ...(query.created_from === undefined ? {} : { createdFrom: Date.parse(query.created_from) }),
      ...(query.created_to === undefined ? {} : { createdTo: Date.parse(query.created_to) }),
    },
  };
};

/** Runs a listing; a cursor that is not one of ours is the caller's mistake. */
export const paged = async (listing: () => Promise<Reply>): Promise<Reply> => {
  try {
    return await listing();
  } catch (fault) {
    if (!(fault instanceof BadCursor)) throw fault;
    const message = "this cursor was not handed out for this listing; start again without one";
    return problem("invalid_request", { errors: [{ pointer: "/query/cursor", message }] });
  }
};

export const pageOf = (query: { readonly limit?: number | undefined; readonly cursor?: string | undefined }) => ({
  limit: query.limit ?? DEFAULT_LIMIT,
  cursor: query.cursor ?? null,
});

export const listPayments =
  (deps: { readonly ledger: Pick<Ledger, "list"> }): Endpoint<typeof ROUTES.listPayments> =>
  async ({ caller, query }) => {
    const filtered = filtersOf(query);
    if (!filtered.ok) return problem("invalid_request", { errors: [filtered.mistake] });
    return paged(async () => {
      const page = { storefront: caller.storefront, filters: filtered.filters, ...pageOf(query) };
      const { payments, next } = await deps.ledger.list(page);
      return ok({ object: "list", data: payments.map(paymentView), next_cursor: next });
    });
  };
