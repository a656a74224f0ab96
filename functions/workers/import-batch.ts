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
  readonly change: ChangeBatch;
  readonly clock: Clock;
  readonly log: Log;
}

/** The most that an uploaded file may hold. */
const UPLOAD_LIMITS = { maxRows: 100_000, maxBytes: 20_000_000 } as const;

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

/** Takes one uploaded file. Rejects when the bucket or the ledger can't be reached: importing once more is safe. */
export const importBatch =
  (deps: ImportDeps) =>
  async ({ key }: Upload, { requestId }: ScheduledRun): Promise<void> => {
    const id = batchOfUpload(key);
    const batch = id === null ? null : await deps.batches.read(id);
    const csv = batch?.state === "awaiting_upload" ? await deps.files.read(key) : null;
    if (batch === null || csv === null) {
      deps.log.warn("upload.ignored", { batch: id, state: batch?.state });
      return;
    }
    const event = await read(deps, csv, batch);
    if (event.event === "file_refused") deps.log.info("batch.refused", { batch: batch.id, because: event.code });
    await deps.change(batch.id, event, { at: deps.clock.now(), by: `key:${batch.createdBy}`, requestId });
  };
