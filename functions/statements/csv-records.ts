/**
 * The CSV parser as statements need it: text in, rows out at once, none kept. What must stay true: what waits for the end
 * of its record is bounded, whatever the file holds, and no complaint of the parser's gets out, because it quotes cells.
 */
import { CsvError, Parser } from "csv-parse";
import type { SheetRow } from "./sheet-row.ts";
import { StatementRefused } from "./statement-refused.ts";

export interface CsvRecords {
  /** The rows that the text completes. Rejects with StatementRefused. */
  readonly feed: (text: string) => Promise<readonly SheetRow[]>;
  /** As `feed`, for the record that no line end completes. */
  readonly end: () => Promise<readonly SheetRow[]>;
}

/** Text in the cells of one record, in bytes. Only a quotation mark that nobody closed makes it longer. */
const MOST_RECORD_BYTES = 16_384;
/** Characters that may wait for the end of their record. */
const MOST_WAITING = 262_144;

const endless = (row: number): StatementRefused =>
  new StatementRefused(
    "unreadable",
    `Row ${row} is far too long, as when a quotation mark is opened and never closed. Export the statement again and send the file as the portal gives it.`,
    row,
  );

const misquoted = (row: number): StatementRefused =>
  new StatementRefused(
    "unreadable",
    `Row ${row} has text behind a quotation mark that closes a cell. Export the statement again and send the file as the portal gives it.`,
    row,
  );

/** The parser's complaint as ours. Anything else is passed on as it is. */
const asRefusal = (error: Error, row: number): Error => {
  if (!(error instanceof CsvError)) return error;
  switch (error.code) {
    case "INVALID_OPENING_QUOTE":
    case "CSV_INVALID_CLOSING_QUOTE":
    case "CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE":
      return misquoted(row);
    case "CSV_QUOTE_NOT_CLOSED":
    case "CSV_MAX_RECORD_SIZE":
      return endless(row);
    default:
      return error;
  }
};

/** Parses text whose lines end with `\n`. A quotation mark inside of a cell that is not quoted stands for itself. */
export const createCsvRecords = (delimiter: string): CsvRecords => {
  let rows: SheetRow[] = [];
  let records = 0;
  let lastRow = 0;
  let waiting = 0;
  const parser = new Parser({
    delimiter,
    record_delimiter: "\n",
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: MOST_RECORD_BYTES,
    on_record: (cells, { empty_lines }) => {
      records += 1;
      lastRow = records + empty_lines;
      rows.push({ row: lastRow, cells });
      return null;
    },
  });
  // `settled` is told the same error.
  parser.on("error", () => undefined);
  const settled = (start: (done: (error?: Error | null) => void) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      start((error) => {
        if (error) reject(asRefusal(error, lastRow + 1));
        else resolve();
      });
    });
  const drain = (): readonly SheetRow[] => {
    const drained = rows;
    rows = [];
    return drained;
  };
  return {
    feed: async (text) => {
      const before = lastRow + parser.info.empty_lines;
      await settled((done) => void parser.write(text, done));
      waiting = lastRow + parser.info.empty_lines === before ? waiting + text.length : text.length;
      if (waiting > MOST_WAITING) throw endless(lastRow + 1);
      return drain();
    },
    end: async () => {
      await settled((done) => void parser.end(done));
      return drain();
    },
  };
};
