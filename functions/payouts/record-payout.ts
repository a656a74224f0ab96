/**
 * Puts evidence about a payout on the ledger, sounds the alarms that it calls for and, where everything else would fail
 * the same way, trips the lane. Every door that brings evidence about payouts goes through here.
 */
import type { ExceptionKind } from "../domain/payment-states.ts";
import { PAYOUT_FAILURES } from "../domain/payout-failures.ts";
import type { Payout, PayoutEvidence, PayoutFailure } from "../domain/payout.ts";
import type { Log } from "../runtime/logger.ts";
import type { Count } from "../runtime/metrics.ts";
import type { BatchLedger } from "../store/batch-ledger.ts";
import type { PayoutLedger, PayoutRecordOutcome } from "../store/payout-ledger.ts";
import type { HandBack } from "./hand-back.ts";
import type { TripLane } from "./trip-lane.ts";

export interface RecordPayoutDeps {
  readonly ledger: Pick<PayoutLedger, "record">;
  readonly batches: Pick<BatchLedger, "read">;
  readonly trip: TripLane;
  readonly handBack: HandBack;
  readonly log: Log;
  readonly count: Count;
}

const sound = (deps: RecordPayoutDeps, id: string, exception: ExceptionKind): void => {
  deps.log.warn("exception.opened", { transaction: id, exception });
  deps.count("ExceptionOpened");
  if (exception === "uncertain_overdue") deps.count("PayoutOverdue");
};

/** The failure that this evidence brought and that the next payout would meet too. */
const haltingFailure = (payout: Payout, { finding }: PayoutEvidence): PayoutFailure | null => {
  const brought = finding === "unpaid" || finding === "refused";
  const halts = payout.failure !== null && PAYOUT_FAILURES[payout.failure.code].halts !== null;
  return brought && halts && payout.state === "failed" ? payout.failure : null;
};

/**
 * Whether it was sent before somebody last resumed its batch: then its failure is of before the mending and says nothing
 * about now.
 */
const isOldNews = async (deps: RecordPayoutDeps, { batch: place, sentAt }: Payout): Promise<boolean> => {
  if (place === null || sentAt === null) return false;
  const batch = await deps.batches.read(place.id);
  const resumed = batch?.history.findLast(({ finding }) => finding === "resumed");
  return resumed !== undefined && sentAt < resumed.at;
};

const breakCircuit = async (deps: RecordPayoutDeps, payout: Payout, evidence: PayoutEvidence): Promise<void> => {
  const failure = haltingFailure(payout, evidence);
  if (failure === null) return;
  try {
    if (payout.batch !== null && (await isOldNews(deps, payout))) {
      deps.log.info("lane.old_news", { transaction: payout.id, cause: failure.code });
      await deps.handBack(payout.batch);
      return;
    }
    const { shortcode } = payout;
    const { code, resultCode } = failure;
    const halt = { code, resultCode, at: evidence.at, about: payout.id };
    await deps.trip({ shortcode, halt, requestId: evidence.requestId, batchId: payout.batch?.id });
  } catch (fault) {
    // The evidence is kept and the alarm has rung; the next payout that meets the same trips the lane again.
    deps.log.error("lane.not_halted", { transaction: payout.id, cause: failure.code }, fault);
  }
};

/** Records `evidence` about payout `id`. Throws when the ledger can't be reached: then nothing was kept. */
export const recordPayout =
  (deps: RecordPayoutDeps) =>
  async (id: string, evidence: PayoutEvidence): Promise<PayoutRecordOutcome> => {
    const outcome = await deps.ledger.record(id, evidence);
    if (outcome.recorded !== "changed") return outcome;
    if (outcome.exception !== null) sound(deps, id, outcome.exception);
    await breakCircuit(deps, outcome.payout, evidence);
    return outcome;
  };

export type RecordPayout = ReturnType<typeof recordPayout>;
