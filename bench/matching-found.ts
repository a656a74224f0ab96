/** Whether a report names exactly what was planted, each under its own kind, and nothing else. */
import type { MatchExceptionKind, MatchReport } from "../functions/domain/matching.ts";
import { FAULTS } from "./matching-data.ts";
import type { Fault, Planted } from "./matching-data.ts";

export interface Finding {
  readonly fault: Fault;
  /** What the report calls it. */
  readonly as: string;
  readonly planted: number;
  readonly found: number;
  readonly exact: boolean;
}

type Named = { readonly as: string; readonly names: readonly string[] };

const exceptionsOf = ({ exceptions }: MatchReport, kind: MatchExceptionKind) =>
  exceptions.filter((exception) => exception.kind === kind);

const ids = (exceptions: MatchReport["exceptions"]): readonly string[] =>
  exceptions.flatMap(({ ledger }) => ledger.map(({ id }) => id));

const namedFor: Readonly<Record<Fault, (report: MatchReport) => Named>> = {
  callback_lost: ({ matches }) => ({
    as: "matched by details, as news",
    names: matches
      .filter(({ rule, ledger }) => rule === "details" && ledger.state === "open")
      .map(({ ledger }) => ledger.id),
  }),
  line_missing: (report) => ({ as: "missing_in_statement", names: ids(exceptionsOf(report, "missing_in_statement")) }),
  line_doubled: (report) => ({
    as: "duplicate_receipt",
    names: exceptionsOf(report, "duplicate_receipt").flatMap(({ lines }) => lines.map(({ row }) => String(row))),
  }),
  amount_changed: (report) => ({ as: "amount_mismatch", names: ids(exceptionsOf(report, "amount_mismatch")) }),
  row_missing: (report) => ({
    as: "missing_in_ledger",
    names: exceptionsOf(report, "missing_in_ledger").flatMap(({ lines }) => lines.map(({ receipt }) => receipt)),
  }),
  twins: (report) => ({ as: "ambiguous", names: ids(exceptionsOf(report, "ambiguous")) }),
  at_the_edge: ({ carried }) => ({ as: "carried", names: carried.map(({ id }) => id) }),
};

/** One finding for each kind of fault. */
export const findingsOf = (report: MatchReport, planted: Planted): readonly Finding[] =>
  FAULTS.map((fault) => {
    const { as, names } = namedFor[fault](report);
    const exact = names.length === planted[fault].size && names.every((name) => planted[fault].has(name));
    return { fault, as, planted: planted[fault].size, found: names.length, exact };
  });

/** Whether every match that was not planted as a fault is one by receipt of what the ledger knew. */
export const restIsPlain = ({ matches, totals }: MatchReport, planted: Planted): boolean => {
  const plain = matches.filter(({ rule, ledger }) => rule === "receipt" && ledger.state === "succeeded").length;
  return plain + planted.callback_lost.size === matches.length && totals.news === planted.callback_lost.size;
};
