import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  failingAfterMs,
  MOST_ATTEMPTS,
  nextAttempt,
  readRetryAfter,
} from "../../../functions/domain/webhook-schedule.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 21, 9);

/** When each attempt is made, with the same luck each time and no time in between. */
const attempts = (intervalMs: number, jitter: number): readonly number[] => {
  const times = [NOW];
  for (let made = 1; ; made += 1) {
    const next = nextAttempt({ made, now: times.at(-1)!, intervalMs, jitter, retryAfterMs: null });
    if (next === null) return times;
    times.push(next);
  }
};

describe("the schedule of attempts", () => {
  it("has twelve, the last a little more than five days after the first, whatever chance says", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (jitter) => {
        const times = attempts(MINUTE_MS, jitter);
        const days = (times.at(-1)! - NOW) / DAY_MS;
        return times.length === MOST_ATTEMPTS && MOST_ATTEMPTS === 12 && days > 5 && days < 5.6;
      }),
    );
  });

  it("waits longer each time", () => {
    const times = attempts(MINUTE_MS, 0.5);
    const gaps = times.slice(1).map((at, index) => at - times[index]!);
    expect(gaps).toEqual(gaps.toSorted((a, b) => a - b));
    expect(new Set(gaps).size).toBe(gaps.length);
  });

  it("is over within an hour where the clock runs every five seconds, and never faster than that clock", () => {
    const times = attempts(5_000, 0.999);
    expect(times.at(-1)! - NOW).toBeLessThan(60 * MINUTE_MS);
    expect(Math.min(...times.slice(1).map((at, index) => at - times[index]!))).toBeGreaterThanOrEqual(5_000);
  });

  it("ends after the time in which an endpoint has to be reached, so that one that never is gets disabled", () => {
    for (const intervalMs of [5_000, 10_000, MINUTE_MS, 5 * MINUTE_MS])
      expect(attempts(intervalMs, 0).at(-1)! - NOW).toBeGreaterThanOrEqual(failingAfterMs(intervalMs));
  });

  it("waits as long as the receiver asks, a day at most, and never less than planned", () => {
    const next = (retryAfterMs: number | null): number =>
      nextAttempt({ made: 5, now: NOW, intervalMs: MINUTE_MS, jitter: 0, retryAfterMs })! - NOW;
    expect(next(3 * 3_600_000)).toBe(3 * 3_600_000);
    expect(next(40 * DAY_MS)).toBe(DAY_MS);
    expect(next(1_000)).toBe(next(null));
  });
});

describe("Retry-After", () => {
  it.each([
    [null, null],
    ["120", 120_000],
    [" 5 ", 5_000],
    ["0", 0],
    ["Sat, 21 Nov 2026 09:10:00 GMT", 600_000],
    ["Sat, 21 Nov 2026 08:00:00 GMT", 0],
    ["sat, 21 Nov 2026 09:10:00 GMT", null],
    [`Sat, 21 Nov 2026 09:10:00 GMT (${"x".repeat(32)})`, 600_000],
    [`Sat, 21 Nov 2026 09:10:00 GMT (${"x".repeat(33)})`, null],
    ["soon", null],
    ["Soon", null],
    ["-5", null],
    ["1e9", null],
    ["", null],
    [`S${"a".repeat(100)}`, null],
  ])("%s asks for %s ms", (header, wanted) => {
    expect(readRetryAfter(header, NOW)).toBe(wanted);
  });
});
