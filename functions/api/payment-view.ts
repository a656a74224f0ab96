/** A payment as storefronts and payers see it: no ledger words, no clear phone number, amounts in shillings. */
import type { Failure } from "../domain/evidence.ts";
import { FAILURES } from "../domain/failures.ts";
import type { Payment } from "../domain/payment.ts";
import { PAYMENT_STATES } from "../domain/payment-states.ts";
import type { PaymentState } from "../domain/payment-states.ts";
import { utcIso } from "../domain/time.ts";
import type { PAYMENT_STATUSES } from "./requests.ts";
import type { PaymentResource } from "./responses-payment.ts";

type Status = (typeof PAYMENT_STATUSES)[number];

const STATUS: Readonly<Record<PaymentState, Status>> = {
  initiated: "pending",
  pending: "pending",
  uncertain: "pending",
  succeeded: "succeeded",
  failed: "failed",
  reversed: "reversed",
  merged: "merged",
};

/** The ledger's states behind a public status. */
export const statesOf = (status: Status): readonly PaymentState[] => {
  return PAYMENT_STATES.filter((state) => STATUS[state] === status);
};

const stage = ({ state, disputed }: Payment): PaymentResource["stage"] => {
  if (STATUS[state] !== "pending") return null;
  if (state === "initiated") return "sending";
  return state === "pending" && !disputed ? "awaiting_customer" : "confirming";
};

const failureView = (failure: Failure): PaymentResource["failure"] => {
  const { message, newAttempt, customerMessage } = FAILURES[failure.code];
  return {
    code: failure.code,
    new_attempt: newAttempt,
    message,
    customer_message: customerMessage,
    daraja: { result_code: failure.resultCode, result_desc: failure.resultDesc },
  };
};

export const paymentView = (payment: Payment): PaymentResource => ({
  id: payment.id,
  object: "payment",
  source: payment.source,
  routing: payment.routing,
  status: STATUS[payment.state],
  stage: stage(payment),
  amount: payment.amount / 100,
  currency: "KES",
  phone: payment.phoneMasked,
  payer_name: payment.payerName,
  reference: payment.reference,
  description: payment.description,
  receipt: payment.receipt,
  paid_at: payment.paidAt === null ? null : utcIso(payment.paidAt),
  merged_into: payment.mergedInto,
  refunded_amount: payment.refunded / 100,
  failure: payment.state === "failed" && payment.failure ? failureView(payment.failure) : null,
  metadata: { ...payment.metadata },
  created_at: utcIso(payment.createdAt),
  updated_at: utcIso(payment.updatedAt),
});
