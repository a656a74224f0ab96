/**
 * From what a person sent to what an approver approves: every row read, judged, compared and screened, the accepted ones
 * frozen under their digest, the others listed with their reasons. What must stay true: each row of the input ends in
 * exactly one of the two, and memory holds the frozen bytes and a few chunks of rows, never all of them.
 */
import type { BatchHead, BatchRow } from "../../domain/batch-row.ts";
import { readCsvRows } from "./csv-rows.ts";
import type { CsvLimits } from "./csv-rows.ts";
import { freeze } from "./frozen-rows.ts";
import type { Frozen } from "./frozen-rows.ts";
import { createInFileDuplicates } from "./in-file-duplicates.ts";
import type { RawRow } from "./raw-row.ts";
import { createRejections } from "./rejections.ts";
import type { Rejections, RejectionsCollector } from "./rejections.ts";
import type { ShillingLimits } from "./row-amount.ts";
import { chunksOf, screened } from "./screening.ts";
import type { Candidate, Screen } from "./screening.ts";
import type { ByteSource } from "./text.ts";
import { validateRow } from "./validate-row.ts";
import type { JudgedRow } from "./validate-row.ts";

export interface ValidationOptions {
  /** Its reference stands in for rows without one. */
  readonly head: BatchHead;
  readonly shillings: ShillingLimits;
  /** The maker says that rows with the same phone and amount are meant. */
  readonly allowDuplicates: boolean;
  /** Shown the accepted rows, at most 100 at a time and in order, before they are frozen. A few calls may overlap. */
  readonly screen?: Screen;
}

export interface Validated extends Frozen, Rejections {
  /** For the approver: what looks odd and stops nothing. */
  readonly warnings: readonly string[];
}

const ODD_ROWS_NAMED = 5;

/** Numbers that end in six zeros: real ones are rare, and it is what is left of a number that Excel has rounded. */
const createRoundNumbers = () => {
  const rows: number[] = [];
  let count = 0;
  return {
    add: ({ phone, row }: Pick<BatchRow, "phone" | "row">): void => {
      if (!phone.endsWith("000000")) return;
      count += 1;
      if (rows.length < ODD_ROWS_NAMED) rows.push(row);
    },
    warnings: (): readonly string[] =>
      count === 0
        ? []
        : [
            `${count} accepted row${count === 1 ? " has a phone number that ends" : "s have phone numbers that end"} in six zeros, as Excel leaves a number that it has rounded. Check ${count === 1 ? "it" : "them"} before approving; first: row ${rows.join(", ")}.`,
          ],
  };
};

/** Gives the accepted their positions and hands the others to `rejections`. */
async function* placed(
  candidates: AsyncIterable<Candidate>,
  rejections: RejectionsCollector,
): AsyncGenerator<BatchRow> {
  let position = 0;
  for await (const { line, judged } of candidates) {
    if (!judged.ok) {
      rejections.add(judged.rejected, line);
      continue;
    }
    position += 1;
    yield { position, ...judged.row };
  }
}

async function* watched(rows: AsyncIterable<BatchRow>, watch: (row: BatchRow) => void): AsyncGenerator<BatchRow> {
  for await (const row of rows) {
    watch(row);
    yield row;
  }
}

/**
 * Validates rows wherever they come from. Rejects with what reading or screening them rejects with; then nothing of the
 * input counts.
 */
export const validateRows = async (
  rows: Iterable<RawRow> | AsyncIterable<RawRow>,
  { head, shillings, allowDuplicates, screen }: ValidationOptions,
): Promise<Validated> => {
  const duplicate = createInFileDuplicates({ allow: allowDuplicates });
  const rejections = createRejections();
  const roundNumbers = createRoundNumbers();
  const judge = (raw: RawRow): JudgedRow => {
    const judged = validateRow(raw, { shillings, reference: head.reference });
    const rejected = judged.ok ? duplicate(judged.row) : null;
    return rejected === null ? judged : { ok: false, rejected };
  };
  const candidates = screened(chunksOf(rows, judge), screen ?? ((shown) => Promise.resolve(shown.map(() => null))));
  const frozen = await freeze(head, watched(placed(candidates, rejections), roundNumbers.add));
  return { ...frozen, ...rejections.finish(), warnings: roundNumbers.warnings() };
};

/** Validates a CSV file. Rejects with FileRefused when it can't be used as a whole. */
export const validateFile = async (source: ByteSource, options: ValidationOptions & CsvLimits): Promise<Validated> => {
  const warnings: string[] = [];
  const { maxRows, maxBytes } = options;
  const rows = readCsvRows(source, { maxRows, maxBytes, warn: (message) => void warnings.push(message) });
  const validated = await validateRows(rows, options);
  return { ...validated, warnings: [...warnings, ...validated.warnings] };
};
