/**
 * One row of a statement, read: a line, or why it is none. What must stay true: a row is read wholly or not at all, and
 * the reason why not names the column and never what stands in it.
 */
import { SignedCents } from "../domain/balance.ts";
import type { StatementLine, UnreadableRow } from "../domain/statement-line.ts";
import { readSignedAmount } from "./amount.ts";
import { titleOf } from "./columns.ts";
import type { Column, Columns } from "./columns.ts";
import { mixedDates } from "./date-order.ts";
import { readDetails, readParty } from "./details.ts";
import { lineKind } from "./line-kinds.ts";
import { isBlank } from "./sheet-row.ts";
import type { SheetRow } from "./sheet-row.ts";
import { possibleOrders, readStatementTime } from "./statement-time.ts";
import type { DateOrder } from "./statement-time.ts";

export type ReadRow =
  | { readonly type: "line"; readonly line: StatementLine }
  | { readonly type: "unreadable"; readonly unreadable: UnreadableRow };

/** Why a cell can't be read. */
class CellFault extends Error {
  override readonly name = "CellFault";
  readonly column: Column;

  constructor(column: Column, message: string) {
    super(message);
    this.column = column;
  }
}

const RECEIPT = /^[A-Za-z0-9]{6,20}$/;
const AGAIN = "Export the statement again, or enter the transaction by hand from the portal.";

/** What is wrong with the row as such; null when nothing is. */
const shapeProblem = ({ cells }: SheetRow, { named }: Columns): string | null => {
  if (cells.some((cell, place) => named[place] !== true && !isBlank(cell)))
    return `The row has more cells than the header, as when an amount with a comma is not quoted. ${AGAIN}`;
  if (cells.some((cell) => cell.includes("\n")))
    return `A cell goes on over several lines, as when a quotation mark is opened and never closed; the rows in it were not read by themselves. ${AGAIN}`;
  return null;
};

/** What came in, or below zero what went out. Throws CellFault. */
const movementOf = (paidIn: string, withdrawn: string, completed: boolean): SignedCents => {
  const amountIn = isBlank(paidIn) ? 0 : readSignedAmount(paidIn);
  const amountOut = isBlank(withdrawn) ? 0 : readSignedAmount(withdrawn);
  if (amountIn === null || amountIn < 0) throw new CellFault("paidIn", `This is not an amount. ${AGAIN}`);
  if (amountOut === null) throw new CellFault("withdrawn", `This is not an amount. ${AGAIN}`);
  if (amountIn !== 0 && amountOut !== 0)
    throw new CellFault("withdrawn", `The row says both that money came in and that money went out. ${AGAIN}`);
  if (completed && isBlank(paidIn) && isBlank(withdrawn))
    throw new CellFault("paidIn", `The row has no amount, neither paid in nor withdrawn. ${AGAIN}`);
  return SignedCents.parse(amountIn === 0 ? 0 - Math.abs(amountOut) : amountIn);
};

/** Reads rows under these columns. `read` throws StatementRefused when the row's dates are in another order. */
export const createRowReader = (columns: Columns, order: DateOrder): ((row: SheetRow) => ReadRow) => {
  const cellOf = ({ cells }: SheetRow, column: Column): string => {
    const place = columns.places[column];
    return place === undefined ? "" : (cells[place] ?? "");
  };

  const timeOf = (row: SheetRow, column: Column): number | null => {
    const text = cellOf(row, column);
    if (isBlank(text)) return null;
    const moment = readStatementTime(text, order);
    if (moment !== null) return moment;
    if (possibleOrders(text).length > 0) throw mixedDates(row.row);
    throw new CellFault(column, `This is not a date with a time. ${AGAIN}`);
  };

  const lineOf = (row: SheetRow): StatementLine => {
    const receipt = cellOf(row, "receipt").trim();
    if (!RECEIPT.test(receipt)) throw new CellFault("receipt", `This is not a receipt of M-PESA. ${AGAIN}`);
    const status = cellOf(row, "status").trim();
    const completed = status.toLowerCase() === "completed";
    const initiatedAt = timeOf(row, "initiated");
    // What was cancelled has no time of completion; when it was begun is the best that is known of it.
    const completedAt = timeOf(row, "completed") ?? (completed ? null : initiatedAt);
    if (completedAt === null) throw new CellFault("completed", `The row does not say when. ${AGAIN}`);
    const amount = movementOf(cellOf(row, "paidIn"), cellOf(row, "withdrawn"), completed);
    const balanceText = cellOf(row, "balance");
    const balance = isBlank(balanceText) ? null : readSignedAmount(balanceText);
    if (balance === null && !isBlank(balanceText)) throw new CellFault("balance", `This is not an amount. ${AGAIN}`);
    const details = cellOf(row, "details").trim();
    const { action, party, reference } = readDetails(details);
    const [account, linked] = [cellOf(row, "reference"), cellOf(row, "linked").trim()];
    return {
      row: row.row,
      receipt,
      kind: lineKind(action, cellOf(row, "reason"), amount),
      completedAt,
      initiatedAt,
      amount,
      balance,
      completed,
      status,
      details,
      party: readParty(cellOf(row, "party")) ?? party,
      reference: isBlank(account) ? reference : account,
      linkedReceipt: linked === "" ? null : linked,
    };
  };

  const unreadable = ({ row }: SheetRow, message: string, column: string | null): ReadRow => ({
    type: "unreadable",
    unreadable: { row, column, message },
  });

  return (row) => {
    const problem = shapeProblem(row, columns);
    if (problem !== null) return unreadable(row, problem, null);
    try {
      return { type: "line", line: lineOf(row) };
    } catch (error) {
      if (error instanceof CellFault) return unreadable(row, error.message, titleOf(error.column));
      throw error;
    }
  };
};
