/**
 * The input while it is worked on. A million rows and a million lines are held at once, so of each is kept what a report
 * names, and what else may be needed only where it may be: a line whose receipt the ledger knows needs no phone. What
 * must stay true: lines are in the order of their rows, whatever order they came in; transactions are put in order where
 * it matters, because sorting a million of them costs more than matching them.
 */
import type {
  LedgerEntry,
  LedgerKind,
  LedgerLine,
  LineEntry,
  MatchWindow,
  OwnAccount,
  PostingAccount,
} from "../domain/matching.ts";
import type { PayerPhone } from "../domain/payer-phone.ts";
import type { LineKind, StatementLine } from "../domain/statement-line.ts";
import { placeOf } from "./postings.ts";
import { putLine, putRow } from "./receipts.ts";
import type { Cell, Receipts } from "./receipts.ts";

/** What may tell a transaction from others without a receipt. */
export interface Details {
  readonly phone: PayerPhone | null;
  readonly reference: string | null;
}

export interface LedgerInHand {
  readonly entry: LedgerEntry;
  /** Who else has its receipt; null while the ledger has no receipt that names one transaction. */
  readonly cell: InHandCell | null;
  /** Null when the receipt says enough. */
  readonly details: Details | null;
  /** Changes once: when a rule has said what it is. */
  settled: boolean;
}

export interface LineInHand {
  /** Its place in the books is last to be known. */
  readonly entry: LineEntry & { against: PostingAccount };
  readonly cell: InHandCell | null;
  /** Null when the receipt says enough. */
  readonly details: Details | null;
  /** Of a reversal: what it undoes. */
  readonly linkedReceipt: string | null;
  /** Both change once: when a rule has said what it is. */
  fate: "none" | "matched" | "classified" | "exception";
  ledger: LedgerEntry | null;
}

export type InHandCell = Cell<LedgerInHand, LineInHand>;
export type InHandReceipts = Receipts<LedgerInHand, LineInHand>;

/** The kind of line that a transaction of the ledger appears as. */
export const LINE_KIND_OF: Readonly<Record<LedgerKind, LineKind>> = {
  payment: "payment",
  payout: "payout",
  refund: "reversal",
};

/** By time, then id. */
export const byTime = (a: LedgerEntry, b: LedgerEntry): number => a.at - b.at || (a.id < b.id ? -1 : 1);

const entryOf = ({ id, kind, state, receipt, amount, at }: LedgerLine): LedgerEntry => ({
  id,
  kind,
  state,
  receipt,
  amount,
  at,
});

/** The ledger's rows, each under its receipt. Throws a RangeError when one id stands for two. */
export const takeLedger = (rows: Iterable<LedgerLine>, receipts: InHandReceipts): LedgerInHand[] => {
  const taken: LedgerInHand[] = [];
  const ids = new Set<string>();
  for (const row of rows) {
    const cell = receipts.at(row.receipt);
    const details = cell === null ? { phone: row.phone, reference: row.reference } : null;
    const hand = { entry: entryOf(row), cell, details, settled: false };
    ids.add(row.id);
    taken.push(hand);
    if (cell !== null) putRow(cell, hand);
  }
  if (ids.size < taken.length) throw new RangeError("match() takes each transaction of the ledger once");
  return taken;
};

/** A line that moved no money, under a receipt that somebody may look for. */
export interface Unfinished {
  readonly row: number;
  readonly status: string;
}

export interface LinesInHand {
  /** Completed, of the window, by row. */
  readonly lines: LineInHand[];
  readonly unfinished: ReadonlyMap<string, Unfinished>;
  readonly outside: number;
  readonly incomplete: number;
}

/** What the portal calls what did not complete; any other text is not repeated, because nobody knows what is in it. */
const STATUSES = /^(cancelled|declined|expired|authori[sz]ed|initiated|pending|failed|reversed)$/i;

const unfinishedOf = ({ row, status }: StatementLine): Unfinished => {
  const known = STATUSES.exec(status.trim())?.[1];
  return { row, status: known ?? "not completed" };
};

interface Reading {
  readonly window: MatchWindow;
  /** Whose statement it is. */
  readonly account: OwnAccount;
  /** Where the ledger's rows are already. */
  readonly receipts: InHandReceipts;
}

/** What a reversal refers to is the receipt that it undoes: that is what a refund knows of it. */
const detailsOf = (line: StatementLine): Details => ({
  phone: line.party?.phone ?? null,
  reference: line.kind === "reversal" ? line.linkedReceipt : line.reference,
});

const inHand = (line: StatementLine, { receipts, account: file }: Reading): LineInHand => {
  const { account, against } = placeOf(line, file);
  const { row, kind, amount, completedAt } = line;
  const cell = receipts.at(line.receipt);
  const told = cell !== null && cell.row !== null;
  const seeks = kind === "payment" || kind === "payout" || kind === "reversal";
  return {
    entry: { row, receipt: line.receipt, kind, amount, completedAt, account, against },
    cell,
    details: seeks && !told ? detailsOf(line) : null,
    linkedReceipt: kind === "reversal" ? line.linkedReceipt : null,
    fate: "none",
    ledger: null,
  };
};

const oncePerRow = (lines: readonly LineInHand[]): void => {
  let before = -1;
  for (const { entry } of lines) {
    if (entry.row === before) throw new RangeError("match() takes each row of a statement once");
    before = entry.row;
  }
};

/**
 * The statement's completed lines of the window by row, each under its receipt. Throws a RangeError when two lines claim
 * one row.
 */
export const takeLines = (source: Iterable<StatementLine>, reading: Reading): LinesInHand => {
  const { window } = reading;
  const lines: LineInHand[] = [];
  const unfinished = new Map<string, Unfinished>();
  let [outside, incomplete] = [0, 0];
  for (const line of source) {
    if (line.completedAt < window.from || line.completedAt >= window.until) outside += 1;
    else if (line.completed) lines.push(inHand(line, reading));
    else {
      incomplete += 1;
      const said = unfinished.get(line.receipt);
      if (said === undefined || line.row < said.row) unfinished.set(line.receipt, unfinishedOf(line));
    }
  }
  lines.sort((a, b) => a.entry.row - b.entry.row);
  oncePerRow(lines);
  for (const line of lines) if (line.cell !== null) putLine(line.cell, line);
  return { lines, unfinished, outside, incomplete };
};
