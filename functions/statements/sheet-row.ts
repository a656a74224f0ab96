/**
 * A row of a statement before anybody knows what it says: what the readers of CSV and of workbooks have in common. What
 * must stay true: a row keeps the number under which a person finds it in a spreadsheet.
 */

export interface SheetRow {
  /** 1-based, blank rows counted. */
  readonly row: number;
  /** As text; an empty cell is an empty text. */
  readonly cells: readonly string[];
}

/** Rows that hold something, in order, some at a time. */
export type SheetRows = AsyncGenerator<readonly SheetRow[], void, undefined>;

/** Where a file's bytes come from: each call begins at the first one. */
export type OpenFile = () => AsyncIterable<Uint8Array>;

export interface StatementLimits {
  /** Rows that hold something, the header and what stands above it included. */
  readonly mostRows: number;
  /** Of the file as it was sent. */
  readonly mostBytes: number;
}

/** Cells of one row: a statement has 14 columns, and no export was seen with twice as many. */
export const MOST_CELLS = 64;

export const isBlank = (cell: string): boolean => cell.trim() === "";

export const count = (value: number): string => value.toLocaleString("en");
