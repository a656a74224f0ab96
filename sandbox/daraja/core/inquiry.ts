/**
 * One question about the past (a transaction status) or the present (an account balance). It moves no money; it is kept
 * so that a test can see how often something was asked about, and what became of the answer.
 */
import { attemptView, type CallbackAttempt } from "./callback-attempts.ts";
import type { CallbackPlan } from "./faults.ts";
import type { MpesaResult } from "./mpesa-results.ts";
import { isoTime } from "./nairobi-time.ts";

/** What a valid question asks. */
export type InquiryOrder = {
  readonly kind: "status" | "balance";
  /** The id or receipt that was asked about; the shortcode of a balance. */
  readonly about: string;
  readonly initiator: string;
  readonly shortcode: string;
  readonly occasion: string;
  readonly resultUrl: string;
  readonly queueTimeoutUrl: string;
};

export type Inquiry = InquiryOrder & {
  readonly originatorConversationId: string;
  readonly conversationId: string;
  readonly takenAtMs: number;
  readonly plan: CallbackPlan;
  result: MpesaResult | null;
  settledAtMs: number | null;
  readonly callbacks: CallbackAttempt[];
};

/** The question as the control API shows it. */
export const inquiryView = (inquiry: Inquiry) => ({
  kind: inquiry.kind,
  about: inquiry.about,
  originator_conversation_id: inquiry.originatorConversationId,
  conversation_id: inquiry.conversationId,
  shortcode: inquiry.shortcode,
  initiator: inquiry.initiator,
  result_code: inquiry.result?.code ?? null,
  result_desc: inquiry.result?.text ?? null,
  taken_at: isoTime(inquiry.takenAtMs),
  settled_at: isoTime(inquiry.settledAtMs),
  callbacks: inquiry.callbacks.map(attemptView),
});
