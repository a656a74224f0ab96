/**
 * Closes a day, or adjusts a closed one. What must stay true: the same evidence writes nothing twice; what the close said
 * stays said; and the ledger takes exactly one run's word for a version, however many ran.
 */
import { ADJUSTMENTS_SHOWN } from "../domain/reconciled-day.ts";
import type { DayAdjustment, DaySummary, ReconciledDay } from "../domain/reconciled-day.ts";
import type { Files } from "../runtime/files.ts";
import type { DayLedger } from "../store/day-ledger.ts";
import { readStateOf } from "./day-files.ts";
import { summaryOf } from "./day-found.ts";
import type { RaisedException } from "./day-found.ts";
import { comparePlaces, placesOf } from "./day-places.ts";
import { ADJUSTMENTS_KEPT, CHANGES_LISTED } from "./day-state.ts";
import type { Adjusted, DayState } from "./day-state.ts";
import type { DayName, Look } from "./look-at-day.ts";
import type { DayOwner } from "./raise-exceptions.ts";
import type { DayRun } from "./record-findings.ts";
import type { DayReport } from "./report-rows.ts";

export interface CloseDeps {
  readonly look: (name: DayName) => Promise<Look>;
  readonly record: (look: Look, shortcode: string, run: DayRun) => Promise<void>;
  readonly raise: (look: Look, owner: DayOwner, run: DayRun) => Promise<readonly RaisedException[]>;
  readonly write: (report: DayReport, state: DayState) => Promise<void>;
  readonly days: Pick<DayLedger, "read" | "write">;
  readonly files: Pick<Files, "read">;
}

export type Closed =
  | { readonly closed: "new" | "adjusted"; readonly record: ReconciledDay; readonly handoverChanged: boolean }
  | { readonly closed: "unchanged"; readonly record: ReconciledDay }
  /** Somebody else wrote this version first: look again. */
  | { readonly closed: "overtaken" };

/** A day to close, and whose it is. */
export interface DayToClose extends DayName {
  readonly storefront: string;
}

interface Version {
  readonly record: ReconciledDay;
  readonly adjustments: readonly Adjusted[];
}

const firstVersion = (day: DayToClose, summary: DaySummary, at: number): Version => ({
  record: {
    ...{ shortcode: day.shortcode, day: day.day, storefront: day.storefront, version: 1 },
    ...{ closedAt: at, updatedAt: at, closed: summary, current: summary, adjustments: [] },
  },
  adjustments: [],
});

const sameStatements = (a: DaySummary, b: DaySummary): boolean =>
  a.statements.map(({ id }) => id).join() === b.statements.map(({ id }) => id).join();

interface Before {
  readonly record: ReconciledDay;
  readonly state: DayState;
}

/** A dated adjustment of what was closed before. */
const nextVersion = (before: Before, look: Look, { summary, at }: { summary: DaySummary; at: number }): Version => {
  const { record, state } = before;
  const { changes, same } = comparePlaces(state.places, placesOf(look.findings));
  const counted = (wanted: (typeof changes)[number]["change"]): number =>
    changes.filter(({ change }) => change === wanted).length;
  const note: DayAdjustment = {
    at,
    because: sameStatements(record.current, summary) ? "evidence" : "statement",
    basis: summary.basis,
    ...{ added: counted("added"), removed: counted("removed"), changed: counted("changed"), same },
    totals: summary.totals,
    digest: summary.digest,
  };
  return {
    record: {
      ...record,
      version: record.version + 1,
      updatedAt: at,
      current: summary,
      adjustments: [...record.adjustments, note].slice(-ADJUSTMENTS_SHOWN),
    },
    adjustments: [...state.adjustments, { note, changes: changes.slice(0, CHANGES_LISTED) }].slice(-ADJUSTMENTS_KEPT),
  };
};

const stateOf = ({ findings }: Look, adjustments: readonly Adjusted[]): DayState => ({
  carried: [...findings.handover.carried],
  ahead: [...findings.handover.ahead],
  places: [...placesOf(findings)],
  adjustments: [...adjustments],
});

const sameHandover = (a: DayState | null, b: DayState): boolean =>
  (a?.carried ?? []).toSorted().join() === b.carried.toSorted().join() &&
  (a?.ahead ?? []).toSorted().join() === b.ahead.toSorted().join();

/** Rejects when anything could not be read or kept: running it once more is safe. */
export const closeDay =
  (deps: CloseDeps) =>
  async (day: DayToClose, run: DayRun): Promise<Closed> => {
    const record = await deps.days.read(day.shortcode, day.day);
    const look = await deps.look(day);
    if (record?.current.digest === look.digest) return { closed: "unchanged", record };
    // First a person, then the ledger: whoever dies between the two may leave it to one who looks at another statement.
    const raised = await deps.raise(look, day, run);
    await deps.record(look, day.shortcode, run);
    const before = record && { record, state: await readStateOf(deps.files, record) };
    const { findings, statements, digest } = look;
    const summary = summaryOf({ findings, statements, raised, digest });
    const { at } = run;
    const next = before ? nextVersion(before, look, { summary, at }) : firstVersion(day, summary, at);
    const state = stateOf(look, next.adjustments);
    await deps.write({ record: next.record, look, raised, adjustments: next.adjustments }, state);
    if (!(await deps.days.write(next.record))) return { closed: "overtaken" };
    const handoverChanged = !sameHandover(before?.state ?? null, state);
    return { closed: before ? "adjusted" : "new", record: next.record, handoverChanged };
  };
export type CloseDay = ReturnType<typeof closeDay>;
