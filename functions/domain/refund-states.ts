/**
 * The states of a refund and the one table of moves between them. What must stay true: only evidence leads out of
 * `accepted` and `uncertain`, because a reversal carries no name by which M-PESA could refuse a second one; a refund that
 * M-PESA may hold is never sent again.
 */

export const REFUND_STATES = ["initiated", "accepted", "uncertain", "succeeded", "failed"] as const;
export type RefundState = (typeof REFUND_STATES)[number];

/** Every legal move. `docs/refunds.md` draws this table and a test holds the drawing to it. */
export const REFUND_MOVES: Readonly<Record<RefundState, readonly RefundState[]>> = {
  // A result may overtake the answer to the sending.
  initiated: ["accepted", "uncertain", "succeeded", "failed"],
  accepted: ["uncertain", "succeeded", "failed"],
  uncertain: ["accepted", "succeeded", "failed"],
  succeeded: [],
  failed: ["succeeded"],
};

/** States in which money may still go back, or may have gone back without our knowing: its amount stays reserved. */
export const OPEN_REFUND_STATES = ["initiated", "accepted", "uncertain"] as const satisfies readonly RefundState[];

/** The kinds of evidence about a refund; `RefundFinding` (refund.ts) says what each holds. */
export type RefundFindingName =
  | "claimed"
  | "accepted"
  | "turned_away"
  | "refused"
  | "unknown"
  | "reversed"
  | "already_reversed"
  | "not_reversed"
  | "untold"
  | "unverified"
  | "unreadable"
  | "overdue";

/** What a payment's own history says about its refunds. */
export type RefundEventName = "refund_started" | "refund_succeeded" | "refund_failed";
