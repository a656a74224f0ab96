/**
 * GET /v1/checkout-sessions/{id}: for its storefront, or for the payer's page that holds its token. A payment that was
 * begun with a number is a session of one try under its own id, so that its payer has a page too.
 */
import { sessionOfPayment } from "../domain/checkout-session.ts";
import type { Clock } from "../domain/clock.ts";
import { isCheckoutSessionId, isPaymentId } from "../domain/ids.ts";
import type { CheckoutLedger, KnownCheckout } from "../store/checkout-ledger.ts";
import type { Ledger } from "../store/ledger.ts";
import type { Caller } from "./caller.ts";
import { checkoutView } from "./checkout-view.ts";
import type { ROUTES } from "./contract.ts";
import type { Endpoint } from "./endpoint.ts";
import { ok, problem } from "./reply.ts";

const isOwn = (caller: Caller, thing: { readonly id: string; readonly storefront: string }): boolean =>
  caller.kind === "browser" ? caller.subject === thing.id : caller.storefront === thing.storefront;

/** The caller's session `id`; null when there is none or it is another storefront's, which look alike. */
export const ownCheckout = async (
  checkouts: Pick<CheckoutLedger, "read">,
  caller: Caller,
  id: string,
): Promise<KnownCheckout | null> => {
  const known = isCheckoutSessionId(id) ? await checkouts.read(id) : null;
  return known && isOwn(caller, known.session) ? known : null;
};

export interface ReadCheckoutDeps {
  readonly checkouts: Pick<CheckoutLedger, "read">;
  readonly payments: Pick<Ledger, "read">;
  /** What payers know a storefront by. */
  readonly merchantName: (storefront: string) => Promise<string>;
  readonly clock: Clock;
}

/** The same of a payment that asked a phone; nobody has a page for one that came from the phone's menu. */
const ownPayment = async (deps: ReadCheckoutDeps, caller: Caller, id: string): Promise<KnownCheckout | null> => {
  const payment = isPaymentId(id) ? await deps.payments.read(id) : null;
  if (payment?.source !== "stk" || !isOwn(caller, payment)) return null;
  return { session: sessionOfPayment(payment, await deps.merchantName(payment.storefront)), tries: [payment] };
};

export const readCheckout =
  (deps: ReadCheckoutDeps): Endpoint<typeof ROUTES.readCheckoutSession> =>
  async ({ caller, params }) => {
    const known = (await ownCheckout(deps.checkouts, caller, params.id)) ?? (await ownPayment(deps, caller, params.id));
    return known ? ok(checkoutView(known.session, known.tries, deps.clock.now())) : problem("not_found");
  };
