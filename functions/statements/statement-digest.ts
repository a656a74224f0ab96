/**
 * The digest of what a statement says, by which the same statement is known when it is sent again. What must stay true:
 * it covers every line and every unreadable row in their order and nothing of how they were written down, so that one
 * export has one digest as CSV and as a workbook.
 */
import { createHash } from "node:crypto";
import type { StatementHead, StatementLine } from "../domain/statement-line.ts";
import type { SheetRow } from "./sheet-row.ts";

export interface StatementDigest {
  readonly line: (line: StatementLine) => void;
  readonly unreadable: (row: SheetRow) => void;
  /** SHA-256 over everything so far, 64 hex characters. */
  readonly hex: () => string;
}

export const createStatementDigest = ({ template, shortcode, account, from, to }: StatementHead): StatementDigest => {
  const hash = createHash("sha256");
  const add = (...parts: readonly unknown[]): void => void hash.update(`${JSON.stringify(parts)}\n`, "utf8");
  add("statement", template, shortcode, account, from, to);
  return {
    line: (line) => {
      add(
        ...[line.receipt, line.completedAt, line.initiatedAt, line.amount, line.balance, line.status, line.details],
        ...[line.party, line.reference, line.linkedReceipt],
      );
    },
    unreadable: ({ cells }) => {
      add("unreadable", ...cells);
    },
    hex: () => hash.copy().digest("hex"),
  };
};
