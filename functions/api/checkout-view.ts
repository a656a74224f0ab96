/** A checkout session as storefronts and payers see it. */
import { standing } from "../domain/checkout-session.ts";
import type { CheckoutSession, Tries } from "../domain/checkout-session.ts";
import { utcIso } from "../domain/time.ts";
import { paymentView } from "./payment-view.ts";
import type { CheckoutSessionResource } from "./responses-checkout.ts";

export const checkoutView = (session: CheckoutSession, tries: Tries, now: number): CheckoutSessionResource => {
  const { status, payment } = standing(session, tries, now);
  return {
    id: session.id,
    object: "checkout_session",
    status,
    amount: session.amount / 100,
    currency: "KES",
    reference: session.reference,
    description: session.description,
    merchant: { name: session.merchantName },
    payment: payment?.id ?? null,
    payment_details: payment && paymentView(payment),
    metadata: { ...session.metadata },
    success_url: session.successUrl,
    created_at: utcIso(session.createdAt),
    expires_at: utcIso(session.expiresAt),
  };
};
