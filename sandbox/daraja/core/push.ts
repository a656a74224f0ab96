/**
 * One STK push, as M-PESA knows it. This record is the truth that clients are measured against: what was taken, what
 * the payer did, whether money moved. Nothing a fault does to an answer or a callback changes it.
 */
import type { CallbackPlan } from "./faults.ts";
import type { StkResult } from "./results.ts";

/** What a valid submit asks for. */
export type PushOrder = {
  readonly shortcode: string;
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

/** One attempt to tell the client. */
export type CallbackAttempt = {
  readonly sentAtMs: number;
  readonly sourceAddress: string;
  readonly body: string;
  /** HTTP status of the answer; null while there is none. */
  status: number | null;
  /** Why there will be no status. */
  error: string | null;
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
};

type Taken = Omit<Push, "state" | "prompt" | "promptExpiresAtMs" | "result" | "receipt" | "settledAtMs" | "callbacks">;

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
});

const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** The push as the control API shows it. */
export const pushView = (push: Push) => ({
  kind: "stk_push",
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
  prompt_expires_at: time(push.promptExpiresAtMs),
  taken_at: time(push.takenAtMs),
  settled_at: time(push.settledAtMs),
  callback_url: push.callbackUrl,
  callbacks: push.callbacks.map((attempt) => ({
    sent_at: time(attempt.sentAtMs),
    source_address: attempt.sourceAddress,
    status: attempt.status,
    error: attempt.error,
    body: attempt.body,
  })),
});
export type PushView = ReturnType<typeof pushView>;
