/** A sheet that is laid out like a page: lines of styled cells, one below the other. */
import type { Cell, CellValue } from "hucre/xlsx";
import { STYLES } from "./workbook-style.ts";
import type { StyleName } from "./workbook-style.ts";

/** Rows under construction: values with the styles beside them. */
export interface Page {
  readonly rows: CellValue[][];
  readonly cells: Map<string, Partial<Cell>>;
}

export type Styled = readonly [value: CellValue, style: StyleName];

export const WIDTHS = [34, 13, 18, 18, 18, 18, 12] as const;
export const COLUMNS = WIDTHS.length;

export const put = ({ rows, cells }: Page, line: readonly Styled[]): number => {
  const row = rows.length;
  rows.push(line.map(([value]) => value));
  for (const [column, [, style]] of line.entries()) cells.set(`${row},${column}`, { style: STYLES[style] });
  return row;
};

export const gap = (page: Page): void => void page.rows.push([]);

export const section = (page: Page, title: string): void => {
  gap(page);
  put(page, [[title, "section"], ...Array.from({ length: COLUMNS - 1 }, (): Styled => [null, "section"])]);
};
