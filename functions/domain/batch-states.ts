/**
 * The states of a payout batch and the one table of moves between them. What must stay true: nothing of a batch is sent
 * outside `running`, and no way leads there but through approval of its digest.
 */

export const BATCH_STATES = [
  "awaiting_upload",
  "rejected",
  "awaiting_approval",
  "starting",
  "waiting_for_float",
  "running",
  "paused",
  "completed",
  "cancelled",
] as const;
export type BatchState = (typeof BATCH_STATES)[number];

/** Every legal move. `docs/transactions.md` draws this table and a test holds the drawing to it. */
export const BATCH_MOVES: Readonly<Record<BatchState, readonly BatchState[]>> = {
  awaiting_upload: ["awaiting_approval", "rejected", "cancelled"],
  rejected: [],
  awaiting_approval: ["starting", "cancelled"],
  // Approved; the float is being asked for.
  starting: ["running", "waiting_for_float", "paused", "cancelled"],
  waiting_for_float: ["running", "paused", "cancelled"],
  running: ["paused", "completed", "cancelled"],
  paused: ["starting", "cancelled"],
  completed: [],
  cancelled: [],
};

/** States in which the clock looks after a batch. */
export const LIVE_BATCH_STATES = ["starting", "waiting_for_float", "running"] as const satisfies readonly BatchState[];

/** What can happen to a batch; `BatchEvent` (batch.ts) says what each holds. */
export type BatchEventName =
  | "frozen"
  | "file_refused"
  | "approved"
  | "float_found"
  | "float_missing"
  | "paused"
  | "resumed"
  | "cancelled"
  | "completed";
