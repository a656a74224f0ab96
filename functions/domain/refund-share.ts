/**
 * What refunds do to their payment. What must stay true: what went back and what is reserved to go back are together
 * never more than what was paid; a refund that came to nothing gives its share free; a payment is `reversed` exactly when
 * all of it is known to have gone back.
 */
import { Cents } from "./money.ts";
import type { Payment } from "./payment.ts";
import type { PaymentState } from "./payment-states.ts";
import { isOpen } from "./refund-rules.ts";
import type { RefundEventName, RefundState } from "./refund-states.ts";
import { MOST_REFUNDS } from "./refund.ts";
import type { Refund, RefundIntent } from "./refund.ts";

/** As much of a payment as its refunds concern. */
export type Shared = Pick<Payment, "state" | "amount" | "refunded" | "refunding" | "receipt">;

/** Why a payment can't be refunded as asked. */
export type RefundRefusal =
  /** It did not succeed, all of it went back, or it was made to a shortcode that the credentials in force are not for. */
  | { readonly because: "not_refundable" }
  /** Daraja reverses a receipt, and nobody has told the payment's yet. */
  | { readonly because: "receipt_unknown" }
  /** `left`: what may still be asked for, in cents. */
  | { readonly because: "exceeds_payment"; readonly left: Cents }
  /** All that is left is not whole shillings: the amount has to be named. */
  | { readonly because: "carries_cents"; readonly left: Cents }
  | { readonly because: "too_many" };

/** What of the payment neither went back nor is reserved, in cents. */
const leftOf = ({ amount, refunded, refunding }: Pick<Shared, "amount" | "refunded" | "refunding">): Cents =>
  Cents.parse(amount - refunded - refunding);

/** The amount to reserve for what is asked (null: all that is left), or why there is none. */
export const refundable = (
  payment: Shared & Pick<Payment, "history" | "shortcode">,
  { amount: asked, shortcodes }: Pick<RefundIntent, "amount" | "shortcodes">,
): { readonly amount: Cents } | RefundRefusal => {
  if (payment.state !== "succeeded" || !shortcodes.includes(payment.shortcode)) return { because: "not_refundable" };
  if (payment.receipt === null) return { because: "receipt_unknown" };
  const left = leftOf(payment);
  if (asked === null && left % 100 !== 0) return { because: "carries_cents", left };
  const amount = asked ?? left;
  if (amount === 0 || amount > left) return { because: "exceeds_payment", left };
  return refundsOf(payment).length < MOST_REFUNDS ? { amount } : { because: "too_many" };
};

/** The fact of a payment's history that names a refund. */
export const REFUND_FACT = "refund";

/** The ids of a payment's refunds, the oldest first: its history names each. */
export const refundsOf = ({ history }: Pick<Payment, "history">): readonly string[] =>
  history.flatMap(({ finding, facts }) => {
    const id = facts[REFUND_FACT];
    return finding === "refund_started" && typeof id === "string" ? [id] : [];
  });

/**
 * Whether a refund of `amount` may still leave. Money that went back late, after its share was given free and reserved
 * anew, counts here in full: what was reserved since must not go back on top of it.
 */
export const mayStillLeave = ({ amount: paid, history }: Pick<Payment, "amount" | "history">, amount: Cents): boolean =>
  history.reduce<number>((gone, { finding, facts }) => {
    const cents = finding === "refund_succeeded" ? facts["amount_cents"] : 0;
    return gone + (typeof cents === "number" ? cents : 0);
  }, amount) <= paid;

/** What one step of a refund changes on its payment. */
export interface Share {
  readonly state: PaymentState;
  readonly refunded: Cents;
  readonly refunding: Cents;
  /** What the payment's history calls it. */
  readonly event: RefundEventName;
}

/** The payment's side of a refund's intent. */
export const reserve = ({ state, refunded, refunding }: Shared, amount: Cents): Share => ({
  state,
  refunded,
  refunding: Cents.parse(refunding + amount),
  event: "refund_started",
});

const givenBack = (payment: Shared, shares: Pick<Share, "refunded" | "refunding">): Share => ({
  ...shares,
  state: shares.refunded === payment.amount && payment.state === "succeeded" ? "reversed" : payment.state,
  event: "refund_succeeded",
});

/**
 * The payment's side when `refund` moves on to the state `to`; null where the payment does not change. Money that went
 * back although its share was given free is counted as far as there is room: more than all can't have gone back.
 */
export const settle = (payment: Shared, refund: Pick<Refund, "amount" | "state">, to: RefundState): Share | null => {
  const { refunded, refunding } = payment;
  const { amount } = refund;
  if (refund.state === to || isOpen(to)) return null;
  if (!isOpen(refund.state)) {
    const room = Math.min(amount, leftOf(payment));
    return givenBack(payment, { refunded: Cents.parse(refunded + room), refunding });
  }
  const freed = Cents.parse(refunding - amount);
  return to === "failed"
    ? { state: payment.state, refunded, refunding: freed, event: "refund_failed" }
    : givenBack(payment, { refunded: Cents.parse(refunded + amount), refunding: freed });
};
