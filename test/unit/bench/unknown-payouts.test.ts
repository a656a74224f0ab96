import { describe, expect, it } from "vitest";
import { resolve } from "../../../bench/unknown-payouts.ts";
import { seededRandom } from "../daraja/virtual-time.ts";

const MINUTE = 60_000;
const ofSeed = (seed: number) => ({ intervalMs: MINUTE, lost: "result", random: seededRandom(seed) }) as const;

describe("an unknown payout in virtual time", () => {
  it("is resolved by the first question when its end is known by then: a sweep or two and an answer after it was sent", async () => {
    for (const seed of [1, 2, 3, 4]) {
      const { afterMs, questions } = await resolve({ ...ofSeed(seed), knownMs: 0 });
      expect(questions).toBe(1);
      expect(afterMs).toBeGreaterThan(45_000);
      expect(afterMs).toBeLessThan(2 * MINUTE + 6_000);
    }
  });

  it("costs a question for each look before its end is known, and one after", async () => {
    const { afterMs, questions } = await resolve({ ...ofSeed(1), knownMs: 10 * MINUTE });
    expect(questions).toBeGreaterThan(3);
    expect(questions).toBeLessThan(20);
    expect(afterMs).toBeGreaterThan(0);
  });

  it("is handed to a person when its end stays unknown, after a bounded number of questions", async () => {
    const { afterMs, questions } = await resolve({ ...ofSeed(1), knownMs: Number.POSITIVE_INFINITY });
    expect(afterMs).toBeNull();
    expect(questions).toBeLessThan(100);
  });
});
