/**
 * One reversal: a customer's payment given back, whole or in part. This record is the truth, whatever a fault does to its
 * result.
 */
import { attemptView, type CallbackAttempt } from "./callback-attempts.ts";
import type { CallbackPlan } from "./faults.ts";
import type { MpesaResult } from "./mpesa-results.ts";
import { isoTime } from "./nairobi-time.ts";

/** What a valid request asks for. */
export type ReversalOrder = {
  /** The receipt of the payment. */
  readonly originalTransactionId: string;
  readonly initiator: string;
  readonly shortcode: string;
  readonly organisation: string;
  /** Whole shillings. */
  readonly amount: number;
  readonly remarks: string;
  readonly occasion: string;
  readonly resultUrl: string;
  readonly queueTimeoutUrl: string;
};

export type Reversal = ReversalOrder & {
  readonly originatorConversationId: string;
  readonly conversationId: string;
  readonly takenAtMs: number;
  readonly plan: CallbackPlan;
  /** Who paid, once money went back. */
  msisdn: string | null;
  state: "accepted" | "paid" | "failed";
  result: MpesaResult | null;
  /** Its own, never that of the payment. */
  receipt: string | null;
  settledAtMs: number | null;
  readonly callbacks: CallbackAttempt[];
};

/** The reversal as the control API shows it. */
export const reversalView = (reversal: Reversal) => ({
  kind: "reversal" as const,
  originator_conversation_id: reversal.originatorConversationId,
  conversation_id: reversal.conversationId,
  original_transaction_id: reversal.originalTransactionId,
  state: reversal.state,
  amount: reversal.amount,
  msisdn: reversal.msisdn,
  shortcode: reversal.shortcode,
  merchant_name: reversal.organisation,
  initiator: reversal.initiator,
  reference: reversal.occasion,
  remarks: reversal.remarks,
  receipt: reversal.receipt,
  result_code: reversal.result?.code ?? null,
  result_desc: reversal.result?.text ?? null,
  taken_at: isoTime(reversal.takenAtMs),
  settled_at: isoTime(reversal.settledAtMs),
  result_url: reversal.resultUrl,
  queue_timeout_url: reversal.queueTimeoutUrl,
  callbacks: reversal.callbacks.map(attemptView),
});
export type ReversalView = ReturnType<typeof reversalView>;
