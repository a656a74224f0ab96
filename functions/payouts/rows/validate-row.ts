/**
 * One row, judged: it may be paid, or it can't be and this is why. What must stay true: a row that is accepted says
 * exactly one thing, and a message never spells a phone number.
 */
import type { RejectedRow } from "../../domain/batch-row.ts";
import type { RawRow, UnplacedRow } from "./raw-row.ts";
import { readRowAmount } from "./row-amount.ts";
import type { ShillingLimits } from "./row-amount.ts";
import { readRowPhone } from "./row-phone.ts";
import { FAULTY, isFault, isScientific, ROUNDED, visible } from "./spreadsheet-cell.ts";

export interface RowRules {
  readonly shillings: ShillingLimits;
  /** The batch's own reference, for rows without one. */
  readonly reference: string;
}

export type JudgedRow =
  | { readonly ok: true; readonly row: UnplacedRow }
  | { readonly ok: false; readonly rejected: RejectedRow };

const LONGEST = { reference: 64, remarks: 100 } as const;
const PRINTABLE = /^[\u0020-\u007e]*$/;

/** What is wrong with a text; null when nothing is. */
const textProblem = (text: string, field: "reference" | "remarks"): string | null => {
  if (text.length > LONGEST[field]) return `The ${field} is longer than ${LONGEST[field]} characters. Shorten it.`;
  if (!PRINTABLE.test(text))
    return `The ${field} has characters beyond plain letters, digits and punctuation, or a line break. Remove them.`;
  if (field === "reference" && /^\d[.,]\d/.test(text) && isScientific(text)) return ROUNDED;
  return isFault(text) ? FAULTY : null;
};

/** Judges a row by itself; the first thing that is wrong is the one that is told. */
export const validateRow = (raw: RawRow, rules: RowRules): JudgedRow => {
  const reject = (field: RejectedRow["field"], code: RejectedRow["code"], message: string): JudgedRow => ({
    ok: false,
    rejected: { row: raw.row, field, code, message },
  });
  if (raw.surplus)
    return reject(
      null,
      "too_many_cells",
      'The row does not fit the columns of the header, as when an amount with a comma is not quoted. Remove the thousands separators, or quote the amount: 1500 or "1,500".',
    );
  const phone = readRowPhone(raw.cells.phone);
  if (!phone.ok) return reject("phone", phone.code, phone.message);
  const amount = readRowAmount(raw.cells.amount, rules.shillings);
  if (!amount.ok) return reject("amount", amount.code, amount.message);
  const reference = visible(raw.cells.reference);
  const referenceProblem = textProblem(reference, "reference");
  if (referenceProblem !== null) return reject("reference", "reference_invalid", referenceProblem);
  const remarks = visible(raw.cells.remarks);
  const remarksProblem = textProblem(remarks, "remarks");
  if (remarksProblem !== null) return reject("remarks", "remarks_invalid", remarksProblem);
  return {
    ok: true,
    row: {
      row: raw.row,
      phone: phone.phone,
      amount: amount.amount,
      reference: reference === "" ? rules.reference : reference,
      remarks,
    },
  };
};
