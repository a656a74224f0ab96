/**
 * The states of a customer payment, the one table of moves between them, and the reasons for which a person should look.
 * Nothing else in Malipo says where a payment may go: `decide` (decide.ts) chooses among these moves and the ledger's
 * write conditions enforce them.
 */

export const PAYMENT_STATES = [
  "initiated",
  "pending",
  "uncertain",
  "succeeded",
  "failed",
  "reversed",
  "merged",
] as const;
export type PaymentState = (typeof PAYMENT_STATES)[number];

/** Every legal move. `docs/transactions.md` draws this table and a test holds the drawing to it. */
export const PAYMENT_MOVES: Readonly<Record<PaymentState, readonly PaymentState[]>> = {
  initiated: ["pending", "uncertain", "failed", "succeeded"],
  pending: ["succeeded", "failed", "uncertain"],
  uncertain: ["succeeded", "failed"],
  failed: ["succeeded"],
  succeeded: ["reversed", "merged"],
  reversed: [],
  merged: [],
};

/**
 * What happens to a payment without evidence: it turned out to be another one (`merged`), or somebody said whose it is
 * (`routed`).
 */
export type PaymentEventName = "merged" | "routed";

/** States in which nobody knows yet how the payment ends. */
export const OPEN_STATES = ["initiated", "pending", "uncertain"] as const satisfies readonly PaymentState[];

/** Why a person should look, at a payment, a payout, a batch or a line of a statement. */
export const EXCEPTION_KINDS = [
  "late_success",
  "conflicting_evidence",
  "amount_mismatch",
  "duplicate_receipt",
  "unverified_source",
  "uncertain_overdue",
  "unclassified_code",
  "unreadable_callback",
  "digest_mismatch",
  "missing_in_ledger",
  "missing_in_statement",
  "ambiguous",
  "unreadable_row",
] as const;
export type ExceptionKind = (typeof EXCEPTION_KINDS)[number];
