/**
 * When to look at a payout that nobody has told us about, and when it may be sent once more under the same name. What
 * must stay true: the number of questions is bounded; a second sending happens only while Daraja surely still knows the
 * name of the first, so that it refuses the second when it took the first.
 */
import { overdueAfterMs } from "./check-schedule.ts";
import type { Payout } from "./payout.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** How much later than planned a question may be asked, so that a batch does not become a burst of questions. */
const SPREAD = 0.2;
const LONGEST_GAP_MS = HOUR_MS;

/** A sender is certainly gone after this: longer than any function that sends may run. */
export const SENDER_GONE_MS = 75_000;

/**
 * How long after its first sending a payout may be sent again. Daraja says that it refuses a repeated
 * OriginatorConversationID, but not for how long it remembers one.
 */
export const SEND_AGAIN_WITHIN_MS = 30 * MINUTE_MS;
/** Sendings of one payout, the first included. */
export const MOST_SENDINGS = 4;
/** Questions that must have gone unanswered before a payout is sent again. */
const ASKED_IN_VAIN = 2;

/** A schedule for a shorter interval shrinks with it, as the payments' own does. */
const scaled = (ms: number, intervalMs: number): number => ms * Math.min(1, intervalMs / MINUTE_MS);

/** When to look first at a payout that is being sent at `at`: results mostly come within seconds. */
export const firstPayoutCheck = (when: { readonly at: number; readonly intervalMs: number; readonly jitter: number }) =>
  Math.round(when.at + when.intervalMs * 0.75 * (1 + SPREAD * when.jitter));

export interface PayoutCheckQuestion {
  /** When it was first sent, or created if it never was; epoch milliseconds. */
  readonly since: number;
  /** Whether it waits to be sent, rather than for M-PESA's word. */
  readonly queued: boolean;
  /** How often it was asked about so far. */
  readonly attempt: number;
  readonly now: number;
  /** How often the sweep runs. */
  readonly intervalMs: number;
  /** A random number in [0, 1). */
  readonly jitter: number;
}

/** The gap between two questions, in parts of the time that nobody has told us anything. */
const GAP_PARTS = 8;
/** More than fit into the time until a payout is overdue, however little they are spread. */
const MOST_QUESTIONS = 100;
/** Intervals between two looks at a payout that waits to be sent: it leaves soon after whatever held it is mended. */
const QUEUED_INTERVALS = 2;

/**
 * When to ask next: an eighth of the silence later, at least an interval and at most an hour. So what is known upstream is
 * found within an eighth of the time it took to be known. Null when all questions have been asked: the payout is overdue.
 */
export const nextPayoutCheck = ({
  since,
  queued,
  attempt,
  now,
  intervalMs,
  jitter,
}: PayoutCheckQuestion): number | null => {
  const end = since + overdueAfterMs(intervalMs);
  if (now >= end || attempt >= MOST_QUESTIONS) return null;
  const longest = Math.max(intervalMs, scaled(LONGEST_GAP_MS, intervalMs));
  const grown = Math.min(longest, Math.max(intervalMs, (now - since) / GAP_PARTS));
  const gap = queued ? intervalMs * QUEUED_INTERVALS : grown;
  return Math.max(now, Math.min(end, Math.round(now + gap * (1 + SPREAD * jitter))));
};

/** The first sending in the payout's history; null when there was none. */
export const firstSentAt = (payout: Payout): number | null =>
  payout.history.find((entry) => entry.finding === "claimed")?.at ?? payout.sentAt;

/**
 * Whether the payout may be sent once more, under the same name: nobody has said that it went in, it was asked about in
 * vain, and Daraja still remembers its name if it ever heard it.
 */
export const maySendAgain = (payout: Payout, now: number): boolean => {
  const first = firstSentAt(payout);
  return (
    payout.state === "uncertain" &&
    !payout.wentIn &&
    payout.conversationId === null &&
    !payout.disputed &&
    payout.attempts < MOST_SENDINGS &&
    (payout.check?.attempt ?? 0) >= ASKED_IN_VAIN &&
    first !== null &&
    now - first <= SEND_AGAIN_WITHIN_MS
  );
};
