/**
 * Turns what somebody sent into what somebody else approves: rows checked, compared with the last seven days, frozen under
 * their digest and kept, the others listed with their reasons. What must stay true: the file is kept before the batch says
 * that it has rows; freezing the same input again gives the same file, digest and names.
 */
import { createHash } from "node:crypto";
import type { Batch, FrozenRows } from "../domain/batch.ts";
import type { BatchHead, BatchRow, RejectedRow } from "../domain/batch-row.ts";
import type { Cents } from "../domain/money.ts";
import { PAYOUT_SHILLINGS } from "../domain/payout.ts";
import { utcIso } from "../domain/time.ts";
import type { Files } from "../runtime/files.ts";
import type { Log } from "../runtime/logger.ts";
import type { BatchLedger, RecentPayout } from "../store/batch-ledger.ts";
import { batchFiles, headOf } from "./batch-files.ts";
import { ROWS_AT_ONCE } from "./current-payouts.ts";
import { payoutRowId } from "./row-id.ts";
import { thaw } from "./rows/frozen-rows.ts";
import type { RawRow, UnplacedRow } from "./rows/raw-row.ts";
import type { Screen } from "./rows/screening.ts";
import type { ByteSource } from "./rows/text.ts";
import { validateFile, validateRows } from "./rows/validate-file.ts";
import type { Validated, ValidationOptions } from "./rows/validate-file.ts";

export interface FreezeBatchDeps {
  readonly files: Pick<Files, "put">;
  readonly batches: Pick<BatchLedger, "recentlyPaid" | "remember">;
  /** How many different keys have to approve so much (cents): the stage's thresholds. */
  readonly approvalsNeeded: (batch: { readonly total: Cents; readonly largest: Cents }) => number;
  readonly log: Log;
}

/** What was sent: a CSV file with its limits, or rows that were read already. */
export type BatchInput =
  | { readonly csv: ByteSource; readonly maxRows: number; readonly maxBytes: number }
  | { readonly rows: readonly RawRow[] };

export type BatchToFreeze = Pick<Batch, "id" | "storefront" | "shortcode" | "kind" | "reference" | "allowDuplicates">;

export interface Freezing {
  /** Null when not one row can be paid. */
  readonly rows: FrozenRows | null;
  /** The first 1,000 rows that can't be paid; `rejected.csv` has all. */
  readonly rejected: readonly RejectedRow[];
  readonly rejectedCount: number;
}

const CHUNKS_AT_ONCE = 8;
/** What is kept of the warnings: a batch is one item, whatever its file makes of itself. */
const MOST_WARNINGS = 20;
const LONGEST_WARNING = 300;

const asRecent = ({ row }: UnplacedRow, { payoutId, at }: RecentPayout): RejectedRow => ({
  row,
  field: null,
  code: "duplicate_recent",
  message: `The same amount to the same number is already among the payouts of the last seven days (${payoutId}, ${utcIso(at).slice(0, 10)}). If it is meant, send the batch again and allow duplicates.`,
});

/** Refuses rows that repeat a payout of the last seven days; what this very batch remembered at a first try is none. */
const screenOf =
  (deps: FreezeBatchDeps, { id, storefront }: BatchToFreeze): Screen =>
  async (rows) => {
    const recent = await deps.batches.recentlyPaid(storefront, rows);
    const repeats = new Map(recent.filter(({ batchId }) => batchId !== id).map((each) => [each.index, each]));
    return rows.map((row, index) => {
      const repeated = repeats.get(index);
      return repeated === undefined ? null : asRecent(row, repeated);
    });
  };

const validate = (deps: FreezeBatchDeps, input: BatchInput, batch: BatchToFreeze): Promise<Validated> => {
  const head: BatchHead = headOf(batch);
  const { allowDuplicates } = batch;
  const screen = allowDuplicates ? {} : { screen: screenOf(deps, batch) };
  const options: ValidationOptions = { head, shillings: PAYOUT_SHILLINGS, allowDuplicates, ...screen };
  if ("rows" in input) return validateRows(input.rows, options);
  const { csv, maxRows, maxBytes } = input;
  return validateFile(csv, { ...options, maxRows, maxBytes });
};

/** Remembers the rows for the batches of the next seven days, a few chunks at a time. */
const rememberRows = async (
  deps: FreezeBatchDeps,
  batch: BatchToFreeze,
  { bytes, digest }: Validated,
): Promise<void> => {
  const running: Promise<void>[] = [];
  let chunk: BatchRow[] = [];
  const remember = (rows: readonly BatchRow[]): Promise<void> =>
    deps.batches.remember(
      batch.storefront,
      rows.map(({ phone, amount, position }) => ({
        phone,
        amount,
        payoutId: payoutRowId(batch, position, 0),
        batchId: batch.id,
      })),
    );
  for await (const row of thaw(bytes, { head: headOf(batch), digest })) {
    chunk.push(row);
    if (chunk.length < ROWS_AT_ONCE) continue;
    running.push(remember(chunk));
    chunk = [];
    if (running.length >= CHUNKS_AT_ONCE) await Promise.all(running.splice(0));
  }
  if (chunk.length > 0) running.push(remember(chunk));
  await Promise.all(running);
};

const shortened = (warning: string): string =>
  warning.length > LONGEST_WARNING ? `${warning.slice(0, LONGEST_WARNING - 3)}...` : warning;

/** Keeps the list of what can't be paid, under its SHA-256; null when there is nothing to list. */
const keepRejected = async (
  deps: FreezeBatchDeps,
  batch: BatchToFreeze,
  { rejectedCount, rejectedCsv }: Validated,
): Promise<string | null> => {
  if (rejectedCount === 0) return null;
  const file = batchFiles(batch.id).rejected(createHash("sha256").update(rejectedCsv).digest("hex"));
  await deps.files.put(file, rejectedCsv, "text/csv; charset=utf-8");
  return file;
};

const keep = async (deps: FreezeBatchDeps, batch: BatchToFreeze, validated: Validated): Promise<FrozenRows | null> => {
  const { bytes, digest, count, totalCents: total, largestCents: largest, rejectedCount } = validated;
  const rejectedFile = await keepRejected(deps, batch, validated);
  if (count === 0) return null;
  const file = batchFiles(batch.id).rows(digest);
  await deps.files.put(file, bytes, "application/gzip");
  await rememberRows(deps, batch, validated);
  return {
    digest,
    count,
    total,
    largest,
    file,
    rejected: rejectedCount,
    rejectedFile,
    approvalsNeeded: deps.approvalsNeeded({ total, largest }),
    warnings: validated.warnings.slice(0, MOST_WARNINGS).map(shortened),
  };
};

/**
 * Checks, freezes and keeps the rows of `batch`. Rejects with FileRefused for a file that can't be used as a whole, and
 * with whatever the ledger or the bucket reject with; freezing once more is safe then.
 */
export const freezeBatch =
  (deps: FreezeBatchDeps) =>
  async (input: BatchInput, batch: BatchToFreeze): Promise<Freezing> => {
    const validated = await validate(deps, input, batch);
    const rows = await keep(deps, batch, validated);
    const { rejected, rejectedCount } = validated;
    deps.log.info("batch.frozen", { batch: batch.id, rows: validated.count, rejected: rejectedCount });
    return { rows, rejected, rejectedCount };
  };

export type FreezeBatch = ReturnType<typeof freezeBatch>;
