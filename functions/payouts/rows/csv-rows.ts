/**
 * Rows out of a CSV file as spreadsheets write it: any usual delimiter, quoting and line end, blank lines anywhere. What
 * must stay true: the file gives its rows or FileRefused, nothing is skipped but blank lines, and what is in memory does
 * not grow with the file.
 */
import { createCsvRecords } from "./csv-records.ts";
import type { CsvRecords } from "./csv-records.ts";
import { createPossibleCuts, cutOf } from "./cut-amount.ts";
import { FileRefused } from "./file-refused.ts";
import { delimiterOf, readHeader } from "./header.ts";
import type { Header } from "./header.ts";
import type { RawRow } from "./raw-row.ts";
import { readText } from "./text.ts";
import type { ByteSource } from "./text.ts";

export interface CsvLimits {
  readonly maxRows: number;
  readonly maxBytes: number;
}

export interface CsvOptions extends CsvLimits {
  /** Told what the person who made the file should know, though it stops nothing. */
  readonly warn?: (message: string) => void;
}

/** Cells of one row: as many as Excel's widest sheet has, because some files trail a comma for each. */
const MAX_CELLS = 16_384;
/** The header stands within so many characters. */
const MAX_OPENING = 65_536;

const isBlank = (cell: string): boolean => cell.trim() === "";
const count = (value: number): string => value.toLocaleString("en");

interface CsvRecord {
  readonly cells: readonly string[];
  /** The line that it ends on. */
  readonly lastLine: number;
  readonly delimiter: string;
}

/** Turns records into rows, in order: the first is the header. */
const createCollector = ({ maxRows, warn }: CsvOptions) => {
  const possibleCuts = createPossibleCuts();
  let header: Header | null = null;
  let rows = 0;
  let queue: RawRow[] = [];

  const rowOf = (cells: readonly string[], line: number, { columns, named }: Header): RawRow => {
    const cell = (place: number | null): string => (place === null ? "" : (cells[place] ?? ""));
    return {
      row: rows,
      line,
      cells: {
        phone: cell(columns.phone),
        amount: cell(columns.amount),
        reference: cell(columns.reference),
        remarks: cell(columns.remarks),
      },
      surplus: cells.some((text, place) => named[place] !== true && !isBlank(text)),
    };
  };

  /** Whether a comma has cut the row's amount in two, for certain; the approver is told when it only might have. */
  const isCut = ({ cells, delimiter }: CsvRecord, { columns, named }: Header): boolean => {
    const cut = delimiter === "," ? cutOf(cells, { amount: columns.amount, width: named.length }) : null;
    if (cut === "possible") possibleCuts.add(rows);
    return cut === "certain";
  };

  return {
    /** Takes the next record. */
    take: (record: CsvRecord): void => {
      const { cells, lastLine } = record;
      if (cells.every(isBlank)) return;
      const line = lastLine - cells.reduce((sum, cell) => sum + cell.split("\n").length - 1, 0);
      if (cells.length > MAX_CELLS)
        throw new FileRefused("too_many_columns", `Line ${line} has more than ${count(MAX_CELLS)} cells.`, line);
      if (header === null) {
        header = readHeader(cells, line);
        if (header.warning !== null) warn?.(header.warning);
        return;
      }
      rows += 1;
      if (rows > maxRows)
        throw new FileRefused(
          "too_many_rows",
          `The file has more than ${count(maxRows)} rows. Split it into files of at most ${count(maxRows)} rows each.`,
          line,
        );
      const row = rowOf(cells, line, header);
      queue.push(isCut(record, header) ? { ...row, surplus: true } : row);
    },
    /** The rows since the last call. */
    drain: (): readonly RawRow[] => {
      const drained = queue;
      queue = [];
      return drained;
    },
    /** Says what there is to say about all rows; throws FileRefused when there were none. */
    finish: (): void => {
      if (rows === 0)
        throw new FileRefused("empty_file", "The file has no rows. Put one payout on each line below the header.");
      const warning = possibleCuts.warning();
      if (warning !== null) warn?.(warning);
    },
  };
};

/** Excel's own first line, `sep=;`, which names the delimiter and is no row. */
const SEPARATOR_LINE = /^"?sep=([,;\t|])"?[ \t]*$/i;

interface Opening {
  readonly delimiter: string;
  /** What is to be parsed. */
  readonly text: string;
}

/** Learns the delimiter from the first line that holds anything. Null while that line may not be all there. */
const openingOf = (text: string, complete: boolean): Opening | null => {
  const start = text.search(/\S/);
  const end = text.indexOf("\n", start);
  if (start === -1 || (end === -1 && !complete)) return null;
  const line = text.slice(text.lastIndexOf("\n", start) + 1, end === -1 ? text.length : end);
  const separator = SEPARATOR_LINE.exec(line)?.[1];
  // Blanked, not cut out, so that the lines keep their numbers.
  return separator === undefined
    ? { delimiter: delimiterOf(line), text }
    : { delimiter: separator, text: text.replace(line, "") };
};

/** Reads `source` row by row. Throws FileRefused for what makes the file as a whole unusable. */
export async function* readCsvRows(source: ByteSource, options: CsvOptions): AsyncGenerator<RawRow, void, undefined> {
  const collector = createCollector(options);
  let records: CsvRecords | null = null;
  let waiting = "";
  const begin = async (complete: boolean): Promise<CsvRecords | null> => {
    const opening = openingOf(waiting, complete);
    if (!opening) return null;
    const { delimiter, text } = opening;
    const begun = createCsvRecords(delimiter, (cells, lastLine) => {
      collector.take({ cells, lastLine, delimiter });
    });
    await begun.feed(text);
    return begun;
  };
  for await (const text of readText(source, options)) {
    if (records) await records.feed(text);
    else {
      waiting += text;
      records = await begin(false);
      if (!records && waiting.length > MAX_OPENING)
        throw new FileRefused("no_header", "The file does not begin with a line that names its columns.");
    }
    yield* collector.drain();
  }
  records ??= await begin(true);
  await records?.end();
  yield* collector.drain();
  collector.finish();
}
