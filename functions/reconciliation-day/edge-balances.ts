/**
 * What an account held when a day began and when it ended, out of the running balances of its lines: a statement that
 * covers a month says what it held before and after the month, and nothing else.
 */
import { SignedCents } from "../domain/balance.ts";
import type { StatementLine } from "../domain/statement-line.ts";

export interface EdgeBalances {
  readonly opening: SignedCents | null;
  readonly closing: SignedCents | null;
}

const NONE: EdgeBalances = { opening: null, closing: null };

/** Statements are written newest first, a few the other way round. */
const oldestFirst = (lines: readonly StatementLine[]): readonly StatementLine[] => {
  const [first, last] = [lines[0], lines.at(-1)];
  return first && last && first.completedAt >= last.completedAt ? lines.toReversed() : lines;
};

/** `lines`: those of the day, in the order of their file. A line without a balance at an edge says nothing. */
export const edgeBalances = (lines: readonly StatementLine[]): EdgeBalances => {
  const moved = oldestFirst(lines.filter(({ completed }) => completed));
  const [first, last] = [moved[0], moved.at(-1)];
  if (!first || !last) return NONE;
  return {
    opening: first.balance === null ? null : SignedCents.parse(first.balance - first.amount),
    closing: last.balance,
  };
};
