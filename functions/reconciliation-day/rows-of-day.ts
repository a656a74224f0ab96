/**
 * Which of the ledger's rows are a day's: those that moved in it, those that the day before left over, and those that may
 * turn out to have moved in it. What must stay true: of two days next to each other at most one has a row.
 */
import type { MatchTolerances, MatchWindow } from "../domain/matching.ts";
import type { DayRow } from "./day-row.ts";

/** What one day hands to the next. */
export interface Handover {
  /** Not in this day's statement, and so close to its end that the next one's may have them. */
  readonly carried: readonly string[];
  /** The next day's by the ledger's time, and found in this day's statement. */
  readonly ahead: readonly string[];
}

export interface DayRows {
  readonly rows: readonly DayRow[];
  /** Of those: the ones that are this day's only if its statement has them. */
  readonly optional: ReadonlySet<string>;
}

export interface Choosing {
  readonly window: MatchWindow;
  readonly tolerances: MatchTolerances;
  /** Null when the day before was not matched with a statement: nobody knows then what it left over. */
  readonly before: Handover | null;
}

type Place = "own" | "optional" | "none";

interface Left {
  readonly carried: ReadonlySet<string>;
  readonly ahead: ReadonlySet<string>;
}

const placeOf = (row: DayRow, { window, tolerances }: Choosing, before: Left | null): Place => {
  const { from, until } = window;
  if (row.state !== "succeeded") {
    const mayBe = row.at >= from - tolerances.afterMs[row.kind] && row.at < until + tolerances.beforeMs;
    return mayBe ? (row.at >= from && row.at < until ? "own" : "optional") : "none";
  }
  if (before?.carried.has(row.id) === true) return "own";
  if (row.at >= from && row.at < until) return before?.ahead.has(row.id) === true ? "none" : "own";
  const isNear =
    row.at < from ? before === null && row.at >= from - tolerances.graceMs : row.at < until + tolerances.beforeMs;
  return isNear ? "optional" : "none";
};

export const rowsOfDay = (candidates: readonly DayRow[], choosing: Choosing): DayRows => {
  const { before } = choosing;
  const left = before && { carried: new Set(before.carried), ahead: new Set(before.ahead) };
  const optional = new Set<string>();
  const rows = candidates.filter((row) => {
    const place = placeOf(row, choosing, left);
    if (place === "optional") optional.add(row.id);
    return place !== "none";
  });
  return { rows, optional };
};
