/**
 * Rows out of a statement in CSV, whatever it is separated by. What must stay true: nothing is skipped but blank rows,
 * and what is in memory does not grow with the file.
 */
import { HEADER_ROWS, headerNames } from "./columns.ts";
import { createCsvRecords } from "./csv-records.ts";
import type { CsvRecords } from "./csv-records.ts";
import { count, isBlank, MOST_CELLS } from "./sheet-row.ts";
import type { SheetRow, SheetRows } from "./sheet-row.ts";
import { StatementRefused } from "./statement-refused.ts";
import { readText } from "./text.ts";

/** The header stands within so many characters. */
const MOST_OPENING = 65_536;
const DELIMITERS = [",", ";", "\t", "|"] as const;

/** Excel's own first line, `sep=;`, which names the delimiter and is no row. */
const SEPARATOR_LINE = /^"?sep=([,;\t|])"?[ \t]*\n/i;

/** The parts of a line between delimiters that stand outside of quotation marks. */
const split = (line: string, delimiter: string): readonly string[] =>
  line
    .split('"')
    .map((part, index) => (index % 2 === 0 ? part.replaceAll(delimiter, "\n") : part))
    .join("")
    .split("\n");

/** The delimiter under which one of the first lines names most columns of a statement. */
const delimiterOf = (opening: string): string => {
  const lines = opening.split("\n", HEADER_ROWS);
  const scored = DELIMITERS.map((delimiter) => ({
    delimiter,
    named: Math.max(...lines.map((line) => headerNames(split(line, delimiter)))),
  }));
  return scored.reduce((best, next) => (next.named > best.named ? next : best)).delimiter;
};

/** The parser for what begins with `opening`, and the rows of it. */
const begin = async (
  opening: string,
): Promise<{ readonly records: CsvRecords; readonly rows: readonly SheetRow[] }> => {
  const separator = SEPARATOR_LINE.exec(opening);
  const text = separator === null ? opening : opening.slice(separator[0].length);
  const records = createCsvRecords(separator?.[1] ?? delimiterOf(text));
  return { records, rows: await records.feed(text) };
};

const isOpeningComplete = (text: string): boolean =>
  text.length > MOST_OPENING || text.split("\n", HEADER_ROWS + 1).length > HEADER_ROWS;

const checked = (rows: readonly SheetRow[]): readonly SheetRow[] =>
  rows.filter(({ row, cells }) => {
    if (cells.length > MOST_CELLS)
      throw new StatementRefused("unreadable", `Row ${row} has more than ${count(MOST_CELLS)} cells.`, row);
    return !cells.every(isBlank);
  });

/** Reads `chunks` row by row. Throws StatementRefused. */
export async function* readCsvRows(chunks: AsyncIterable<Uint8Array>): SheetRows {
  let records: CsvRecords | null = null;
  let opening = "";
  for await (const text of readText(chunks)) {
    if (records) {
      yield checked(await records.feed(text));
      continue;
    }
    opening += text;
    if (!isOpeningComplete(opening)) continue;
    const begun = await begin(opening);
    records = begun.records;
    yield checked(begun.rows);
  }
  if (!records) {
    const begun = await begin(opening);
    records = begun.records;
    yield checked(begun.rows);
  }
  yield checked(await records.end());
}
