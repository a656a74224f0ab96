/**
 * A statement's cells as a file: CSV in the dialects that spreadsheets write, or XLSX.
 */
import { writeXlsxStream } from "hucre/xlsx";
import type { Cell } from "./statement-templates.ts";

export const separators = { comma: ",", semicolon: ";", tab: "\t" } as const;
export const lineEnds = { crlf: "\r\n", lf: "\n" } as const;

export type CsvDialect = {
  readonly separator: keyof typeof separators;
  readonly lineEnd: keyof typeof lineEnds;
  /** UTF-8's byte order mark comes first. */
  readonly bom: boolean;
};

const quoted = (text: string, separator: string): string =>
  text.includes(separator) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/** RFC 4180, but for the dialect. */
export const csvFile = (rows: readonly Cell[][], { separator, lineEnd, bom }: CsvDialect): string => {
  const between = separators[separator];
  const write = (cell: Cell): string => (cell === null ? "" : quoted(String(cell), between));
  const lines = rows.map((row) => row.map(write).join(between) + lineEnds[lineEnd]);
  return (bom ? "\uFEFF" : "") + lines.join("");
};

export const xlsxFile = async (rows: readonly Cell[][], sheet: string): Promise<Uint8Array> =>
  new Uint8Array(
    await new Response(
      writeXlsxStream(
        rows.map((row) => [...row]),
        { name: sheet },
      ),
    ).arrayBuffer(),
  );
