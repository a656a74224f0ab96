/** Workbooks for tests: as a spreadsheet writes them, and part by part for what no spreadsheet writes. */
import { Buffer } from "node:buffer";
import { deflateRawSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import { writeXlsx } from "hucre/xlsx";
import type { CellValue } from "hucre/xlsx";

/** The rows of a CSV file as a workbook, every cell a text as the portal has it. */
export const workbookOf = async (csv: string, stringMode: "shared" | "inline" = "shared"): Promise<Uint8Array> => {
  const rows: string[][] = parse(csv, { relax_column_count: true });
  return writeXlsx({ sheets: [{ name: "transaction", rows }], stringMode });
};

/** These cells as a workbook, a date as the number that spreadsheets keep. */
export const workbookOfCells = (rows: CellValue[][]): Promise<Uint8Array> =>
  writeXlsx({ sheets: [{ name: "transaction", rows }] });

const header = (signature: number, bytes: number, fields: Readonly<Record<number, number>>): Buffer => {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUInt32LE(signature, 0);
  for (const [at, value] of Object.entries(fields)) {
    if (value > 0xffff || Number(at) >= 14) buffer.writeUInt32LE(value, Number(at));
    else buffer.writeUInt16LE(value, Number(at));
  }
  return buffer;
};

/** A ZIP archive of these parts, deflated. Sizes are right in its directory and nowhere else, as streamed ones are. */
export const zip = (parts: Readonly<Record<string, string | Uint8Array>>): Buffer => {
  const local: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(parts)) {
    const [title, packed] = [Buffer.from(name), deflateRawSync(content)];
    const entry = header(0x02014b50, 46, { 8: 8, 10: 8, 20: packed.length, 42: offset });
    entry.writeUInt16LE(title.length, 28);
    const start = header(0x04034b50, 30, { 6: 8, 8: 8 });
    start.writeUInt16LE(title.length, 26);
    local.push(start, title, packed);
    directory.push(entry, title);
    offset += start.length + title.length + packed.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(parts).length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, listed, end]);
};

const RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const relations = (...all: readonly (readonly [id: string, type: string, target: string])[]): string =>
  `<Relationships>${all.map(([id, type, target]) => `<Relationship Id="${id}" Type="${RELATION}/${type}" Target="${target}"/>`).join("")}</Relationships>`;

/** The parts of a workbook whose sheet has this XML. */
export const parts = (sheet: string, others: Readonly<Record<string, string>> = {}) => ({
  "_rels/.rels": relations(["rId1", "officeDocument", "xl/workbook.xml"]),
  "xl/workbook.xml": '<workbook><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
  "xl/_rels/workbook.xml.rels": relations(
    ["rId1", "worksheet", "worksheets/sheet1.xml"],
    ["rId2", "sharedStrings", "sharedStrings.xml"],
    ["rId3", "styles", "/xl/styles.xml"],
  ),
  "xl/styles.xml": "<styleSheet/>",
  "xl/sharedStrings.xml": "<sst/>",
  "xl/worksheets/sheet1.xml": sheet,
  ...others,
});
