/**
 * A closed day as CSV that Excel opens as it was meant: UTF-8 with its mark, CRLF, amounts with two decimals, Nairobi time.
 * What must stay true: no cell is run as a formula (https://owasp.org/www-community/attacks/CSV_Injection); one that would
 * be begins with an apostrophe.
 */
import { stringify } from "csv-stringify/sync";
import { nairobiTime } from "../domain/time.ts";
import { adjustmentRows, classifiedRows, exceptionRows, matchedRows, openRows } from "./report-rows.ts";
import type { DayReport, ReportRow } from "./report-rows.ts";

type Cell = string | number | null;

/** `-150050` -> `-1500.50`: exact, and never a formula's beginning to whoever reads numbers. */
const decimalText = (cents: number): string => {
  const whole = Math.abs(cents);
  return `${cents < 0 ? "-" : ""}${Math.trunc(whole / 100)}.${String(whole % 100).padStart(2, "0")}`;
};

const COLUMNS: Readonly<Record<string, (row: ReportRow) => Cell>> = {
  section: ({ section }) => section,
  what: ({ what }) => what,
  receipt: ({ receipt }) => receipt,
  amount: ({ amount }) => amount,
  time: ({ at }) => (at === null ? null : nairobiTime(at)),
  transaction: ({ transaction }) => transaction,
  storefront: ({ storefront }) => storefront,
  reference: ({ reference }) => reference,
  by: ({ by }) => by,
  row: ({ row }) => row,
  charge_row: ({ chargeRow }) => chargeRow,
  exceptions: ({ exceptions }) => exceptions,
  explanation: ({ says }) => says,
};

const AMOUNT = Object.keys(COLUMNS).indexOf("amount");
const ROWS_AT_ONCE = 500;

/** A number is written by us, and its minus is no formula. */
const write = (records: Cell[][]): string =>
  stringify(records, {
    record_delimiter: "windows",
    quote_record_delimiter: true,
    escape_formulas: true,
    cast: {
      number: (value, { index }) => (index === AMOUNT ? decimalText(value) : String(value)),
    },
  });

function* allRows(report: DayReport): Generator<ReportRow, void, undefined> {
  for (const rows of [matchedRows, exceptionRows, classifiedRows, openRows, adjustmentRows]) yield* rows(report);
}

/** The file in pieces. The header is there even without rows. */
export function* reportCsv(report: DayReport): Generator<string, void, undefined> {
  const cells = Object.values(COLUMNS);
  yield `\uFEFF${write([Object.keys(COLUMNS)])}`;
  let waiting: Cell[][] = [];
  for (const row of allRows(report)) {
    waiting.push(cells.map((cell) => cell(row)));
    if (waiting.length < ROWS_AT_ONCE) continue;
    yield write(waiting);
    waiting = [];
  }
  if (waiting.length > 0) yield write(waiting);
}
