/**
 * The row that names a statement's columns, wherever it stands, and which template it tells. What must stay true: a
 * column is known by its name alone, never by its place or its look, and no two are read as the same thing.
 */
import { fold, INVISIBLE } from "../domain/characters.ts";
import type { StatementHead } from "../domain/statement-line.ts";
import type { SheetRow } from "./sheet-row.ts";
import { StatementRefused } from "./statement-refused.ts";

/** The header is one of the first so many rows: what stands above it has no fixed length. */
export const HEADER_ROWS = 40;

const COLUMNS = {
  receipt: { title: "Receipt No.", names: ["receiptno", "receiptnumber"] },
  completed: { title: "Completion Time", names: ["completiontime"] },
  initiated: { title: "Initiation Time", names: ["initiationtime"] },
  details: { title: "Details", names: ["details"] },
  status: { title: "Transaction Status", names: ["transactionstatus"] },
  paidIn: { title: "Paid In", names: ["paidin"] },
  withdrawn: { title: "Withdrawn", names: ["withdrawn"] },
  balance: { title: "Balance", names: ["balance"] },
  balanceConfirmed: { title: "Balance Confirmed", names: ["balanceconfirmed"] },
  reason: { title: "Reason Type", names: ["reasontype"] },
  party: { title: "Other Party Info", names: ["otherpartyinfo"] },
  linked: { title: "Linked Transaction ID", names: ["linkedtransactionid"] },
  reference: { title: "A/C No.", names: ["acno", "accountno"] },
  currency: { title: "Currency", names: ["currency"] },
} as const satisfies Record<string, { readonly title: string; readonly names: readonly string[] }>;
export type Column = keyof typeof COLUMNS;

const isColumn = (key: string): key is Column => Object.hasOwn(COLUMNS, key);
const ALL: readonly Column[] = Object.keys(COLUMNS).filter(isColumn);
const REQUIRED: readonly Column[] = ["receipt", "completed", "details", "status", "paidIn", "withdrawn"];
/** Columns of the older template alone. */
const CLASSIC: readonly Column[] = ["initiated", "reason", "party", "linked", "reference"];
/** A row that names so many columns, the receipt among them, is meant as the header. */
const ENOUGH_NAMES = 3;

const MEANINGS: ReadonlyMap<string, Column> = new Map(
  ALL.flatMap((column) => COLUMNS[column].names.map((name) => [name, column] as const)),
);

/** As the portal spells the column. */
export const titleOf = (column: Column): string => COLUMNS[column].title;

/** `Paid In (KSHs)`, ` PAID_IN ` and `Paid In:` are one name. */
export const nameOf = (cell: string): string =>
  fold(cell)
    .replaceAll(INVISIBLE, "")
    .toLowerCase()
    .replace(/\((?:kshs?|kes)[.]?\)/, "")
    .replace(/[^a-z0-9]+/g, "");

const meaningOf = (cell: string): Column | null => (cell.length > 64 ? null : (MEANINGS.get(nameOf(cell)) ?? null));

/** How many of the cells name a column. */
export const headerNames = (cells: readonly string[]): number =>
  cells.filter((cell) => meaningOf(cell) !== null).length;

export interface Columns {
  readonly template: StatementHead["template"];
  /** Where each column stands in a row, from 0. */
  readonly places: Readonly<Partial<Record<Column, number>>>;
  /** For each place whether the header names it. */
  readonly named: readonly boolean[];
}

const titles = (columns: readonly Column[]): string => columns.map((column) => `"${titleOf(column)}"`).join(", ");

/** The columns that a row names; null when it is not the header. Throws StatementRefused for a header that is no good. */
export const readColumns = ({ row, cells }: SheetRow): Columns | null => {
  const meanings = cells.map(meaningOf);
  if (!meanings.includes("receipt") || headerNames(cells) < ENOUGH_NAMES) return null;
  const missing = REQUIRED.filter((column) => !meanings.includes(column));
  if (missing.length > 0)
    throw new StatementRefused(
      "missing_columns",
      `The statement lacks the column${missing.length === 1 ? "" : "s"} ${titles(missing)}. Export it from the portal again with all of its columns.`,
      row,
    );
  const doubled = ALL.filter((column) => meanings.indexOf(column) !== meanings.lastIndexOf(column));
  if (doubled.length > 0)
    throw new StatementRefused(
      "duplicate_columns",
      `Several columns have one name: ${titles(doubled)}. Export the statement from the portal again and send the file as it is.`,
      row,
    );
  const places: Partial<Record<Column, number>> = {};
  for (const column of ALL) {
    const place = meanings.indexOf(column);
    if (place !== -1) places[column] = place;
  }
  return {
    template: CLASSIC.some((column) => meanings.includes(column)) ? "classic" : "current",
    places,
    named: cells.map((cell) => cell.trim() !== ""),
  };
};
