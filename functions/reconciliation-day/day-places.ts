/**
 * Where each thing of a day stands, so that two looks at it can be compared. What must stay true: what finance counts on
 * (that a transaction is explained, its amount and its receipt) is compared, and not by which message it became known: a
 * statement that confirms what M-PESA has told changes nothing.
 */
import type { LedgerEntry } from "../domain/matching.ts";
import type { Place, PlaceChange } from "./day-state.ts";
import type { DayException, DayFindings } from "./match-day.ts";

const ofRow = ({ id, kind, amount, receipt }: LedgerEntry, place: Place["place"]): Place => ({
  subject: id,
  is: kind,
  place,
  amount,
  receipt,
});

/** An exception stands for its transactions; where it has none, for its lines. */
const ofException = ({ kind, ledger, lines }: DayException): readonly Place[] =>
  ledger.length > 0
    ? ledger.map((entry) => ofRow(entry, kind))
    : lines.map((line) => ({
        subject: `${line.receipt} ${line.kind} ${kind}`,
        is: "line",
        place: kind,
        amount: line.amount,
        receipt: line.receipt,
      }));

const bySubject = (a: Place, b: Place): number => (a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : 0);

/** Of a match, the line's receipt counts: the ledger may have had none. */
export const placesOf = ({ matched, told, open, carried, exceptions }: DayFindings): readonly Place[] =>
  [
    ...matched.map(({ ledger, line }) => ofRow({ ...ledger, receipt: line.receipt }, "explained")),
    ...told.map((entry) => ofRow(entry, "explained")),
    ...open.map((entry) => ofRow(entry, "open")),
    ...carried.map((entry) => ofRow(entry, "carried")),
    ...exceptions.flatMap(ofException),
  ].sort(bySubject);

export interface PlaceChanges {
  readonly changes: readonly PlaceChange[];
  /** Things about which both looks say the same. */
  readonly same: number;
}

const sameReceipt = (a: string | null, b: string | null): boolean => a?.toUpperCase() === b?.toUpperCase();

const says = (a: Place, b: Place): boolean =>
  a.place === b.place && a.amount === b.amount && sameReceipt(a.receipt, b.receipt);

const bySubjectOf = (places: readonly Place[]): ReadonlyMap<string, Place> =>
  new Map(places.map((place) => [place.subject, place]));

/** By subject. Of several things under one subject the last counts. */
export const comparePlaces = (before: readonly Place[], after: readonly Place[]): PlaceChanges => {
  const [old, now] = [bySubjectOf(before), bySubjectOf(after)];
  const changes: PlaceChange[] = [];
  let same = 0;
  for (const [subject, place] of now) {
    const was = old.get(subject);
    if (was === undefined) changes.push({ change: "added", before: null, after: place });
    else if (says(was, place)) same += 1;
    else changes.push({ change: "changed", before: was, after: place });
  }
  for (const [subject, place] of old)
    if (!now.has(subject)) changes.push({ change: "removed", before: place, after: null });
  const subjectOf = (change: PlaceChange): string =>
    change.change === "removed" ? change.before.subject : change.after.subject;
  return { changes: changes.sort((a, b) => (subjectOf(a) < subjectOf(b) ? -1 : 1)), same };
};
