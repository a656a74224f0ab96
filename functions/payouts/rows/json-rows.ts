/**
 * Rows out of the JSON body of the API. An engineer wrote the program that made it, so a shape that is not the
 * documented one refuses the body, with a pointer; what a cell says is judged row by row, as in a file.
 */
import * as z from "zod";
import type { RawRow } from "./raw-row.ts";

const text = (what: string) =>
  z.string(`${what} is text`).max(1_000, `${what} is far longer than anything that is accepted`);

/** One row as the API takes it. What its values may be is for `validateRow`, so that it can say it for each row. */
const jsonRow = () =>
  z.strictObject({
    phone: text("phone"),
    amount: z.number("amount is a whole number of shillings, without quotes"),
    reference: text("reference").optional(),
    remarks: text("remarks").optional(),
  });

export interface RowMistake {
  /** RFC 6901, from the list: `/0/amount`. Empty for the list itself. */
  readonly pointer: string;
  readonly message: string;
}

export type JsonRows =
  | { readonly ok: true; readonly rows: readonly RawRow[] }
  /** The first few mistakes. */
  | { readonly ok: false; readonly mistakes: readonly RowMistake[] };

const MOST_MISTAKES = 10;

const mistakesOf = (error: z.ZodError, index: number): readonly RowMistake[] =>
  error.issues.map(({ path, message }) => ({
    pointer: [index, ...path].map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join(""),
    message,
  }));

/** The list as rows, numbered from 1 as they stand. Never throws. */
export const readJsonRows = (value: unknown, { maxRows }: { readonly maxRows: number }): JsonRows => {
  const refuse = (message: string): JsonRows => ({ ok: false, mistakes: [{ pointer: "", message }] });
  if (!Array.isArray(value)) return refuse("the payouts are a list");
  if (value.length === 0) return refuse("the list of payouts is empty");
  if (value.length > maxRows) return refuse(`the list has at most ${maxRows.toLocaleString("en")} payouts`);
  const shape = jsonRow();
  const rows: RawRow[] = [];
  const mistakes: RowMistake[] = [];
  for (const [index, item] of value.entries()) {
    const parsed = shape.safeParse(item);
    if (!parsed.success) mistakes.push(...mistakesOf(parsed.error, index));
    else {
      const { phone, amount, reference = "", remarks = "" } = parsed.data;
      const cells = { phone, amount: String(amount), reference, remarks };
      rows.push({ row: index + 1, line: null, cells, surplus: false });
    }
    if (mistakes.length >= MOST_MISTAKES) break;
  }
  return mistakes.length > 0 ? { ok: false, mistakes: mistakes.slice(0, MOST_MISTAKES) } : { ok: true, rows };
};
