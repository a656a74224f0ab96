/**
 * The digest over a batch's rows, taken while they pass by. What must stay true: it covers the rows in their order from
 * position 1 without a gap, so it can't be taken over fewer rows than are paid.
 */
import { createHash } from "node:crypto";
import { digestHead, digestLine } from "../../domain/batch-row.ts";
import type { BatchHead, BatchRow } from "../../domain/batch-row.ts";

export interface RowsDigest {
  /** Takes the next row and returns the line that it is digested as. Throws a RangeError for one out of order. */
  readonly add: (row: BatchRow) => string;
  /** SHA-256 over everything so far, 64 hex characters. */
  readonly hex: () => string;
}

export const createRowsDigest = (head: BatchHead): RowsDigest => {
  const hash = createHash("sha256").update(digestHead(head), "utf8");
  let last = 0;
  return {
    add: (row) => {
      if (row.position !== last + 1) throw new RangeError(`row ${last + 1} of a batch is digested next`);
      last = row.position;
      const line = digestLine(row);
      hash.update(line, "utf8");
      return line;
    },
    hex: () => hash.copy().digest("hex"),
  };
};

/** The digest over all of `rows`, which come in order from position 1. */
export const digestOf = async (
  head: BatchHead,
  rows: Iterable<BatchRow> | AsyncIterable<BatchRow>,
): Promise<string> => {
  const digest = createRowsDigest(head);
  for await (const row of rows) digest.add(row);
  return digest.hex();
};
