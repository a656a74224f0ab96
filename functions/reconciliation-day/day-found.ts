/**
 * All that a look at a day found, with its digest and what is said of it. The digest covers the findings and nothing of who
 * looked or when: the same evidence has the same digest.
 */
import { createHash } from "node:crypto";
import { SignedCents } from "../domain/balance.ts";
import { canonicalJson } from "../domain/canonical-json.ts";
import { EXCEPTIONS_SHOWN } from "../domain/reconciled-day.ts";
import type { DayExceptionNote, DaySummary } from "../domain/reconciled-day.ts";
import { explainException } from "../reconciliation/words.ts";
import { dayTotals } from "./day-totals.ts";
import type { DayException, DayFindings, StatementOfDay } from "./match-day.ts";

/** An exception and what people work on because of it. */
export interface RaisedException {
  readonly found: DayException;
  readonly exceptions: readonly string[];
}

interface DayNames {
  readonly shortcode: string;
  readonly day: string;
}

/** Digested piece by piece: the text of a large day would not fit into one. */
export const digestOf = (name: DayNames, findings: DayFindings, statements: readonly StatementOfDay[]): string => {
  const hash = createHash("sha256");
  const say = (value: unknown): void => void hash.update(`${canonicalJson(value)}\n`, "utf8");
  const { basis, balances, movements } = findings;
  say({ ...name, basis, statements: statements.map(({ id, account }) => ({ id, account })), balances, movements });
  const { matched, told, classified, exceptions, open, carried } = findings;
  for (const part of [matched, told, classified, exceptions, open, carried]) {
    say(part.length);
    for (const one of part) say(one);
  }
  return hash.digest("hex");
};

const amountOf = ({ lines, ledger }: DayException): SignedCents => {
  const of = lines.length > 0 ? lines : ledger;
  return SignedCents.parse(of.reduce((sum, { amount }) => sum + amount, 0));
};

const noteOf = ({ found, exceptions }: RaisedException): DayExceptionNote => ({
  kind: found.kind,
  exceptions: [...exceptions],
  transactions: found.ledger.map(({ id }) => id).slice(0, EXCEPTIONS_SHOWN),
  receipt: found.lines[0]?.receipt ?? found.ledger[0]?.receipt ?? null,
  amount: amountOf(found),
  says: explainException(found),
});

export interface SummaryParts {
  readonly findings: DayFindings;
  readonly statements: readonly StatementOfDay[];
  readonly raised: readonly RaisedException[];
  readonly digest: string;
}

export const summaryOf = ({ findings, statements, raised, digest }: SummaryParts): DaySummary => ({
  basis: findings.basis,
  statements: statements.map(({ id, account, lines }) => ({ id, account, lines: lines.length })),
  totals: dayTotals(findings),
  balances: [...findings.balances],
  exceptions: raised.slice(0, EXCEPTIONS_SHOWN).map(noteOf),
  digest,
});
