/** A refund as storefronts and finance see it: no ledger words, no phone number, amounts in shillings. */
import { REFUND_FAILURES } from "../domain/refund-failures.ts";
import { isUnsent } from "../domain/refund-rules.ts";
import type { RefundState } from "../domain/refund-states.ts";
import type { Refund, RefundFailure } from "../domain/refund.ts";
import { utcIso } from "../domain/time.ts";
import type { REFUND_STATUSES } from "./requests-refunds.ts";
import type { RefundResource } from "./responses-refunds.ts";

const STATUS: Readonly<Record<RefundState, (typeof REFUND_STATUSES)[number]>> = {
  initiated: "pending",
  accepted: "pending",
  uncertain: "pending",
  succeeded: "succeeded",
  failed: "failed",
};

const stage = (refund: Refund): RefundResource["stage"] => {
  if (STATUS[refund.state] !== "pending") return null;
  if (isUnsent(refund)) return "waiting";
  if (refund.state === "uncertain" || refund.disputed) return "confirming";
  return refund.state === "accepted" ? "accepted" : "sending";
};

const failureView = ({ code, resultCode, resultDesc }: RefundFailure): RefundResource["failure"] => {
  const { message, refundAgain } = REFUND_FAILURES[code];
  return { code, message, refund_again: refundAgain, daraja: { result_code: resultCode, result_desc: resultDesc } };
};

export const refundView = (refund: Refund): RefundResource => ({
  id: refund.id,
  object: "refund",
  status: STATUS[refund.state],
  stage: stage(refund),
  payment: refund.paymentId,
  amount: refund.amount / 100,
  currency: "KES",
  reason: refund.reason,
  reference: refund.reference,
  payment_receipt: refund.paymentReceipt,
  receipt: refund.receipt,
  refunded_at: refund.reversedAt === null ? null : utcIso(refund.reversedAt),
  failure: refund.state === "failed" && refund.failure ? failureView(refund.failure) : null,
  created_at: utcIso(refund.createdAt),
  updated_at: utcIso(refund.updatedAt),
});
