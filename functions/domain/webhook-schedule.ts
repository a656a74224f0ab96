/**
 * When a webhook is sent again: twelve attempts, close together while a receiver may just be restarting, then ever
 * farther apart, the last a little more than five days after the first. What must stay true: the number of attempts is
 * bounded, and a receiver that asks for time gets it, up to a day.
 */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long each attempt waits after the one before it. The clock that looks for what is due runs every minute. */
const GAPS_MS = [
  MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  16 * HOUR_MS,
  22 * HOUR_MS,
  28 * HOUR_MS,
  36.5 * HOUR_MS,
] as const;

/** Attempts of one delivery, the first included. */
export const MOST_ATTEMPTS = GAPS_MS.length + 1;

/** An attempt may be later than planned by this share of its gap, so that a receiver that was down is not met by a crowd. */
const SPREAD = 0.1;

/** The most that `Retry-After` may put an attempt off. */
const MOST_RETRY_AFTER_MS = DAY_MS;

/** An endpoint that nothing has got through to for so long is disabled. */
const FAILING_MS = 5 * DAY_MS;

/**
 * The schedule belongs to a clock that runs each minute. A shorter interval serves a laptop, where nobody waits five days:
 * gaps shrink with the interval's square, and to no less than the interval (5 s: fifty minutes in all).
 */
const scaled = (ms: number, intervalMs: number): number =>
  Math.max(Math.min(ms, intervalMs), ms * Math.min(1, intervalMs / MINUTE_MS) ** 2);

/** How long an endpoint may fail without a success in between before it is disabled, milliseconds. */
export const failingAfterMs = (intervalMs: number): number => scaled(FAILING_MS, intervalMs);

export interface AttemptQuestion {
  /** Attempts made so far, at least one. */
  readonly made: number;
  /** When the last one ended, epoch milliseconds. */
  readonly now: number;
  /** How often the clock runs. */
  readonly intervalMs: number;
  /** A random number in [0, 1). */
  readonly jitter: number;
  /** How long the receiver asked to be left alone; null when it did not. */
  readonly retryAfterMs: number | null;
}

/** When to send again, epoch milliseconds; null when all attempts have been made. */
export const nextAttempt = ({ made, now, intervalMs, jitter, retryAfterMs }: AttemptQuestion): number | null => {
  const gap = GAPS_MS[made - 1];
  if (gap === undefined) return null;
  const planned = scaled(gap, intervalMs) * (1 + SPREAD * jitter);
  return Math.round(now + Math.max(planned, Math.min(retryAfterMs ?? 0, MOST_RETRY_AFTER_MS)));
};

const SECONDS = /^\d{1,9}$/;

/** What a `Retry-After` header asks for, milliseconds from now: seconds, or an HTTP date. Null when it asks nothing. */
export const readRetryAfter = (header: string | null, now: number): number | null => {
  if (header === null) return null;
  const text = header.trim();
  if (SECONDS.test(text)) return Number(text) * 1_000;
  const at = text.length <= 64 && /^[A-Z]/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - now);
};
