/**
 * One payout, as M-PESA knows it. This record is the truth that clients are measured against: that it was taken, how
 * often it was asked for, whether money moved. Nothing a fault does to an answer or a result changes it.
 */
import { attemptView, type CallbackAttempt } from "./callback-attempts.ts";
import type { CallbackPlan } from "./faults.ts";
import type { MpesaResult } from "./mpesa-results.ts";
import { isoTime } from "./nairobi-time.ts";

/** What a valid submit asks for. */
export type PayoutOrder = {
  /** The caller's own with v3; made up with v1. */
  readonly originatorConversationId: string;
  readonly initiator: string;
  readonly commandId: string;
  readonly shortcode: string;
  readonly organisation: string;
  readonly msisdn: string;
  /** Whole shillings. */
  readonly amount: number;
  readonly remarks: string;
  readonly occasion: string;
  readonly resultUrl: string;
  readonly queueTimeoutUrl: string;
};

export type Payout = PayoutOrder & {
  readonly conversationId: string;
  readonly takenAtMs: number;
  readonly plan: CallbackPlan;
  /** How many requests named it, the first included. */
  submits: number;
  /** How many times money left for it. More than once would be the simulator's own mistake. */
  payments: number;
  state: "accepted" | "paid" | "failed";
  result: MpesaResult | null;
  receipt: string | null;
  settledAtMs: number | null;
  readonly callbacks: CallbackAttempt[];
};

type Taken = Omit<Payout, "submits" | "payments" | "state" | "result" | "receipt" | "settledAtMs" | "callbacks">;

/** A payout that has just been taken. */
export const newPayout = (taken: Taken): Payout => ({
  ...taken,
  submits: 1,
  payments: 0,
  state: "accepted",
  result: null,
  receipt: null,
  settledAtMs: null,
  callbacks: [],
});

/** The payout as the control API shows it. */
export const payoutView = (payout: Payout) => ({
  kind: "payout" as const,
  originator_conversation_id: payout.originatorConversationId,
  conversation_id: payout.conversationId,
  state: payout.state,
  amount: payout.amount,
  msisdn: payout.msisdn,
  shortcode: payout.shortcode,
  merchant_name: payout.organisation,
  initiator: payout.initiator,
  command_id: payout.commandId,
  reference: payout.occasion,
  remarks: payout.remarks,
  receipt: payout.receipt,
  result_code: payout.result?.code ?? null,
  result_desc: payout.result?.text ?? null,
  submits: payout.submits,
  taken_at: isoTime(payout.takenAtMs),
  settled_at: isoTime(payout.settledAtMs),
  result_url: payout.resultUrl,
  queue_timeout_url: payout.queueTimeoutUrl,
  callbacks: payout.callbacks.map(attemptView),
});
export type PayoutView = ReturnType<typeof payoutView>;
