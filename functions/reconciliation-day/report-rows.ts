/**
 * A closed day as rows, the same for every form of the report. What must stay true: every transaction and every line of the
 * day is in exactly one row of the first four sections; no row says who a customer is.
 */
import type { LedgerEntry, LineEntry } from "../domain/matching.ts";
import type { ReconciledDay } from "../domain/reconciled-day.ts";
import { explainClassified, explainException, explainMatch } from "../reconciliation/words.ts";
import type { RaisedException } from "./day-found.ts";
import type { Adjusted, Place, PlaceChange } from "./day-state.ts";
import type { Look } from "./look-at-day.ts";
import type { DayClassified, DayMatch } from "./match-day.ts";

/** All that a report tells of. */
export interface DayReport {
  readonly record: ReconciledDay;
  readonly look: Look;
  readonly raised: readonly RaisedException[];
  /** The oldest first. */
  readonly adjustments: readonly Adjusted[];
}

export const SECTIONS = ["matched", "exception", "classified", "open", "adjustment"] as const;

export interface ReportRow {
  readonly section: (typeof SECTIONS)[number];
  /** What it is: a payment, a charge, the kind of an exception. */
  readonly what: string;
  readonly receipt: string | null;
  /** Cents; below zero what went out. */
  readonly amount: number;
  /** When the money moved, or was asked for; epoch milliseconds. */
  readonly at: number | null;
  readonly transaction: string | null;
  readonly storefront: string | null;
  readonly reference: string | null;
  /** Rule of a match, account of a line, state of what is open. */
  readonly by: string | null;
  /** In the statement's file. */
  readonly row: number | null;
  readonly chargeRow: number | null;
  readonly exceptions: string | null;
  readonly says: string;
}

const MOST_NAMES = 20;
const listed = (names: readonly string[]): string | null =>
  names.length === 0 ? null : names.slice(0, MOST_NAMES).join(" ");

const words = (name: string): string => {
  const text = name.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
};

const NOTHING = { receipt: null, transaction: null, storefront: null, reference: null, by: null } as const;
const NO_PLACE = { row: null, chargeRow: null, exceptions: null } as const;

type OfEntry = Pick<ReportRow, "what" | "receipt" | "amount" | "at" | "transaction" | "storefront" | "reference">;

const ofEntry = (entry: LedgerEntry, { rows }: Look): OfEntry => {
  const row = rows.get(entry.id);
  return {
    what: words(entry.kind),
    receipt: entry.receipt,
    amount: entry.amount,
    at: entry.at,
    transaction: entry.id,
    storefront: row?.storefront ?? null,
    reference: row?.reference ?? null,
  };
};

const ofMatch = (match: DayMatch, look: Look): ReportRow => ({
  section: "matched",
  ...ofEntry(match.ledger, look),
  receipt: match.line.receipt,
  at: match.line.completedAt,
  by: match.rule === "receipt" ? "Receipt" : "Details",
  row: match.line.row,
  chargeRow: match.chargeRow,
  exceptions: null,
  says: explainMatch(match),
});

const TOLD = "M-PESA has told us so; no statement has confirmed it yet.";

/** The day's explained transactions. */
export function* matchedRows({ look }: DayReport): Generator<ReportRow, void, undefined> {
  for (const match of look.findings.matched) yield ofMatch(match, look);
  for (const entry of look.findings.told)
    yield { section: "matched", ...NO_PLACE, ...ofEntry(entry, look), by: "M-PESA's message", says: TOLD };
}

const ofLine = (line: LineEntry): Pick<ReportRow, "receipt" | "amount" | "at" | "row"> => ({
  receipt: line.receipt,
  amount: line.amount,
  at: line.completedAt,
  row: line.row,
});

/** What a person has to look at, one row for each finding. */
export function* exceptionRows({ look, raised }: DayReport): Generator<ReportRow, void, undefined> {
  for (const { found, exceptions } of raised) {
    const [line, entry] = [found.lines[0], found.ledger[0]];
    yield {
      section: "exception",
      ...NOTHING,
      ...NO_PLACE,
      amount: 0,
      at: null,
      ...(entry ? ofEntry(entry, look) : {}),
      ...(line ? ofLine(line) : {}),
      what: words(found.kind),
      transaction: listed(found.ledger.map(({ id }) => id)),
      by: line ? words(line.account) : null,
      exceptions: listed(exceptions),
      says: explainException(found),
    };
  }
}

/** Charges, transfers, withdrawals and reversals: lines that need no transaction. */
export function* classifiedRows({ look }: DayReport): Generator<ReportRow, void, undefined> {
  for (const one of look.findings.classified) yield ofClassified(one);
}

const ofClassified = (one: DayClassified): ReportRow => ({
  section: "classified",
  ...NOTHING,
  ...NO_PLACE,
  what: words(one.as),
  ...ofLine(one.line),
  transaction: one.ledgerId,
  by: words(one.line.account),
  says: explainClassified(one),
});

const CARRIED = "So close to midnight that the next day's statement may have it: it is looked for there.";
const NO_RECEIPT = "M-PESA says that it is paid, but not yet under which receipt.";
const OPEN = "Nobody knows yet how it ended.";

/** What is not known yet, and what the next day has to find. */
export function* openRows({ look }: DayReport): Generator<ReportRow, void, undefined> {
  for (const entry of look.findings.open) {
    const says = entry.state === "succeeded" ? NO_RECEIPT : OPEN;
    yield { section: "open", ...NO_PLACE, ...ofEntry(entry, look), by: "Open", says };
  }
  for (const entry of look.findings.carried)
    yield { section: "open", ...NO_PLACE, ...ofEntry(entry, look), by: "Carried over", says: CARRIED };
}

const placed = (place: Place | null): string => (place === null ? "not there" : words(place.place).toLowerCase());

const placeOf = (change: PlaceChange): Place => (change.change === "removed" ? change.before : change.after);

const ofChange = ({ note }: Adjusted, change: PlaceChange): ReportRow => {
  const place = placeOf(change);
  return {
    section: "adjustment",
    ...NOTHING,
    ...NO_PLACE,
    what: words(change.change),
    receipt: place.receipt,
    amount: place.amount,
    at: note.at,
    transaction: place.is === "line" ? null : place.subject,
    by: note.because === "statement" ? "Statement" : "Evidence",
    says: `${words(placed(change.before))} before, ${placed(change.after)} now.`,
  };
};

/** What became known after the close, each with its time. */
export function* adjustmentRows({ adjustments }: DayReport): Generator<ReportRow, void, undefined> {
  for (const adjusted of adjustments) for (const change of adjusted.changes) yield ofChange(adjusted, change);
}
