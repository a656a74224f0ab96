/**
 * The amount of a row, in whole shillings as people and spreadsheets write them. What must stay true: a text that two
 * people could read as two amounts is refused, and nothing is rounded.
 */
import { shillings } from "../../domain/money.ts";
import type { Cents } from "../../domain/money.ts";
import { bareNumber, FAULTY, isFault, isScientific } from "./spreadsheet-cell.ts";

export interface ShillingLimits {
  readonly min: number;
  readonly max: number;
}

type AmountProblem = "amount_missing" | "amount_invalid" | "amount_has_cents" | "amount_out_of_range";
export type RowAmount =
  | { readonly ok: true; readonly amount: Cents }
  | { readonly ok: false; readonly code: AmountProblem; readonly message: string };

/** `KES 1,500`, `Ksh.1500`, `1,500/=`, `1500/-`. */
const CURRENCY = /^(?:KES|KSHS?|SHS?)[.:]?\s*|\s*(?:KES|KSHS?|SHS?|\/[=-])$/gi;
/** Plain, or in thousands by commas or spaces; then cents. */
const AMOUNT = /^(\d{1,15}|\d{1,3}(?:,\d{3}){1,4}|\d{1,3}(?: \d{3}){1,4})(?:\.(\d{1,2}))?$/;
const NEGATIVE = /^(?:-\s*\d.*|\d.*-|\(.*\d.*\))$/;
const DOTTED_THOUSANDS = /^\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?$/;
const COMMA_CENTS = /^[\d ]+,\d{1,2}$/;
const LONGEST = 64;

const EXAMPLE = "Write whole shillings, for example 1500 or 1,500.";
const INVALID: readonly (readonly [is: (text: string) => boolean, message: string])[] = [
  [
    isScientific,
    "Excel has rounded this amount (it is written with an E). Format the column as a number without decimals and export again.",
  ],
  [isFault, FAULTY],
  [(text) => NEGATIVE.test(text), "The amount is negative. A payout sends money and can't take any."],
  [
    (text) => DOTTED_THOUSANDS.test(text),
    `The amount has a full stop before three digits, which may mean thousands or a fraction. ${EXAMPLE}`,
  ],
  [(text) => COMMA_CENTS.test(text), `The amount has a comma before its last digits, as if for cents. ${EXAMPLE}`],
  [() => true, `This is not an amount. ${EXAMPLE}`],
];

/** Reads an amount within `limits`, both ends included. */
export const readRowAmount = (cell: string, limits: ShillingLimits): RowAmount => {
  const refuse = (code: AmountProblem, message: string): RowAmount => ({ ok: false, code, message });
  const bare = bareNumber(cell.slice(0, LONGEST + 1));
  if (bare === "") return refuse("amount_missing", `The amount is empty. ${EXAMPLE}`);
  const text = bare.replace(CURRENCY, "");
  const match = cell.length > LONGEST ? null : AMOUNT.exec(text);
  if (!match)
    return refuse("amount_invalid", INVALID.find(([is]) => is(text))?.[1] ?? `This is not an amount. ${EXAMPLE}`);
  const [, whole = "", cents = ""] = match;
  if (/[1-9]/.test(cents)) return refuse("amount_has_cents", `M-PESA pays whole shillings out, not cents. ${EXAMPLE}`);
  const value = Number(whole.replace(/[, ]/g, ""));
  if (value < limits.min || value > limits.max)
    return refuse(
      "amount_out_of_range",
      `One payout is at least ${limits.min.toLocaleString("en")} and at most ${limits.max.toLocaleString("en")} shillings.`,
    );
  return { ok: true, amount: shillings(value) };
};
