/** The world's own laws: chance, order and time that come out the same for the same seed. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEventHeap } from "../../world/core/event-heap.ts";
import { underTime } from "../../world/core/machine-time.ts";
import { createChance } from "../../world/core/prng.ts";
import { createVirtualTime } from "../../world/core/virtual-time.ts";

const START = Date.UTC(2026, 10, 21, 9, 0, 0);

describe("chance", () => {
  test("the same seed draws the same, and another one does not", () => {
    const draw = (seed: number): number[] => {
      const chance = createChance(seed);
      return Array.from({ length: 20 }, () => chance.between(0, 1_000_000));
    };
    fc.assert(
      fc.property(fc.integer({ min: 0 }), (seed) => {
        expect(draw(seed)).toEqual(draw(seed));
        expect(draw(seed)).not.toEqual(draw(seed + 1));
      }),
    );
  });

  test("a draw stays within its ends and reaches both", () => {
    const chance = createChance(7);
    const drawn = Array.from({ length: 500 }, () => chance.between(3, 6));
    expect([...new Set(drawn)].toSorted()).toEqual([3, 4, 5, 6]);
    expect(chance.happens(0)).toBe(false);
    expect(chance.happens(1)).toBe(true);
  });
});

describe("events", () => {
  test("come out by time, and within an instant in the order in which they went in", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 })), (times) => {
        const heap = createEventHeap();
        times.forEach((at, turn) => heap.put({ at, turn, run: () => undefined }));
        const out = times.map(() => heap.take()!).map(({ at, turn }) => [at, turn]);
        expect(out).toEqual(times.map((at, turn) => [at, turn]).toSorted(([a, i], [b, j]) => a! - b! || i! - j!));
        expect(heap.take()).toBeUndefined();
      }),
    );
  });
});

/** A small world: walkers who wait at random, meet in promises and start one another. */
const story = async (seed: number): Promise<readonly string[]> => {
  const chance = createChance(seed);
  const time = createVirtualTime(START);
  const lines: string[] = [];
  const walk = async (name: string, depth: number): Promise<void> => {
    for (let step = 0; step < 3; step += 1) {
      await time.wait(chance.between(0, 3));
      await Promise.resolve();
      lines.push(`${time.now() - START} ${name} ${step}`);
      if (depth > 0 && chance.happens(0.5)) void walk(`${name}.${step}`, depth - 1);
    }
  };
  for (const name of ["a", "b", "c"]) void walk(name, 2);
  await time.run({ until: START + 1_000, mostEvents: 10_000 });
  return lines;
};

describe("time", () => {
  test("the same seed tells the same story, bit for bit", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0 }), async (seed) => {
        expect(await story(seed)).toEqual(await story(seed));
      }),
      { numRuns: 50 },
    );
    const told = await Promise.all([1, 2, 3, 4].map(story));
    expect(new Set(told.map((lines) => lines.join())).size).toBe(4);
  });

  test("between two events every promise that can go on has gone on, however long their chain", async () => {
    const time = createVirtualTime(START);
    const steps: string[] = [];
    const chain = async (): Promise<void> => {
      for (let link = 0; link < 200; link += 1) await Promise.resolve();
      steps.push("the chain has ended");
    };
    time.after(1, () => void chain());
    time.after(1, () => void steps.push("the next event"));
    await time.run({ until: START + 1, mostEvents: 9 });
    expect(steps).toEqual(["the chain has ended", "the next event"]);
  });

  test("stops at the wished instant, goes on from there, and forgets what was cancelled", async () => {
    const time = createVirtualTime(START);
    const happened: number[] = [];
    for (const ms of [5, 10, 15]) time.after(ms, () => happened.push(ms));
    time.after(7, () => happened.push(7))();
    await time.run({ until: START + 10, mostEvents: 9 });
    expect([happened, time.now()]).toEqual([[5, 10], START + 10]);
    await time.run({ until: START + 99, mostEvents: 9 });
    expect(happened).toEqual([5, 10, 15]);
  });

  test("a world that turns in circles is stopped", async () => {
    const time = createVirtualTime(START);
    const circle = (): void => void time.after(0, circle);
    circle();
    await expect(time.run({ until: START + 1, mostEvents: 100 })).rejects.toThrow("turns in circles");
  });

  test("dates and timeouts are the world's while it runs, and the machine's afterwards", async () => {
    const [machine, before, traces] = [Date.now(), new Date(), Error.stackTraceLimit];
    const time = createVirtualTime(START);
    await underTime(time, async () => {
      const signal = AbortSignal.timeout(5_000);
      expect([Date.now(), new Date().getTime(), new Date(5).getTime()]).toEqual([START, START, 5]);
      expect([before instanceof Date, new Date() instanceof Date, Date.name]).toEqual([true, true, "Date"]);
      expect(new Date("2026-11-21T09:00:00Z")).toEqual(new Date(Date.UTC(2026, 10, 21, 9)));
      expect(() => new Date(2026, 10, 21)).toThrow("dates of a world are made of one moment");
      await time.run({ until: START + 4_999, mostEvents: 9 });
      expect(signal.aborted).toBe(false);
      await time.run({ until: START + 5_000, mostEvents: 9 });
      expect(signal.reason).toMatchObject({ name: "TimeoutError" });
    });
    expect(Math.abs(Date.now() - machine)).toBeLessThan(60_000);
    expect(AbortSignal.timeout(60_000).aborted).toBe(false);
    expect(Error.stackTraceLimit).toBe(traces);
  });
});
