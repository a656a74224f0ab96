/**
 * Moments as statements write them, in Nairobi time and in more than one order. What must stay true: a text is read in
 * the order that its whole file is written in, and one that names no real moment in it is null, never the moment next to
 * it.
 */
import { readMpesaTime } from "../domain/time.ts";

/** Which field comes first. The portal writes the day first, in some exports the year; spreadsheets write any. */
export const DATE_ORDERS = ["year-first", "day-first", "month-first"] as const;
export type DateOrder = (typeof DATE_ORDERS)[number];

const CLOCK = "(\\d{1,2}):(\\d\\d)(?::(\\d\\d)(?:[.]0+)?)?(?: ?([AP])M)?";
const DATE_LAST_YEAR = new RegExp(`^(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4}),?[ T]+${CLOCK}$`, "i");
const DATE_FIRST_YEAR = new RegExp(`^(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2}),?[ T]+${CLOCK}$`, "i");
/** As the portal writes it: every field at its full length. */
const PORTAL = /^\d\d[-/]\d\d[-/]\d{4} \d\d:\d\d:\d\d$/;
const LONGEST = 40;

type Fields = readonly [first: string, second: string, third: string, clock: readonly string[]];

const fieldsOf = (text: string, pattern: RegExp): Fields | null => {
  if (text.length > LONGEST) return null;
  const match = pattern.exec(text);
  if (!match) return null;
  const [, first = "", , second = "", third = "", ...clock] = match.map((part: string | undefined) => part ?? "");
  return [first, second, third, clock];
};

const two = (digits: string): string => digits.padStart(2, "0");

/** The hour of 24; out of range when it is none of 12. */
const hourOf = (hour: string, half: string): string => {
  if (half === "") return two(hour);
  const twelve = Number(hour);
  if (twelve < 1 || twelve > 12) return "99";
  return two(String((twelve % 12) + (half.toUpperCase() === "P" ? 12 : 0)));
};

const momentOf = (date: string, [hour = "", minute = "", second = "", half = ""]: readonly string[]): number | null =>
  readMpesaTime(`${date}${hourOf(hour, half)}${minute}${second === "" ? "00" : second}`);

/** To epoch milliseconds; null when the text names no moment in this order. */
export const readStatementTime = (cell: string, order: DateOrder): number | null => {
  const text = cell.trim();
  const fields = fieldsOf(text, order === "year-first" ? DATE_FIRST_YEAR : DATE_LAST_YEAR);
  if (!fields) return null;
  const [first, second, third, clock] = fields;
  switch (order) {
    case "year-first":
      return momentOf(`${first}${two(second)}${two(third)}`, clock);
    case "day-first":
      return momentOf(`${third}${two(second)}${two(first)}`, clock);
    case "month-first":
      return momentOf(`${third}${two(first)}${two(second)}`, clock);
  }
};

/** The orders in which the text names a real moment. */
export const possibleOrders = (text: string): readonly DateOrder[] =>
  DATE_ORDERS.filter((order) => readStatementTime(text, order) !== null);

/** Whether the text is written as the portal writes times, which begins with the day. */
export const isPortalTime = (text: string): boolean => PORTAL.test(text.trim());
