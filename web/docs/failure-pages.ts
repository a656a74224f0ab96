/** A page for each reason for which a payment, a payout or a refund fails. */
import type { Codes, PaymentFailure, PayoutFailure, RefundFailure } from "./codes.ts";
import { escapeHtml, inline } from "./html.ts";
import type { Page } from "./shell.ts";

export const FAILED_KINDS = ["payments", "payouts", "refunds"] as const;
export type FailedKind = (typeof FAILED_KINDS)[number];

const SINGULAR: Readonly<Record<FailedKind, string>> = { payments: "payment", payouts: "payout", refunds: "refund" };
const ABOVE: Readonly<Record<FailedKind, string>> = {
  payments: '<a href="/docs/failures#payments">Why payments fail</a>',
  payouts: '<a href="/docs/failures#payouts">Why payouts fail</a>',
  refunds: '<a href="/docs/refunds#why-one-fails">Why refunds fail</a>',
};

const ATTEMPT = {
  yes: "<strong>Yes</strong>, at once: a new payment under a new <code>Idempotency-Key</code>.",
  later: "<strong>Yes, after a wait</strong>: a new payment under a new <code>Idempotency-Key</code>.",
  customer_decides: "<strong>If the payer wants to</strong>, or has changed something: a new payment under a new key.",
  no: "<strong>No</strong>, not until somebody has repaired it.",
} as const;

const WHO = {
  customer: "The payer.",
  merchant: "Your business.",
  network: "Nobody: it is the mobile network.",
  safaricom: "Nobody here: it is Safaricom.",
  malipo: "Whoever operates Malipo.",
} as const;

const AGAIN = {
  yes: "<strong>Yes.</strong>",
  later: "<strong>Yes, later.</strong>",
  after_fix: "<strong>After it has been mended.</strong>",
  no: "<strong>No.</strong>",
} as const;

const HALTS = {
  initiator: "Every payout, and every question to M-PESA about one, until somebody has mended it.",
  float: "Every payout, until there is money to pay from.",
  shortcode: "Every payout, until Safaricom has mended the shortcode.",
} as const;

const page = (kind: FailedKind, failure: { readonly code: string; readonly message: string }, more: string): Page => ({
  title: failure.code,
  heading: `<code>${failure.code}</code>`,
  description: `Why a ${SINGULAR[kind]} fails with ${failure.code}, and what to do about it.`,
  address: `/docs/failures/${kind}/${failure.code}`,
  above: ABOVE[kind],
  html: `<h2 id="what-happened">What happened, and what to do</h2>\n<p>${inline(failure.message)}</p>\n${more}`,
});

const payment = (failure: PaymentFailure): Page =>
  page(
    "payments",
    failure,
    `<h2 id="again">Offer a new payment?</h2>
<p>${ATTEMPT[failure.new_attempt]} (<code>new_attempt: ${failure.new_attempt}</code>)</p>
<h2 id="who">Who has to act</h2>
<p>${WHO[failure.fault]}</p>
<h2 id="customer-message">What to tell the payer</h2>
<blockquote lang="en"><p>${escapeHtml(failure.customer_message.en)}</p></blockquote>
<blockquote lang="sw"><p>${escapeHtml(failure.customer_message.sw)}</p></blockquote>`,
  );

const payout = (failure: PayoutFailure): Page =>
  page(
    "payouts",
    failure,
    `<h2 id="again">Pay the same person again?</h2>
<p>${AGAIN[failure.pay_again]} (<code>pay_again: ${failure.pay_again}</code>)</p>
<h2 id="halts">What else it stops</h2>
<p>${failure.halts === null ? "Nothing: it concerns this payout alone." : HALTS[failure.halts]}</p>`,
  );

const refund = (failure: RefundFailure): Page =>
  page(
    "refunds",
    failure,
    `<h2 id="again">Ask for the same again?</h2>
<p>${AGAIN[failure.refund_again]} (<code>refund_again: ${failure.refund_again}</code>) A new refund, under a new <code>Idempotency-Key</code>.</p>`,
  );

/** The pages of all failures. */
export const failurePages = (codes: Codes): readonly Page[] => [
  ...codes.payment_failures.map(payment),
  ...codes.payout_failures.map(payout),
  ...codes.refund_failures.map(refund),
];
