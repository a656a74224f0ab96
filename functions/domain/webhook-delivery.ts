/**
 * One event on its way to one endpoint, and what became of each attempt. What must stay true: what is sent, and its id,
 * are the same in every attempt; only an answer of 2xx is delivered; a delivery that ended is sent again only when its
 * owner asks, and then it has all its attempts once more.
 */
import type { EventType } from "./webhook-event.ts";
import { nextAttempt } from "./webhook-schedule.ts";

export const DELIVERY_STATUSES = ["pending", "delivered", "failed"] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** How an attempt ended. */
export const ATTEMPT_RESULTS = [
  /** Answered with 2xx. */
  "delivered",
  /** Answered with 410: the receiver wants nothing any more. */
  "gone",
  /** Answered with something else. */
  "refused",
  /** Answered with 3xx: redirects are not followed. */
  "redirected",
  /** No answer within the time. */
  "timed_out",
  /** No connection, or one that broke. */
  "unreachable",
  /** The address is none that may be called; nothing was sent. */
  "forbidden_address",
] as const;
export type AttemptResult = (typeof ATTEMPT_RESULTS)[number];

/** Why a delivery ended without success. */
export const FAILED_BECAUSE = ["attempts_exhausted", "endpoint_gone", "endpoint_disabled", "endpoint_deleted"] as const;
export type FailedBecause = (typeof FAILED_BECAUSE)[number];

export interface Attempt {
  /** When it began, epoch milliseconds; the timestamp that was signed. */
  readonly at: number;
  readonly ms: number;
  readonly result: AttemptResult;
  readonly url: string;
  readonly status: number | null;
  /** The beginning of the answer, masked. */
  readonly excerpt: string | null;
  /** What went wrong before there was an answer. */
  readonly error: string | null;
}

export interface Delivery {
  readonly id: string;
  readonly storefront: string;
  readonly endpoint: string;
  readonly event: { readonly id: string; readonly type: EventType; readonly subject: string };
  readonly body: string;
  readonly status: DeliveryStatus;
  readonly failedBecause: FailedBecause | null;
  /** Attempts ever made. */
  readonly made: number;
  /** Attempts that were made before its owner asked for it again; 0 when nobody has. */
  readonly madeBefore: number;
  /** The latest attempts, oldest first. */
  readonly attempts: readonly Attempt[];
  /** When the clock sends it again; null when it ended. */
  readonly dueAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Attempts that are kept: two whole rounds. */
const KEPT_ATTEMPTS = 24;

/** How often the clock looks for what is due, and chance. */
export interface Pace {
  readonly intervalMs: number;
  readonly jitter: number;
}

/**
 * When the clock looks after a delivery whose message should be on its way: late enough for the message to have come
 * first, early enough that a lost one is no loss.
 */
export const safetyAt = (now: number, { intervalMs, jitter }: Pace): number =>
  Math.round(now + intervalMs * (5 + jitter));

/** When an attempt that had to wait for its endpoint is looked at again. */
export const waitedAt = (now: number, { intervalMs, jitter }: Pace): number =>
  Math.round(now + intervalMs * (0.5 + 2 * jitter));

const ended = (
  delivery: Delivery,
  { status, failedBecause, at }: Pick<Delivery, "status" | "failedBecause"> & { readonly at: number },
): Delivery => ({ ...delivery, status, failedBecause, dueAt: null, updatedAt: at });

/** A delivery that nothing more can be done about. */
export const abandoned = (delivery: Delivery, failedBecause: FailedBecause, at: number): Delivery =>
  ended(delivery, { status: "failed", failedBecause, at });

/** A delivery after one more attempt. `retryAfterMs` is what the receiver asked for. */
export const afterAttempt = (
  delivery: Delivery,
  attempt: Attempt & { readonly retryAfterMs: number | null },
  pace: Pace,
): Delivery => {
  const { retryAfterMs, ...kept } = attempt;
  const now = attempt.at + attempt.ms;
  const made = delivery.made + 1;
  const tried: Delivery = {
    ...delivery,
    made,
    attempts: [...delivery.attempts, kept].slice(-KEPT_ATTEMPTS),
    updatedAt: now,
  };
  if (attempt.result === "delivered") return ended(tried, { status: "delivered", failedBecause: null, at: now });
  if (attempt.result === "gone") return abandoned(tried, "endpoint_gone", now);
  // It ended while this attempt was under way, as when its endpoint was disabled: it stays as it ended.
  if (delivery.status !== "pending") return tried;
  const dueAt = nextAttempt({ made: made - delivery.madeBefore, now, retryAfterMs, ...pace });
  return dueAt === null ? abandoned(tried, "attempts_exhausted", now) : { ...tried, dueAt };
};

/** A delivery that its owner wants to have again, with all its attempts before it. */
export const again = (delivery: Delivery, now: number, pace: Pace): Delivery => ({
  ...delivery,
  status: "pending",
  failedBecause: null,
  madeBefore: delivery.made,
  dueAt: safetyAt(now, pace),
  updatedAt: now,
});
