import fc from "fast-check";
import { expect, it } from "vitest";
import { MAX_CHECKS, nextCheck, overdueAfterMs } from "../../functions/domain/check-schedule.ts";

const jitters = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

it("a payment is asked about a bounded number of times, ever later, the last time at the end", () => {
  const lives = fc.tuple(
    fc.integer({ min: 100, max: 600_000 }),
    fc.array(jitters, { minLength: MAX_CHECKS, maxLength: MAX_CHECKS }),
    fc.array(fc.integer({ min: 0, max: 60_000 }), { minLength: MAX_CHECKS, maxLength: MAX_CHECKS }),
  );
  fc.assert(
    fc.property(lives, ([intervalMs, jitter, delays]) => {
      const end = overdueAfterMs(intervalMs);
      let now = 0;
      let last = -1;
      for (let attempt = 0; ; attempt += 1) {
        expect(attempt).toBeLessThan(MAX_CHECKS);
        const next = nextCheck({ createdAt: 0, attempt, now, intervalMs, jitter: jitter[attempt] ?? 0 });
        if (next === null) break;
        expect(next).toBeGreaterThan(last);
        expect(next).toBeLessThanOrEqual(end);
        last = next;
        now = next + Math.round(((delays[attempt] ?? 0) * intervalMs) / 60_000);
      }
      expect(now).toBeGreaterThanOrEqual(end);
      expect(last).toBeLessThanOrEqual(end);
    }),
  );
});

it("jitter only ever delays, and by no more than a fifth of the gap", () => {
  fc.assert(
    fc.property(jitters, fc.integer({ min: 0, max: 15 }), (jitter, attempt) => {
      const about = { createdAt: 0, attempt, now: 0, intervalMs: 60_000 };
      const plain = nextCheck({ ...about, jitter: 0 })!;
      const spread = nextCheck({ ...about, jitter })!;
      expect(spread).toBeGreaterThanOrEqual(plain);
      expect(spread).toBeLessThanOrEqual(plain * 1.2 + 1);
    }),
  );
});
