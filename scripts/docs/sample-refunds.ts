/**
 * One refund in each of its states and one piece of each kind of evidence, so that the documentation can ask
 * `decideRefund` itself what the one does to the other.
 */
import type { EvidenceSource } from "../../functions/domain/evidence.ts";
import { shillings } from "../../functions/domain/money.ts";
import type { RefundFailureCode } from "../../functions/domain/refund-failures.ts";
import type { RefundState } from "../../functions/domain/refund-states.ts";
import type { Refund, RefundFinding, WeighedRefund } from "../../functions/domain/refund.ts";

const AMOUNT = shillings(1500);
const RECEIPT = "SKL0000002";
const PAYMENT_RECEIPT = "SKL0000001";

const failure = (code: RefundFailureCode, resultCode: string | null = null) => ({ code, resultCode, resultDesc: null });

/** A refund of a whole payment in `state` that has been through what leads there. */
export const sampleRefund = (state: RefundState): Refund => ({
  id: "rfd_00000000000000000000000000",
  paymentId: "pay_00000000000000000000000000",
  storefront: "shop",
  shortcode: "174379",
  state,
  version: 1,
  amount: AMOUNT,
  phoneMasked: "2547*****000",
  phoneHash: "payer-1",
  reference: "INV-1001",
  paymentReceipt: PAYMENT_RECEIPT,
  reason: "out of stock",
  fingerprint: "",
  attempts: 1,
  sentAt: 0,
  doubt: state === "uncertain",
  conversationId: state === "accepted" || state === "succeeded" ? "AG_1" : null,
  originatorId: state === "accepted" || state === "succeeded" ? "7071-1" : null,
  receipt: state === "succeeded" ? RECEIPT : null,
  reversedAt: state === "succeeded" ? 0 : null,
  failure: state === "failed" ? failure("float_too_low", "1") : null,
  disputed: false,
  check: null,
  createdAt: 0,
  updatedAt: 0,
  history: [],
});

export interface SampleRefundEvidence {
  /** As a reader would say it. */
  readonly title: string;
  /** The title in two or three words, for an arrow. */
  readonly label: string;
  readonly weighed: WeighedRefund;
}

const sample = (
  title: string,
  label: string,
  what: { readonly finding: RefundFinding; readonly source: EvidenceSource },
): SampleRefundEvidence => ({
  title,
  label,
  weighed: {
    evidence: { ...what.finding, source: what.source, at: 1, by: "docs", requestId: "docs", raw: null },
    phoneHash: null,
    rawHash: "0".repeat(64),
  },
});

const reversed = {
  finding: "reversed",
  receipt: RECEIPT,
  original: PAYMENT_RECEIPT,
  amount: AMOUNT,
  phone: null,
  conversationId: null,
  reversedAt: 1,
} as const;

/** One of each. */
export const SAMPLE_REFUND_EVIDENCE: readonly SampleRefundEvidence[] = [
  sample("a sender is about to send it", "claimed", {
    finding: { finding: "claimed", checkAt: 1 },
    source: "submit",
  }),
  sample("Daraja took it", "accepted", {
    finding: { finding: "accepted", conversationId: "AG_1", originatorId: "7071-1" },
    source: "submit",
  }),
  sample("the gateway turned it away: it may be sent later", "turned away", {
    finding: { finding: "turned_away", failure: failure("rate_limited") },
    source: "submit",
  }),
  sample("the gateway refused it, with proof that M-PESA never took it", "refused", {
    finding: { finding: "refused", failure: failure("shortcode_misconfigured") },
    source: "submit",
  }),
  sample("the answer was lost, or the sender died", "answer lost", {
    finding: { finding: "unknown", because: "no answer" },
    source: "submit",
  }),
  sample("M-PESA says that money went back", "reversed", { finding: reversed, source: "callback" }),
  sample("the same, with another amount", "other amount", {
    finding: { ...reversed, amount: shillings(1) },
    source: "callback",
  }),
  sample("M-PESA says that the payment was reversed before (R000001)", "reversed before", {
    finding: { finding: "already_reversed", conversationId: null },
    source: "callback",
  }),
  sample("M-PESA says that no money went back", "not reversed", {
    finding: { finding: "not_reversed", failure: failure("float_too_low", "1"), conversationId: null },
    source: "callback",
  }),
  sample("a queue timeout, or a status that is still open", "untold", {
    finding: { finding: "untold", because: "a queue timeout", unlistedCode: null },
    source: "callback",
  }),
  sample("a good token from an address that is not Safaricom's", "unverified", {
    finding: { finding: "unverified" },
    source: "callback",
  }),
  sample("a good token with a body that nobody understands", "unreadable", {
    finding: { finding: "unreadable", because: "it is not a result" },
    source: "callback",
  }),
  sample("the last question went unanswered", "overdue", { finding: { finding: "overdue" }, source: "sweep" }),
];
