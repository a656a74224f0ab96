/**
 * EventBridge's cron expressions: minutes, hours, day of month, month, day of week, year. They are not Unix's: days of the
 * week count from Sunday as 1, one of the two day fields is `?`, and L, W and # name days by their place in the month.
 * Source: Amazon EventBridge Scheduler User Guide, "Schedule types".
 */
import type { WallClock } from "./wall-clock.ts";

type Day = {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** 1 is Sunday. */
  readonly weekday: number;
  readonly lastDay: number;
};
type Field = { readonly min: number; readonly max: number; readonly names?: readonly string[] };
type DayTest = (day: Day) => boolean;

const MINUTES: Field = { min: 0, max: 59 };
const HOURS: Field = { min: 0, max: 23 };
const DAYS: Field = { min: 1, max: 31 };
const MONTHS: Field = {
  min: 1,
  max: 12,
  names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
};
const WEEKDAYS: Field = { min: 1, max: 7, names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] };
const YEARS: Field = { min: 1970, max: 2199 };
const SATURDAY = 7;

/** The next instant after `afterMs` that fits, in epoch milliseconds; null when there is none. */
export type Next = (afterMs: number) => number | null;

/** `fields` is what stands between the brackets of `cron(...)`. Throws for an expression that EventBridge refuses. */
export const parseCron = (fields: string, clock: WallClock): Next => {
  const [minutes = "", hours = "", days = "", months = "", weekdays = "", years = "", ...rest] = fields.split(/ +/);
  if (years === "" || rest.length > 0) throw new Error(`A cron expression has six fields; this is "${fields}".`);
  if ((days === "?") === (weekdays === "?"))
    throw new Error(`Of day of month and day of week exactly one must be "?"; this is "${fields}".`);
  const isMonth = numbers(months, MONTHS);
  const isYear = numbers(years, YEARS);
  const isDay = days === "?" ? weekdayTest(weekdays) : monthDayTest(days);
  const times = allOf(hours, HOURS).flatMap((hour) => allOf(minutes, MINUTES).map((minute) => ({ hour, minute })));

  return (afterMs) => {
    const after = clock.at(afterMs);
    const today = dayAt(after.year, after.month, after.day);
    for (let at = today; at.year <= YEARS.max; at = dayAt(at.year, at.month, at.day + 1)) {
      if (!isYear(at.year) || !isMonth(at.month) || !isDay(at)) continue;
      for (const time of times) {
        if (at === today && minuteOfDay(time) < minuteOfDay(after)) continue;
        const instantMs = clock.instantOf({ ...at, ...time });
        if (instantMs !== null && instantMs > afterMs) return instantMs;
      }
    }
    return null;
  };
};

const minuteOfDay = ({ hour, minute }: { hour: number; minute: number }): number => 60 * hour + minute;

/** The day with this date; a day past the month's end is one of the next month. */
const dayAt = (year: number, month: number, day: number): Day => {
  const date = new Date(Date.UTC(year, month - 1, day));
  const [actualYear, actualMonth] = [date.getUTCFullYear(), date.getUTCMonth() + 1];
  const lastDay = new Date(Date.UTC(actualYear, actualMonth, 0)).getUTCDate();
  return { year: actualYear, month: actualMonth, day: date.getUTCDate(), weekday: date.getUTCDay() + 1, lastDay };
};

const monthDayTest = (text: string): DayTest => {
  if (text === "L") return ({ day, lastDay }) => day === lastDay;
  if (text === "LW") return (at) => at.day === nearestWorkday(at, at.lastDay);
  const [, workday] = /^(\d+)W$/.exec(text) ?? [];
  if (workday !== undefined) {
    const wanted = number(workday, DAYS);
    return (at) => wanted <= at.lastDay && at.day === nearestWorkday(at, wanted);
  }
  const fits = numbers(text, DAYS);
  return ({ day }) => fits(day);
};

/** The day from Monday to Friday that is nearest to `wanted`, without leaving the month. */
const nearestWorkday = ({ year, month }: Day, wanted: number): number => {
  const { weekday, lastDay } = dayAt(year, month, wanted);
  if (weekday === SATURDAY) return wanted > 1 ? wanted - 1 : wanted + 2;
  if (weekday === 1) return wanted < lastDay ? wanted + 1 : wanted - 2;
  return wanted;
};

const weekdayTest = (text: string): DayTest => {
  if (text === "L") return ({ weekday }) => weekday === SATURDAY;
  const [, last] = /^(\w+?)L$/.exec(text) ?? [];
  if (last !== undefined) {
    const wanted = number(last, WEEKDAYS);
    return ({ weekday, day, lastDay }) => weekday === wanted && day > lastDay - 7;
  }
  const [, name, place] = /^(\w+)#([1-5])$/.exec(text) ?? [];
  if (name !== undefined) {
    const wanted = number(name, WEEKDAYS);
    return ({ weekday, day }) => weekday === wanted && Math.ceil(day / 7) === Number(place);
  }
  const fits = numbers(text, WEEKDAYS);
  return ({ weekday }) => fits(weekday);
};

const allOf = (text: string, field: Field): number[] => {
  const fits = numbers(text, field);
  return Array.from({ length: field.max - field.min + 1 }, (_unused, index) => field.min + index).filter(fits);
};

/** A list of values, ranges and steps. */
const numbers = (text: string, field: Field): ((value: number) => boolean) => {
  const parts = text.split(",").map((part) => range(part, field));
  return (value) => parts.some(({ from, to, step }) => value >= from && value <= to && (value - from) % step === 0);
};

const range = (part: string, field: Field): { from: number; to: number; step: number } => {
  const [, span = "", every] = /^([^/]+)(?:\/([1-9]\d*))?$/.exec(part) ?? [];
  const step = Number(every ?? 1);
  if (span === "*") return { from: field.min, to: field.max, step };
  const [first = "", last] = span.split("-");
  const from = number(first, field);
  const to = last === undefined ? (every === undefined ? from : field.max) : number(last, field);
  if (to < from) throw new Error(`"${part}" runs backwards.`);
  return { from, to, step };
};

const number = (text: string, { min, max, names = [] }: Field): number => {
  const named = names.indexOf(text.toUpperCase());
  const value = named >= 0 ? named + min : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) throw new Error(`"${text}" is not from ${min} to ${max}, as this field wants.`);
  return value;
};
