import { describe, expect, it } from "vitest";
import { MAX_CHECKS, nextCheck, overdueAfterMs } from "../../../functions/domain/check-schedule.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** When each question is asked, in milliseconds after creation, by a sweep that is always on time. */
const schedule = (intervalMs: number, jitter = 0): number[] => {
  const asked: number[] = [];
  for (let now = 0; asked.length < MAX_CHECKS;) {
    const next = nextCheck({ createdAt: 0, attempt: asked.length, now, intervalMs, jitter });
    if (next === null) return asked;
    asked.push(next);
    now = next;
  }
  return asked;
};

describe("the schedule of a sweep that runs each minute", () => {
  const asked = schedule(MINUTE);

  it("asks after 30 seconds, then doubles the gap up to six hours", () => {
    const gaps = asked.map((at, index) => at - (asked[index - 1] ?? 0));
    expect(gaps.slice(0, 6)).toEqual([30_000, MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE, 16 * MINUTE]);
    expect(Math.max(...gaps)).toBe(6 * HOUR);
  });

  it("asks for the last time after 48 hours, and fewer than 20 times in all", () => {
    expect(asked.at(-1)).toBe(48 * HOUR);
    expect(overdueAfterMs(MINUTE)).toBe(48 * HOUR);
    expect(asked.length).toBeLessThan(20);
  });

  it("goes on from now when the sweep was down, without catching up", () => {
    const at = nextCheck({ createdAt: 0, attempt: 2, now: 5 * HOUR, intervalMs: MINUTE, jitter: 0 });
    expect(at).toBe(5 * HOUR + 2 * MINUTE);
  });

  it("never plans a question for the past", () => {
    expect(nextCheck({ createdAt: 0, attempt: 0, now: HOUR, intervalMs: MINUTE, jitter: 0 })).toBe(HOUR);
  });

  it("is over after as many questions as there may ever be, however early it is", () => {
    const ask = (attempt: number) => nextCheck({ createdAt: 0, attempt, now: 1, intervalMs: MINUTE, jitter: 0 });
    expect(ask(MAX_CHECKS - 1)).toBe(1 + 6 * HOUR);
    expect(ask(MAX_CHECKS)).toBeNull();
  });

  it("is over after 48 hours, however few questions were asked", () => {
    expect(nextCheck({ createdAt: 0, attempt: 1, now: 48 * HOUR, intervalMs: MINUTE, jitter: 0 })).toBeNull();
  });
});

describe("the schedule of a laptop's sweep, every five seconds", () => {
  it("asks after 2.5 seconds and is over after 20 minutes", () => {
    const asked = schedule(5_000);
    expect(asked[0]).toBe(2_500);
    expect(asked.at(-1)).toBe(20 * MINUTE);
  });
});

it("a slower sweep does not look further back than M-PESA does", () => {
  expect(overdueAfterMs(10 * MINUTE)).toBe(48 * HOUR);
});
