/**
 * How a batch ends: its results are written and it is completed, or what was not sent is cancelled. Both may be done again
 * and twice at once; whatever is sent already takes its own course.
 */
import type { Batch } from "../domain/batch.ts";
import type { Clock } from "../domain/clock.ts";
import { batchFiles } from "../payouts/batch-files.ts";
import type { ChangeBatch } from "../payouts/change-batch.ts";
import { currentPayouts, ROWS_AT_ONCE } from "../payouts/current-payouts.ts";
import type { PayoutState } from "../domain/payout-states.ts";
import type { RecordPayout } from "../payouts/record-payout.ts";
import { FrozenFault } from "../payouts/rows/frozen-rows.ts";
import type { WriteResults } from "../payouts/write-results.ts";
import type { Files } from "../runtime/files.ts";
import type { Log } from "../runtime/logger.ts";
import type { ScheduledRun } from "../runtime/schedule.ts";
import type { BatchLedger } from "../store/batch-ledger.ts";
import type { PayoutLedger } from "../store/payout-ledger.ts";

export interface FinishDeps {
  readonly batches: Pick<BatchLedger, "progress">;
  readonly payouts: Pick<PayoutLedger, "readMany">;
  readonly files: Pick<Files, "put">;
  readonly writeResults: WriteResults;
  readonly record: RecordPayout;
  readonly change: ChangeBatch;
  readonly clock: Clock;
  readonly log: Log;
}

/** Cancelling one hundred rows takes no longer. */
const MARGIN_MS = 30_000;

const keepResults = async (deps: FinishDeps, batch: Batch): Promise<string> => {
  const { results } = batchFiles(batch.id);
  const pieces: string[] = [];
  for await (const piece of deps.writeResults(batch)) pieces.push(piece);
  await deps.files.put(results, pieces.join(""), "text/csv; charset=utf-8");
  return results;
};

/** Keeps the results of a batch in which everything has ended, and completes it. */
export const completeBatch =
  (deps: FinishDeps) =>
  async (batch: Batch, { requestId }: Pick<ScheduledRun, "requestId">): Promise<void> => {
    const results = await keepResults(deps, batch);
    const act = { at: deps.clock.now(), by: "clock", requestId };
    await deps.change(batch.id, { event: "completed", resultsFile: results }, act);
  };

const cancelRow = async (deps: FinishDeps, id: string, requestId: string): Promise<boolean> => {
  try {
    const received = { at: deps.clock.now(), by: "clock", requestId, raw: null };
    await deps.record(id, { finding: "cancelled", source: "sweep", ...received });
    return true;
  } catch (fault) {
    deps.log.error("payout.item_failed", { transaction: id }, fault);
    return false;
  }
};

/** Results mostly come within seconds. What has none some minutes after the cancelling is waited for no longer. */
const ON_ITS_WAY: readonly PayoutState[] = ["sending", "accepted"];
const LOOK_AGAIN_MS = 5_000;
const WAIT_FOR_MS = 300_000;

/** Keeps what became of a cancelled batch, unless its rows are not those that were approved: then nobody can say. */
const keepWhatBecame = async (deps: FinishDeps, batch: Batch): Promise<void> => {
  try {
    await keepResults(deps, batch);
  } catch (fault) {
    if (!(fault instanceof FrozenFault)) throw fault;
    deps.log.error("batch.rows_changed", { batch: batch.id }, fault);
  }
};

/**
 * Cancels what is queued of a cancelled batch; rows that never got a payout get none. The clock brings back what is left.
 * Once nothing is on its way any more its results are kept: of a batch that was cut short they are needed most.
 */
export const cancelRows =
  (deps: FinishDeps) =>
  async (batch: Batch, { requestId, remainingMs }: ScheduledRun): Promise<void> => {
    if (batch.checkAt === null) return;
    const count = batch.rows?.count ?? 0;
    const current = currentPayouts(deps.payouts);
    let isClean = true;
    let onItsWay = 0;
    let position = 0;
    let { fed } = batch;
    for (; position < count && remainingMs() > MARGIN_MS; position += ROWS_AT_ONCE) {
      const size = Math.min(ROWS_AT_ONCE, count - position);
      const payouts = await current(
        batch,
        Array.from({ length: size }, (_, index) => position + index + 1),
      );
      onItsWay += payouts.filter((payout) => payout !== null && ON_ITS_WAY.includes(payout.state)).length;
      const queued = payouts.flatMap((payout) => (payout?.state === "queued" ? [payout.id] : []));
      const cancelled = await Promise.all(queued.map((id) => cancelRow(deps, id, requestId)));
      isClean &&= cancelled.every(Boolean);
      // A feed that was cut short by the cancelling left payouts that nobody had noted.
      fed = Math.max(fed, position + payouts.findLastIndex((payout) => payout !== null) + 1);
    }
    if (!isClean || position < count) return;
    const now = deps.clock.now();
    const isOver = onItsWay === 0 || now - batch.updatedAt > WAIT_FOR_MS;
    if (isOver) await keepWhatBecame(deps, batch);
    const checkAt = isOver ? null : now + LOOK_AGAIN_MS;
    await deps.batches.progress(batch, { fed, handed: batch.handed, checkAt });
  };
