import { expect, test } from "vitest";
import { pausedOnce } from "../../../bench/pacing-pause.ts";

const SEEDS = [1, 2, 3, 4];

test.each([
  [10, 4],
  [50, 16],
])(
  "a pause stops every dispatcher within the block it holds, at %i/s with %i dispatchers",
  async (perSecond, dispatchers) => {
    for (const seed of SEEDS) {
      const { before, byOne, all, lastMs } = await pausedOnce({ perSecond, dispatchers, seed });
      expect(before).toBeGreaterThan(0);
      expect(byOne).toBeLessThanOrEqual(10);
      expect(all).toBeLessThanOrEqual(Math.ceil(1.2 * perSecond));
      expect(lastMs).toBeLessThanOrEqual(1_200);
    }
  },
);
