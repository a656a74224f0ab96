/**
 * The words of exceptions: whether somebody still has to look, what is done about one, and how one ends. What must stay
 * true: an exception ends by a person's word with a note, or by M-PESA's own; never by time.
 */

export const EXCEPTION_STATUSES = ["open", "resolved"] as const;
export type ExceptionStatus = (typeof EXCEPTION_STATUSES)[number];

/** What can happen to an exception; `opened` also when it happens again. */
export type ExceptionEventName = "opened" | "assigned" | "noted" | "asked" | "resolved";

/** How a person may end one. */
export const RESOLUTIONS = ["explained", "refunded", "written_off", "duplicate", "fixed_upstream"] as const;

/** How one ends: `evidence` is M-PESA's word, which nobody can give in its place. */
export const ENDINGS = [...RESOLUTIONS, "evidence"] as const;
export type Ending = (typeof ENDINGS)[number];

/** How long ago it first happened, the youngest first. */
export const AGE_BUCKETS = ["under_1_hour", "under_24_hours", "under_3_days", "older"] as const;
export type AgeBucket = (typeof AGE_BUCKETS)[number];
