/**
 * The rows that can't be paid: the first ones to show, all of them as a file, so that whoever made the input can mend it
 * in one go.
 */
import { Buffer } from "node:buffer";
import type { RejectedRow } from "../../domain/batch-row.ts";
import { createCsvWriter } from "./csv-writer.ts";

/** Rejected rows that are kept as objects; the file has all. */
export const REJECTED_KEPT = 1_000;

export interface Rejections {
  /** The first 1,000, in the input's order. */
  readonly rejected: readonly RejectedRow[];
  readonly rejectedCount: number;
  /** CSV of all of them, in the input's order. */
  readonly rejectedCsv: Buffer;
}

interface PlacedRejection extends RejectedRow {
  readonly line: number | null;
}

const writer = createCsvWriter<PlacedRejection>({
  row: ({ row }) => row,
  line: ({ line }) => line,
  field: ({ field }) => field,
  code: ({ code }) => code,
  message: ({ message }) => message,
});

const ROWS_AT_ONCE = 500;

export interface RejectionsCollector {
  /** Takes the next one; `line` is where the row begins in the file. */
  readonly add: (rejected: RejectedRow, line: number | null) => void;
  readonly finish: () => Rejections;
}

export const createRejections = (): RejectionsCollector => {
  const kept: RejectedRow[] = [];
  const pieces = [Buffer.from(writer.head(), "utf8")];
  let waiting: PlacedRejection[] = [];
  let count = 0;
  const flush = (): void => {
    if (waiting.length > 0) pieces.push(Buffer.from(writer.rows(waiting), "utf8"));
    waiting = [];
  };
  return {
    add: (rejected, line) => {
      count += 1;
      if (kept.length < REJECTED_KEPT) kept.push(rejected);
      waiting.push({ ...rejected, line });
      if (waiting.length >= ROWS_AT_ONCE) flush();
    },
    finish: () => {
      flush();
      return { rejected: kept, rejectedCount: count, rejectedCsv: Buffer.concat(pieces) };
    },
  };
};
