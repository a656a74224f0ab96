/**
 * The first sheet: what a finance lead wants to know before coffee. Is everything explained, what moved, do the balances
 * add up, and what has to be looked at. What must stay true: it says the numbers of the close and, where later evidence
 * changed them, those as well.
 */
import type { CellStyle, CellValue, SheetChart, WriteSheet } from "hucre/xlsx";
import { MATCH_EXCEPTION_KINDS } from "../domain/matching.ts";
import { exceptionCount } from "../domain/reconciled-day.ts";
import type { DaySummary, DayTotals, ReconciledDay } from "../domain/reconciled-day.ts";
import { nairobiTime } from "../domain/time.ts";
import { movedSection } from "./workbook-moved.ts";
import type { Moved } from "./workbook-moved.ts";
import { COLUMNS, gap, put, section, WIDTHS } from "./workbook-page.ts";
import type { Page, Styled } from "./workbook-page.ts";
import { COLOURS, STYLES } from "./workbook-style.ts";
import { inShillings } from "./workbook-tables.ts";

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  ...["January", "February", "March", "April", "May", "June"],
  ...["July", "August", "September", "October", "November", "December"],
];

/** Spelled here: how a runtime words a date changes with its version. */
const longDate = (day: string): string => {
  const date = new Date(`${day}T00:00:00Z`);
  const [weekday, month] = [WEEKDAYS[date.getUTCDay()] ?? "", MONTHS[date.getUTCMonth()] ?? ""];
  return `${weekday} ${date.getUTCDate()} ${month} ${date.getUTCFullYear()}`;
};

const BASIS: Readonly<Record<DaySummary["basis"], string>> = {
  statement: "matched with the portal's statement",
  daraja: "on M-PESA's own messages; no statement has come yet",
};

const outOf = ({ paidOut, refunded }: DayTotals): number => paidOut.amount + refunded.amount;

const headline = (page: Page, record: ReconciledDay): void => {
  const { current, adjustments } = record;
  put(page, [[`Reconciliation of ${longDate(record.day)}`, "title"]]);
  const later = adjustments.length === 0 ? "" : `, adjusted ${nairobiTime(record.updatedAt)}`;
  const about = `Shortcode ${record.shortcode} · closed ${nairobiTime(record.closedAt)}${later} (Nairobi) · ${BASIS[current.basis]}`;
  put(page, [[about, "subtitle"]]);
  gap(page);
  const { totals } = current;
  const label = (text: string): readonly Styled[] => [
    [text, "cardLabel"],
    [null, "cardLabel"],
  ];
  const count = exceptionCount(current);
  put(page, [
    ...label("Customers paid (KES)"),
    ...label("Paid out and refunded (KES)"),
    ...label("To look at"),
    [null, "cardLabel"],
  ]);
  const verdict = count === 0 ? "Nothing" : `${count} exception${count === 1 ? "" : "s"}`;
  put(page, [
    [inShillings(totals.received.amount), "cardMoney"],
    [null, "cardMoney"],
    [inShillings(outOf(totals)), "cardMoney"],
    [null, "cardMoney"],
    [verdict, count === 0 ? "cardGood" : "cardBad"],
    [null, "cardGood"],
    [null, "cardGood"],
  ]);
};

const NAMES: Readonly<Record<string, string>> = {
  utility: "Utility",
  merchant: "Merchant",
  working: "Working (MMF)",
  charges_paid: "Charges Paid",
  settlement: "Organisation Settlement",
  float: "Float",
};

const maybe = (cents: number | null): CellValue => (cents === null ? null : inShillings(cents));

const balanceSection = (page: Page, { current }: ReconciledDay): void => {
  section(page, "Balances: opening + movements = closing");
  if (current.balances.length === 0) {
    put(page, [["Only a statement says what an account held; there is none for this day.", "note"]]);
    return;
  }
  const heads = ["Opening", "Movements", "Expected", "Closing", "Difference"];
  put(page, [
    ["Account", "columnLeft"],
    ...heads.map((head): Styled => [head, "columnRight"]),
    ["Holds", "columnRight"],
  ]);
  for (const { account, opening, movements, expected, closing, difference, holds } of current.balances) {
    const verdict: Styled = holds === null ? ["not known", "note"] : holds ? ["yes", "good"] : ["NO", "bad"];
    const amounts = [opening, movements, expected, closing, difference];
    put(page, [
      [NAMES[account] ?? account, "label"],
      ...amounts.map((cents): Styled => [maybe(cents), "money"]),
      verdict,
    ]);
  }
};

const KIND_NAMES: Readonly<Record<(typeof MATCH_EXCEPTION_KINDS)[number], string>> = {
  amount_mismatch: "Amounts differ",
  duplicate_receipt: "One receipt twice",
  ambiguous: "Could be one of several",
  missing_in_ledger: "In the statement, not in the ledger",
  missing_in_statement: "In the ledger, not in the statement",
};

const attentionSection = (page: Page, { current }: ReconciledDay): void => {
  const { totals } = current;
  section(page, "To look at");
  if (exceptionCount(current) === 0) put(page, [["Nothing: everything is explained.", "good"]]);
  for (const kind of MATCH_EXCEPTION_KINDS) {
    const count = totals.exceptions[kind];
    if (count > 0)
      put(page, [
        [KIND_NAMES[kind], "label"],
        [count, "bad"],
      ]);
  }
  section(page, "Still open");
  put(page, [
    ["Nobody knows yet how it ended", "label"],
    [totals.open.count, "count"],
    [inShillings(totals.open.amount), "money"],
  ]);
  put(page, [
    ["Carried over midnight", "label"],
    [totals.carried.count, "count"],
    [inShillings(totals.carried.amount), "money"],
  ]);
  put(page, [
    ["Learnt from the statement alone", "label"],
    [totals.news, "count"],
  ]);
};

const chartOf = ({ first, last }: Moved): SheetChart => ({
  type: "column",
  title: "What moved (KES)",
  titleFontSize: 13,
  titleColor: COLOURS.head,
  gapWidth: 60,
  legend: false,
  series: [
    {
      name: "KES",
      values: `C${first + 1}:C${last + 1}`,
      categories: `A${first + 1}:A${last + 1}`,
      color: COLOURS.in,
      invertIfNegative: false,
    },
  ],
  dataLabels: { showValue: true, position: "outEnd", fontSize: 9, numberFormat: { formatCode: "#,##0" } },
  axes: { y: { numberFormat: { formatCode: "#,##0" } } },
  anchor: { from: { row: 1, col: COLUMNS + 1 }, to: { row: 22, col: COLUMNS + 11 } },
});

const COLUMN_STYLE: CellStyle = STYLES.label;

export const summarySheet = (record: ReconciledDay): WriteSheet => {
  const page: Page = { rows: [], cells: new Map() };
  headline(page, record);
  const moved = movedSection(page, record);
  attentionSection(page, record);
  balanceSection(page, record);
  return {
    name: "Summary",
    columns: WIDTHS.map((width) => ({ width, style: COLUMN_STYLE })),
    rows: page.rows,
    cells: page.cells,
    rowDefs: new Map([
      [0, { height: 30 }],
      [4, { height: 26 }],
    ]),
    charts: [chartOf(moved)],
    view: { showGridLines: false, tabColor: { rgb: COLOURS.head } },
    pageSetup: { paperSize: "a4", orientation: "landscape", fitToPage: true, fitToWidth: 1, fitToHeight: 1 },
  };
};
