/**
 * One payment that a customer makes from the phone's menu, as M-PESA knows it. This record is the truth: what a fault
 * does to its validation or its confirmation changes nothing in it.
 */
import { attemptView, type CallbackAttempt } from "./callback-attempts.ts";
import type { Confirmation } from "./confirmations.ts";
import type { Merchant } from "./merchants.ts";
import { isoTime } from "./nairobi-time.ts";
import type { Validation } from "./validation.ts";

/** What a customer asks for. */
export type MenuOrder = {
  readonly kind: Merchant["kind"];
  /** Under which the organisation is registered; a till's store number. */
  readonly shortcode: string;
  /** What the customer typed as business number. */
  readonly receiver: string;
  readonly merchantName: string;
  readonly msisdn: string;
  readonly cents: number;
  /** As the customer typed it; empty for a till. */
  readonly reference: string;
};

export type MenuPayment = MenuOrder & {
  /** Its receipt once it is paid; validations name it before. */
  readonly transactionId: string;
  readonly conversationId: string;
  readonly takenAtMs: number;
  state: "validating" | "paid" | "failed";
  validation: Validation | null;
  settledAtMs: number | null;
  confirmation: Confirmation | null;
  readonly validations: CallbackAttempt[];
};

/** The payment as the control API shows it. */
export const menuPaymentView = (payment: MenuPayment) => ({
  kind: "c2b" as const,
  transaction_id: payment.transactionId,
  state: payment.state,
  amount: payment.cents / 100,
  msisdn: payment.msisdn,
  shortcode: payment.shortcode,
  receiver: payment.receiver,
  merchant_name: payment.merchantName,
  reference: payment.reference,
  receipt: payment.state === "paid" ? payment.transactionId : null,
  result_code: payment.state === "validating" ? null : (payment.validation?.refusal?.code ?? "0"),
  result_desc: payment.validation?.refusal?.text ?? null,
  validation: payment.validation?.outcome ?? null,
  taken_at: isoTime(payment.takenAtMs),
  settled_at: isoTime(payment.settledAtMs),
  validations: payment.validations.map(attemptView),
  callbacks: (payment.confirmation?.attempts ?? []).map(attemptView),
});
export type MenuPaymentView = ReturnType<typeof menuPaymentView>;
