/**
 * Whether a request is sent again, and after which pause. One pure decision. What must stay true: what may have
 * happened is repeated only under its Idempotency-Key or when it changes nothing twice; a refusal is never repeated.
 */

export type Outcome =
  | { readonly kind: "silence" }
  /** `retryAfterMs`: how long the API asks to wait; null when it does not say. */
  | { readonly kind: "answer"; readonly status: number; readonly retryAfterMs: number | null };

export interface Attempt {
  readonly outcome: Outcome;
  /** How many times it was sent before, so 0 after the first time. */
  readonly before: number;
  /** Whether sending it twice is the same as sending it once. */
  readonly isRepeatable: boolean;
  /** From 0 to 1: keeps many clients from coming back at the same moment. */
  readonly random: number;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8_000;
/** Whoever is asked to wait longer wants to know that instead of hanging. */
const LONGEST_ASKED_MS = 20_000;
/** The API's own faults, and those of what stands before it. */
const FAULTS: ReadonlySet<number> = new Set([500, 502, 503, 504]);

const backOff = ({ before, random }: Attempt): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** before) * (0.5 + random / 2);

/** How long to wait before the next try, in milliseconds; null when there is to be none. */
export const pauseBefore = (attempt: Attempt): number | null => {
  const { outcome, isRepeatable } = attempt;
  if (outcome.kind === "silence") return isRepeatable ? backOff(attempt) : null;
  const { status, retryAfterMs } = outcome;
  // 429 says that nothing was done, so anything may be repeated after it.
  if (status !== 429 && !(FAULTS.has(status) && isRepeatable)) return null;
  if (retryAfterMs !== null && retryAfterMs > LONGEST_ASKED_MS) return null;
  return Math.max(retryAfterMs ?? 0, backOff(attempt));
};

/** Whether a request may be repeated although its first copy may have arrived. DELETE and PATCH set a state. */
export const isRepeatable = (request: Request): boolean =>
  request.method !== "POST" || request.headers.has("idempotency-key");

/** `Retry-After` in milliseconds, from its seconds or its date (RFC 9110, 10.2.3). */
export const retryAfterMs = (header: string | null, now: number): number | null => {
  if (header === null || header.trim() === "") return null;
  const wait = /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isNaN(wait) ? null : Math.max(0, wait);
};
