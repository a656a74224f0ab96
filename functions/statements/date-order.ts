/**
 * In which order a whole file writes its dates. One date seldom tells, `05/06/2026` may be either of two days, but a file
 * does: by any day beyond the twelfth, by the period above its header, or by being written exactly as the portal writes.
 * What must stay true: nothing is guessed; a file that could be read as two different months is refused.
 */
import type { SheetRow } from "./sheet-row.ts";
import { isPortalTime, possibleOrders, readStatementTime } from "./statement-time.ts";
import type { DateOrder } from "./statement-time.ts";
import { StatementRefused } from "./statement-refused.ts";

const AMBIGUOUS: readonly DateOrder[] = ["day-first", "month-first"];

/** `row`'s date is written in another order than the file's others. */
export const mixedDates = (row: number): StatementRefused =>
  new StatementRefused(
    "mixed_dates",
    `The date in row ${row} is written in another order than those of other rows, as when a spreadsheet has changed some of them. Export the statement from the portal again and send the file as it is.`,
    row,
  );

interface Span {
  readonly earliest: number;
  readonly latest: number;
}

const widen = (span: Span | null, moment: number | null): Span | null => {
  if (moment === null) return span;
  if (span === null) return { earliest: moment, latest: moment };
  return { earliest: Math.min(span.earliest, moment), latest: Math.max(span.latest, moment) };
};

export interface DateSurvey {
  /** Takes the next date of the file. Returns the order as soon as one is certain. Throws StatementRefused. */
  readonly take: (text: string, row: SheetRow["row"]) => DateOrder | null;
  /** The order by everything that was taken. Throws StatementRefused. */
  readonly decide: () => DateOrder;
}

/** `period` are the two ends of the file's period as its head writes them, where it does. */
export const createDateSurvey = (period: { readonly from: string; readonly to: string } | null): DateSurvey => {
  const spans: Partial<Record<DateOrder, Span | null>> = {};
  let allPortal = true;
  let anyDate = false;
  /** Whether each date is the same day in both orders, as 5 May is. */
  let allSame = true;

  /** Whether the file's dates lie in its period when they are read in this order. */
  const fitsPeriod = (order: DateOrder): boolean => {
    const span = spans[order] ?? null;
    if (period === null || span === null) return true;
    const [from, to] = [period.from, period.to].map((text) => {
      const [certain, ...others] = possibleOrders(text);
      return readStatementTime(text, certain !== undefined && others.length === 0 ? certain : order);
    });
    return typeof from === "number" && typeof to === "number" && from <= span.earliest && span.latest <= to;
  };

  return {
    take: (text, row) => {
      const orders = possibleOrders(text);
      if (orders.length === 0) return null;
      if (orders.length === 1) {
        if (anyDate && orders[0] === "year-first") throw mixedDates(row);
        return orders[0] ?? null;
      }
      anyDate = true;
      allPortal &&= isPortalTime(text);
      const readings = orders.map((order) => {
        const moment = readStatementTime(text, order);
        spans[order] = widen(spans[order] ?? null, moment);
        return moment;
      });
      allSame &&= readings.every((moment) => moment === readings[0]);
      return null;
    },
    decide: () => {
      if (!anyDate || allSame) return "day-first";
      const fitting = AMBIGUOUS.filter(fitsPeriod);
      const [only] = fitting;
      if (fitting.length === 1 && only !== undefined) return only;
      if (allPortal) return "day-first";
      throw new StatementRefused(
        "ambiguous_dates",
        "Whether the day or the month comes first can't be told from this file: none of its days is beyond the twelfth, and its dates are not written as the portal writes them. Export the statement from the portal again and send the file as it is, without saving it in a spreadsheet.",
      );
    },
  };
};
