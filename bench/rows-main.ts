/**
 * The child in which a large file of payouts is validated, alone, so that the peak of its memory is that of the
 * validation. It writes what it measured as one line of JSON.
 */
import { Buffer } from "node:buffer";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { PAYOUT_SHILLINGS } from "../functions/domain/payout.ts";
import { validateFile } from "../functions/payouts/rows/validate-file.ts";

const ROWS = 100_000;
const MAX_BYTES = 32_000_000;
const ROWS_IN_CHUNK = 1_000;

/** A payroll as Excel saves it; one row in a hundred can't be paid. */
const line = (row: number): string => {
  const phone = row % 100 === 0 ? "2.54712E+11" : `07${String(10_000_000 + row)}`;
  const amount = (1_000 + (row % 200_000)).toLocaleString("en");
  return `"Wanjiku, A. ${row}",${phone},"${amount}",EMP-${row},Salary for November\r\n`;
};

/** The file in chunks, made as they are read, so that it is never in memory as a whole. */
async function* payroll(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from("\uFEFFName,Phone,Amount (KES),Employee No,Remarks\r\n"));
  for (let from = 1; from <= ROWS; from += ROWS_IN_CHUNK)
    yield Buffer.from(Array.from({ length: ROWS_IN_CHUNK }, (_, index) => line(from + index)).join(""));
}

const started = performance.now();
const { count, rejectedCount, warnings } = await validateFile(payroll(), {
  head: { storefront: "bench", shortcode: "600000", reference: "PAYROLL", kind: "salary" },
  shillings: PAYOUT_SHILLINGS,
  allowDuplicates: false,
  maxRows: ROWS,
  maxBytes: MAX_BYTES,
});
const seconds = (performance.now() - started) / 1_000;
const peakMegabytes = (process.resourceUsage().maxRSS * 1_024) / 1_000_000;
process.stdout.write(
  `${JSON.stringify({ seconds, peakMegabytes, count, rejectedCount, warnings: warnings.length })}\n`,
);
