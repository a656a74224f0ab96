/**
 * CSV that Excel opens as it was meant: UTF-8 with its mark, CRLF, quoted as RFC 4180 says. What must stay true: no cell
 * is run as a formula (https://owasp.org/www-community/attacks/CSV_Injection); one that would be begins with an
 * apostrophe, which spreadsheets take as "this is text".
 */
import { stringify } from "csv-stringify/sync";

type Cell = string | number | null;

export interface CsvWriter<Row> {
  /** The mark and the header line. */
  readonly head: () => string;
  readonly rows: (rows: readonly Row[]) => string;
}

const write = (records: Cell[][]): string =>
  stringify(records, { record_delimiter: "windows", quote_record_delimiter: true, escape_formulas: true });

/** A writer whose columns are the keys of `columns`, in their order. */
export const createCsvWriter = <Row>(columns: Readonly<Record<string, (row: Row) => Cell>>): CsvWriter<Row> => {
  const cells = Object.values(columns);
  return {
    head: () => `\uFEFF${write([Object.keys(columns)])}`,
    rows: (rows) => write(rows.map((row) => cells.map((cell) => cell(row)))),
  };
};
