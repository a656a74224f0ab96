/**
 * The statements' side of a day. What must stay true: a statement that says nothing of the account that customers' money
 * comes to proves nothing about the ledger's transactions, so such a one alone closes no day.
 */
import type { MatchWindow, OwnAccount } from "../domain/matching.ts";
import type { StatementLine } from "../domain/statement-line.ts";
import type { ImportedStatement } from "../domain/statement.ts";
import type { ReadLines } from "../statements-import/kept-lines.ts";
import type { StatementLedger } from "../store/statement-ledger.ts";
import { edgeBalances } from "./edge-balances.ts";
import type { StatementOfDay } from "./match-day.ts";

export interface ReadStatementsDeps {
  readonly statements: Pick<StatementLedger, "covering">;
  readonly readLines: ReadLines;
}

export interface StatementsOfDay {
  /** The names under which the shortcode's statements may have been handed in. */
  readonly shortcodes: readonly string[];
  readonly day: string;
  readonly window: MatchWindow;
}

/** Where the ledger's transactions show; the first that is there is matched first. */
const MONEY_ACCOUNTS: readonly (OwnAccount | null)[] = ["utility", "merchant", null];

const rankOf = ({ content: { account } }: ImportedStatement): number => {
  const rank = MONEY_ACCOUNTS.indexOf(account);
  return rank === -1 ? MONEY_ACCOUNTS.length : rank;
};

const inOrder = (a: ImportedStatement, b: ImportedStatement): number => rankOf(a) - rankOf(b) || (a.id < b.id ? -1 : 1);

/**
 * Those that count: one that names no account shows several, and is set aside where a statement of one of them is there,
 * because each line may be matched once.
 */
const chosen = (covering: readonly ImportedStatement[]): readonly ImportedStatement[] => {
  const sorted = covering.toSorted(inOrder);
  const named = sorted.filter(({ content: { account } }) => account === "utility" || account === "merchant");
  const unnamed = sorted.filter(({ content: { account } }) => account === null);
  if (named.length > 0) return sorted.filter(({ content: { account } }) => account !== null);
  return unnamed.slice(0, 1);
};

const linesOf = async (deps: ReadStatementsDeps, statement: ImportedStatement, window: MatchWindow) => {
  const lines: StatementLine[] = [];
  for await (const line of deps.readLines(statement, window)) lines.push(line);
  return lines;
};

/** Of one day alone a statement's own balances are the day's. */
const balancesOf = ({ content }: ImportedStatement, lines: readonly StatementLine[], window: MatchWindow) => {
  const edges = edgeBalances(lines);
  return {
    opening: content.from === window.from && content.opening !== null ? content.opening : edges.opening,
    closing: content.until === window.until && content.closing !== null ? content.closing : edges.closing,
  };
};

/** In the order in which they are matched; none when the day has to do without. */
export const readStatements =
  (deps: ReadStatementsDeps) =>
  async ({ shortcodes, day, window }: StatementsOfDay): Promise<readonly StatementOfDay[]> => {
    const covering = await Promise.all(shortcodes.map((shortcode) => deps.statements.covering(shortcode, day)));
    const read: StatementOfDay[] = [];
    for (const statement of chosen(covering.flat())) {
      const lines = await linesOf(deps, statement, window);
      read.push({
        id: statement.id,
        account: statement.content.account,
        lines,
        ...balancesOf(statement, lines, window),
      });
    }
    return read;
  };
