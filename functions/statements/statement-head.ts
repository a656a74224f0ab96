/**
 * What stands above the header of a statement: the shortcode, the account, the period, the balances at both ends. What
 * must stay true: a value is found by its label, wherever that stands, and one that can't be read is null.
 */
import type { StatementHead } from "../domain/statement-line.ts";
import { readSignedAmount } from "./amount.ts";
import { nameOf } from "./columns.ts";
import type { SheetRow } from "./sheet-row.ts";
import { possibleOrders, readStatementTime } from "./statement-time.ts";
import type { DateOrder } from "./statement-time.ts";

/** As the file writes it. */
export interface HeadTexts {
  readonly shortcode: string | null;
  readonly account: string | null;
  readonly period: { readonly from: string; readonly to: string } | null;
  readonly opening: string | null;
  readonly closing: string | null;
}

const SHORTCODE = /^\d{5,7}$/;
/** The title of a current export, where somebody has put it above the header. */
const TITLE = /^Statements for (\d{5,7}) from (\d{4}-\d\d-\d\d) to (\d{4}-\d\d-\d\d)\b/i;

/** The first cell with something in it that stands behind the one with this label, in its row. */
const valueBehind = (rows: readonly SheetRow[], label: string): string | null => {
  for (const { cells } of rows) {
    const at = cells.findIndex((cell) => nameOf(cell) === label);
    const value = at === -1 ? undefined : cells.slice(at + 1).find((cell) => cell.trim() !== "");
    if (value !== undefined) return value.trim();
  }
  return null;
};

const periodOf = (rows: readonly SheetRow[]): HeadTexts["period"] => {
  const labelled = rows.filter(({ cells }) => cells.some((cell) => nameOf(cell) === "timeperiod"));
  const [from, to] = [valueBehind(labelled, "from"), valueBehind(labelled, "to")];
  return from === null || to === null ? null : { from, to };
};

const titleIn = (rows: readonly SheetRow[]): RegExpExecArray | null => {
  for (const { cells } of rows)
    for (const cell of cells) {
      const title = TITLE.exec(cell.trim());
      if (title) return title;
    }
  return null;
};

/** Reads the rows above the header. */
export const readHeadTexts = (rows: readonly SheetRow[]): HeadTexts => {
  const [, titled = null, firstDay, lastDay] = titleIn(rows) ?? [];
  return {
    shortcode: valueBehind(rows, "shortcode") ?? titled,
    account: valueBehind(rows, "account"),
    period:
      periodOf(rows) ??
      (firstDay === undefined || lastDay === undefined
        ? null
        : { from: `${firstDay} 00:00:00`, to: `${lastDay} 23:59:59` }),
    opening: valueBehind(rows, "openingbalance"),
    closing: valueBehind(rows, "closingbalance"),
  };
};

const momentOf = (text: string, order: DateOrder): number | null => {
  const [certain, ...others] = possibleOrders(text);
  return readStatementTime(text, certain !== undefined && others.length === 0 ? certain : order);
};

/** The texts' meaning, in the order in which the file writes its dates. */
export const headOf = (
  texts: HeadTexts,
  { template, order }: { readonly template: StatementHead["template"]; readonly order: DateOrder },
): StatementHead => ({
  template,
  shortcode: texts.shortcode !== null && SHORTCODE.test(texts.shortcode) ? texts.shortcode : null,
  account: texts.account,
  from: texts.period === null ? null : momentOf(texts.period.from, order),
  to: texts.period === null ? null : momentOf(texts.period.to, order),
  opening: texts.opening === null ? null : readSignedAmount(texts.opening),
  closing: texts.closing === null ? null : readSignedAmount(texts.closing),
});
