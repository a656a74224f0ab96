/**
 * Feeds a running batch: gives its rows payouts and hands their names to the dispatchers. What must stay true: rows come
 * only out of a file that was read to its end and is what was approved; feeding the same rows again makes no second
 * payout; no more is handed on than can be sent soon, so that little waits in the queue when somebody pauses.
 */
import type { Batch } from "../domain/batch.ts";
import type { BatchRow } from "../domain/batch-row.ts";
import { digestLine } from "../domain/batch-row.ts";
import { sha256Hex } from "../domain/canonical-json.ts";
import type { Clock } from "../domain/clock.ts";
import { isStopped } from "../domain/payout-failures.ts";
import type { Payout, PayoutIntent } from "../domain/payout.ts";
import { verifiedRows } from "../payouts/batch-files.ts";
import { currentPayouts, ROWS_AT_ONCE } from "../payouts/current-payouts.ts";
import { payoutRowId } from "../payouts/row-id.ts";
import type { Files } from "../runtime/files.ts";
import type { Log } from "../runtime/logger.ts";
import type { Queue } from "../runtime/queue.ts";
import type { ScheduledRun } from "../runtime/schedule.ts";
import type { BatchLedger } from "../store/batch-ledger.ts";
import type { PayoutLedger } from "../store/payout-ledger.ts";

export interface FeedDeps {
  readonly batches: Pick<BatchLedger, "progress">;
  readonly payouts: Pick<PayoutLedger, "readMany" | "openRows" | "replace">;
  readonly files: Pick<Files, "read">;
  readonly payoutQueue: Queue;
  readonly clock: Clock;
  readonly log: Log;
}

/** Rows that one look at the file hands on at most. */
const MOST_ROWS = 2_000;
/** For so long nobody else feeds the batch; each hundred rows begin it anew. */
export const LEASE_MS = 60_000;
/** Time that one hundred rows may take. */
const MARGIN_MS = 20_000;
const REPLACED_AT_ONCE = 10;

/** The payout that a row is to get; `generation` counts those that failed before it and were replaced. */
const intentOf = (
  batch: Batch,
  row: BatchRow,
  made: { readonly generation: number; readonly at: number; readonly requestId: string },
): PayoutIntent => {
  const { generation, at, requestId } = made;
  const { position, phone, amount, reference, remarks } = row;
  return {
    id: payoutRowId(batch, position, generation),
    storefront: batch.storefront,
    shortcode: batch.shortcode,
    kind: batch.kind,
    amount,
    phone,
    reference,
    remarks,
    metadata: {},
    fingerprint: sha256Hex(digestLine(row)),
    openedBy: `key:${batch.createdBy}`,
    requestId,
    createdAt: at,
    batch: { id: batch.id, digest: batch.rows?.digest ?? "", position, row: row.row, generation },
    checkAt: null,
  };
};

interface Place {
  readonly row: BatchRow;
  readonly payout: Payout | null;
}

/** Makes payouts in place of stopped ones; returns the names of those that this call made. */
const replaceStopped = async (
  deps: FeedDeps,
  stopped: readonly { readonly old: Payout; readonly intent: PayoutIntent }[],
): Promise<readonly string[]> => {
  const made: string[] = [];
  for (let start = 0; start < stopped.length; start += REPLACED_AT_ONCE)
    await Promise.all(
      stopped.slice(start, start + REPLACED_AT_ONCE).map(async ({ old, intent }) => {
        if (await deps.payouts.replace(old, intent)) made.push(intent.id);
      }),
    );
  return made;
};

/** Brings at most a hundred rows to where they have a payout, and those that wait to be sent into the queue. */
const feedRows = async (
  deps: FeedDeps,
  batch: Batch,
  { rows, requestId }: { rows: readonly BatchRow[]; requestId: string },
) => {
  const at = deps.clock.now();
  const payouts = await currentPayouts(deps.payouts)(
    batch,
    rows.map(({ position }) => position),
  );
  const places = rows.map((row, index): Place => ({ row, payout: payouts[index] ?? null }));
  const opened = places.flatMap(({ row, payout }) =>
    payout === null ? [intentOf(batch, row, { generation: 0, at, requestId })] : [],
  );
  const stopped = places.flatMap(({ row, payout: old }) => {
    if (old === null || !isStopped(old)) return [];
    const generation = (old.batch?.generation ?? 0) + 1;
    return [{ old, intent: intentOf(batch, row, { generation, at, requestId }) }];
  });
  if (opened.length > 0) await deps.payouts.openRows(opened);
  const replaced = await replaceStopped(deps, stopped);
  const waiting = places.flatMap(({ payout }) => (payout?.state === "queued" ? [payout.id] : []));
  const ids = [...opened.map(({ id }) => id), ...replaced, ...waiting];
  await deps.payoutQueue.send(ids.map((payout) => ({ payout })));
};

/**
 * Hands on at most `most` rows behind those that were handed on already; the batch as it is then. Null when somebody
 * changed the batch meanwhile: what was done stays, and the next look finds it. Throws FrozenFault when the file is not
 * what was approved: nothing of this look was handed on then.
 */
export const feedBatch =
  (deps: FeedDeps) =>
  async (batch: Batch, most: number, { requestId, remainingMs }: ScheduledRun): Promise<Batch | null> => {
    const rows = await verifiedRows(deps.files, batch, { after: batch.handed, most: Math.min(most, MOST_ROWS) });
    let fed = batch;
    for (let start = 0; start < rows.length && remainingMs() > MARGIN_MS; start += ROWS_AT_ONCE) {
      const chunk = rows.slice(start, start + ROWS_AT_ONCE);
      await feedRows(deps, fed, { rows: chunk, requestId });
      const handed = fed.handed + chunk.length;
      const checkAt = deps.clock.now() + LEASE_MS;
      const next = await deps.batches.progress(fed, { fed: Math.max(fed.fed, handed), handed, checkAt });
      if (next === null) return null;
      fed = next;
    }
    deps.log.info("batch.fed", { batch: batch.id, from: batch.handed, to: fed.handed });
    return fed;
  };
