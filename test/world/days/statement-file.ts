/**
 * The files that people hand in: the simulator's own export of M-PESA's books, and what becomes of some of its rows on the
 * way. What must stay true: whoever made a file knows each of its rows, so that nobody has to ask the code under test.
 */
import type { Simulator } from "../../../sandbox/daraja/core/simulator.ts";
import { control } from "../payments/actors.ts";
import { credentials } from "../payments/gateway.ts";
import { DAYS } from "./rates.ts";
import type { RowFault, StatementPlan } from "./scenario.ts";

/** A row as the file has it. */
interface FileRow {
  readonly receipt: string;
  /** Below zero what left. */
  readonly cents: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface StatementFile {
  readonly text: string;
  readonly rows: readonly FileRow[];
  /** Whether it says what M-PESA's books say. */
  readonly isWhole: boolean;
  /** Receipts that it tells something untrue of. */
  readonly lies: readonly string[];
  readonly shortcode: string;
}

/** Of the other organisation that the simulator has books of. */
const ANOTHER = "600992";
const SEPARATOR = "\t";
const LINE_END = "\r\n";
const CENTS = 100;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const NAIROBI_MS = 3 * 3_600_000;

type Cells = readonly string[];

interface Layout {
  readonly details: number;
  readonly paidIn: number;
  readonly withdrawn: number;
  /** The account number's own column, where there is one. */
  readonly account: number | null;
  /** Between the parts of a date. */
  readonly between: string;
  /** The columns of times. */
  readonly times: readonly number[];
}

const LAYOUTS: Readonly<Record<StatementPlan["template"], Layout>> = {
  classic: {
    details: 3,
    paidIn: 5,
    withdrawn: 6,
    account: 12,
    between: "-",
    times: [1, 2],
  },
  current: {
    details: 2,
    paidIn: 4,
    withdrawn: 5,
    account: null,
    between: "/",
    times: [1],
  },
};
const RECEIPT = 0;
const COMPLETED = 1;

const TIME = /^(\d\d)[-/](\d\d)[-/](\d{4}) (\d\d):(\d\d):(\d\d)$/;

const readTime = (cell: string): number => {
  const [day = 0, month = 0, year = 0, hour = 0, minute = 0, second = 0] = (TIME.exec(cell) ?? []).slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second) - NAIROBI_MS;
};

const writeTime = (at: number, between: string): string => {
  const [date = "", time = ""] = new Date(at + NAIROBI_MS).toISOString().slice(0, 19).split("T");
  return `${date.split("-").reverse().join(between)} ${time}`;
};

const amountIn = (cell: string | undefined): number => Number((cell ?? "").replaceAll(",", "")) || 0;

const rowOf = (cells: Cells, { paidIn, withdrawn }: Layout): FileRow => ({
  receipt: cells[RECEIPT] ?? "",
  cents: Math.round((amountIn(cells[paidIn]) - Math.abs(amountIn(cells[withdrawn]))) * CENTS),
  at: readTime(cells[COMPLETED] ?? ""),
});

const shifted = (cells: Cells, { times, between }: Layout, ms: number): Cells =>
  cells.map((cell, place) => (times.includes(place) ? writeTime(readTime(cell) + ms, between) : cell));

const withAmount = (cells: Cells, { paidIn }: Layout, by: number): Cells =>
  cells.with(paidIn, String(Math.max(1, amountIn(cells[paidIn]) + by)));

const withReference = (cells: Cells, { details, account }: Layout, reference: string): Cells =>
  cells.map((cell, place) => {
    if (place === account) return reference;
    return place === details ? cell.replace(/Acc\. .*$/, `Acc. ${reference}`) : cell;
  });

/** A receipt that M-PESA never gave: no name of M-PESA's own has two Qs behind each other at this place. */
const falsely = (receipt: string, by: number): string =>
  `${receipt.slice(0, 6)}QQ${String(Math.abs(by)).padStart(2, "0")}`;

/** What becomes of one row: none, one or two. */
const spoilt = (cells: Cells, layout: Layout, { kind, by }: RowFault): readonly Cells[] => {
  switch (kind) {
    case "missing":
      return [];
    case "doubled":
      return [cells, cells];
    case "amount":
      return [withAmount(cells, layout, by)];
    case "receipt":
      return [cells.with(RECEIPT, falsely(cells[RECEIPT] ?? "", by))];
    case "time":
      return [shifted(cells, layout, by * MINUTE_MS)];
    case "account":
      return [withReference(cells, layout, "ZZZ-1")];
    case "other_day":
      return [shifted(cells, layout, Math.sign(by) * DAY_MS)];
    case "stranger":
      return [cells, withReference(cells.with(RECEIPT, falsely(cells[RECEIPT] ?? "", by)), layout, "ZZZ-2")];
  }
};

/** A statement of that period, as somebody exports it now, with whatever becomes of it. */
export const exportStatement = async (simulator: Simulator, plan: StatementPlan): Promise<StatementFile> => {
  const shortcode = plan.of === "ours" ? credentials.shortcode : ANOTHER;
  const [from = "", to = ""] = [DAYS[plan.first], DAYS[plan.first + plan.days - 1]];
  const query = new URLSearchParams({
    shortcode,
    from,
    to,
    template: plan.template,
    account: "utility",
    separator: "tab",
  });
  const text = await control(simulator, `/statement?${query.toString()}`);
  const lines = text.split(LINE_END).filter((line) => line !== "");
  const layout = LAYOUTS[plan.template];
  const begin = lines.findIndex((line) => line.startsWith("Receipt No")) + 1;
  let rows: readonly Cells[] = lines.slice(begin).map((line) => line.split(SEPARATOR));
  const before = new Set(rows.map((cells) => cells.join(SEPARATOR)));
  for (const fault of plan.faults) {
    const place = Math.floor(fault.place * rows.length);
    const struck = rows[place];
    if (struck) rows = [...rows.slice(0, place), ...spoilt(struck, layout, fault), ...rows.slice(place + 1)];
  }
  const lies = rows.filter((cells) => !before.has(cells.join(SEPARATOR))).map((cells) => cells[RECEIPT] ?? "");
  const written = [...lines.slice(0, begin), ...rows.map((cells) => cells.join(SEPARATOR))];
  return {
    text: written.map((line) => line + LINE_END).join(""),
    rows: rows.map((cells) => rowOf(cells, layout)),
    isWhole: written.join() === lines.join(),
    lies,
    shortcode,
  };
};
