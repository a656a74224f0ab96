/**
 * The second rule, for transactions whose receipt nobody has told us: amount, time, phone and reference. What must stay
 * true: a match needs that the line can be no other transaction and the transaction no other line; where several could
 * be each other, or the line's receipt names another one too, a person decides, and none of them is matched.
 */
import type { Clue, Match } from "../domain/matching.ts";
import { except, pair, sharesReceipt } from "./by-receipt.ts";
import type { Findings } from "./by-receipt.ts";
import { fitOf } from "./candidates.ts";
import type { Group } from "./candidates.ts";
import type { LedgerInHand, LineInHand } from "./in-hand.ts";

interface Certain {
  readonly row: LedgerInHand;
  readonly line: LineInHand;
  readonly setAside: number;
}

/**
 * One line and one transaction; or one line, one transaction that M-PESA itself called paid, and others that M-PESA itself
 * ended without money, as when a customer cancels a prompt and pays the next one.
 */
const certain = ({ rows, lines, crowded }: Group): Certain | null => {
  const [line, ...otherLines] = lines;
  const [row, ...otherRows] = rows.length === 1 ? rows : rows.filter(({ entry }) => entry.state !== "failed");
  if (crowded || line === undefined || row === undefined || otherLines.length + otherRows.length > 0) return null;
  if (rows.length > 1 && row.entry.state !== "succeeded") return null;
  return { row, line, setAside: rows.length - 1 };
};

/** Settles what details can settle, and names what they can't. */
export const matchByDetails = (groups: readonly Group[]): Findings => {
  const matches: Match[] = [];
  const exceptions = groups.flatMap((group) => {
    const shared = group.lines.some(sharesReceipt);
    const found = shared ? null : certain(group);
    const fit = found && found.row.details && found.line.details && fitOf(found.row.details, found.line.details);
    if (found && fit) {
      const { row, line, setAside } = found;
      const chargeRow = pair(line, row);
      matches.push({ rule: "details", line: line.entry, ledger: row.entry, chargeRow, ...fit, setAside });
      return [];
    }
    const clue: Clue | null = group.crowded ? { clue: "crowded" } : shared ? { clue: "shared_receipt" } : null;
    return [except("ambiguous", { lines: group.lines, rows: group.rows, clue })];
  });
  return { matches, exceptions };
};
