/** A batch's results as the file that finance keeps: one line for each row, in the order in which they come. */
import { wholeShillings } from "../../domain/money.ts";
import type { Cents } from "../../domain/money.ts";
import { utcIso } from "../../domain/time.ts";
import { createCsvWriter } from "./csv-writer.ts";

/** What became of one row. */
export interface ResultRow {
  /** The data row of the input, from 1. */
  readonly row: number;
  readonly phoneMasked: string;
  readonly amount: Cents;
  readonly reference: string;
  readonly status: string;
  readonly receipt: string | null;
  /** Epoch milliseconds. */
  readonly paidAt: number | null;
  readonly failureCode: string | null;
  readonly failureMessage: string | null;
  readonly payoutId: string | null;
}

const writer = createCsvWriter<ResultRow>({
  row: ({ row }) => row,
  phone: ({ phoneMasked }) => phoneMasked,
  amount: ({ amount }) => wholeShillings(amount),
  reference: ({ reference }) => reference,
  status: ({ status }) => status,
  receipt: ({ receipt }) => receipt,
  paid_at: ({ paidAt }) => (paidAt === null ? null : utcIso(paidAt)),
  failure_code: ({ failureCode }) => failureCode,
  failure_message: ({ failureMessage }) => failureMessage,
  payout_id: ({ payoutId }) => payoutId,
});

const ROWS_AT_ONCE = 500;

/** The file in pieces. Amounts are whole shillings, times UTC; the header is there even without rows. */
export async function* resultsCsv(
  rows: AsyncIterable<ResultRow> | Iterable<ResultRow>,
): AsyncGenerator<string, void, undefined> {
  yield writer.head();
  let waiting: ResultRow[] = [];
  for await (const row of rows) {
    waiting.push(row);
    if (waiting.length < ROWS_AT_ONCE) continue;
    yield writer.rows(waiting);
    waiting = [];
  }
  if (waiting.length > 0) yield writer.rows(waiting);
}
