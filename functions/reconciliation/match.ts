/**
 * The ledger against one account's statement. Pure and deterministic: no clock, no randomness, the order of the input
 * means nothing. First the receipt, then what else tells transactions apart, then everything that is left is named; what
 * the engine finds it only reports, and whoever asked records it as evidence.
 */
import { MATCH_EXCEPTION_KINDS } from "../domain/matching.ts";
import type {
  LedgerLine,
  MatchException,
  MatchReport,
  MatchTolerances,
  MatchWindow,
  OwnAccount,
} from "../domain/matching.ts";
import type { StatementLine } from "../domain/statement-line.ts";
import { matchByDetails } from "./by-details.ts";
import { matchByReceipt } from "./by-receipt.ts";
import { groupsOf } from "./candidates.ts";
import { byTime, takeLedger, takeLines } from "./in-hand.ts";
import type { InHandReceipts } from "./in-hand.ts";
import { settleLines, settleRows } from "./leftovers.ts";
import { movementsOf } from "./postings.ts";
import { createReceipts } from "./receipts.ts";
import { totalsOf } from "./totals.ts";

export interface MatchInput {
  /**
   * Every transaction that no earlier report has matched or named: those of the window, those that the report before it
   * carried, and those that may turn out to have moved money in it.
   */
  readonly ledger: Iterable<LedgerLine>;
  /** Those of the window are judged, the others counted. The statement must cover the window. */
  readonly lines: Iterable<StatementLine>;
  /** Whose statement it is. */
  readonly account: OwnAccount;
  readonly window: MatchWindow;
  readonly tolerances: MatchTolerances;
}

/** By kind, then row, then the ledger's time. */
const byPlace = (a: MatchException, b: MatchException): number => {
  const kinds = MATCH_EXCEPTION_KINDS.indexOf(a.kind) - MATCH_EXCEPTION_KINDS.indexOf(b.kind);
  if (kinds !== 0) return kinds;
  const [lineA, lineB, rowA, rowB] = [a.lines[0], b.lines[0], a.ledger[0], b.ledger[0]];
  if (lineA && lineB) return lineA.row - lineB.row;
  if (lineA || lineB) return lineA ? -1 : 1;
  return rowA && rowB ? byTime(rowA, rowB) : 0;
};

/**
 * Matches. Throws a RangeError for input that names two things alike: two transactions by one id, two lines by one row.
 */
export const match = ({ ledger: rows, lines: source, account, window, tolerances }: MatchInput): MatchReport => {
  const receipts: InHandReceipts = createReceipts();
  const ledger = takeLedger(rows, receipts);
  const { lines, unfinished, ...skipped } = takeLines(source, { window, account, receipts });

  const byReceipt = matchByReceipt(ledger, lines);
  const left = ledger.filter(({ settled }) => !settled).sort((a, b) => byTime(a.entry, b.entry));
  const byDetails = matchByDetails(groupsOf({ ledger: left, lines }, tolerances));
  const leftLines = settleLines(lines, receipts);
  const leftRows = settleRows(left, { window, tolerances, unfinished });

  const parts = {
    matches: [...byReceipt.matches, ...byDetails.matches].sort((a, b) => a.line.row - b.line.row),
    classified: leftLines.classified,
    exceptions: [byReceipt, byDetails, leftLines, leftRows].flatMap(({ exceptions }) => exceptions).sort(byPlace),
    carried: leftRows.carried,
    unmoved: leftRows.unmoved,
  };
  const movements = movementsOf(lines.map(({ entry }) => entry));
  return { window, totals: totalsOf(parts, skipped), ...parts, movements };
};
