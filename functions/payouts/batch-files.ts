/**
 * Where a batch's files lie, and its frozen rows out of them. What must stay true: rows are taken from the file as a whole
 * or not at all, so nobody acts on a row of a file that is not what was approved.
 */
import type { Batch } from "../domain/batch.ts";
import type { BatchHead, BatchRow } from "../domain/batch-row.ts";
import { isBatchId } from "../domain/ids.ts";
import type { Files } from "../runtime/files.ts";
import { FrozenFault, thaw } from "./rows/frozen-rows.ts";

export interface BatchFiles {
  /** These two are named by what is in them: two files that are imported at once must not overwrite each other's. */
  readonly rows: (digest: string) => string;
  readonly rejected: (digest: string) => string;
  readonly results: string;
}

/** Keys of what is kept of a batch. */
export const batchFiles = (id: string): BatchFiles => ({
  rows: (digest) => `batches/${id}/rows-${digest}.ndjson.gz`,
  rejected: (digest) => `batches/${id}/rejected-${digest}.csv`,
  results: `batches/${id}/results.csv`,
});

/** Uploads lie here; the stack tells `import-batch` of what arrives below it. */
const UPLOADS = "uploads/";

/** Key that a batch's file is to be uploaded to. */
export const uploadKey = (batchId: string): string => `${UPLOADS}${batchId}/payouts.csv`;

/** The batch that an uploaded file is for; null for a key that nobody handed out. */
export const batchOfUpload = (key: string): string | null => {
  const [, id = ""] = /^uploads\/([^/]+)\/payouts\.csv$/.exec(key) ?? [];
  return isBatchId(id) ? id : null;
};

/** What the batch's digest covers besides its rows. */
export const headOf = ({ storefront, shortcode, reference, kind }: BatchHead): BatchHead => ({
  storefront,
  shortcode,
  reference,
  kind,
});

/**
 * The rows that were frozen, in order. Throws FrozenFault at the latest after the last row when they are not those of the
 * batch's digest.
 */
export async function* frozenRows(
  files: Pick<Files, "read">,
  batch: Omit<BatchHead, "kind"> & Pick<Batch, "kind" | "rows">,
): AsyncGenerator<BatchRow, void, undefined> {
  if (batch.rows === null) throw new FrozenFault("the batch has no rows yet");
  const file = await files.read(batch.rows.file);
  if (file === null) throw new FrozenFault("the file of the frozen rows is gone");
  yield* thaw(file, { head: headOf(batch), digest: batch.rows.digest });
}

/** At most `most` rows from behind `after`, handed out only once the whole file has proven to be what was approved. */
export const verifiedRows = async (
  files: Pick<Files, "read">,
  batch: Batch,
  { after, most }: { readonly after: number; readonly most: number },
): Promise<readonly BatchRow[]> => {
  const wanted: BatchRow[] = [];
  for await (const row of frozenRows(files, batch))
    if (row.position > after && row.position <= after + most) wanted.push(row);
  return wanted;
};
