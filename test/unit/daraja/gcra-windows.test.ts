import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countWindows } from "../../../bench/pacing-payouts.ts";
import { slotTimes, spanMs, takenFrom, withMargin } from "../../../functions/daraja/gcra.ts";
import type { LanePace } from "../../../functions/daraja/pacing.ts";

interface Taken {
  /** How late after its slot each call of the block arrives, as a share of the block's margin. */
  readonly late: readonly number[];
  /** The margin in force from this block on, milliseconds. */
  readonly jitterMs: number;
  /** How long nobody takes slots before it. */
  readonly idleMs: number;
}

const UNUSED: LanePace = { tat: 1_000_000, factor: 1, slowedAt: 0 };

/** When calls start that take their slots block by block and begin as late as they may. */
const starts = (perSecond: number, blocks: readonly Taken[], change: typeof withMargin = withMargin): number[] => {
  const first = { perSecond, jitterMs: 250 };
  let pace = UNUSED;
  return blocks.flatMap(({ late, jitterMs, idleMs }) => {
    const byMs = spanMs({ perSecond, jitterMs }, 1, late.length);
    pace = takenFrom(change(first, pace, jitterMs), pace.tat + idleMs, byMs);
    return slotTimes(pace.tat - byMs, byMs, late.length).map((slot, place) => slot + late[place]! * jitterMs);
  });
};

/** Extremes far more often than chance would have them: they are what breaks a limit. */
const late = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));
const block: fc.Arbitrary<Taken> = fc.record({
  late: fc.array(late, { minLength: 1, maxLength: 10 }),
  jitterMs: fc.oneof(fc.constantFrom(25, 50, 250), fc.integer({ min: 10, max: 250 })),
  idleMs: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(2_000) }),
});
const perSecond = fc.oneof(fc.constantFrom(10, 50), fc.integer({ min: 1, max: 60 }));

describe("calls that start within the margin of their slots", () => {
  test("are never more than the rate in any second, however late each of them is and however the margin changes", () => {
    fc.assert(
      fc.property(perSecond, fc.array(block, { minLength: 1, maxLength: 30 }), (rate, blocks) => {
        expect(countWindows(starts(rate, blocks), rate).busiest).toBeLessThanOrEqual(rate);
      }),
      { numRuns: 500 },
    );
  });

  test("would be more, were slots any closer: the first as late as it may be, the last on time", () => {
    const blockOf = (jitterMs: number): Taken => ({ late: [1, ...Array<number>(9).fill(0)], jitterMs, idleMs: 0 });
    const closer = (jitterMs: number, spacedFor: number) => {
      const byMs = spanMs({ perSecond: 10, jitterMs: spacedFor }, 1, 10);
      const slots = [...slotTimes(0, byMs, 10), ...slotTimes(byMs, byMs, 10)];
      return countWindows([slots[0]! + jitterMs, ...slots.slice(1)], 10).busiest;
    };
    expect(countWindows(starts(10, [blockOf(50), blockOf(50)]), 10).busiest).toBe(10);
    expect(closer(50, 50)).toBe(10);
    expect(closer(50, 49)).toBe(11);
  });

  test("would be more, did a margin shrink without a pause: slots that were taken before may still be used late", () => {
    const lastLate: Taken = { late: [0, 0, 0, 0, 0, 0, 0, 0, 0, 1], jitterMs: 200, idleMs: 0 };
    const after: Taken = { late: Array<number>(10).fill(0), jitterMs: 25, idleMs: 0 };
    const noPause: typeof withMargin = (_, pace, jitterMs) => ({ ...UNUSED, ...pace, jitterMs });
    expect(countWindows(starts(10, [lastLate, after, after]), 10).busiest).toBe(10);
    expect(countWindows(starts(10, [lastLate, after, after], noPause), 10).busiest).toBe(11);
  });
});
