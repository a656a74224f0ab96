/** The arithmetic of slots in figures: what each rate, margin, throttling and idle stretch comes to, to the millisecond. */
import { describe, expect, test } from "vitest";
import {
  RECOVERY_MS,
  factorAt,
  marginOf,
  slotTimes,
  slowed,
  spanMs,
  startsWithinMs,
  takenFrom,
  windowMs,
  withMargin,
} from "../../../functions/daraja/gcra.ts";
import type { LaneRate } from "../../../functions/daraja/gcra.ts";
import type { LanePace } from "../../../functions/daraja/pacing.ts";

const RATE: LaneRate = { perSecond: 20, jitterMs: 100 };
const MEASURED: LaneRate = { ...RATE, measured: { aheadMs: 50, apartMs: 25, mostJitterMs: 250 } };
const NOW = 1_000_000;
const pace = (changes: Partial<LanePace> = {}): LanePace => ({ tat: NOW, factor: 1, slowedAt: 0, ...changes });

describe("a lane's rate", () => {
  test.each([
    [20, 1_000],
    [1, 1_000],
    [0.5, 2_000],
    [0.05, 20_000],
  ])("of %d a second is counted over %i ms", (perSecond, ms) => expect(windowMs({ perSecond })).toBe(ms));

  test.each([
    { perSecond: 20, jitterMs: 100, factor: 1, count: 1, ms: 55 },
    { perSecond: 20, jitterMs: 100, factor: 1, count: 10, ms: 550 },
    { perSecond: 20, jitterMs: 100, factor: 0.5, count: 10, ms: 1_100 },
    { perSecond: 3, jitterMs: 0, factor: 1, count: 1, ms: 334 },
    { perSecond: 0.05, jitterMs: 100, factor: 1, count: 1, ms: 20_100 },
  ])(
    "of $perSecond with a margin of $jitterMs ms, at factor $factor, needs $ms ms for $count",
    ({ ms, factor, count, ...rate }) => expect(spanMs(rate, factor, count)).toBe(ms),
  );

  test("spaces the slots of a block evenly, each rounded up to a whole millisecond", () => {
    expect(slotTimes(1_000, 100, 3)).toEqual([1_000, 1_034, 1_067]);
    expect(slotTimes(1_000, 100, 1)).toEqual([1_000]);
    expect(slotTimes(1_000, 100, 0)).toEqual([]);
  });
});

describe("a lane's margin", () => {
  test("is the configured one until one was measured, even if that is none at all", () => {
    expect(marginOf(RATE, null)).toBe(100);
    expect(marginOf(RATE, pace())).toBe(100);
    expect(marginOf(RATE, pace({ jitterMs: 0 }))).toBe(0);
  });

  test("allows a start that much late, less what no process can measure, and never less than none", () => {
    expect(startsWithinMs(RATE, null)).toBe(100);
    expect(startsWithinMs(MEASURED, null)).toBe(75);
    expect(startsWithinMs(MEASURED, pace({ jitterMs: 10 }))).toBe(0);
  });

  test("that shrinks puts off the next slot by as much, one that grows does not, and nothing else changes", () => {
    const before = pace({ factor: 0.5, slowedAt: 7, jitterMs: 80 });
    expect(withMargin(RATE, before, 30)).toEqual({ ...before, tat: NOW + 50, jitterMs: 30 });
    expect(withMargin(RATE, before, 200)).toEqual({ ...before, jitterMs: 200 });
    expect(withMargin(RATE, null, 40)).toEqual({ tat: 60, factor: 1, slowedAt: 0, jitterMs: 40 });
  });
});

describe("slots that are taken", () => {
  test("begin now in a lane that nobody has used, and at the next free one in a lane that is taken", () => {
    expect(takenFrom(null, NOW, 55)).toEqual(pace({ tat: NOW + 55 }));
    const busy = pace({ tat: NOW + 500, factor: 0.5, slowedAt: 7, jitterMs: 80 });
    expect(takenFrom(busy, NOW, 55)).toEqual({ ...busy, tat: NOW + 555 });
    expect(takenFrom(busy, NOW + 600, 55)).toEqual({ ...busy, tat: NOW + 655 });
  });
});

describe("a lane that is throttled", () => {
  test("halves what was left, stands still for a second, and keeps its margin", () => {
    expect(slowed(null, NOW)).toEqual({ tat: NOW + 1_000, factor: 0.5, slowedAt: NOW });
    const before = pace({ tat: NOW + 5_000, factor: 0.5, slowedAt: NOW - RECOVERY_MS / 4, jitterMs: 80 });
    expect(slowed(before, NOW)).toEqual({ ...before, factor: 0.375, slowedAt: NOW });
    expect(slowed({ ...before, tat: NOW }, NOW)?.tat).toBe(NOW + 1_000);
  });

  test("slows once within a second, also by the clock of a process that is behind", () => {
    for (const ahead of [-5_000, 0, 999]) expect(slowed(pace({ slowedAt: NOW }), NOW + ahead)).toBeNull();
    expect(slowed(pace({ slowedAt: NOW }), NOW + 1_000)).not.toBeNull();
  });

  test("has slowed before only if it ever was: at the beginning of time too it slows once", () => {
    expect(slowed(pace({ tat: 0 }), 0)).toEqual({ tat: 1_000, factor: 0.5, slowedAt: 1 });
    expect(slowed(pace({ tat: 0, slowedAt: 1 }), 500)).toBeNull();
  });

  test("keeps a thirty-second of its rate at the least", () => {
    expect(slowed(pace({ factor: 1 / 32, slowedAt: NOW - 1_000 }), NOW)?.factor).toBe(1 / 32);
    expect(slowed(pace({ factor: 0.25, slowedAt: NOW - 1_000 }), NOW)?.factor).toBeCloseTo(0.1333, 3);
  });

  test("grows back steadily over a minute, never above its rate, and not by a clock that is behind", () => {
    const half = pace({ factor: 0.5, slowedAt: NOW });
    const after = (ms: number) => factorAt(half, NOW + ms);
    expect([-9_000, 0, RECOVERY_MS / 10, RECOVERY_MS / 2, RECOVERY_MS].map(after)).toEqual([0.5, 0.5, 0.6, 1, 1]);
  });
});
