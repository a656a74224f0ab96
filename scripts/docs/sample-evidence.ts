/**
 * One payment in each of its states and one piece of each kind of evidence, so that the documentation can ask `decide`
 * itself what the one does to the other.
 */
import type { Evidence, Finding } from "../../functions/domain/evidence.ts";
import { shillings } from "../../functions/domain/money.ts";
import { Msisdn } from "../../functions/domain/msisdn.ts";
import type { Payment, Weighed } from "../../functions/domain/payment.ts";
import type { PaymentState } from "../../functions/domain/payment-states.ts";

const AMOUNT = shillings(1500);
const PUSH = { checkoutId: "push-1", merchantId: "merchant-1" };
const PHONE_HASH = "payer-1";
const RECEIPT = "SKL0000001";

const failure = (code: "cancelled_by_customer" | "unclassified") => ({ code, resultCode: null, resultDesc: null });

/** A payment in `state` that has been through what leads there. */
export const samplePayment = (state: PaymentState, disputed = false): Payment => {
  const isPaid = state === "succeeded" || state === "reversed";
  return {
    id: "pay_00000000000000000000000000",
    source: "stk",
    routing: "requested",
    storefront: "shop",
    shortcode: "174379",
    state,
    version: 1,
    amount: AMOUNT,
    refunded: shillings(0),
    refunding: shillings(0),
    phoneMasked: "2547*****000",
    phoneHash: PHONE_HASH,
    payerName: null,
    reference: "INV-1001",
    description: "Order 1001",
    metadata: {},
    fingerprint: "",
    push: state === "initiated" ? null : PUSH,
    receipt: isPaid ? RECEIPT : null,
    paidAt: isPaid ? 0 : null,
    mergedInto: null,
    failure: state === "failed" ? failure("cancelled_by_customer") : null,
    disputed,
    check: null,
    createdAt: 0,
    updatedAt: 0,
    history: [],
  };
};

export interface SampleEvidence {
  /** As a reader would say it. */
  readonly title: string;
  /** The word on an arrow of the drawing. */
  readonly label: string;
  readonly weighed: Weighed;
}

const heard = (finding: Finding, source: Evidence["source"]): Weighed => ({
  evidence: { ...finding, source, at: 0, by: "sample", requestId: "sample", raw: null },
  phoneHash: source === "callback" ? PHONE_HASH : null,
  rawHash: source === "sweep" ? null : `hash of ${finding.finding} from ${source}`,
});

const paid = { finding: "paid", receipt: RECEIPT, amount: AMOUNT, push: PUSH, paidAt: 0 } as const;
const phone = Msisdn.parse("254700000000");

/** Every kind of evidence that a payment can meet, in the order in which they usually come. */
export const SAMPLE_EVIDENCE: readonly SampleEvidence[] = [
  {
    title: "Daraja accepted the push",
    label: "accepted",
    weighed: heard({ finding: "accepted", push: PUSH }, "submit"),
  },
  {
    title: "Proof that M-PESA never took the push",
    label: "refused",
    weighed: heard({ finding: "refused", failure: failure("cancelled_by_customer") }, "submit"),
  },
  {
    title: "The submit's answer was lost",
    label: "unknown",
    weighed: heard({ finding: "unknown", because: "lost" }, "submit"),
  },
  { title: "Callback: paid, and all of it agrees", label: "paid", weighed: heard({ ...paid, phone }, "callback") },
  {
    title: "Callback: paid, but another amount",
    label: "paid",
    weighed: heard({ ...paid, phone, amount: shillings(1) }, "callback"),
  },
  {
    title: "Query: paid (names no amount, no receipt)",
    label: "paid",
    weighed: heard({ ...paid, receipt: null, amount: null, phone: null, paidAt: null }, "query"),
  },
  {
    title: "Callback: not paid",
    label: "unpaid",
    weighed: heard({ finding: "unpaid", failure: failure("cancelled_by_customer"), push: PUSH }, "callback"),
  },
  {
    title: "Callback: not paid, with a code no table lists",
    label: "unpaid",
    weighed: heard({ finding: "unpaid", failure: failure("unclassified"), push: PUSH }, "callback"),
  },
  {
    title: "Query: not paid",
    label: "unpaid",
    weighed: heard({ finding: "unpaid", failure: failure("cancelled_by_customer"), push: PUSH }, "query"),
  },
  {
    title: "Good token, but not Safaricom's address",
    label: "unverified",
    weighed: heard({ finding: "unverified" }, "callback"),
  },
  {
    title: "A callback nobody can read",
    label: "unreadable",
    weighed: heard({ finding: "unreadable", because: "garbled" }, "callback"),
  },
  { title: "The last question went unanswered", label: "overdue", weighed: heard({ finding: "overdue" }, "sweep") },
];
