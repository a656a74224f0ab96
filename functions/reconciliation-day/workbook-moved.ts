/** What moved on a day, in a table that the summary's chart is drawn from; beside it what was closed, where that differs. */
import type { DayTally, DayTotals, ReconciledDay } from "../domain/reconciled-day.ts";
import { put, section } from "./workbook-page.ts";
import type { Page, Styled } from "./workbook-page.ts";
import type { StyleName } from "./workbook-style.ts";
import { inShillings } from "./workbook-tables.ts";

const MOVED: readonly (readonly [label: string, of: (totals: DayTotals) => DayTally])[] = [
  ["Customers paid", ({ received }) => received],
  ["Paid out", ({ paidOut }) => paidOut],
  ["Refunded", ({ refunded }) => refunded],
  ["Charges", ({ charges }) => charges],
  ["Transfers between own accounts", ({ transfers }) => transfers],
  ["To and from the bank", ({ withdrawals }) => withdrawals],
  ["Other reversals", ({ reversals }) => reversals],
  ["Not explained", ({ unexplained }) => unexplained],
];

interface Sum {
  readonly count: number;
  readonly amount: number;
}

const sumOf = (totals: DayTotals): Sum => {
  const tallies = MOVED.map(([, of]) => of(totals));
  return {
    count: tallies.reduce((sum, { count }) => sum + count, 0),
    amount: tallies.reduce((sum, { amount }) => sum + amount, 0),
  };
};

/** The first and the last row of what moved, for the chart. */
export interface Moved {
  readonly first: number;
  readonly last: number;
}

interface Compared {
  readonly now: Sum;
  readonly before: Sum;
}

type LineStyles = readonly [words: StyleName, count: StyleName, money: StyleName];
const PLAIN: LineStyles = ["label", "count", "money"];
const TOTAL: LineStyles = ["totalLabel", "totalCount", "totalMoney"];

export const movedSection = (page: Page, { closed, current, adjustments }: ReconciledDay): Moved => {
  section(page, "What moved");
  const isAdjusted = adjustments.length > 0;
  const then: readonly Styled[] = isAdjusted
    ? [
        ["Count as closed", "columnRight"],
        ["As closed (KES)", "columnRight"],
      ]
    : [];
  put(page, [["", "columnLeft"], ["Count", "columnRight"], ["Amount (KES)", "columnRight"], ...then]);
  const line = (label: string, { now, before }: Compared, styles: LineStyles): number => {
    const [words, count, money] = styles;
    const was: readonly Styled[] = isAdjusted
      ? [
          [before.count, count],
          [inShillings(before.amount), money],
        ]
      : [];
    return put(page, [[label, words], [now.count, count], [inShillings(now.amount), money], ...was]);
  };
  const rows = MOVED.map(([label, of]) => line(label, { now: of(current.totals), before: of(closed.totals) }, PLAIN));
  line("Together", { now: sumOf(current.totals), before: sumOf(closed.totals) }, TOTAL);
  return { first: rows[0] ?? 0, last: rows.at(-1) ?? 0 };
};
