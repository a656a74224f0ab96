/**
 * Puts evidence about a refund on the ledger, sounds the alarms that it calls for and, where M-PESA complained about the
 * API operator, halts the lane. Every door that brings evidence about refunds goes through here.
 */
import type { ExceptionKind } from "../domain/payment-states.ts";
import type { RefundFailureCode } from "../domain/refund-failures.ts";
import type { Refund, RefundEvidence } from "../domain/refund.ts";
import type { TripLane } from "../payouts/trip-lane.ts";
import type { Log } from "../runtime/logger.ts";
import type { Count } from "../runtime/metrics.ts";
import type { RefundLedger, RefundRecordOutcome } from "../store/refund-ledger.ts";

export interface RecordRefundDeps {
  readonly ledger: Pick<RefundLedger, "record">;
  readonly trip: TripLane;
  /** The shortcode whose lane refunds leave by. */
  readonly shortcode: () => Promise<string>;
  readonly log: Log;
  readonly count: Count;
}

const sound = (deps: RecordRefundDeps, id: string, exception: ExceptionKind): void => {
  deps.log.warn("exception.opened", { transaction: id, exception });
  deps.count("ExceptionOpened");
  if (exception === "uncertain_overdue") deps.count("RefundOverdue");
};

/**
 * What is wrong with the operator, and so with everything that names it. An empty account, a missing role or a closed
 * product is this refund's own trouble.
 */
const complaint = (code: RefundFailureCode) =>
  code === "initiator_locked" || code === "initiator_misconfigured" ? code : null;

const breakCircuit = async (deps: RecordRefundDeps, refund: Refund, evidence: RefundEvidence): Promise<void> => {
  if (evidence.finding !== "not_reversed" && evidence.finding !== "refused") return;
  const { code, resultCode } = evidence.failure;
  const cause = complaint(code);
  if (cause === null) return;
  try {
    const shortcode = await deps.shortcode();
    const halt = { code: cause, resultCode, at: evidence.at, about: refund.id };
    await deps.trip({ shortcode, halt, requestId: evidence.requestId });
  } catch (fault) {
    // The evidence is kept and the alarm has rung; the next call that meets the same trips the lane again.
    deps.log.error("lane.not_halted", { transaction: refund.id, cause }, fault);
  }
};

/** Records `evidence` about refund `id`. Throws when the ledger can't be reached: then nothing was kept. */
export const recordRefund =
  (deps: RecordRefundDeps) =>
  async (id: string, evidence: RefundEvidence): Promise<RefundRecordOutcome> => {
    const outcome = await deps.ledger.record(id, evidence);
    if (outcome.recorded !== "changed") return outcome;
    if (outcome.exception !== null) sound(deps, id, outcome.exception);
    await breakCircuit(deps, outcome.refund, evidence);
    return outcome;
  };

export type RecordRefund = ReturnType<typeof recordRefund>;
