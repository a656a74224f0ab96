/**
 * A file of payouts was uploaded for a batch that waits for one: its rows are checked and frozen, or it is refused as a
 * whole with the reason. What must stay true: only a batch that waits takes a file, and the first one that it takes is the
 * one that is approved; what arrives at any other name is left alone.
 */
import type { Batch, BatchEvent } from "../domain/batch.ts";
import type { Clock } from "../domain/clock.ts";
import { batchOfUpload } from "../payouts/batch-files.ts";
import type { ChangeBatch } from "../payouts/change-batch.ts";
import type { FreezeBatch } from "../payouts/freeze-batch.ts";
import type { FreezeInTurn } from "../payouts/freeze-in-turn.ts";
import { FileRefused } from "../payouts/rows/file-refused.ts";
import type { Files } from "../runtime/files.ts";
import type { Log } from "../runtime/logger.ts";
import type { ScheduledRun } from "../runtime/schedule.ts";
import type { Upload } from "../runtime/uploads.ts";
import type { BatchLedger } from "../store/batch-ledger.ts";

export interface ImportDeps {
  readonly files: Pick<Files, "read">;
  readonly batches: Pick<BatchLedger, "read">;
  readonly freeze: FreezeBatch;
  readonly inTurn: FreezeInTurn;
  readonly change: ChangeBatch;
  readonly clock: Clock;
  readonly log: Log;
}

/** The most that an uploaded file may hold. */
const UPLOAD_LIMITS = { maxRows: 100_000, maxBytes: 20_000_000 } as const;

/** What the largest file takes, with time to spare; whoever has less left lets the event come again. */
const IMPORT_MS = 150_000;

interface Arrived {
  readonly key: string;
  /** The batch that it is for. */
  readonly id: string;
  readonly requestId: string;
}

const refused = (code: string, message: string): BatchEvent => ({ event: "file_refused", code, message });

/** What the file makes of its batch. Rejects with whatever is the fault of no file. */
const read = async (deps: ImportDeps, csv: AsyncIterable<Uint8Array>, batch: Batch): Promise<BatchEvent> => {
  try {
    const { rows, rejected, rejectedCount } = await deps.freeze({ csv, ...UPLOAD_LIMITS }, batch);
    if (rows !== null) return { event: "frozen", rows };
    const [first] = rejected;
    const reason = first === undefined ? "" : ` Row ${first.row}: ${first.message}`;
    return refused("no_valid_rows", `None of the ${rejectedCount} rows can be paid.${reason}`);
  } catch (fault) {
    if (fault instanceof FileRefused) return refused(fault.code, fault.message);
    throw fault;
  }
};

/** The batch, if it waits for its file; null, and told, if it does not. */
const awaiting = async (deps: ImportDeps, id: string | null): Promise<Batch | null> => {
  const batch = id === null ? null : await deps.batches.read(id);
  if (batch?.state === "awaiting_upload") return batch;
  deps.log.warn("upload.ignored", { batch: id, state: batch?.state });
  return null;
};

/** What happens in the batch's turn. Others may have had theirs meanwhile, so it is read once more. */
const take = async (deps: ImportDeps, { key, id, requestId }: Arrived): Promise<void> => {
  const batch = await awaiting(deps, id);
  if (batch === null) return;
  const csv = await deps.files.read(key);
  // We were told of it, and its batch waits: to leave it alone would be to lose it.
  if (csv === null) throw new Error(`the file that was uploaded for ${id} is not there`);
  const event = await read(deps, csv, batch);
  if (event.event === "file_refused") deps.log.info("batch.refused", { batch: id, because: event.code });
  await deps.change(id, event, { at: deps.clock.now(), by: `key:${batch.createdBy}`, requestId });
};

/**
 * Takes one uploaded file. Rejects when the bucket or the ledger can't be reached or the storefront's turn does not come
 * in time: importing once more is safe.
 */
export const importBatch =
  (deps: ImportDeps) =>
  async ({ key }: Upload, { requestId, remainingMs }: ScheduledRun): Promise<void> => {
    const batch = await awaiting(deps, batchOfUpload(key));
    if (batch === null) return;
    const { id, storefront } = batch;
    const turn = { storefront, patienceMs: remainingMs() - IMPORT_MS, remainingMs };
    const { had } = await deps.inTurn(turn, () => take(deps, { key, id, requestId }));
    if (!had) throw new Error(`other batches of the storefront were being frozen for too long to import ${id}`);
  };
