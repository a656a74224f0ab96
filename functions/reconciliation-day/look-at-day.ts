/**
 * One look at a day: both sides are read and matched. What must stay true: it changes nothing anywhere, and the same
 * evidence gives the same findings.
 */
import { MATCH_TOLERANCES } from "../domain/matching.ts";
import type { MatchWindow } from "../domain/matching.ts";
import type { ReconciledDay } from "../domain/reconciled-day.ts";
import type { Files } from "../runtime/files.ts";
import type { DayLedger, DayReader } from "../store/day-ledger.ts";
import { readStateOf } from "./day-files.ts";
import { dayRow } from "./day-row.ts";
import type { DayRow } from "./day-row.ts";
import { digestOf } from "./day-found.ts";
import { matchDay } from "./match-day.ts";
import type { DayFindings, DayInput, StatementOfDay } from "./match-day.ts";
import type { LedgerOfDay } from "./read-ledger.ts";
import type { StatementsOfDay } from "./read-statements.ts";
import { rowsOfDay } from "./rows-of-day.ts";
import type { Handover } from "./rows-of-day.ts";

export interface LookDeps {
  readonly readLedger: (of: LedgerOfDay) => Promise<readonly DayRow[]>;
  readonly readStatements: (of: StatementsOfDay) => Promise<readonly StatementOfDay[]>;
  readonly reader: Pick<DayReader, "withReceipts">;
  readonly days: Pick<DayLedger, "read">;
  readonly files: Pick<Files, "read">;
}

/** A day to look at. */
export interface DayName {
  /** The number that the ledger's transactions carry. */
  readonly shortcode: string;
  /** All numbers that the portal may call it by. */
  readonly shortcodes: readonly string[];
  readonly storefronts: readonly string[];
  readonly day: string;
  readonly dayBefore: string;
  readonly window: MatchWindow;
}

export interface Look {
  readonly findings: DayFindings;
  readonly statements: readonly StatementOfDay[];
  readonly rows: ReadonlyMap<string, DayRow>;
  /** Receipts that the ledger has, from the day's own statement alone. */
  readonly toldBefore: ReadonlySet<string>;
  readonly digest: string;
}

/** Receipts that are looked up; a file with more that the day's rows don't have is not of this ledger. */
const MOST_LOOKED_UP = 20_000;

const handoverOf = async (deps: LookDeps, before: ReconciledDay | null): Promise<Handover | null> =>
  before?.current.basis === "statement" ? readStateOf(deps.files, before) : null;

/** Receipts that none of the day's rows has: of lines that nothing explains, or resemblance alone. */
const notByReceipt = ({ exceptions, matched }: DayFindings): readonly string[] =>
  [
    ...exceptions
      .filter(({ kind }) => kind === "missing_in_ledger" || kind === "ambiguous")
      .flatMap(({ lines }) => lines.map(({ receipt }) => receipt)),
    ...matched.filter(({ rule }) => rule === "details").map(({ line }) => line.receipt),
  ].slice(0, MOST_LOOKED_UP);

interface Matched {
  readonly input: DayInput;
  readonly findings: DayFindings;
  readonly toldBefore: ReadonlySet<string>;
}

/** What the ledger has under receipts that the day's rows don't have: made long before, or of another day by its own time. */
const lookUp = async (deps: LookDeps, name: DayName, input: DayInput): Promise<Matched> => {
  const findings = matchDay(input);
  const toldBefore = new Set<string>();
  const receipts = notByReceipt(findings);
  if (receipts.length === 0) return { input, findings, toldBefore };
  const known = new Set(input.rows.map(({ id }) => id));
  const found: DayRow[] = [];
  for (const transaction of await deps.reader.withReceipts(receipts)) {
    const row = dayRow(transaction, name.window);
    if (row === null && transaction.kind === "payment" && transaction.payment.receipt !== null)
      toldBefore.add(transaction.payment.receipt.toUpperCase());
    if (row?.shortcode === name.shortcode && row.receipt !== null && !known.has(row.id)) found.push(row);
  }
  if (found.length === 0) return { input, findings, toldBefore };
  const optional = new Set([...input.optional, ...found.map(({ id }) => id)]);
  const more = { ...input, rows: [...input.rows, ...found], optional };
  return { input: more, findings: matchDay(more), toldBefore };
};

/** Throws when either side can't be read whole: nothing was concluded then. */
export const lookAtDay =
  (deps: LookDeps) =>
  async (name: DayName): Promise<Look> => {
    const { shortcode, shortcodes, storefronts, day, window } = name;
    const before = await handoverOf(deps, await deps.days.read(shortcode, name.dayBefore));
    const tolerances = MATCH_TOLERANCES;
    const statements = await deps.readStatements({ shortcodes, day, window });
    const carried = before?.carried ?? [];
    const candidates = await deps.readLedger({ shortcode, storefronts, window, tolerances, carried });
    const chosen = rowsOfDay(candidates, { window, tolerances, before });
    const { input, findings, toldBefore } = await lookUp(deps, name, { ...chosen, statements, window, tolerances });
    return {
      findings,
      statements,
      rows: new Map(input.rows.map((row) => [row.id, row])),
      toldBefore,
      digest: digestOf({ shortcode, day }, findings, statements),
    };
  };
