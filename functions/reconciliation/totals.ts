/** What a report adds up to. Sums are exact: cents in integers, and a sum that no longer fits is refused. */
import { SignedCents } from "../domain/balance.ts";
import { CLASSIFIED_KINDS, MATCH_EXCEPTION_KINDS } from "../domain/matching.ts";
import type { ClassifiedKind, MatchExceptionKind, MatchReport, MatchTotals, Tally } from "../domain/matching.ts";

interface Amount {
  readonly amount: SignedCents;
}

/** Counts what `of` names in each item. */
const tally = <T>(items: readonly T[], of: (item: T) => Amount): Tally => {
  let amount = 0;
  for (const item of items) amount += of(item).amount;
  return { count: items.length, amount: SignedCents.parse(amount) };
};

const itself = (item: Amount): Amount => item;

const sumOf = (tallies: readonly Tally[]): Tally => ({
  count: tallies.reduce((count, tally) => count + tally.count, 0),
  amount: SignedCents.parse(tallies.reduce((amount, tally) => amount + tally.amount, 0)),
});

type Parts = Pick<MatchReport, "matches" | "classified" | "exceptions" | "carried" | "unmoved">;

const byClass = ({ classified }: Parts): Readonly<Record<ClassifiedKind, Tally>> => {
  const [charge, transfer, withdrawal, reversal] = CLASSIFIED_KINDS;
  const of = (kind: ClassifiedKind): Tally =>
    tally(
      classified.filter(({ as }) => as === kind),
      ({ line }) => line,
    );
  return {
    [charge]: of(charge),
    [transfer]: of(transfer),
    [withdrawal]: of(withdrawal),
    [reversal]: of(reversal),
  };
};

const byKind = ({ exceptions }: Parts): Readonly<Record<MatchExceptionKind, number>> => {
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

export const totalsOf = (parts: Parts, skipped: Pick<MatchTotals, "outside" | "incomplete">): MatchTotals => {
  const { matches, exceptions } = parts;
  const matched = tally(matches, ({ line }) => line);
  const classified = byClass(parts);
  const unexplained = tally(
    exceptions.flatMap(({ lines }) => lines),
    itself,
  );
  const ledgerMatched = tally(matches, ({ ledger }) => ledger);
  const ledgerInExceptions = tally(
    exceptions.flatMap(({ ledger }) => ledger),
    itself,
  );
  const [carried, unmoved] = [tally(parts.carried, itself), tally(parts.unmoved, itself)];
  return {
    lines: sumOf([matched, ...Object.values(classified), unexplained]),
    matched,
    classified,
    unexplained,
    ...skipped,
    ledger: sumOf([ledgerMatched, ledgerInExceptions, carried, unmoved]),
    ledgerMatched,
    ledgerInExceptions,
    carried,
    unmoved,
    news: matches.filter(({ ledger }) => ledger.state !== "succeeded").length,
    exceptions: byKind(parts),
  };
};
