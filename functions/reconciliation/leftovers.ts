/**
 * What no rule matched. What must stay true: each line is classified or an exception, each row is an exception unless it
 * may still come (carried) or moved no money as far as anybody knows (unmoved).
 */
import { CLASSIFIED_KINDS } from "../domain/matching.ts";
import type {
  Classified,
  ClassifiedKind,
  Clue,
  LedgerEntry,
  MatchException,
  MatchTolerances,
  MatchWindow,
} from "../domain/matching.ts";
import type { LineKind } from "../domain/statement-line.ts";
import { except } from "./by-receipt.ts";
import type { InHandReceipts, LedgerInHand, LineInHand, Unfinished } from "./in-hand.ts";
import { linesAt, rowsAt } from "./receipts.ts";

export interface LeftLines {
  readonly classified: readonly Classified[];
  readonly exceptions: readonly MatchException[];
}

const classOf = (kind: LineKind): ClassifiedKind | null => CLASSIFIED_KINDS.find((known) => known === kind) ?? null;

/** The transaction that a line goes with: by its own receipt a charge, by the one it undoes a reversal. */
const goesWith = ({ cell, linkedReceipt }: LineInHand, receipts: InHandReceipts): string | null => {
  const charged = linesAt(cell).find(({ ledger }) => ledger !== null)?.ledger;
  const [reversed, ...others] = rowsAt(receipts.find(linkedReceipt));
  return charged?.id ?? (others.length === 0 ? (reversed?.entry.id ?? null) : null);
};

/** A transfer's other side: as much, the other way. */
const otherSide = ({ cell, entry }: LineInHand): number | null => {
  const side = linesAt(cell).find(
    ({ entry: other, fate }) =>
      other.kind === "transfer" && fate !== "exception" && other.row !== entry.row && other.amount + entry.amount === 0,
  );
  return side?.entry.row ?? null;
};

/** Says of every line that no rule has settled what it is. */
export const settleLines = (lines: readonly LineInHand[], receipts: InHandReceipts): LeftLines => {
  const classified: Classified[] = [];
  const exceptions: MatchException[] = [];
  for (const line of lines) {
    if (line.fate !== "none") continue;
    const as = classOf(line.entry.kind);
    if (as === null) {
      const clue: Clue | null = line.entry.kind === "other" ? { clue: "unknown_reason" } : null;
      exceptions.push(except("missing_in_ledger", { lines: [line], rows: [], clue }));
      continue;
    }
    line.fate = "classified";
    const pairRow = as === "transfer" ? otherSide(line) : null;
    classified.push({ as, line: line.entry, ledgerId: goesWith(line, receipts), pairRow });
  }
  return { classified, exceptions };
};

export interface LeftRows {
  readonly exceptions: readonly MatchException[];
  readonly carried: readonly LedgerEntry[];
  readonly unmoved: readonly LedgerEntry[];
}

interface Context {
  readonly window: MatchWindow;
  readonly tolerances: Pick<MatchTolerances, "graceMs">;
  readonly unfinished: ReadonlyMap<string, Unfinished>;
}

const clueOf = ({ entry, cell }: LedgerInHand, { window, unfinished }: Context): Clue | null => {
  const charge = linesAt(cell).find((line) => line.entry.kind === "charge");
  if (charge) return { clue: "charge_alone", row: charge.entry.row };
  const said = cell === null || entry.receipt === null ? undefined : unfinished.get(entry.receipt);
  if (said) return { clue: "not_completed", ...said };
  return entry.at < window.from ? { clue: "carried_in" } : null;
};

/** Says of every row, by time, that no rule has settled what it is. */
export const settleRows = (rows: readonly LedgerInHand[], context: Context): LeftRows => {
  const left: { exceptions: MatchException[]; carried: LedgerEntry[]; unmoved: LedgerEntry[] } = {
    exceptions: [],
    carried: [],
    unmoved: [],
  };
  const { window, tolerances } = context;
  for (const row of rows) {
    if (row.settled) continue;
    if (row.entry.state !== "succeeded") left.unmoved.push(row.entry);
    else if (row.entry.at >= window.until - tolerances.graceMs) left.carried.push(row.entry);
    else left.exceptions.push(except("missing_in_statement", { lines: [], rows: [row], clue: clueOf(row, context) }));
  }
  return left;
};
