/** Times as a clock on the wall of a time zone shows them, and back. */

/** A minute on the wall; months and days count from 1. */
export type WallMinute = {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
};

export type WallClock = {
  /** What the wall shows at an instant, in epoch milliseconds. */
  at(instantMs: number): WallMinute;
  /** When the wall first shows this minute; null when it never does, because the clock was put forward over it. */
  instantOf(minute: WallMinute): number | null;
};

const DAY_MS = 86_400_000;

/** Throws for a zone that is unknown. `zone` is an IANA name such as Africa/Nairobi. */
export const wallClock = (zone: string): WallClock => {
  const format = formatFor(zone);
  const at = (instantMs: number): WallMinute => {
    const parts = new Map(format.formatToParts(instantMs).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    return { year: part("year"), month: part("month"), day: part("day"), hour: part("hour"), minute: part("minute") };
  };
  return {
    at,
    instantOf(minute) {
      const asUtc = utcOf(minute);
      const offsetNear = (instantMs: number): number => utcOf(at(instantMs)) - instantMs;
      const candidates = [offsetNear(asUtc - DAY_MS), offsetNear(asUtc + DAY_MS)].map((offset) => asUtc - offset);
      const shown = candidates.filter((instantMs) => utcOf(at(instantMs)) === asUtc);
      return shown.length === 0 ? null : Math.min(...shown);
    },
  };
};

const utcOf = ({ year, month, day, hour, minute }: WallMinute): number => Date.UTC(year, month - 1, day, hour, minute);

const formatFor = (timeZone: string): Intl.DateTimeFormat => {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
    });
  } catch (error) {
    throw new Error(`There is no time zone "${timeZone}".`, { cause: error });
  }
};
