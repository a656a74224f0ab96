/**
 * A checkout session: an offer to pay, which a payer may take up with any phone until it ends. Each try is a payment of its
 * own, named after the session and the try's number, so that pressing twice finds the first. What must stay true: while one
 * try may still be paid no other begins, and after one was paid none ever does.
 */
import { transactionId } from "./ids.ts";
import type { Cents } from "./money.ts";
import type { Payment } from "./payment.ts";
import { OPEN_STATES } from "./payment-states.ts";
import type { PaymentState } from "./payment-states.ts";

/** How long a session may be open, in seconds. */
export const CHECKOUT_SECONDS = { min: 300, max: 30 * 86_400, usual: 86_400 } as const;

/** More tries than anybody who means to pay needs; a link that goes round can't ring phones for ever. */
export const MOST_TRIES = 20;

/** How long after its end a session still shows how it ended: late money takes a while. */
export const SHOWN_AFTER_MS = 24 * 3_600_000;

/** Part of every such payment's id: never change it. */
const OPERATION = "pay_checkout_session";

export interface CheckoutSession {
  readonly id: string;
  readonly storefront: string;
  /** What payers know the storefront by, as it was when the session was made. */
  readonly merchantName: string;
  readonly amount: Cents;
  readonly reference: string;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** Where the payer goes afterwards. */
  readonly successUrl: string | null;
  /** SHA-256 over the canonical body, to tell a replay from a reuse of its key. */
  readonly fingerprint: string;
  readonly openedBy: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Tries that were begun. A try is counted before its payment is on the ledger. */
  readonly tries: number;
}

/** The payment of a session's try, the first being 1. */
export const tryId = ({ id, storefront }: Pick<CheckoutSession, "id" | "storefront">, number: number): string =>
  transactionId("pay", { storefront, operation: OPERATION, key: `${id}#${number}` });

/** The payments of all tries that were begun, the oldest first. */
export const tryIds = (session: CheckoutSession): readonly string[] =>
  Array.from({ length: session.tries }, (_, index) => tryId(session, index + 1));

export type CheckoutStatus = "open" | "complete" | "expired";

/**
 * The session that a payment is which a storefront began itself, with a number: one try, begun with it, and no other. So
 * its payer sees the page that everybody sees.
 */
export const sessionOfPayment = (payment: Payment, merchantName: string): CheckoutSession => ({
  id: payment.id,
  storefront: payment.storefront,
  merchantName,
  amount: payment.amount,
  reference: payment.reference,
  description: payment.description,
  metadata: payment.metadata,
  successUrl: null,
  fingerprint: payment.fingerprint,
  openedBy: payment.storefront,
  createdAt: payment.createdAt,
  expiresAt: payment.createdAt,
  tries: 1,
});

/** What has become of each try, the oldest first; null: it was counted, and its payment is not on the ledger. */
export type Tries = readonly (Payment | null)[];

const isOpen = ({ state }: Payment): boolean => OPEN_STATES.some((open) => open === state);
const PAID: readonly PaymentState[] = ["succeeded", "reversed", "merged"];
const isPaid = ({ state }: Payment): boolean => PAID.includes(state);
const onLedger = (tries: Tries): readonly Payment[] => tries.filter((payment) => payment !== null);

/** The payment that a session stands for: the one that paid it, else the one that still may, else the latest. */
const telling = (tries: Tries): Payment | null => {
  const payments = onLedger(tries);
  return payments.find(isPaid) ?? payments.findLast(isOpen) ?? payments.at(-1) ?? null;
};

export interface Standing {
  readonly status: CheckoutStatus;
  readonly payment: Payment | null;
}

/** How a session stands. A try that is still open when the session's time is over keeps it open until it ends. */
export const standing = (session: CheckoutSession, tries: Tries, now: number): Standing => {
  const payment = telling(tries);
  if (payment !== null && isPaid(payment)) return { status: "complete", payment };
  const over = now >= session.expiresAt && !(payment !== null && isOpen(payment));
  return { status: over ? "expired" : "open", payment };
};

export type NextStep =
  /** There is nothing to begin: the payment that the session stands for is open, or was paid. */
  | { readonly step: "show" }
  /** Ask the phone, as this try. `counted`: the try has its number already. */
  | { readonly step: "ask"; readonly number: number; readonly counted: boolean }
  | { readonly step: "refuse"; readonly because: "expired" | "exhausted" };

/** What pressing the button does now. */
export const nextStep = (session: CheckoutSession, tries: Tries, now: number): NextStep => {
  const { status, payment } = standing(session, tries, now);
  if (payment !== null && (isPaid(payment) || isOpen(payment))) return { step: "show" };
  if (status === "expired") return { step: "refuse", because: "expired" };
  if (session.tries > 0 && tries.at(-1) === null) return { step: "ask", number: session.tries, counted: true };
  if (session.tries >= MOST_TRIES) return { step: "refuse", because: "exhausted" };
  return { step: "ask", number: session.tries + 1, counted: false };
};
