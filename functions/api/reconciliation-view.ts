/** A closed day as the API shows it. */
import { exceptionCount } from "../domain/reconciled-day.ts";
import type { DayAdjustment, DayBalance, DaySummary, DayTally, ReconciledDay } from "../domain/reconciled-day.ts";
import { utcIso } from "../domain/time.ts";
import type { ReconciliationResource, WholeReconciliation } from "./responses-reconciliations.ts";

const inShillings = (cents: number): number => cents / 100;
const maybe = (cents: number | null): number | null => (cents === null ? null : inShillings(cents));
const tally = ({ count, amount }: DayTally) => ({ count, amount: inShillings(amount) });

const totalsView = ({ totals }: DaySummary): ReconciliationResource["current"]["totals"] => ({
  received: tally(totals.received),
  paid_out: tally(totals.paidOut),
  refunded: tally(totals.refunded),
  charges: tally(totals.charges),
  transfers: tally(totals.transfers),
  withdrawals: tally(totals.withdrawals),
  reversals: tally(totals.reversals),
  unexplained: tally(totals.unexplained),
  unconfirmed: tally(totals.unconfirmed),
  open: tally(totals.open),
  carried: tally(totals.carried),
  news: totals.news,
});

const balanceView = ({ account, opening, movements, expected, closing, difference, holds }: DayBalance) => ({
  account,
  opening: maybe(opening),
  movements: inShillings(movements),
  expected: maybe(expected),
  closing: maybe(closing),
  difference: maybe(difference),
  holds,
});

const summaryView = (summary: DaySummary): ReconciliationResource["current"] => ({
  basis: summary.basis,
  statements: summary.statements,
  exception_count: exceptionCount(summary),
  exceptions_by_kind: summary.totals.exceptions,
  totals: totalsView(summary),
  balances: summary.balances.map(balanceView),
  digest: summary.digest,
});

const adjustmentView = ({ at, because, basis, added, removed, changed, same, digest }: DayAdjustment) => ({
  at: utcIso(at),
  ...{ because, basis, added, removed, changed, same, digest },
});

export const reconciliationView = (record: ReconciledDay): ReconciliationResource => ({
  object: "reconciliation",
  date: record.day,
  shortcode: record.shortcode,
  status: record.version === 1 ? "closed" : "adjusted",
  version: record.version,
  closed_at: utcIso(record.closedAt),
  updated_at: utcIso(record.updatedAt),
  current: summaryView(record.current),
});

export const wholeReconciliation = (record: ReconciledDay): WholeReconciliation => {
  const path = `/v1/reconciliations/${record.day}/report`;
  const whose = `?shortcode=${record.shortcode}`;
  return {
    ...reconciliationView(record),
    closed: summaryView(record.closed),
    exceptions: record.current.exceptions.map((found) => ({ ...found, amount: inShillings(found.amount) })),
    adjustments: record.adjustments.map(adjustmentView),
    report: { csv: `${path}.csv${whose}`, xlsx: `${path}.xlsx${whose}` },
  };
};
