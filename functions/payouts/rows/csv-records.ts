/**
 * The CSV parser as it is used here: text in, records out at once, none kept. What must stay true: what waits for the end
 * of its record is bounded, whatever the file holds, and no complaint of the parser's gets out, because it quotes cells.
 */
import { CsvError, Parser } from "csv-parse";
import { FileRefused } from "./file-refused.ts";

export interface CsvRecords {
  /** Resolves once every record that the text completes has been taken. Rejects with FileRefused. */
  readonly feed: (text: string) => Promise<void>;
  /** As `feed`, for the record that no line end completes. */
  readonly end: () => Promise<void>;
}

/** Text in the cells of one record, in bytes. Only a quotation mark that nobody closed makes it longer. */
const MAX_RECORD_BYTES = 16_384;
/** Characters that may wait for the end of their record, delimiters and spaces included. */
const MAX_WAITING = 262_144;

/** A record without an end; `line` is the first that it can begin on. */
const endless = (line: number): FileRefused =>
  new FileRefused(
    "unreadable",
    `The row that begins on line ${line} or soon after is far too long, as when a quotation mark is opened and never closed.`,
    line,
  );

const misquoted = (line: number): FileRefused =>
  new FileRefused(
    "unreadable",
    `Line ${line} has a quotation mark in the middle of a cell. Quote the whole cell and write the mark twice, or remove it.`,
    line,
  );

/** The parser's complaint as ours. Anything else is passed on as it is. */
const asRefusal = (error: Error, nextLine: number): Error => {
  if (!(error instanceof CsvError)) return error;
  switch (error.code) {
    case "INVALID_OPENING_QUOTE":
    case "CSV_INVALID_CLOSING_QUOTE":
    case "CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE":
      return misquoted(typeof error["lines"] === "number" ? error["lines"] : nextLine);
    case "CSV_QUOTE_NOT_CLOSED":
    case "CSV_MAX_RECORD_SIZE":
      return endless(nextLine);
    default:
      return error;
  }
};

/**
 * Parses text whose lines end with `\n`. `take` gets each record that is not an empty line, and the line that it ends
 * on; what it throws is what `feed` rejects with.
 */
export const createCsvRecords = (
  delimiter: string,
  take: (cells: readonly string[], lastLine: number) => void,
): CsvRecords => {
  let nextLine = 1;
  let waiting = 0;
  const parser = new Parser({
    delimiter,
    record_delimiter: "\n",
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: MAX_RECORD_BYTES,
    on_record: (cells, { lines }) => {
      nextLine = lines + 1;
      take(cells, lines);
      return null;
    },
  });
  // `settled` is told the same error.
  parser.on("error", () => undefined);
  const settled = (start: (done: (error?: Error | null) => void) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      start((error) => {
        if (error) reject(asRefusal(error, nextLine));
        else resolve();
      });
    });
  const completed = (): number => parser.info.records + parser.info.empty_lines;
  return {
    feed: async (text) => {
      const before = completed();
      await settled((done) => void parser.write(text, done));
      waiting = completed() === before ? waiting + text.length : text.length;
      if (waiting > MAX_WAITING) throw endless(nextLine);
    },
    end: () => settled((done) => void parser.end(done)),
  };
};
