/**
 * Rows out of a statement in a workbook. The file is held packed, its texts too; the sheet streams by and waits for
 * whoever takes its rows. What must stay true: nothing is skipped but blank rows, and unpacking has limits.
 */
import { Buffer } from "node:buffer";
import { count, isBlank, MOST_CELLS } from "../sheet-row.ts";
import type { SheetRow, SheetRows } from "../sheet-row.ts";
import { StatementRefused } from "../statement-refused.ts";
import { cellText } from "./cell-text.ts";
import type { CellKinds } from "./cell-text.ts";
import { readSharedTexts } from "./shared-texts.ts";
import { readWorkbook } from "./workbook.ts";
import { attributeOf, readXml } from "./xml.ts";
import type { XmlHandler } from "./xml.ts";
import { damaged, openArchive } from "./zip.ts";

/** Of the file as it was sent: it is held in memory. A million rows come to about half of it. */
const MOST_PACKED_BYTES = 120_000_000;
/** Of the table of texts and of the sheet, unpacked. They are never held so. */
const MOST_TEXTS_BYTES = 600_000_000;
const MOST_SHEET_BYTES = 1_600_000_000;
/** Of one cell; Excel's limit is 32,767. */
const MOST_CHARACTERS = 65_536;

const REFERENCE = /^([A-Z]{1,3})(\d{1,7})$/;

const columnOf = (letters: string): number =>
  Array.from(letters).reduce((column, letter) => column * 26 + letter.charCodeAt(0) - 64, 0) - 1;

/** Turns the tags of a sheet into rows. */
const createSheet = (kinds: CellKinds): { readonly handler: XmlHandler; readonly drain: () => readonly SheetRow[] } => {
  let rows: SheetRow[] = [];
  let row = 0;
  let cells: string[] = [];
  let column = -1;
  let cell: { readonly type: string; readonly style: number } | null = null;
  let value = "";
  let inValue = false;
  /** Within the reading aids of Asian texts, which are not part of them. */
  let aside = false;

  const beginRow = (attributes: string): void => {
    const number = Number(attributeOf(attributes, "r") ?? row + 1);
    if (!Number.isInteger(number) || number <= row) throw damaged();
    row = number;
    cells = [];
    column = -1;
  };
  const beginCell = (attributes: string): void => {
    const [, letters] = REFERENCE.exec(attributeOf(attributes, "r") ?? "") ?? [];
    column = letters === undefined ? column + 1 : columnOf(letters);
    cell = { type: attributeOf(attributes, "t") ?? "", style: Number(attributeOf(attributes, "s") ?? 0) };
    value = "";
  };
  const endCell = (): void => {
    const text = cell === null ? "" : cellText({ ...cell, value }, kinds);
    cell = null;
    if (text === "") return;
    if (column >= MOST_CELLS)
      throw new StatementRefused("unreadable", `Row ${row} has more than ${count(MOST_CELLS)} cells.`, row);
    while (cells.length < column) cells.push("");
    cells[column] = text;
  };
  return {
    handler: {
      open: (name, attributes) => {
        if (name === "row") beginRow(attributes);
        else if (name === "c") beginCell(attributes);
        else if (name === "rPh") aside = true;
        else inValue = cell !== null && !aside && (name === "v" || name === "t");
      },
      close: (name) => {
        inValue = false;
        if (name === "c") endCell();
        else if (name === "rPh") aside = false;
        else if (name === "row" && !cells.every(isBlank)) rows.push({ row, cells });
      },
      text: (text) => {
        if (!inValue) return;
        value += text;
        if (value.length > MOST_CHARACTERS) throw damaged();
      },
    },
    drain: () => {
      const drained = rows;
      rows = [];
      return drained;
    },
  };
};

const collected = async (chunks: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const held: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > MOST_PACKED_BYTES)
      throw new StatementRefused(
        "too_large",
        `The workbook is larger than ${count(MOST_PACKED_BYTES)} bytes. Export the statement as CSV, or for fewer days at a time.`,
      );
    held.push(chunk);
  }
  return Buffer.concat(held, total);
};

/** Reads the one sheet of a workbook row by row. Throws StatementRefused. */
export async function* readXlsxRows(chunks: AsyncIterable<Uint8Array>): SheetRows {
  const archive = openArchive(await collected(chunks));
  const { sheet, sharedTexts, dateStyles, from1904 } = await readWorkbook(archive);
  const texts =
    sharedTexts !== null && archive.has(sharedTexts)
      ? await readSharedTexts(archive.unpack(sharedTexts, MOST_TEXTS_BYTES))
      : () => null;
  const { handler, drain } = createSheet({ sharedTexts: texts, dateStyles, from1904 });
  for await (const _turn of readXml(archive.unpack(sheet, MOST_SHEET_BYTES), handler)) yield drain();
}
