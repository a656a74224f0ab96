/**
 * Large statements of made-up people, made row by row as they are read, so that a CSV of them is never in memory. Every
 * balance in them follows from the one before it.
 */
import { Buffer } from "node:buffer";
import type { OpenFile } from "../functions/statements/sheet-row.ts";

export interface StatementShape {
  readonly template: "classic" | "current";
  readonly rows: number;
}

type Cells = readonly string[];

const ROWS_IN_CHUNK = 1_000;
const CURRENT: Cells = [
  ...["Receipt No", "Completion Time", "Details", "Transaction Status"],
  ...["Paid In (KSHs)", "Withdrawn (KSHs)", "Balance (KSHs)"],
];
const CLASSIC: Cells = [
  ...["Receipt No.", "Completion Time", "Initiation Time", "Details", "Transaction Status", "Paid In", "Withdrawn"],
  ...[
    "Balance",
    "Balance Confirmed",
    "Reason Type",
    "Other Party Info",
    "Linked Transaction ID",
    "A/C No.",
    "Currency",
  ],
];
const NEWEST = Date.UTC(2026, 10, 21, 23, 59, 59);

const two = (value: number): string => String(value).padStart(2, "0");
const money = (shillings: number): string => `${String(shillings).replace(/\B(?=(?:\d{3})+$)/g, ",")}.00`;

/** Every second row of the classic template is the charge of the payment below it. */
const cellsOf = (template: StatementShape["template"], index: number, rows: number): Cells => {
  const left = rows - index;
  const at = new Date(NEWEST - Math.floor(index / 2) * 100);
  const separator = template === "classic" ? "-" : "/";
  const day = [two(at.getUTCDate()), two(at.getUTCMonth() + 1), at.getUTCFullYear()].join(separator);
  const time = `${day} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
  const party = `25470****${two(index % 90)}7 - AMINA ${index % 700} **** EXAMPLE`;
  const account = `INV-${Math.floor(index / 2)}`;
  const details = `Pay Bill from ${party} Acc. ${account}`;
  if (template === "current") {
    const receipt = `TK${index.toString(36).toUpperCase().padStart(8, "0")}`;
    return [receipt, time, details, "Completed", money(1_250), "0.00", money(left * 1_250)];
  }
  const receipt = `TK${Math.floor(index / 2)
    .toString(36)
    .toUpperCase()
    .padStart(8, "0")}`;
  // Rows come from the newest; with one left over it is a payment.
  const isCharge = left % 2 === 0;
  const balance = Math.ceil(left / 2) * 1_250 - Math.floor(left / 2) * 15;
  return isCharge
    ? [
        receipt,
        time,
        time,
        "Pay Bill Charge",
        "Completed",
        "",
        "-15.0",
        String(balance),
        "true",
        "Pay Utility",
        "SP",
        "",
        "",
        "KES",
      ]
    : [
        receipt,
        time,
        time,
        details,
        "Completed",
        "1250.0",
        "",
        String(balance),
        "true",
        "Pay Utility",
        party,
        "",
        account,
        "KES",
      ];
};

const csvLine = (cells: Cells): string =>
  `${cells.map((cell) => (cell.includes(",") ? `"${cell}"` : cell)).join(",")}\r\n`;

async function* csv({ template, rows }: StatementShape): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(`\uFEFF${csvLine(template === "classic" ? CLASSIC : CURRENT)}`));
  for (let from = 0; from < rows; from += ROWS_IN_CHUNK) {
    const length = Math.min(ROWS_IN_CHUNK, rows - from);
    const lines = Array.from({ length }, (_, index) => csvLine(cellsOf(template, from + index, rows)));
    yield Buffer.from(lines.join(""));
  }
}

/** All rows of a statement, its header first, as cells. */
export const statementCells = ({ template, rows }: StatementShape): string[][] => [
  [...(template === "classic" ? CLASSIC : CURRENT)],
  ...Array.from({ length: rows }, (_, index) => [...cellsOf(template, index, rows)]),
];

/** The statement of this shape in CSV. Every call reads it from the beginning. */
export const csvStatement =
  (shape: StatementShape): OpenFile =>
  () =>
    csv(shape);
