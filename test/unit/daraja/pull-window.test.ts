import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { halves, nextPull, pullTime, spansOf, surelyShown } from "../../../functions/daraja/pull-window.ts";

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 21, 12);

describe("the next pull", () => {
  test("asks for all that M-PESA keeps when nothing was pulled before", () => {
    const { window, gap } = nextPull(NOW, null);
    expect(window.until).toBe(NOW);
    expect(window.until - window.from).toBeLessThan(48 * HOUR);
    expect(window.until - window.from).toBeGreaterThan(47 * HOUR);
    expect(gap).toBeNull();
  });

  test("overlaps the one before by more than the three hours in doubt", () => {
    expect(nextPull(NOW, NOW - HOUR)).toEqual({ window: { from: NOW - 5 * HOUR, until: NOW }, gap: null });
  });

  test("says what it can't reach any more", () => {
    const { window, gap } = nextPull(NOW, NOW - 60 * HOUR);
    expect(window.until - window.from).toBeLessThan(48 * HOUR);
    expect(gap?.from).toBe(NOW - 60 * HOUR);
    expect(gap?.until).toBeGreaterThanOrEqual(window.from);
  });

  test("says so too when only one reading of its times reaches back far enough", () => {
    expect(nextPull(NOW, NOW - 46 * HOUR).gap).not.toBeNull();
    expect(nextPull(NOW, NOW - 44 * HOUR).gap).toBeNull();
  });

  test("names its bounds to the millisecond: what M-PESA keeps less ten minutes, and the doubt about its times", () => {
    const oldest = NOW - 48 * HOUR + 600_000;
    const reached = oldest + 3 * HOUR;
    expect(nextPull(NOW, null)).toEqual({ window: { from: oldest, until: NOW }, gap: null });
    expect(nextPull(NOW, reached)).toEqual({ window: { from: oldest, until: NOW }, gap: null });
    expect(nextPull(NOW, reached - 1)).toEqual({
      window: { from: oldest, until: NOW },
      gap: { from: reached - 1, until: reached },
    });
    expect(nextPull(NOW, oldest + 4 * HOUR + 1).window.from).toBe(oldest + 1);
  });

  test("survives a clock that was set back", () => {
    expect(nextPull(NOW, NOW + HOUR).window).toEqual({ from: NOW - 4 * HOUR, until: NOW });
  });

  test("leaves nothing out between two pulls, in either reading of its times, that it does not name", () => {
    const hours = fc.integer({ min: 0, max: 100 * HOUR });
    fc.assert(
      fc.property(hours, fc.constantFrom(0, 3 * HOUR), (since, shift) => {
        const { window, gap } = nextPull(NOW, NOW - since);
        const reaches = window.from + shift;
        expect(reaches <= NOW - since || (gap !== null && gap.from <= NOW - since && gap.until >= reaches)).toBe(true);
        expect(window.from).toBeGreaterThan(NOW - 48 * HOUR);
      }),
    );
  });
});

test("a span is halved at a whole second, without a gap, and not for ever", () => {
  expect(halves({ from: 0, until: 200_500 })).toEqual([
    { from: 0, until: 100_000 },
    { from: 100_000, until: 200_500 },
  ]);
  expect(halves({ from: 1_000, until: 121_000 })).toEqual([
    { from: 1_000, until: 61_000 },
    { from: 61_000, until: 121_000 },
  ]);
  for (const until of [100_000, 120_999]) expect(halves({ from: 1_000, until })).toBeNull();
});

test("times are written in Nairobi's, as the request has them", () => {
  expect(pullTime(Date.UTC(2020, 7, 4, 5, 36))).toBe("2020-08-04 08:36:00");
  expect(pullTime(Date.UTC(2020, 11, 31, 21, 0, 9))).toBe("2021-01-01 00:00:09");
});

describe("a window's spans", () => {
  test("follow each other without a gap and end where the window does", () => {
    const hours = fc.integer({ min: 1, max: 48 * HOUR });
    fc.assert(
      fc.property(hours, (length) => {
        const window = { from: NOW - length, until: NOW };
        const spans = spansOf(window);
        expect(spans[0]?.from).toBe(window.from);
        expect(spans.at(-1)?.until).toBe(window.until);
        for (const [index, span] of spans.entries()) {
          expect(span.until).toBeGreaterThan(span.from);
          expect(span.until - span.from).toBeLessThanOrEqual(6 * HOUR);
          if (index > 0) expect(span.from).toBe(spans[index - 1]?.until);
        }
      }),
    );
  });

  test("are six hours long, the last as long as is left, and none of a window without length", () => {
    const from = NOW - 14 * HOUR;
    expect(spansOf({ from, until: NOW })).toEqual([
      { from, until: from + 6 * HOUR },
      { from: from + 6 * HOUR, until: from + 12 * HOUR },
      { from: from + 12 * HOUR, until: NOW },
    ]);
    expect(spansOf({ from: NOW - 12 * HOUR, until: NOW })).toHaveLength(2);
    expect(spansOf({ from: NOW, until: NOW })).toEqual([]);
  });

  test("are one for an ordinary hour", () => {
    expect(spansOf(nextPull(NOW, NOW - HOUR).window)).toHaveLength(1);
  });
});

describe("what an answer must show", () => {
  test("lies in the span in either reading of its times", () => {
    const shown = surelyShown({ from: NOW - 6 * HOUR, until: NOW - HOUR }, NOW);
    expect(shown).toEqual({ from: NOW - 3 * HOUR, until: NOW - HOUR });
  });

  test("is not what was paid a moment ago", () => {
    expect(surelyShown({ from: NOW - 6 * HOUR, until: NOW }, NOW)?.until).toBe(NOW - 15 * 60_000);
  });

  test("is nothing in a span that is shorter than the doubt", () => {
    expect(surelyShown({ from: NOW - 3 * HOUR, until: NOW }, NOW)).toBeNull();
    const from = NOW - 5 * HOUR;
    expect(surelyShown({ from, until: from + 3 * HOUR }, NOW)).toBeNull();
    expect(surelyShown({ from, until: from + 3 * HOUR + 1 }, NOW)).not.toBeNull();
  });
});
