/** What a day comes to. Sums are exact: cents in integers, and a sum that no longer fits is refused. */
import { SignedCents } from "../domain/balance.ts";
import { MATCH_EXCEPTION_KINDS } from "../domain/matching.ts";
import type { ClassifiedKind, LedgerEntry, LedgerKind, MatchExceptionKind } from "../domain/matching.ts";
import type { DayTally, DayTotals } from "../domain/reconciled-day.ts";
import type { DayFindings } from "./match-day.ts";

interface Amount {
  readonly amount: SignedCents;
}

const tally = (items: readonly Amount[]): DayTally => {
  let amount = 0;
  for (const item of items) amount += item.amount;
  return { count: items.length, amount: SignedCents.parse(amount) };
};

/** Everything that is explained: matched with a line, or told by M-PESA where there are no lines. */
const explained = ({ matched, told }: Pick<DayFindings, "matched" | "told">): readonly LedgerEntry[] => [
  ...matched.map(({ ledger }) => ledger),
  ...told,
];

const byKind = ({ exceptions }: DayFindings): Record<MatchExceptionKind, number> => {
  const [mismatch, duplicate, ambiguous, noLedger, noStatement] = MATCH_EXCEPTION_KINDS;
  const of = (wanted: MatchExceptionKind): number => exceptions.filter(({ kind }) => kind === wanted).length;
  return {
    [mismatch]: of(mismatch),
    [duplicate]: of(duplicate),
    [ambiguous]: of(ambiguous),
    [noLedger]: of(noLedger),
    [noStatement]: of(noStatement),
  };
};

export const dayTotals = (findings: DayFindings): DayTotals => {
  const { matched, classified, exceptions, open, carried } = findings;
  const done = explained(findings);
  const of = (kind: LedgerKind): DayTally => tally(done.filter((entry) => entry.kind === kind));
  const as = (kind: ClassifiedKind): DayTally =>
    tally(classified.filter((one) => one.as === kind).map(({ line }) => line));
  return {
    received: of("payment"),
    paidOut: of("payout"),
    refunded: of("refund"),
    charges: as("charge"),
    transfers: as("transfer"),
    withdrawals: as("withdrawal"),
    reversals: as("reversal"),
    unexplained: tally(exceptions.flatMap(({ lines }) => lines)),
    unconfirmed: tally(
      exceptions.filter(({ kind }) => kind === "missing_in_statement").flatMap(({ ledger }) => ledger),
    ),
    open: tally(open),
    carried: tally(carried),
    news: matched.filter(({ ledger }) => ledger.state !== "succeeded").length,
    exceptions: byKind(findings),
  };
};
