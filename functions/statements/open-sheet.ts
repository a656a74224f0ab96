/**
 * From a file to its rows: what kind of file it is, told by its first bytes and never by its name, and the limits that
 * hold for any kind. What must stay true: no more is read of a file than its limits allow.
 */
import { Buffer } from "node:buffer";
import { readCsvRows } from "./csv-rows.ts";
import { count } from "./sheet-row.ts";
import type { SheetRow, SheetRows, StatementLimits } from "./sheet-row.ts";
import { StatementRefused } from "./statement-refused.ts";
import { readXlsxRows } from "./xlsx/rows.ts";

export interface Sheet {
  readonly format: "csv" | "xlsx";
  readonly rows: SheetRows;
}

const ZIP = [0x50, 0x4b, 0x03, 0x04] as const;
const SEND = "Export the statement from the portal as CSV or XLSX and send that file.";

/** First bytes of what people send besides. */
const FOREIGN: readonly (readonly [mark: readonly number[], what: string])[] = [
  [
    [0xd0, 0xcf, 0x11, 0xe0],
    "an old Excel workbook, or one with a password. Open it in Excel, save it as XLSX without a password and send that file.",
  ],
  [[0x25, 0x50, 0x44, 0x46], `a PDF. ${SEND}`],
  [[0x1f, 0x8b], `a compressed file. ${SEND}`],
  [[0x3c], `a web page or XML. ${SEND}`],
];
const LONGEST_MARK = 4;

const beginsWith = (bytes: Uint8Array, mark: readonly number[]): boolean =>
  mark.every((byte, index) => bytes[index] === byte);

/** The file's chunks, the first of them long enough to tell what it is, if the file is. Throws StatementRefused. */
async function* limited(
  source: AsyncIterable<Uint8Array>,
  mostBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let total = 0;
  let opening: Uint8Array | null = new Uint8Array();
  for await (const chunk of source) {
    total += chunk.length;
    if (total > mostBytes)
      throw new StatementRefused(
        "too_large",
        `The file is larger than ${count(mostBytes)} bytes. Export the statement for fewer days at a time.`,
      );
    if (opening === null) {
      yield chunk;
      continue;
    }
    opening = Buffer.concat([opening, chunk]);
    if (opening.length < LONGEST_MARK) continue;
    yield opening;
    opening = null;
  }
  if (opening !== null && opening.length > 0) yield opening;
}

/** Refuses a file of more rows than `mostRows`. */
async function* counted(rows: SheetRows, mostRows: number): SheetRows {
  let total = 0;
  for await (const some of rows) {
    const held: readonly SheetRow[] = some;
    total += held.length;
    if (total > mostRows)
      throw new StatementRefused(
        "too_many_rows",
        `The statement has more than ${count(mostRows)} rows. Export it for fewer days at a time.`,
      );
    yield held;
  }
}

async function* joined(
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield first;
  yield* rest;
}

/** Opens a file by what is in it. Rejects with StatementRefused. */
export const openSheet = async (
  source: AsyncIterable<Uint8Array>,
  { mostRows, mostBytes }: StatementLimits,
): Promise<Sheet> => {
  const chunks = limited(source, mostBytes);
  const first = await chunks.next();
  if (first.done === true) throw new StatementRefused("empty_file", `The file is empty. ${SEND}`);
  const opening = first.value;
  const foreign = FOREIGN.find(([mark]) => beginsWith(opening, mark));
  if (foreign) {
    await chunks.return();
    throw new StatementRefused("unreadable", `The file is ${foreign[1]}`);
  }
  const whole = joined(opening, chunks);
  return beginsWith(opening, ZIP)
    ? { format: "xlsx", rows: counted(readXlsxRows(whole), mostRows) }
    : { format: "csv", rows: counted(readCsvRows(whole), mostRows) };
};
