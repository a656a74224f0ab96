/**
 * A day with its statements, one for each account: what one account's statement does not explain, the next one's may. Pure:
 * the same rows and lines give the same findings. What must stay true: every row and every line comes out exactly once.
 */
import { SignedCents } from "../domain/balance.ts";
import { OTHER_ACCOUNTS, OWN_ACCOUNTS } from "../domain/matching.ts";
import type {
  Classified,
  LedgerEntry,
  Match,
  MatchException,
  MatchReport,
  MatchTolerances,
  MatchWindow,
  OwnAccount,
  PostingAccount,
} from "../domain/matching.ts";
import type { DayBalance } from "../domain/reconciled-day.ts";
import type { StatementLine } from "../domain/statement-line.ts";
import { checkBalances } from "../reconciliation/balances.ts";
import { match } from "../reconciliation/match.ts";
import type { DayRow } from "./day-row.ts";
import type { DayRows, Handover } from "./rows-of-day.ts";

/** One account's statement, as far as it is about the day. */
export interface StatementOfDay {
  readonly id: string;
  /** Null when nobody says whose account it is of: then it counts as that which customers' money comes to. */
  readonly account: OwnAccount | null;
  readonly lines: readonly StatementLine[];
  /** What the account held at the edges of the day; null where the statement does not say. */
  readonly opening: SignedCents | null;
  readonly closing: SignedCents | null;
}

/** `statement`: place of the statement that has the line. */
export type DayMatch = Match & { readonly statement: number };
export type DayClassified = Classified & { readonly statement: number };
/** Null for what no statement has a line of. */
export type DayException = MatchException & { readonly statement: number | null };

export interface DayFindings {
  readonly basis: "statement" | "daraja";
  readonly matched: readonly DayMatch[];
  /** Done by M-PESA's own word; only where there is no statement. */
  readonly told: readonly LedgerEntry[];
  readonly classified: readonly DayClassified[];
  readonly exceptions: readonly DayException[];
  /** Of the day, and nobody knows how it ended, or under which receipt. */
  readonly open: readonly LedgerEntry[];
  readonly carried: readonly LedgerEntry[];
  readonly balances: readonly DayBalance[];
  /** What the lines add up to, account by account; null without a statement. */
  readonly movements: MatchReport["movements"] | null;
  readonly handover: Handover;
}

export interface DayInput extends DayRows {
  readonly statements: readonly StatementOfDay[];
  readonly window: MatchWindow;
  readonly tolerances: MatchTolerances;
}

const DEFAULT_ACCOUNT: OwnAccount = "utility";

const addMovements = (a: MatchReport["movements"], b: MatchReport["movements"]): MatchReport["movements"] => {
  const sum = (account: PostingAccount): SignedCents => SignedCents.parse(a[account] + b[account]);
  const [utility, merchant, working, chargesPaid, settlement, float] = OWN_ACCOUNTS;
  const [customers, payees, refunds, fees, bank, transit, suspense] = OTHER_ACCOUNTS;
  return {
    [utility]: sum(utility),
    [merchant]: sum(merchant),
    [working]: sum(working),
    [chargesPaid]: sum(chargesPaid),
    [settlement]: sum(settlement),
    [float]: sum(float),
    [customers]: sum(customers),
    [payees]: sum(payees),
    [refunds]: sum(refunds),
    [fees]: sum(fees),
    [bank]: sum(bank),
    [transit]: sum(transit),
    [suspense]: sum(suspense),
  };
};

interface Chain {
  readonly reports: readonly MatchReport[];
  /** What no statement had: of the last report. */
  readonly last: MatchReport;
}

const isMissing = ({ kind }: MatchException): boolean => kind === "missing_in_statement";

/** What a report leaves for the next statement to explain. */
const leftBy = (report: MatchReport, rows: ReadonlyMap<string, DayRow>): readonly DayRow[] =>
  [
    ...report.unmoved,
    ...report.carried,
    ...report.exceptions.filter(isMissing).flatMap(({ ledger }) => ledger),
  ].flatMap(({ id }) => rows.get(id) ?? []);

const matchInTurn = ({ rows, statements, window, tolerances }: DayInput): Chain | null => {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const reports: MatchReport[] = [];
  let left = rows;
  for (const { account, lines } of statements) {
    const report = match({ ledger: left, lines, account: account ?? DEFAULT_ACCOUNT, window, tolerances });
    reports.push(report);
    left = leftBy(report, byId);
  }
  const last = reports.at(-1);
  return last ? { reports, last } : null;
};

/** A charge may stand in another account's statement than what it is the charge of. */
const withOwners = (classified: readonly DayClassified[], matched: readonly DayMatch[]): readonly DayClassified[] => {
  const owners = new Map(matched.map(({ line, ledger }) => [line.receipt, ledger.id]));
  return classified.map((one) => ({ ...one, ledgerId: one.ledgerId ?? owners.get(one.line.receipt) ?? null }));
};

const balancesOf = ({ statements }: DayInput, { reports }: Chain): readonly DayBalance[] =>
  statements.flatMap(({ account, opening, closing }, index) => {
    const movements = reports[index]?.movements;
    return account && movements ? checkBalances([{ account, opening, closing }], movements) : [];
  });

const isWithin = ({ from, until }: MatchWindow, { at }: LedgerEntry): boolean => at >= from && at < until;

/** The day by its statements. Throws as `match` does. */
const byStatements = (input: DayInput, chain: Chain): DayFindings => {
  const { optional, window } = input;
  const isOwn = ({ id }: LedgerEntry): boolean => !optional.has(id);
  const matched = chain.reports.flatMap(({ matches }, statement) => matches.map((one) => ({ ...one, statement })));
  const classified = chain.reports.flatMap((report, statement) =>
    report.classified.map((one) => ({ ...one, statement })),
  );
  const inLines = chain.reports.flatMap(({ exceptions }, statement) =>
    exceptions.filter((one) => !isMissing(one)).map((one) => ({ ...one, statement })),
  );
  const missing = chain.last.exceptions
    .filter((one) => isMissing(one) && one.ledger.every(isOwn))
    .map((one) => ({ ...one, statement: null }));
  const carried = chain.last.carried.filter(isOwn);
  return {
    basis: "statement",
    matched,
    told: [],
    classified: withOwners(classified, matched),
    exceptions: [...inLines, ...missing],
    open: chain.last.unmoved.filter((entry) => entry.state === "open" && isOwn(entry) && isWithin(window, entry)),
    carried,
    balances: balancesOf(input, chain),
    movements: chain.reports.map(({ movements }) => movements).reduce(addMovements),
    handover: {
      carried: carried.map(({ id }) => id),
      ahead: matched.filter(({ ledger }) => ledger.at >= window.until).map(({ ledger }) => ledger.id),
    },
  };
};

const byTime = (a: LedgerEntry, b: LedgerEntry): number => a.at - b.at || (a.id < b.id ? -1 : 1);

const entryOf = ({ id, kind, state, receipt, amount, at }: DayRow): LedgerEntry => ({
  id,
  kind,
  state,
  receipt,
  amount,
  at,
});

/** The day by what M-PESA has told us one by one: nothing can be missing, and nothing is proved complete. */
const byDaraja = ({ rows, optional, window }: DayInput): DayFindings => {
  const own = rows
    .filter((row) => !optional.has(row.id))
    .map(entryOf)
    .sort(byTime);
  const isTold = ({ state, receipt }: LedgerEntry): boolean => state === "succeeded" && receipt !== null;
  return {
    basis: "daraja",
    matched: [],
    told: own.filter(isTold),
    classified: [],
    exceptions: [],
    open: own.filter((entry) => entry.state !== "failed" && !isTold(entry) && isWithin(window, entry)),
    carried: [],
    balances: [],
    movements: null,
    handover: { carried: [], ahead: [] },
  };
};

export const matchDay = (input: DayInput): DayFindings => {
  const chain = matchInTurn(input);
  return chain === null ? byDaraja(input) : byStatements(input, chain);
};
