import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parseExpression } from "../../../../sandbox/aws/schedules/expression.ts";
import { wallClock } from "../../../../sandbox/aws/schedules/wall-clock.ts";

const NAIROBI = "Africa/Nairobi";
const parse = (expression: string, timeZone = "UTC") => parseExpression(expression, { fastestMs: 5_000, timeZone });
/** The next runs after a moment, as text. */
const runs = (expression: string, after: string, { timeZone = "UTC", count = 1 } = {}): string[] => {
  const next = parse(expression, timeZone);
  const found: string[] = [];
  let at: number | null = Date.parse(after);
  while (found.length < count && (at = next(at)) !== null) found.push(new Date(at).toISOString().slice(0, 16));
  return found;
};

describe("a cron expression", () => {
  test.each<[string, [expression: string, after: string], string[]]>([
    ["every day at a time", ["cron(0 1 * * ? *)", "2026-11-21T00:59:59Z"], ["2026-11-21T01:00", "2026-11-22T01:00"]],
    ["not at the moment itself", ["cron(0 1 * * ? *)", "2026-11-21T01:00:00Z"], ["2026-11-22T01:00"]],
    [
      "every quarter of an hour",
      ["cron(0/15 * * * ? *)", "2026-11-21T10:05:00Z"],
      ["2026-11-21T10:15", "2026-11-21T10:30"],
    ],
    [
      "steps of everything",
      ["cron(*/20 23 * * ? *)", "2026-11-21T23:30:00Z"],
      ["2026-11-21T23:40", "2026-11-22T23:00"],
    ],
    ["lists and ranges", ["cron(5,10 8-9 ? * * *)", "2026-11-21T08:07:00Z"], ["2026-11-21T08:10", "2026-11-21T09:05"]],
    ["steps in a range", ["cron(0 8-17/4 ? * * *)", "2026-11-21T08:00:00Z"], ["2026-11-21T12:00", "2026-11-21T16:00"]],
    ["workdays by name", ["cron(0 10 ? * MON-FRI *)", "2026-11-20T10:00:00Z"], ["2026-11-23T10:00"]],
    ["workdays by number, Sunday being 1", ["cron(0 10 ? * 2-6 *)", "2026-11-20T10:00:00Z"], ["2026-11-23T10:00"]],
    ["months by name", ["cron(0 0 1 jan,JUL ? *)", "2026-11-21T00:00:00Z"], ["2027-01-01T00:00", "2027-07-01T00:00"]],
    ["the month's last day", ["cron(30 23 L * ? *)", "2027-01-31T23:30:00Z"], ["2027-02-28T23:30", "2027-03-31T23:30"]],
    ["the 31st, where there is one", ["cron(0 0 31 * ? *)", "2026-10-31T00:00:00Z"], ["2026-12-31T00:00"]],
    ["leap days", ["cron(0 0 29 2 ? *)", "2026-11-21T00:00:00Z"], ["2028-02-29T00:00", "2032-02-29T00:00"]],
    ["the last Friday", ["cron(0 18 ? * FRIL *)", "2026-11-21T00:00:00Z"], ["2026-11-27T18:00", "2026-12-25T18:00"]],
    ["Saturday as the week's last day", ["cron(0 18 ? * L *)", "2026-11-22T00:00:00Z"], ["2026-11-28T18:00"]],
    ["the second Monday", ["cron(0 9 ? * 2#2 *)", "2026-11-21T00:00:00Z"], ["2026-12-14T09:00"]],
    ["the workday nearest to the 15th", ["cron(0 0 15W * ? *)", "2026-11-10T00:00:00Z"], ["2026-11-16T00:00"]],
    [
      "the workday nearest to the 1st, within its month",
      ["cron(0 0 1W * ? *)", "2026-07-30T00:00:00Z"],
      ["2026-08-03T00:00"],
    ],
    ["the last workday", ["cron(0 0 LW * ? *)", "2026-10-01T00:00:00Z"], ["2026-10-30T00:00"]],
    ["a year", ["cron(0 0 1 1 ? 2030)", "2026-11-21T00:00:00Z"], ["2030-01-01T00:00"]],
    ["a year that is over", ["cron(0 0 1 1 ? 2020)", "2026-11-21T00:00:00Z"], []],
  ])("means %s", (_what, [expression, after], expected) => {
    expect(runs(expression, after, { count: expected.length || 1 })).toEqual(expected);
  });

  test("is in its own time zone: one in the morning in Nairobi is ten in the evening in UTC", () => {
    const timeZone = NAIROBI;
    expect(runs("cron(0 1 * * ? *)", "2026-11-21T22:30:00Z", { timeZone, count: 2 })).toEqual([
      "2026-11-22T22:00",
      "2026-11-23T22:00",
    ]);
    expect(runs("cron(0 0 1 * ? *)", "2026-11-21T00:00:00Z", { timeZone })).toEqual(["2026-11-30T21:00"]);
  });

  test("skips a time that the clock is put forward over and runs a repeated one once", () => {
    const timeZone = "Europe/Berlin";
    expect(runs("cron(30 2 * * ? *)", "2026-03-28T12:00:00Z", { timeZone })).toEqual(["2026-03-30T00:30"]);
    expect(runs("cron(30 2 * * ? *)", "2026-10-24T12:00:00Z", { timeZone, count: 2 })).toEqual([
      "2026-10-25T00:30",
      "2026-10-26T01:30",
    ]);
  });

  test.each([
    ["cron(0 1 * * *)", "six fields"],
    ["cron(0 1 * * ? * *)", "six fields"],
    ["cron(0 1 * * * *)", 'exactly one must be "?"'],
    ["cron(0 1 ? * ? *)", 'exactly one must be "?"'],
    ["cron(60 1 * * ? *)", "from 0 to 59"],
    ["cron(0 1 ? * 0 *)", "from 1 to 7"],
    ["cron(0 1 32W * ? *)", "from 1 to 31"],
    ["cron(0 9-8 * * ? *)", "backwards"],
    ["cron(0/0 * * * ? *)", "from 0 to 59"],
    ["cron(x * * * ? *)", "from 0 to 59"],
  ])("%s is refused", (expression, said) => {
    expect(() => parse(expression)).toThrow(said);
  });

  test("a zone that nobody knows is refused", () => {
    expect(() => parse("cron(0 1 * * ? *)", "Africa/Atlantis")).toThrow('no time zone "Africa/Atlantis"');
  });
});

describe("other expressions", () => {
  test("a rate is an interval, and the fastest is the sandbox's own", () => {
    expect(parse("rate(1 minute)")(1_000)).toBe(6_000);
    expect(parse("rate(2 minutes)")(1_000)).toBe(121_000);
    expect(parse("rate(1 day)")(0)).toBe(86_400_000);
  });

  test("a time is due once, in its zone", () => {
    const next = parse("at(2026-12-01T01:00:30)", NAIROBI);
    const due = Date.parse("2026-11-30T22:00:30Z");
    expect([next(due - 1), next(due)]).toEqual([due, null]);
  });

  test.each(["rate(1 minutes)", "rate(2 minute)", "rate(0 minutes)", "rate(5 weeks)", "every minute", "at(tomorrow)"])(
    "%s is refused",
    (expression) => {
      expect(() => parse(expression)).toThrow();
    },
  );
});

test("every minute that a wall shows has the instant at which it shows it", () => {
  const zones = fc.constantFrom(NAIROBI, "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe");
  const minutes = fc.integer({ min: 0, max: 60 * 24 * 365 * 50 });
  fc.assert(
    fc.property(zones, minutes, (zone, minute) => {
      const clock = wallClock(zone);
      const shown = clock.at(minute * 60_000);
      const instant = clock.instantOf(shown);
      expect(instant).not.toBeNull();
      expect(instant).toBeLessThanOrEqual(minute * 60_000);
      expect(clock.at(instant!)).toEqual(shown);
    }),
  );
});
