/** The workbook's long sheets: a frozen header, real numbers, Nairobi times, filters, widths that fit. */
import type { CellValue, ColumnDef, WriteSheet } from "hucre/xlsx";
import { adjustmentRows, classifiedRows, exceptionRows, matchedRows, openRows } from "./report-rows.ts";
import type { DayReport, ReportRow } from "./report-rows.ts";
import { COLOURS, COUNT_FORMAT, MONEY_FORMAT, STYLES, TIME_FORMAT } from "./workbook-style.ts";

interface Column {
  readonly title: string;
  readonly width: number;
  readonly is: "text" | "long" | "money" | "count" | "time";
  readonly of: (row: ReportRow) => CellValue;
}

/** A spreadsheet counts in shillings; it gets the nearest number that it has to so many cents. */
export const inShillings = (cents: number): number => cents / 100;

const NAIROBI_MS = 3 * 3_600_000;
/** A spreadsheet knows no zones: it gets the time that a clock in Nairobi shows. */
const onNairobisClock = (ms: number): Date => new Date(ms + NAIROBI_MS);

/** What one cell holds at most. */
const MOST_CHARACTERS = 2_000;
const short = (value: string | null): string | null => value?.slice(0, MOST_CHARACTERS) ?? null;

const C = {
  receipt: { title: "Receipt", width: 14, is: "text", of: ({ receipt }) => receipt },
  amount: { title: "Amount (KES)", width: 16, is: "money", of: ({ amount }) => inShillings(amount) },
  time: { title: "Time (Nairobi)", width: 20, is: "time", of: ({ at }) => (at === null ? null : onNairobisClock(at)) },
  transaction: { title: "Transaction", width: 33, is: "text", of: ({ transaction }) => short(transaction) },
  storefront: { title: "Storefront", width: 16, is: "text", of: ({ storefront }) => storefront },
  reference: { title: "Reference", width: 18, is: "text", of: ({ reference }) => short(reference) },
  row: { title: "Row", width: 8, is: "count", of: ({ row }) => row },
  chargeRow: { title: "Charge row", width: 11, is: "count", of: ({ chargeRow }) => chargeRow },
  exceptions: { title: "Exception", width: 33, is: "text", of: ({ exceptions }) => short(exceptions) },
} as const satisfies Readonly<Record<string, Column>>;

const what = (title: string, width = 14): Column => ({ title, width, is: "text", of: (row) => row.what });
const by = (title: string, width = 16): Column => ({ title, width, is: "text", of: (row) => row.by });
const says = (title: string, width = 90): Column => ({ title, width, is: "text", of: (row) => short(row.says) });

interface Table {
  readonly name: string;
  readonly tab: string;
  readonly columns: readonly Column[];
  readonly rows: (report: DayReport) => Iterable<ReportRow>;
  /** Said where there are none. */
  readonly none: string;
}

const TABLES: readonly Table[] = [
  {
    name: "Exceptions",
    tab: COLOURS.out,
    columns: [
      what("Kind", 24),
      C.receipt,
      C.amount,
      C.time,
      { ...says("What was found, and what to do", 100), is: "long" },
      C.transaction,
      C.row,
      C.exceptions,
    ],
    rows: exceptionRows,
    none: "Nothing to look at: everything is explained.",
  },
  {
    name: "Matched",
    tab: COLOURS.in,
    columns: [
      what("Type", 10),
      C.receipt,
      C.amount,
      C.time,
      C.reference,
      by("Matched by"),
      C.row,
      C.chargeRow,
      C.transaction,
      C.storefront,
      says("Evidence"),
    ],
    rows: matchedRows,
    none: "No transactions on this day.",
  },
  {
    name: "Charges and transfers",
    tab: COLOURS.warn,
    columns: [what("What"), C.receipt, C.amount, C.time, by("Account"), C.row, C.transaction, says("Explanation", 70)],
    rows: classifiedRows,
    none: "No charges, transfers, withdrawals or reversals: there is no statement, or it has none.",
  },
  {
    name: "Open",
    tab: COLOURS.quiet,
    columns: [
      by("Why"),
      what("Type", 10),
      C.receipt,
      C.amount,
      C.time,
      C.reference,
      C.transaction,
      C.storefront,
      says("What is missing", 70),
    ],
    rows: openRows,
    none: "Nothing is open.",
  },
  {
    name: "Adjustments",
    tab: COLOURS.quiet,
    columns: [
      { ...C.time, title: "Known since (Nairobi)", width: 22 },
      by("Because of"),
      what("Change", 12),
      C.receipt,
      C.amount,
      C.transaction,
      says("What changed", 60),
    ],
    rows: adjustmentRows,
    none: "Nothing has changed since the day was closed.",
  },
];

/** Rows of one sheet; a longer day's are all in the CSV file. */
const MOST_SHEET_ROWS = 100_000;

const COLUMN_STYLES: Readonly<Record<Column["is"], ColumnDef["style"]>> = {
  text: STYLES.label,
  long: { ...STYLES.label, alignment: { wrapText: true, vertical: "top" } },
  money: { ...STYLES.money, numFmt: MONEY_FORMAT },
  count: { ...STYLES.count, numFmt: COUNT_FORMAT },
  time: { ...STYLES.label, numFmt: TIME_FORMAT, alignment: { horizontal: "left" } },
};

const letter = (index: number): string => String.fromCharCode("A".charCodeAt(0) + index);

const sheetRows = (table: Table, report: DayReport): CellValue[][] => {
  const rows: CellValue[][] = [];
  for (const row of table.rows(report)) {
    if (rows.length === MOST_SHEET_ROWS) {
      rows.push([`A sheet shows ${MOST_SHEET_ROWS} rows; all of them are in the CSV file.`]);
      break;
    }
    rows.push(table.columns.map(({ of }) => of(row)));
  }
  return rows.length === 0 ? [[table.none]] : rows;
};

const tableSheet = (table: Table, report: DayReport): WriteSheet => {
  const { name, columns, tab } = table;
  const rows = [columns.map(({ title }): CellValue => title), ...sheetRows(table, report)];
  const isRight = ({ is }: Column): boolean => is === "money" || is === "count";
  const head = columns.map(
    (column, index) => [`0,${index}`, { style: isRight(column) ? STYLES.headRight : STYLES.head }] as const,
  );
  return {
    name,
    columns: columns.map(({ width, is }) => ({ width, style: COLUMN_STYLES[is] ?? STYLES.label })),
    rows,
    cells: new Map(head),
    rowDefs: new Map([[0, { height: 22 }]]),
    freezePane: { rows: 1 },
    autoFilter: { range: `A1:${letter(columns.length - 1)}${rows.length}` },
    view: { tabColor: { rgb: tab } },
    pageSetup: {
      paperSize: "a4",
      orientation: "landscape",
      fitToPage: true,
      fitToWidth: 1,
      fitToHeight: 0,
      printTitlesRow: "$1:$1",
    },
  };
};

export const tableSheets = (report: DayReport): readonly WriteSheet[] =>
  TABLES.map((table) => tableSheet(table, report));
