/**
 * What a batch leaves as files: its results, the rows that are no part of it, and those that are paid. A large file is
 * fetched from the bucket. What must stay true: the last, which spells phone numbers, is for approvers only.
 */
import { buffer } from "node:stream/consumers";
import type { Batch } from "../domain/batch.ts";
import { batchFiles } from "../payouts/batch-files.ts";
import type { Files } from "../runtime/files.ts";
import type { BatchLedger } from "../store/batch-ledger.ts";
import type { ROUTES } from "./contract.ts";
import type { Endpoint } from "./endpoint.ts";
import { ownBatch } from "./read-batches.ts";
import { csvFile, elsewhere, problem } from "./reply.ts";
import type { Reply } from "./reply.ts";

/** Rows that an answer carries itself. */
const MOST_ROWS_HERE = 10_000;
/** Characters that an answer carries itself: Lambda lets 6 MB through, and what JSON escapes counts twice. */
const MOST_TEXT_HERE = 4_500_000;
const ADDRESS_SECONDS = 300;
/** For the file that spells phone numbers. */
const ROWS_ADDRESS_SECONDS = 60;

export interface BatchFilesDeps {
  readonly batches: Pick<BatchLedger, "read">;
  readonly files: Pick<Files, "read" | "downloadUrl">;
  /** The results as they stand, as pieces of a CSV file. */
  readonly results: (batch: Batch) => AsyncIterable<string>;
}

/** The way to the file `key`, which a browser saves as `fileName`. */
const addressOf = async ({ files }: BatchFilesDeps, key: string, fileName: string): Promise<Reply> =>
  elsewhere(await files.downloadUrl(key, { expiresInSeconds: ADDRESS_SECONDS, fileName }));

/** All of a text; null once it is longer than an answer may be. */
const gathered = async (pieces: AsyncIterable<string>): Promise<string | null> => {
  let all = "";
  for await (const piece of pieces) {
    all += piece;
    if (all.length > MOST_TEXT_HERE) return null;
  }
  return all;
};

export const readBatchRows =
  (deps: Omit<BatchFilesDeps, "results">): Endpoint<typeof ROUTES.readBatchRows> =>
  async ({ caller, params }) => {
    const batch = await ownBatch(deps.batches, caller.storefront, params.id);
    if (!batch?.rows) return problem("not_found");
    const options = { expiresInSeconds: ROWS_ADDRESS_SECONDS, fileName: `${batch.id}-rows.ndjson.gz` };
    return elsewhere(await deps.files.downloadUrl(batch.rows.file, options));
  };

/** The results of a batch that was cut short, once whoever cancelled its rows is through and has kept them. */
const resultsOfCancelled = ({ id, state, approvals, checkAt }: Batch): string | null =>
  state === "cancelled" && approvals.length > 0 && checkAt === null ? batchFiles(id).results : null;

export const readBatchResults =
  (deps: BatchFilesDeps): Endpoint<typeof ROUTES.readBatchResults> =>
  async ({ caller, params }) => {
    const batch = await ownBatch(deps.batches, caller.storefront, params.id);
    if (!batch?.rows) return problem("not_found");
    const name = `${batch.id}-results.csv`;
    if (batch.rows.count <= MOST_ROWS_HERE) {
      const csv = await gathered(deps.results(batch));
      if (csv !== null) return csvFile(name, csv);
    }
    const file = batch.resultsFile ?? resultsOfCancelled(batch);
    return file === null ? problem("results_not_ready", { batch_id: batch.id }) : addressOf(deps, file, name);
  };

export const readBatchRejected =
  (deps: BatchFilesDeps): Endpoint<typeof ROUTES.readBatchRejected> =>
  async ({ caller, params }) => {
    const batch = await ownBatch(deps.batches, caller.storefront, params.id);
    if (!batch?.rows || batch.rows.rejectedFile === null) return problem("not_found");
    const { rejected, rejectedFile } = batch.rows;
    const name = `${batch.id}-rejected.csv`;
    if (rejected > MOST_ROWS_HERE) return addressOf(deps, rejectedFile, name);
    const bytes = await deps.files.read(rejectedFile);
    if (!bytes) throw new Error(`the rejected rows of ${batch.id} are not where they were put`);
    const csv = (await buffer(bytes)).toString("utf8");
    return csv.length > MOST_TEXT_HERE ? addressOf(deps, rejectedFile, name) : csvFile(name, csv);
  };
