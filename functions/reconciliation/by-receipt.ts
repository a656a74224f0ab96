/**
 * The first rule: the receipt is M-PESA's own name for a transaction. What must stay true: a receipt settles nothing when
 * two transactions of the ledger claim it, when the line is of another kind, or when the amounts differ; and a line that
 * says again what another one says is set apart before anything is matched with it.
 */
import type { Clue, LedgerEntry, Match, MatchException, MatchExceptionKind } from "../domain/matching.ts";
import { byTime, LINE_KIND_OF } from "./in-hand.ts";
import type { LedgerInHand, LineInHand } from "./in-hand.ts";
import { AGAINST_LEDGER } from "./postings.ts";
import { linesAt, rowsAt } from "./receipts.ts";

export interface Findings {
  readonly matches: Match[];
  readonly exceptions: MatchException[];
}

interface Found {
  readonly lines: readonly LineInHand[];
  readonly rows: readonly LedgerInHand[];
  readonly clue: Clue | null;
}

/** An exception of these lines and rows, which are settled by it. */
export const except = (kind: MatchExceptionKind, { lines, rows, clue }: Found): MatchException => {
  const ledger = rows.map(({ entry }) => entry).sort(byTime);
  for (const line of lines) {
    line.fate = "exception";
    line.entry.against = "suspense";
    line.ledger = ledger.length === 1 ? (ledger[0] ?? null) : null;
  }
  for (const row of rows) row.settled = true;
  return { kind, lines: lines.map(({ entry }) => entry), ledger, clue };
};

/** Both are settled: each explains the other. Gives the row of the line's charge. */
export const pair = (line: LineInHand, row: LedgerInHand): number | null => {
  line.fate = "matched";
  line.entry.against = AGAINST_LEDGER[row.entry.kind];
  line.ledger = row.entry;
  row.settled = true;
  if (!line.cell?.moreLines) return null;
  const charge = linesAt(line.cell).find(({ entry, fate }) => entry.kind === "charge" && fate === "none");
  return charge?.entry.row ?? null;
};

/** What a transaction can be: not its charge, and not the business's own moves. */
const isTransaction = ({ entry: { kind } }: LineInHand): boolean =>
  kind === "payment" || kind === "payout" || kind === "reversal" || kind === "other";

/** Two transactions with one receipt: nobody can say which of them the money was for. */
const sharedReceipts = (ledger: readonly LedgerInHand[]): MatchException[] => {
  const found: MatchException[] = [];
  for (const { cell, settled } of ledger) {
    if (settled || !cell?.moreRows) continue;
    const lines = linesAt(cell).filter(isTransaction);
    found.push(except("duplicate_receipt", { lines, rows: rowsAt(cell), clue: { clue: "shared_receipt" } }));
  }
  return found;
};

/** The two sides of a transfer have one receipt and kind; what goes the same way twice is said twice. */
const wayOf = ({ entry }: LineInHand): string => `${entry.kind} ${Math.sign(entry.amount)}`;

/** Whether another transaction stands under the line's receipt: then nobody can say whose name it is. */
export const sharesReceipt = (line: LineInHand): boolean =>
  linesAt(line.cell).some((other) => isTransaction(other) && wayOf(other) !== wayOf(line));

/** The line that the ledger agrees with, else the first. */
const original = (alike: readonly LineInHand[], ledger: LedgerEntry | undefined): LineInHand | undefined =>
  alike.find(({ entry }) => entry.amount === ledger?.amount) ?? alike[0];

const doublesIn = (group: readonly LineInHand[], ledger: LedgerEntry | undefined): MatchException[] => {
  const ways = new Map<string, LineInHand[]>();
  for (const line of group) {
    if (line.fate !== "none") continue;
    const alike = ways.get(wayOf(line));
    if (alike) alike.push(line);
    else ways.set(wayOf(line), [line]);
  }
  return [...ways.values()].flatMap((alike) => {
    const first = original(alike, ledger);
    const clue: Clue | null = first ? { clue: "said_before", row: first.entry.row } : null;
    return alike
      .filter((line) => line !== first)
      .map((line) => except("duplicate_receipt", { lines: [line], rows: [], clue }));
  });
};

const doubledLines = (lines: readonly LineInHand[]): MatchException[] => {
  const found: MatchException[] = [];
  for (const line of lines) {
    const { cell } = line;
    if (cell?.line !== line || cell.moreLines === null) continue;
    const ledger = cell.moreRows === null ? cell.row?.entry : undefined;
    for (const double of doublesIn(linesAt(cell), ledger)) found.push(double);
  }
  return found;
};

/** How well a line of its receipt fits a row: of the row's kind, or of none that is known; going the same way. */
const fits = ({ entry: row }: LedgerInHand, { entry: line, fate }: LineInHand): 0 | 1 | 2 | 3 => {
  if (fate !== "none") return 0;
  const sameWay = Math.sign(line.amount) === Math.sign(row.amount);
  if (line.kind === LINE_KIND_OF[row.kind]) return sameWay ? 3 : 2;
  return line.kind === "other" && sameWay ? 1 : 0;
};

/** The line that fits best, and of several the first. */
const lineOf = (row: LedgerInHand): LineInHand | null => {
  const { cell } = row;
  if (cell === null || cell.line === null) return null;
  let [best, fit] = [cell.line, fits(row, cell.line)];
  for (const line of cell.moreLines ?? []) {
    const its = fits(row, line);
    if (its > fit) [best, fit] = [line, its];
  }
  return fit === 0 ? null : best;
};

/** Settles what receipts can settle. */
export const matchByReceipt = (ledger: readonly LedgerInHand[], lines: readonly LineInHand[]): Findings => {
  const exceptions = [...sharedReceipts(ledger), ...doubledLines(lines)];
  const matches: Match[] = [];
  for (const row of ledger) {
    const line = row.settled ? null : lineOf(row);
    if (line === null) continue;
    if (line.entry.amount === row.entry.amount)
      matches.push({ rule: "receipt", line: line.entry, ledger: row.entry, chargeRow: pair(line, row) });
    else exceptions.push(except("amount_mismatch", { lines: [line], rows: [row], clue: null }));
  }
  return { matches, exceptions };
};
