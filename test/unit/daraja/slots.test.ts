import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RECOVERY_MS, factorAt, slotTimes, slowed, spanMs, takenFrom } from "../../../functions/daraja/gcra.ts";
import type { Lane, SlotItems } from "../../../functions/daraja/pacing.ts";
import { createSlots } from "../../../functions/daraja/slots.ts";
import { memorySlots } from "./shared-items.ts";
import { seededRandom, virtualTime } from "./virtual-time.ts";
import type { VirtualTime } from "./virtual-time.ts";

const quiet = () => undefined;
const RATE = { perSecond: 20, jitterMs: 100 };
const RATES = { stk: RATE, query: RATE, bulk: RATE };

/** The most starts in any window of `windowMs`, its end not included. */
const busiest = (starts: readonly number[], windowMs: number): number => {
  const sorted = starts.toSorted((a, b) => a - b);
  let most = 0;
  let first = 0;
  for (const [place, at] of sorted.entries()) {
    while (sorted[first]! <= at - windowMs) first += 1;
    most = Math.max(most, place - first + 1);
  }
  return most;
};

/** Items whose writes take between 5 and 60 ms, some of it before they take effect. */
const distant = (items: SlotItems, time: VirtualTime, random: () => number): SlotItems => {
  const away = async <T>(write: () => Promise<T>): Promise<T> => {
    await time.wait(2 + random() * 20);
    const result = await write();
    await time.wait(3 + random() * 37);
    return result;
  };
  return {
    advance: (lane, request) => away(() => items.advance(lane, request)),
    swap: (lane, change) => away(() => items.swap(lane, change)),
  };
};

const setUp = (seed = 1) => {
  const time = virtualTime();
  const items = memorySlots();
  const random = seededRandom(seed);
  const process = (shared: SlotItems = distant(items, time, random)) =>
    createSlots({ items: shared, rates: RATES, clock: time, wait: time.wait, log: quiet });
  return { time, items, random, process };
};

describe("the arithmetic", () => {
  test("slots of one block are in order, inside the block, and never closer than the pace", () => {
    const rate = fc.record({ perSecond: fc.double({ min: 0.05, max: 500, noNaN: true }), jitterMs: fc.nat(1_000) });
    fc.assert(
      fc.property(
        rate,
        fc.integer({ min: 1, max: 10 }),
        fc.double({ min: 0.04, max: 1, noNaN: true }),
        (r, count, factor) => {
          const byMs = spanMs(r, factor, count);
          expect(byMs / count).toBeGreaterThanOrEqual(1_000 / (r.perSecond * factor));
          const slots = slotTimes(1_000, byMs, count);
          expect(slots).toHaveLength(count);
          expect(slots[0]).toBe(1_000);
          for (const [place, slot] of slots.entries())
            expect(slot - 1_000).toBeGreaterThanOrEqual((place * byMs) / count);
          expect(slots.at(-1)!).toBeLessThan(1_000 + byMs);
        },
      ),
    );
  });

  test("time that nobody used is not saved up", () => {
    expect(takenFrom({ tat: 5, factor: 1, slowedAt: 0 }, 1_000, 50).tat).toBe(1_050);
    expect(takenFrom({ tat: 3_000, factor: 1, slowedAt: 0 }, 1_000, 50).tat).toBe(3_050);
  });

  test("throttling halves the pace once per burst, stops the lane for a second, and wears off", () => {
    const now = 1_000_000;
    const once = slowed(null, now)!;
    expect(once).toEqual({ tat: now + 1_000, factor: 0.5, slowedAt: now });
    expect(slowed(once, now + 500)).toBeNull();
    expect(slowed(once, now + 1_000)!.factor).toBeCloseTo(0.26, 1);
    expect(factorAt(once, now + RECOVERY_MS / 4)).toBeCloseTo(0.75);
    expect(factorAt(once, now + RECOVERY_MS)).toBe(1);
  });

  test("however often it is throttled, a lane never stands still", () => {
    let pace = slowed(null, 1)!;
    for (let at = 1_001; at < 100_000; at += 1_000) pace = slowed(pace, at) ?? pace;
    expect(factorAt(pace, 100_000)).toBeGreaterThan(0.03);
  });
});

describe("several processes in one lane", () => {
  test("never start more calls than the rate in any second, use nearly all of it, and write once per block", async () => {
    for (const seed of [1, 2, 3]) {
      const { time, items, process } = setUp(seed);
      const starts: number[] = [];
      const worker = async (slots: ReturnType<typeof process>, until: number) => {
        while ((await slots.take("bulk", until)) === "go") starts.push(time.now());
      };
      const until = time.now() + 30_000;
      for (let number = 0; number < 4; number += 1) {
        const slots = process();
        for (let lane = 0; lane < 12; lane += 1) void worker(slots, until);
      }
      await time.run();
      expect(busiest(starts, 1_000)).toBeLessThanOrEqual(RATE.perSecond);
      const reachable = (30 * RATE.perSecond * 1_000) / (1_000 + RATE.jitterMs);
      expect(starts.length).toBeGreaterThan(0.93 * reachable);
      expect(items.writes).toBeLessThan(starts.length / 3);
    }
  });

  test("say of every block how many slots were taken, and of which lane", async () => {
    const { time, items } = setUp();
    const taken: [Lane, number][] = [];
    const onTaken = (lane: Lane, count: number): void => void taken.push([lane, count]);
    const slots = createSlots({ items, rates: RATES, clock: time, wait: time.wait, log: quiet, onTaken });
    const turns = [1, 2, 3].map(() => slots.take("bulk", time.now() + 10_000));
    await time.run();
    expect(await Promise.all(turns)).toEqual(["go", "go", "go"]);
    expect(taken).toEqual([["bulk", 3]]);
  });

  test("a lone caller's slot is one write", async () => {
    const { time, items, process } = setUp();
    const slots = process(items);
    for (let call = 0; call < 5; call += 1) {
      const turn = slots.take("query", time.now() + 10_000);
      await time.run();
      expect(await turn).toBe("go");
      void time.wait(10_000);
      await time.run();
    }
    expect(items.writes).toBe(5);
  });

  test("a slow item costs a slot once, then slots are asked for ahead", async () => {
    const { time, items, process } = setUp();
    const slow: SlotItems = {
      advance: async (lane, request) => (await time.wait(400), items.advance(lane, request)),
      swap: async (lane, change) => (await time.wait(400), items.swap(lane, change)),
    };
    const turn = process(slow).take("query", time.now() + 5_000);
    await time.run();
    expect(await turn).toBe("go");
    expect(items.writes).toBeLessThanOrEqual(3);
  });

  test("whoever can't start before its deadline is told at once, without a write when that is known", async () => {
    const { time, items, process } = setUp();
    const slots = process(items);
    items.paces.set("query", { tat: time.now() + 60_000, factor: 1, slowedAt: 0 });
    expect(await slots.take("query", time.now() + 5_000)).toBe("too_late");
    const known = items.writes;
    expect(await slots.take("query", time.now() + 5_000)).toBe("too_late");
    expect(items.writes).toBe(known);
    expect(items.paces.get("query")?.tat).toBe(time.now() + 60_000);
  });

  test("a process that was frozen past its slot takes another instead of bursting", async () => {
    const time = virtualTime();
    const items = memorySlots();
    const thawed = time.now() + 5_000;
    const wait = (ms: number) => time.wait(Math.max(ms, thawed - time.now()));
    const slots = createSlots({ items, rates: RATES, clock: time, wait, log: quiet });
    const starts: number[] = [];
    const go = async () => {
      if ((await slots.take("bulk", time.now() + 60_000)) === "go") starts.push(time.now());
    };
    const all = Array.from({ length: 10 }, go);
    await time.run();
    await Promise.all(all);
    expect(starts).toHaveLength(10);
    expect(busiest(starts, 50)).toBe(1);
  });
});

describe("pushes", () => {
  test("cost no write until one is throttled, and then for a minute", async () => {
    const { time, items, process } = setUp();
    const slots = process(items);
    expect(await slots.take("stk", time.now() + 1_000)).toBe("go");
    expect(items.writes).toBe(0);
    await slots.throttled("stk");
    const before = items.writes;
    const turn = slots.take("stk", time.now() + 5_000);
    await time.run();
    expect(await turn).toBe("go");
    expect(items.writes).toBe(before + 1);
    void time.wait(60_000);
    await time.run();
    expect(await slots.take("stk", time.now() + 1_000)).toBe("go");
    expect(items.writes).toBe(before + 1);
  });

  test("when throttled slow the lanes behind them, and never the other way round", async () => {
    const factors = (items: ReturnType<typeof memorySlots>) =>
      (["stk", "query", "bulk"] satisfies Lane[]).map((lane) => items.paces.get(lane)?.factor ?? 1);
    const high = setUp();
    await high.process(high.items).throttled("stk");
    expect(factors(high.items)).toEqual([0.5, 0.5, 0.5]);
    const low = setUp();
    await low.process(low.items).throttled("bulk");
    expect(factors(low.items)).toEqual([1, 1, 0.5]);
  });

  test("throttled in many processes at once slow a lane once", async () => {
    const { items, process } = setUp();
    await Promise.all(Array.from({ length: 8 }, () => process(items).throttled("query")));
    expect(items.paces.get("query")?.factor).toBe(0.5);
  });
});

test("when the shared items can't be reached, a process keeps the pace by itself and says so", async () => {
  const time = virtualTime();
  const codes: string[] = [];
  const down = () => Promise.reject(new Error("no connection"));
  const items = { advance: down, swap: down };
  const slots = createSlots({ items, rates: RATES, clock: time, wait: time.wait, log: (code) => codes.push(code) });
  const starts: number[] = [];
  const go = async () => {
    if ((await slots.take("query", time.now() + 60_000)) === "go") starts.push(time.now());
  };
  const all = Array.from({ length: 60 }, go);
  await time.run();
  await Promise.all(all);
  expect(starts).toHaveLength(60);
  expect(busiest(starts, 1_000)).toBeLessThanOrEqual(RATE.perSecond);
  expect(codes).toContain("pacing.shared_unreachable");
});
