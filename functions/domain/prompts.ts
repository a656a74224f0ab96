/**
 * How often one phone may be asked to pay. Safaricom blocks a line for 24 hours after five prompts in a row that nobody
 * completes, and two prompts at once make a payer pay twice or neither. The rule is pure: the ledger keeps the phone's
 * latest prompts (the guard) and writes `next` in the same transaction as the payment.
 * What must stay true: a payment never stands in its own way, so a replayed request decides as the first did.
 */
import * as z from "zod";
import { OPEN_STATES } from "./payment-states.ts";
import type { PaymentState } from "./payment-states.ts";

/** No guard grows past this, whatever the limits say. */
export const PROMPTS_KEPT = 100;

const count = z.int().min(1).max(PROMPTS_KEPT);
const milliseconds = z
  .int()
  .min(1)
  .max(7 * 86_400_000);

export const PromptLimits = z.strictObject({
  /** Prompts that one phone may get within `windowMs`. */
  perWindow: count,
  windowMs: milliseconds,
  /** Uncompleted prompts in a row, the oldest younger than `uncompletedWindowMs`, after which the phone is left alone. */
  uncompletedInRow: count,
  uncompletedWindowMs: milliseconds,
  /** How long a prompt may still be on the payer's screen while its payment is open. */
  promptOpenMs: milliseconds,
});
export type PromptLimits = Readonly<z.infer<typeof PromptLimits>>;

/** What Safaricom's own limits call for. */
export const DEFAULT_PROMPT_LIMITS: PromptLimits = {
  perWindow: 3,
  windowMs: 300_000,
  uncompletedInRow: 5,
  uncompletedWindowMs: 86_400_000,
  promptOpenMs: 120_000,
};

export interface PromptRecord {
  readonly paymentId: string;
  /** When the prompt was asked for, epoch milliseconds. */
  readonly at: number;
}

/** The latest prompts of one phone at one shortcode, newest last. */
export interface PromptGuard {
  readonly prompts: readonly PromptRecord[];
  /** Grows by one with every write. */
  readonly version: number;
}

export type PromptVerdict =
  /** The prompt may go out; `next` is what the guard holds from then on. */
  | { readonly allow: true; readonly next: readonly PromptRecord[] }
  /** `paymentId` is the payment whose prompt is still on the phone. */
  | { readonly allow: false; readonly because: "payment_in_progress"; readonly paymentId: string }
  /** `retryAt` is when this limit lets the phone be asked again, epoch milliseconds. */
  | { readonly allow: false; readonly because: "too_many_prompts" | "too_many_uncompleted"; readonly retryAt: number };

export interface PromptQuestion {
  readonly guard: PromptGuard | null;
  /** States of the payments that `needsStates` names. A payment that is missing counts as open. */
  readonly states: ReadonlyMap<string, PaymentState>;
  readonly paymentId: string;
  readonly now: number;
  readonly limits: PromptLimits;
}

/** After this long without a prompt a phone's guard has nothing left to say, in milliseconds. */
export const quietMs = (limits: PromptLimits): number =>
  Math.max(limits.windowMs, limits.uncompletedWindowMs, limits.promptOpenMs);

/** `quietMs` under the default limits. */
export const QUIET_MS = quietMs(DEFAULT_PROMPT_LIMITS);

const isYounger = (record: PromptRecord, ageMs: number, now: number): boolean => now - record.at < ageMs;

/** The newest prompts, as many as make a row; null while they are too few or too old to block the phone. */
const lastRow = (
  prompts: readonly PromptRecord[],
  now: number,
  limits: PromptLimits,
): readonly PromptRecord[] | null => {
  const row = prompts.slice(-limits.uncompletedInRow);
  const recent =
    row.length === limits.uncompletedInRow && row.every((r) => isYounger(r, limits.uncompletedWindowMs, now));
  return recent ? row : null;
};

/** The payments whose states `decidePrompt` will want to know: mostly none or one, never more than `PROMPTS_KEPT`. */
export const needsStates = (guard: PromptGuard | null, now: number, limits: PromptLimits): readonly string[] => {
  const prompts = guard?.prompts ?? [];
  const young = prompts.filter((record) => isYounger(record, limits.promptOpenMs, now));
  const wanted = [...(lastRow(prompts, now, limits) ?? []), ...young];
  return [...new Set(wanted.map((record) => record.paymentId))].slice(-PROMPTS_KEPT);
};

/** Whether this payment may ring its payer's phone now. */
export const decidePrompt = ({ guard, states, paymentId, now, limits }: PromptQuestion): PromptVerdict => {
  const prompts = guard?.prompts ?? [];
  if (prompts.some((record) => record.paymentId === paymentId)) return { allow: true, next: prompts };

  const stateOf = (record: PromptRecord): PaymentState => states.get(record.paymentId) ?? "initiated";
  const isOpen = (record: PromptRecord): boolean => OPEN_STATES.some((open) => open === stateOf(record));
  const ringing = prompts.findLast((record) => isYounger(record, limits.promptOpenMs, now) && isOpen(record));
  if (ringing) return { allow: false, because: "payment_in_progress", paymentId: ringing.paymentId };

  const first = prompts.at(-limits.perWindow);
  if (first && isYounger(first, limits.windowMs, now))
    return { allow: false, because: "too_many_prompts", retryAt: first.at + limits.windowMs };

  const completed: readonly PaymentState[] = ["succeeded", "reversed"];
  const row = lastRow(prompts, now, limits);
  const oldest = row?.[0];
  if (row && oldest && !row.some((record) => completed.includes(stateOf(record))))
    return { allow: false, because: "too_many_uncompleted", retryAt: oldest.at + limits.uncompletedWindowMs };

  const kept = prompts.filter((record) => isYounger(record, quietMs(limits), now));
  const most = Math.max(limits.perWindow, limits.uncompletedInRow);
  return { allow: true, next: [...kept, { paymentId, at: now }].slice(-most) };
};
