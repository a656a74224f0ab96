/**
 * What happens to a payout batch, and which payouts may leave for it. Pure. What must stay true: nobody approves a batch
 * of their own, an approval is for one digest and no other, and a payout leaves only for a batch that runs and whose
 * approvals all name the digest that the payout was made from.
 */
import { BATCH_MOVES, LIVE_BATCH_STATES } from "./batch-states.ts";
import type { BatchState } from "./batch-states.ts";
import type {
  Approval,
  Batch,
  BatchAct,
  BatchChange,
  BatchDecision,
  BatchEvent,
  BatchRefusal,
  Tally,
} from "./batch.ts";
import type { Cents } from "./money.ts";
import type { BatchPlace } from "./payout.ts";

/** From where on it takes two approvals, in cents. */
export interface ApprovalLimits {
  readonly secondApprovalTotal: number;
  readonly secondApprovalSingle: number;
}

/** How many different keys have to approve: two when the total or one row is above its limit. */
export const approvalsNeeded = (
  limits: ApprovalLimits,
  batch: { readonly total: Cents; readonly largest: Cents },
): number => (batch.total > limits.secondApprovalTotal || batch.largest > limits.secondApprovalSingle ? 2 : 1);

type Of<E extends BatchEvent["event"]> = Extract<BatchEvent, { event: E }>;

const change = (
  to: BatchState | null,
  set: BatchChange["set"] = {},
  exception: BatchChange["exception"] = null,
): BatchDecision => ({ ok: true, change: { to, set, exception } });
const refuse = (because: BatchRefusal): BatchDecision => ({ ok: false, because });

const mayMove = (batch: Batch, to: BatchState): boolean => BATCH_MOVES[batch.state].includes(to);
export const isLive = ({ state }: Pick<Batch, "state">): boolean => LIVE_BATCH_STATES.some((live) => live === state);
const hasEnded = ({ state }: Batch): boolean => BATCH_MOVES[state].length === 0;

/** Approvals that count: by different keys, none of them the creator's, each for the frozen digest. */
const valid = (batch: Batch, approvals: readonly Approval[]): number =>
  new Set(
    approvals
      .filter(({ keyId, digest }) => keyId !== batch.createdBy && digest === batch.rows?.digest)
      .map(({ keyId }) => keyId),
  ).size;

const isApproved = (batch: Batch, approvals = batch.approvals): boolean =>
  batch.rows !== null && valid(batch, approvals) >= Math.max(1, batch.rows.approvalsNeeded);

const onApproved = (batch: Batch, { approval }: Of<"approved">): BatchDecision => {
  if (batch.state !== "awaiting_approval" || batch.rows === null) return refuse("not_awaiting_approval");
  if (approval.keyId === batch.createdBy) return refuse("own_batch");
  if (approval.digest !== batch.rows.digest) return refuse("digest_mismatch");
  if (batch.approvals.some(({ keyId }) => keyId === approval.keyId)) return refuse("already_approved");
  const approvals = [...batch.approvals, approval];
  return isApproved(batch, approvals) ? start(batch, approval.at, { approvals }) : change(null, { approvals });
};

/** To `starting`: the float is asked for afresh, whatever was known before. */
const start = (batch: Batch, at: number, set: BatchChange["set"] = {}): BatchDecision => {
  if (batch.rows === null || !isApproved(batch, set.approvals ?? batch.approvals))
    return refuse("not_awaiting_approval");
  const float = { needed: batch.rows.total, available: null, since: at };
  // What waited for the dispatchers when it was stopped is handed to them once more.
  return change("starting", { ...set, handed: 0, stop: null, float, checkAt: at });
};

const onResumed = (batch: Batch, at: number): BatchDecision => {
  if (hasEnded(batch)) return refuse("already_finished");
  // A person who resumes a batch that waits for float has looked: it runs whatever the balance says.
  if (batch.state === "waiting_for_float") return change("running", { float: null, checkAt: at });
  return batch.state === "paused" ? start(batch, at) : refuse("not_paused");
};

const onPaused = (batch: Batch, { stop }: Of<"paused">): BatchDecision => {
  if (hasEnded(batch)) return refuse("already_finished");
  const exception = stop.cause === "digest_mismatch" ? stop.cause : null;
  return mayMove(batch, "paused") ? change("paused", { stop, checkAt: null }, exception) : refuse("not_running");
};

const onCancelled = (batch: Batch, at: number): BatchDecision => {
  if (hasEnded(batch)) return refuse("already_finished");
  // What is queued already has to be cancelled too: the clock sees to it.
  return change("cancelled", { stop: null, float: null, checkAt: batch.approvals.length > 0 ? at : null });
};

/** Decides what `event` does to `batch`; a refusal is an answer for whoever asked. */
export const decideBatch = (batch: Batch, event: BatchEvent, { at }: BatchAct): BatchDecision => {
  switch (event.event) {
    case "frozen":
      return batch.state === "awaiting_upload"
        ? change("awaiting_approval", { rows: event.rows })
        : refuse("already_finished");
    case "file_refused":
      return batch.state === "awaiting_upload"
        ? change("rejected", { refusal: { code: event.code, message: event.message } })
        : refuse("already_finished");
    case "approved":
      return onApproved(batch, event);
    case "float_found":
      return batch.state === "starting" || batch.state === "waiting_for_float"
        ? change("running", { float: null, checkAt: at })
        : refuse("not_running");
    case "float_missing":
      if (batch.state === "waiting_for_float") return change(null, { float: event.float });
      return batch.state === "starting" ? change("waiting_for_float", { float: event.float }) : refuse("not_running");
    case "paused":
      return onPaused(batch, event);
    case "resumed":
      return onResumed(batch, at);
    case "cancelled":
      return onCancelled(batch, at);
    case "completed":
      return batch.state === "running"
        ? change("completed", { resultsFile: event.resultsFile, checkAt: null })
        : refuse("not_running");
  }
};

/**
 * Whether a payout at this place of a batch may leave now. `batch` must have been read after it was decided to send.
 * Every other rule about batches serves this one.
 */
export const mayLeave = (batch: Batch | null, place: BatchPlace): boolean =>
  batch !== null &&
  batch.id === place.id &&
  batch.state === "running" &&
  batch.rows !== null &&
  place.digest === batch.rows.digest &&
  place.position >= 1 &&
  place.position <= batch.rows.count &&
  isApproved(batch);

/** What is left to pay of a batch, in cents: all that has not been paid, failed for good or been cancelled. */
export const leftToPay = (batch: Batch, tally: Tally): number => {
  const settled = tally.succeeded.amount + tally.failed.amount + tally.cancelled.amount - tally.stopped.amount;
  return Math.max(0, (batch.rows?.total ?? 0) - settled);
};

/** Rows of a batch that have not ended: not fed yet, on their way, or stopped with the lane and to be paid again. */
export const unsettled = (batch: Batch, tally: Tally): number =>
  (batch.rows?.count ?? 0) - (tally.succeeded.count + tally.failed.count + tally.cancelled.count - tally.stopped.count);
