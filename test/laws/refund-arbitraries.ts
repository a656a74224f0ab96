/** Lives of a payment and its refunds, made of whatever may be asked for and heard, in any order. */
import fc from "fast-check";
import { applyRefund, decideRefund } from "../../functions/domain/decide-refund.ts";
import { Cents, shillings } from "../../functions/domain/money.ts";
import type { Payment } from "../../functions/domain/payment.ts";
import { REFUND_FACT, refundable, reserve, settle } from "../../functions/domain/refund-share.ts";
import type { Share } from "../../functions/domain/refund-share.ts";
import type { Refund, RefundFinding, WeighedRefund } from "../../functions/domain/refund.ts";
import { samplePayment } from "../../scripts/docs/sample-evidence.ts";
import { sampleRefund } from "../../scripts/docs/sample-refunds.ts";
import { chained } from "./heard.ts";

const RECEIPT = "TKL0000001";
const SHORTCODE = "174379";

/** What happens in a life. `of` names one of the refunds that there are, counted round. */
export type Happening =
  | { readonly happens: "asked"; readonly shillings: number | null }
  | {
      readonly happens: "heard";
      readonly of: number;
      readonly finding: RefundFinding;
      readonly rawHash: string | null;
    };

const failure = (code: "float_too_low" | "rate_limited", resultCode: string | null) => ({
  code,
  resultCode,
  resultDesc: null,
});

const findings: fc.Arbitrary<RefundFinding> = fc.oneof(
  fc.record({ finding: fc.constant("claimed" as const), checkAt: fc.nat(1_000) }),
  fc.record({
    finding: fc.constant("accepted" as const),
    conversationId: fc.constantFrom(null, "AG_1"),
    originatorId: fc.constantFrom(null, "7071-1"),
  }),
  fc.constant({ finding: "turned_away" as const, failure: failure("rate_limited", null) }),
  fc.constant({ finding: "refused" as const, failure: failure("float_too_low", null) }),
  fc.constant({ finding: "unknown" as const, because: "no answer" }),
  {
    weight: 6,
    arbitrary: fc.record({
      finding: fc.constant("reversed" as const),
      receipt: fc.constantFrom(null, "TKL0000002", "TKL0000003", "TKL0000004", "TKL0000005"),
      original: fc.constantFrom(null, RECEIPT, RECEIPT, "TKL9999999"),
      // Null stands for the refund's own amount, which a life fills in.
      amount: fc.constantFrom(null, null, null, Cents.parse(7)),
      phone: fc.constant(null),
      conversationId: fc.constant(null),
      reversedAt: fc.constantFrom(null, 5),
    }),
  },
  fc.constant({ finding: "already_reversed" as const, conversationId: null }),
  fc.constant({
    finding: "not_reversed" as const,
    failure: failure("float_too_low", "1"),
    conversationId: null,
  }),
  fc.record({
    finding: fc.constant("untold" as const),
    because: fc.constant("a queue timeout"),
    unlistedCode: fc.constantFrom(null, "777"),
  }),
  fc.constant({ finding: "unverified" as const }),
  fc.constant({ finding: "unreadable" as const, because: "it is not a result" }),
  fc.constant({ finding: "overdue" as const }),
);

const happenings: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      happens: fc.constant("asked" as const),
      shillings: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 12 })),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      happens: fc.constant("heard" as const),
      of: fc.nat(5),
      finding: findings,
      rawHash: fc.constantFrom(null, "ab".repeat(32), "cd".repeat(32)),
    }),
  },
);

export const lives = fc.array(happenings, { maxLength: 40 });

/** A payment with all its refunds. */
export interface Books {
  readonly payment: Payment;
  readonly refunds: readonly Refund[];
}

/** A payment of ten shillings, or of ten and a half. */
export const paid = (cents = 0): Books => ({
  payment: {
    ...samplePayment("succeeded"),
    shortcode: SHORTCODE,
    amount: Cents.parse(1_000 + cents),
    receipt: RECEIPT,
    refunded: shillings(0),
    refunding: shillings(0),
  },
  refunds: [],
});

const PLAIN = { at: 1, source: "callback", by: "law", requestId: "law", exception: null, rawHash: null } as const;

const shared = (payment: Payment, share: Share, refund: Refund): Payment => {
  const { event, ...numbers } = share;
  const facts = { [REFUND_FACT]: refund.id, amount_cents: refund.amount };
  const to = share.state === payment.state ? null : share.state;
  const entry = chained(payment, { ...PLAIN, finding: event, to, facts });
  return { ...payment, ...numbers, history: [...payment.history, entry] };
};

const ask = (books: Books, whole: number | null): Books => {
  const { payment, refunds } = books;
  const amount = whole === null ? null : shillings(whole);
  const allowed = refundable(payment, { amount, shortcodes: [SHORTCODE] });
  if ("because" in allowed) return books;
  const made = sampleRefund("initiated");
  const refund: Refund = {
    ...made,
    id: `rfd_${String(refunds.length).padStart(26, "0")}`,
    amount: allowed.amount,
    paymentReceipt: RECEIPT,
    sentAt: null,
    attempts: 0,
  };
  return { payment: shared(payment, reserve(payment, allowed.amount), refund), refunds: [...refunds, refund] };
};

/** The finding, weighed; a reversal of no named amount is one of the refund's own. */
export const weighed = (
  refund: Refund,
  { finding, rawHash }: Extract<Happening, { happens: "heard" }>,
): WeighedRefund => {
  const amount = finding.finding === "reversed" ? { amount: finding.amount ?? refund.amount } : {};
  return {
    evidence: { ...finding, ...amount, source: "callback", at: 1, by: "law", requestId: "law", raw: null },
    phoneHash: null,
    rawHash,
  };
};

/** The books after one happening. */
export const next = (books: Books, happening: Happening): Books => {
  if (happening.happens === "asked") return ask(books, happening.shillings);
  const { payment, refunds } = books;
  const refund = refunds[happening.of % Math.max(1, refunds.length)];
  if (refund === undefined) return books;
  const heard = weighed(refund, happening);
  const decision = decideRefund(refund, heard, payment);
  if (decision.decision === "ignore") return books;
  const to = decision.decision === "move" ? decision.to : null;
  const entry = chained(refund, {
    ...PLAIN,
    finding: heard.evidence.finding,
    to,
    facts: {},
    exception: decision.exception,
    rawHash: heard.rawHash,
  });
  const after = applyRefund(refund, decision, entry);
  const share = settle(payment, refund, after.state);
  return {
    payment: share === null ? payment : shared(payment, share, refund),
    refunds: refunds.map((one) => (one === refund ? after : one)),
  };
};

export const lived = (life: readonly Happening[], cents = 0): Books => life.reduce(next, paid(cents));
