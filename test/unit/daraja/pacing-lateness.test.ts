import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bestMargin, createLateness } from "../../../functions/daraja/lateness.ts";
import { seededRandom } from "./virtual-time.ts";

const APART_MS = 25;
const BOUNDS = { windowMs: 1_000, apartMs: APART_MS, mostMs: 250 };
const uniform = (count: number, mostMs: number, seed = 1): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => random() * mostMs);
};
const measured = (lateness: readonly number[]) => {
  const memory = createLateness(BOUNDS);
  for (const ms of lateness) memory.note(ms);
  return memory;
};

describe("the best margin", () => {
  test("covers nearly all of a jitter that has an end", () => {
    const margin = bestMargin(uniform(256, 50), BOUNDS);
    expect(margin).toBeGreaterThanOrEqual(APART_MS + 48);
    expect(margin).toBeLessThanOrEqual(APART_MS + 50);
  });

  test("lets one slow start in a hundred go by", () => {
    expect(bestMargin([...Array<number>(99).fill(30), 220], BOUNDS)).toBe(APART_MS + 30);
    expect(bestMargin([...Array<number>(50).fill(30), ...Array<number>(50).fill(220)], BOUNDS)).toBe(APART_MS + 220);
  });

  test("weighs each start: a tenth that is slow is let go when waiting for it costs more than it brings", () => {
    const nine = Array<number>(9).fill(30);
    expect(bestMargin([...nine, 150], BOUNDS)).toBe(APART_MS + 30);
    expect(bestMargin([...nine, 140], BOUNDS)).toBe(APART_MS + 140);
  });

  test("is the least there is when nothing was measured, or nothing within the bounds, and the wider of two as good", () => {
    expect(bestMargin([], BOUNDS)).toBe(APART_MS + 1);
    expect(bestMargin([400, 500], BOUNDS)).toBe(APART_MS + 1);
    expect(bestMargin([10, 120], { windowMs: 100, apartMs: 0, mostMs: 250 })).toBe(120);
  });

  test("wastes no more than any other margin would, and stays in its bounds", () => {
    const lateness = fc.array(fc.double({ min: 0, max: 400, noNaN: true }), { minLength: 1, maxLength: 60 });
    const worth = (starts: readonly number[], margin: number) =>
      starts.filter((late) => APART_MS + late <= margin).length / (BOUNDS.windowMs + margin);
    fc.assert(
      fc.property(lateness, fc.integer({ min: APART_MS + 1, max: 250 }), (starts, other) => {
        const margin = bestMargin(starts, BOUNDS);
        expect(margin).toBeGreaterThan(APART_MS);
        expect(margin).toBeLessThanOrEqual(BOUNDS.mostMs);
        expect(Number.isInteger(margin)).toBe(true);
        expect(worth(starts, margin)).toBeGreaterThanOrEqual(worth(starts, other) - 1e-12);
      }),
    );
  });
});

describe("a process", () => {
  test("asks for nothing before it has measured enough", () => {
    expect(measured(uniform(31, 200)).margin(50, true)).toBe(50);
    expect(measured(uniform(32, 200)).margin(50, true)).toBeGreaterThan(APART_MS + 150);
    expect(measured(uniform(127, 50)).margin(125, true)).toBe(125);
    expect(measured(uniform(128, 50)).margin(125, true)).toBeLessThanOrEqual(APART_MS + 50);
  });

  test("lowers the margin only when it may, and only when it is worth it", () => {
    const memory = measured(uniform(256, 50));
    expect(memory.margin(125, false)).toBe(125);
    expect(memory.margin(79, true)).toBe(79);
    expect(memory.margin(85, true)).toBeLessThanOrEqual(APART_MS + 50);
  });

  test("lowers it for a two-hundredth of the rate, and for nothing less", () => {
    const memory = measured(Array<number>(128).fill(169));
    expect(memory.margin(200, true)).toBe(APART_MS + 169);
    expect(memory.margin(199, true)).toBe(199);
  });

  test("remembers its last 256 starts", () => {
    const memory = measured([32, ...Array<number>(255).fill(30)]);
    expect(memory.margin(50, true)).toBe(APART_MS + 32);
    memory.note(30);
    expect(memory.margin(50, true)).toBe(APART_MS + 30);
  });

  test("forgets what is long past", () => {
    expect(measured([...uniform(256, 200), ...uniform(256, 50)]).margin(225, true)).toBeLessThanOrEqual(APART_MS + 50);
  });

  test("that is always on time still leaves a margin for what it can't see", () => {
    expect(measured(Array<number>(256).fill(0)).margin(100, true)).toBe(APART_MS + 1);
  });
});
