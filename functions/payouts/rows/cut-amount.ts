/**
 * Amounts that a comma has cut in two: `15,000` without quotation marks reads as 15 and, in the next cell, 000. What must
 * stay true: a row that shows by its length or its zeros that its amount was cut is never paid; one that only might be is
 * named to the approver.
 */

/** What the header says about rows. */
export interface Shape {
  /** Place of the amount, from 0. */
  readonly amount: number | null;
  /** Columns, named or not. */
  readonly width: number;
}

const FRONT = /^(?:KES|KSHS?|SHS?)?[.:]?\s*[1-9]\d{0,2}$/i;
const BACK = /^\d{3}(?:\.\d{1,2})?\s*(?:KES|KSHS?|SHS?|\/[=-])?$/i;
const ZEROS = /^000/;
const ROWS_NAMED = 5;

/** Whether the amount was cut for certain, perhaps (a reference of three digits looks the same), or not. */
export const cutOf = (cells: readonly string[], { amount, width }: Shape): "certain" | "possible" | null => {
  if (amount === null) return null;
  const [front = "", back = ""] = cells.slice(amount, amount + 2).map((cell) => cell.trim());
  if (!FRONT.test(front) || !BACK.test(back)) return null;
  return cells.length > width || ZEROS.test(back) ? "certain" : "possible";
};

/** Collects the rows whose amount may have been cut. */
export const createPossibleCuts = () => {
  const rows: number[] = [];
  let count = 0;
  return {
    add: (row: number): void => {
      count += 1;
      if (rows.length < ROWS_NAMED) rows.push(row);
    },
    /** For the approver; null when there is nothing to say. */
    warning: (): string | null =>
      count === 0
        ? null
        : `Amounts below 1,000 with three digits in the next cell, as an amount like 1,500 looks without quotation marks: in ${count} row${count === 1 ? "" : "s"}. Check the amount${count === 1 ? "" : "s"} before approving; first: row ${rows.join(", ")}.`,
  };
};
