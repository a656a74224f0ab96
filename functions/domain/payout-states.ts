/**
 * The states of a payout and the one table of moves between them. What must stay true: `queued` means that M-PESA holds
 * nothing of it; whoever is `sending` may have been heard; only evidence leads out of `accepted` and `uncertain`, or a
 * second sending under the same name, which Daraja refuses when it took the first (500.002.1001).
 */

export const PAYOUT_STATES = [
  "queued",
  "sending",
  "accepted",
  "uncertain",
  "succeeded",
  "failed",
  "cancelled",
] as const;
export type PayoutState = (typeof PAYOUT_STATES)[number];

/** Every legal move. `docs/transactions.md` draws this table and a test holds the drawing to it. */
export const PAYOUT_MOVES: Readonly<Record<PayoutState, readonly PayoutState[]>> = {
  // Evidence may speak of a payout we believe unsent: then it is believed, and a person looks.
  queued: ["sending", "cancelled", "accepted", "succeeded", "failed"],
  // Back to the queue only on proof that no sending of it ever reached M-PESA.
  sending: ["queued", "accepted", "uncertain", "succeeded", "failed"],
  accepted: ["uncertain", "succeeded", "failed"],
  uncertain: ["sending", "accepted", "succeeded", "failed"],
  succeeded: [],
  failed: ["succeeded"],
  cancelled: ["succeeded"],
};

/** States in which money may still move, or may have moved without our knowing. */
export const OPEN_PAYOUT_STATES = [
  "queued",
  "sending",
  "accepted",
  "uncertain",
] as const satisfies readonly PayoutState[];

/** States in which M-PESA may hold the payout: it is asked about until it says how it ended. */
export const SENT_PAYOUT_STATES = ["sending", "accepted", "uncertain"] as const satisfies readonly PayoutState[];

/** The kinds of evidence about a payout; `PayoutFinding` (payout.ts) says what each holds. */
export type PayoutFindingName =
  | "claimed"
  | "accepted"
  | "turned_away"
  | "refused"
  | "unknown"
  | "paid"
  | "unpaid"
  | "untold"
  | "unverified"
  | "unreadable"
  | "overdue"
  | "cancelled"
  | "replaced";
