/**
 * POST /v1/checkout-sessions/{id}/payments: the payer's button. It takes the very way of `POST /v1/payments`, under an id
 * that follows from the session and the try's number. What must stay true: however often and from however many windows the
 * button is pressed, one prompt is out at a time; who has paid is never asked again; a payer learns nothing of anybody
 * else's payments.
 */
import { createHash } from "node:crypto";
import { nextStep, tryId } from "../domain/checkout-session.ts";
import type { CheckoutSession, NextStep } from "../domain/checkout-session.ts";
import { parseMsisdn } from "../domain/msisdn.ts";
import type { Msisdn } from "../domain/msisdn.ts";
import type { Payment, PaymentIntent } from "../domain/payment.ts";
import type { CheckoutLedger, KnownCheckout } from "../store/checkout-ledger.ts";
import { LedgerBusy } from "../store/ledger.ts";
import type { Caller } from "./caller.ts";
import { checkoutView } from "./checkout-view.ts";
import type { ROUTES } from "./contract.ts";
import type { Endpoint } from "./endpoint.ts";
import { ownCheckout } from "./read-checkout.ts";
import { ok, problem } from "./reply.ts";
import type { Reply } from "./reply.ts";
import { beginPayment, refusal } from "./start-payment.ts";
import type { BeginDeps } from "./start-payment.ts";

/** How often somebody else may count a try before us until we give up. */
const ROUNDS = 4;

export interface PayCheckoutDeps extends BeginDeps {
  readonly checkouts: Pick<CheckoutLedger, "read" | "countTry">;
  /** The shortcode that the stage's credentials belong to. */
  readonly shortcode: () => Promise<string>;
  /** When the sweep should first ask about a payment created at `createdAt`. */
  readonly firstCheck: (createdAt: number) => number;
}

interface Press {
  readonly caller: Caller;
  readonly phone: Msisdn;
  readonly requestId: string;
}

type Ask = Extract<NextStep, { step: "ask" }>;

/** What the try asks for: with another phone it would be another request under the same name. */
const fingerprint = ({ amount, reference }: CheckoutSession, phone: Msisdn): string =>
  createHash("sha256")
    .update(JSON.stringify([amount, phone, reference]))
    .digest("base64url");

const shown = (deps: PayCheckoutDeps, { session, tries }: KnownCheckout): Reply =>
  ok(checkoutView(session, tries, deps.clock.now()));

/** The session once its latest try has become `payment`. */
const withTry = ({ session, tries }: KnownCheckout, ask: Ask, payment: Payment): KnownCheckout => ({
  session: { ...session, tries: ask.number },
  tries: [...tries.slice(0, ask.number - 1), payment],
});

const askPhone = async (deps: PayCheckoutDeps, known: KnownCheckout, press: Press & { ask: Ask }): Promise<Reply> => {
  const { session } = known;
  const { caller, phone, ask, requestId } = press;
  const createdAt = deps.clock.now();
  const intent: PaymentIntent = {
    id: tryId(session, ask.number),
    storefront: session.storefront,
    shortcode: await deps.shortcode(),
    amount: session.amount,
    phone,
    reference: session.reference,
    description: session.description ?? session.reference,
    metadata: session.metadata,
    fingerprint: fingerprint(session, phone),
    openedBy: caller.kind === "key" ? `key:${caller.keyId}` : `checkout:${session.id}`,
    requestId,
    createdAt,
    checkAt: deps.firstCheck(createdAt),
  };
  const opened = await beginPayment(deps, intent);
  if (opened.opened !== "refused") return shown(deps, withTry(known, ask, opened.payment));
  // The payment that rings on this phone may be another customer's: its name is for the storefront alone.
  const told = opened.because === "payment_in_progress" && caller.kind === "browser";
  return refusal(told ? { ...opened, paymentId: null } : opened, deps.clock.now());
};

const refused = (because: Extract<NextStep, { step: "refuse" }>["because"]): Reply =>
  because === "expired" ? problem("checkout_session_expired") : problem("checkout_session_exhausted");

/** Asks the payer's phone for the session's money, or shows the payment that already does. */
export const payCheckout =
  (deps: PayCheckoutDeps): Endpoint<typeof ROUTES.payCheckoutSession> =>
  async ({ caller, params, body, requestId }) => {
    const phone = parseMsisdn(body.phone);
    if (!phone.ok) return problem("invalid_request", { errors: [{ pointer: "/phone", message: phone.message }] });
    for (let round = 0; round < ROUNDS; round += 1) {
      const known = await ownCheckout(deps.checkouts, caller, params.id);
      if (!known) return problem("not_found");
      const next = nextStep(known.session, known.tries, deps.clock.now());
      if (next.step === "show") return shown(deps, known);
      if (next.step === "refuse") return refused(next.because);
      const counted = next.counted || (await deps.checkouts.countTry(known.session.id, known.session.tries));
      if (counted) return askPhone(deps, known, { caller, phone: phone.msisdn, ask: next, requestId });
    }
    throw new LedgerBusy(params.id);
  };
