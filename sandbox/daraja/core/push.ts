/**
 * One STK push, as M-PESA knows it. This record is the truth that clients are measured against: what was taken, what
 * the payer did, whether money moved. Nothing a fault does to an answer or a callback changes it.
 */
import { attemptView, type CallbackAttempt } from "./callback-attempts.ts";
import type { Confirmation } from "./confirmations.ts";
import type { CallbackPlan } from "./faults.ts";
import type { Merchant } from "./merchants.ts";
import { isoTime } from "./nairobi-time.ts";
import type { StkResult } from "./results.ts";

/** What a valid submit asks for. */
export type PushOrder = {
  readonly shortcode: string;
  readonly kind: Merchant["kind"];
  readonly merchantName: string;
  readonly partyA: string;
  readonly partyB: string;
  /** Who PartyB should have been for this shortcode. */
  readonly receiver: string;
  /** The phone that gets the prompt. */
  readonly msisdn: string;
  /** Whole shillings. */
  readonly amount: number;
  readonly reference: string;
  readonly description: string;
  readonly callbackUrl: string;
};

export type Push = PushOrder & {
  readonly checkoutRequestId: string;
  readonly merchantRequestId: string;
  readonly takenAtMs: number;
  readonly plan: CallbackPlan;
  state: "prompting" | "paid" | "failed";
  /** `rings` waits for a person at the handset; `ignored` was put aside and runs out; null for payers with a life. */
  prompt: "rings" | "ignored" | null;
  promptExpiresAtMs: number | null;
  result: StkResult | null;
  receipt: string | null;
  settledAtMs: number | null;
  readonly callbacks: CallbackAttempt[];
  /** The C2B confirmation of the same payment; null where nobody registered for it. */
  confirmation: Confirmation | null;
};

type Taken = Omit<
  Push,
  "state" | "prompt" | "promptExpiresAtMs" | "result" | "receipt" | "settledAtMs" | "callbacks" | "confirmation"
>;

/** A push that has just been taken and has not been answered. */
export const newPush = (taken: Taken): Push => ({
  ...taken,
  state: "prompting",
  prompt: null,
  promptExpiresAtMs: null,
  result: null,
  receipt: null,
  settledAtMs: null,
  callbacks: [],
  confirmation: null,
});

/** The push as the control API shows it. */
export const pushView = (push: Push) => ({
  kind: "stk_push" as const,
  checkout_request_id: push.checkoutRequestId,
  merchant_request_id: push.merchantRequestId,
  state: push.state,
  amount: push.amount,
  msisdn: push.msisdn,
  party_a: push.partyA,
  party_b: push.partyB,
  shortcode: push.shortcode,
  merchant_name: push.merchantName,
  reference: push.reference,
  description: push.description,
  receipt: push.receipt,
  result_code: push.result?.code ?? null,
  result_desc: push.result?.callbackText ?? null,
  prompt: push.prompt,
  prompt_expires_at: isoTime(push.promptExpiresAtMs),
  taken_at: isoTime(push.takenAtMs),
  settled_at: isoTime(push.settledAtMs),
  callback_url: push.callbackUrl,
  callbacks: push.callbacks.map(attemptView),
  confirmations: (push.confirmation?.attempts ?? []).map(attemptView),
});
export type PushView = ReturnType<typeof pushView>;
