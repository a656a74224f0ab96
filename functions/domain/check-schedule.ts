/**
 * When to ask Daraja about a payment whose outcome nobody has told us. Early and often while a person waits, then ever
 * more rarely, for as long as M-PESA's own records are in reach; after that a person has to look.
 *
 * Asking while the prompt is still on the phone is harmless: the answer is "still processing". What must stay true: the
 * number of questions is bounded, and the last one is asked at the very end, not some hours before it.
 */

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** The pull API looks back 48 hours; after that only the statement knows. */
const HORIZON_MS = 48 * HOUR_MS;
const LONGEST_GAP_MS = 6 * HOUR_MS;

/** How much later than planned a question may be asked, so that a burst of payments does not become a burst of questions. */
const SPREAD = 0.2;

/** More than the longest schedule ever needs (18 questions); a bound for whatever a broken clock might do. */
export const MAX_CHECKS = 40;

/**
 * The schedule belongs to a sweep that runs each minute. A shorter interval serves a laptop, where nobody waits two
 * days to see an overdue payment: first gaps shrink with the interval, the long tail with its square (5 s: 20 minutes).
 */
const tail = (ms: number, intervalMs: number): number => ms * Math.min(1, intervalMs / MINUTE_MS) ** 2;

/** How long after its creation a payment that nobody could tell about is overdue, in milliseconds. */
export const overdueAfterMs = (intervalMs: number): number => tail(HORIZON_MS, intervalMs);

export interface CheckQuestion {
  /** When the payment was created, epoch milliseconds. */
  readonly createdAt: number;
  /** How many times Daraja has been asked about it so far. */
  readonly attempt: number;
  readonly now: number;
  /** How often the sweep runs. */
  readonly intervalMs: number;
  /** A random number in [0, 1). */
  readonly jitter: number;
}

/**
 * When to ask next, epoch milliseconds: half an interval after creation, then one interval later, then two, four, eight,
 * up to six hours apart. Null when all questions have been asked: the payment is overdue.
 */
export const nextCheck = ({ createdAt, attempt, now, intervalMs, jitter }: CheckQuestion): number | null => {
  const end = createdAt + overdueAfterMs(intervalMs);
  if (now >= end || attempt >= MAX_CHECKS) return null;
  const longest = Math.max(intervalMs, tail(LONGEST_GAP_MS, intervalMs));
  const gap = Math.min(longest, intervalMs * 2 ** (attempt - 1));
  const from = attempt === 0 ? createdAt : now;
  return Math.max(now, Math.min(end, Math.round(from + gap * (1 + SPREAD * jitter))));
};
