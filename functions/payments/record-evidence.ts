/**
 * Puts evidence on the ledger and sounds the alarms that it calls for. Every door that brings evidence goes through
 * here, so an exception is counted once, whoever found it.
 */
import type { Evidence } from "../domain/evidence.ts";
import type { ExceptionKind } from "../domain/payment-states.ts";
import type { Log } from "../runtime/logger.ts";
import type { Count } from "../runtime/metrics.ts";
import type { Ledger, RecordOutcome } from "../store/ledger.ts";

export interface RecordDeps {
  readonly ledger: Pick<Ledger, "record">;
  readonly log: Log;
  readonly count: Count;
}

const sound = (deps: RecordDeps, id: string, exception: ExceptionKind): void => {
  deps.log.warn("exception.opened", { transaction: id, exception });
  deps.count("ExceptionOpened");
  if (exception === "uncertain_overdue") deps.count("PaymentOverdue");
};

/** Records `evidence` about payment `id`. Throws when the ledger can't be reached: then nothing was kept. */
export const recordEvidence =
  (deps: RecordDeps) =>
  async (id: string, evidence: Evidence): Promise<RecordOutcome> => {
    const outcome = await deps.ledger.record(id, evidence);
    if (outcome.recorded === "changed" && outcome.exception) sound(deps, id, outcome.exception);
    return outcome;
  };

export type RecordEvidence = ReturnType<typeof recordEvidence>;
