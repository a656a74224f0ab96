/**
 * What a statement adds up to, and whether that agrees with the balances at its two ends. What must stay true: only lines
 * that M-PESA completed move money, and sums stay exact.
 */
import { SignedCents } from "../domain/balance.ts";
import type { StatementHead, StatementLine } from "../domain/statement-line.ts";

export interface StatementTotals {
  readonly paidIn: SignedCents;
  /** Below zero, as on the statement. */
  readonly withdrawn: SignedCents;
  /** Opening balance and movements against the closing balance; null where the head does not say both. */
  readonly closing: { readonly expected: SignedCents; readonly found: SignedCents } | null;
}

export const createStatementTotals = ({ opening, closing }: StatementHead) => {
  let paidIn = 0;
  let withdrawn = 0;
  return {
    add: ({ completed, amount }: StatementLine): void => {
      if (!completed) return;
      if (amount > 0) paidIn += amount;
      else withdrawn += amount;
    },
    result: (): StatementTotals => ({
      paidIn: SignedCents.parse(paidIn),
      withdrawn: SignedCents.parse(withdrawn),
      closing:
        opening === null || closing === null
          ? null
          : { expected: SignedCents.parse(opening + paidIn + withdrawn), found: closing },
    }),
  };
};
