/** Rows of a batch between the input and the digest: as they were read, and as they were found payable. */
import type { BatchRow } from "../../domain/batch-row.ts";

/** The cells that matter, as text; empty where the input has none. */
export interface RowCells {
  readonly phone: string;
  readonly amount: string;
  readonly reference: string;
  readonly remarks: string;
}

/** A row as it was read. Nothing about it has been checked. */
export interface RawRow {
  /** The data row, from 1; the header and blank lines don't count. */
  readonly row: number;
  /** The line of the file that the row begins on, from 1; null when the input has no lines. */
  readonly line: number | null;
  readonly cells: RowCells;
  /** It has cells where the header names no column, or its amount was cut in two by a comma. */
  readonly surplus: boolean;
}

/** A row that may be paid and has no place among the accepted ones yet. */
export type UnplacedRow = Omit<BatchRow, "position">;
