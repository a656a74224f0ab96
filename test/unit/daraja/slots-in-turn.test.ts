/** Who is served when in one process's lane: how many at once, how long they wait for company, and who is told no. */
import { describe, expect, test } from "vitest";
import type { Advance, Lane, LanePace } from "../../../functions/daraja/pacing.ts";
import { createSlots } from "../../../functions/daraja/slots.ts";
import type { SlotsDeps } from "../../../functions/daraja/slots.ts";
import { memorySlots } from "./shared-items.ts";
import { virtualTime } from "./virtual-time.ts";

/** A slot lasts 55 ms. */
const RATE = { perSecond: 20, jitterMs: 100 };
const RATES = { stk: RATE, query: RATE, bulk: RATE };

/** One process; what it waits for, takes and writes is kept, moments as milliseconds since it began. */
const setUp = (changes: Partial<SlotsDeps> = {}) => {
  const time = virtualTime();
  const began = time.now();
  const items = memorySlots();
  const seen = { waits: [] as number[], taken: [] as number[], advances: [] as Advance[], ends: [] as unknown[] };
  const slots = createSlots({
    items: {
      swap: (lane, change) => items.swap(lane, change),
      advance: (lane, request) => (seen.advances.push(request), items.advance(lane, request)),
    },
    rates: RATES,
    clock: time,
    wait: (ms) => (seen.waits.push(ms), time.wait(ms)),
    log: () => undefined,
    onTaken: (_, count) => seen.taken.push(count),
    ...changes,
  });
  const hold = (lane: Lane, pace: Partial<LanePace> & { readonly forMs: number }) => {
    const { forMs, ...rest } = pace;
    items.paces.set(lane, { tat: time.now() + forMs, factor: 1, slowedAt: 0, ...rest });
  };
  /** A caller in line; how it ends is kept with the moment. */
  const call = (withinMs: number, lane: Lane = "bulk"): void => {
    void slots.take(lane, time.now() + withinMs).then((turn) => {
      seen.ends.push([turn === "too_late" ? turn : "go", time.now() - began]);
    });
  };
  const pass = (ms: number) => (void time.wait(ms), time.run(ms));
  return { time, began, items, seen, slots, hold, call, pass };
};

describe("callers that come together", () => {
  test("share a write, ten at the most, and begin one slot apart in the order in which they came", async () => {
    const { time, seen, call } = setUp();
    for (let caller = 0; caller < 12; caller += 1) call(60_000);
    await time.run();
    expect(seen.taken).toEqual([10, 2]);
    expect(seen.ends).toEqual(Array.from({ length: 12 }, (_, place) => ["go", place * 55]));
  });

  test("are a thousand at the most: whoever comes then is told at once", async () => {
    const { slots, time } = setUp();
    const turns = Array.from({ length: 1_001 }, () => slots.take("bulk", time.now() + 3_600_000));
    let settled = 0;
    for (const turn of turns) void turn.then(() => (settled += 1));
    await Promise.resolve();
    await Promise.resolve();
    expect(settled).toBeLessThanOrEqual(1);
    expect(await turns[1_000]).toBe("too_late");
    await time.run();
    expect(await Promise.all(turns.slice(0, 1_000))).not.toContain("too_late");
  });

  test("with deadlines apart are told no one by one: a slot at the deadline is in time, a later one is not", async () => {
    const { time, seen, call } = setUp();
    for (const within of [0, 54, 110, 164, 1_000]) call(within);
    await time.run();
    expect(seen.ends).toEqual([
      ["too_late", 0],
      ["too_late", 0],
      ["go", 0],
      ["go", 110],
      ["go", 220],
    ]);
  });
});

describe("a lane that is known to be taken", () => {
  /** Known by a first caller, who is served at its end. */
  const known = async (forMs: number) => {
    const rig = setUp();
    rig.hold("bulk", { forMs });
    rig.call(60_000);
    await rig.time.run(0);
    return rig;
  };

  test("has callers wait for company, half of the time ahead and a second at the most", async () => {
    for (const [forMs, gatherMs] of [
      [1_000, 527.5],
      [9_000, 1_000],
    ] as const) {
      const { time, seen, call } = await known(forMs);
      const before = seen.waits.length;
      call(60_000);
      await time.run(0);
      expect(seen.waits.slice(before)).toEqual([gatherMs]);
      call(60_000);
      await time.run();
      expect(seen.taken).toEqual([1, 2]);
    }
  });

  test("has nobody wait for company who has it already", async () => {
    const { time, seen, call } = await known(1_000);
    const before = seen.waits.length;
    for (let caller = 0; caller < 10; caller += 1) call(60_000);
    await time.run(0);
    expect(seen.taken).toEqual([1, 10]);
    expect(seen.waits.slice(before)).not.toContain(527.5);
  });

  test("sends away at once whoever can't begin in time, and no one whose deadline is its very end", async () => {
    const { time, seen, call } = await known(1_000);
    call(1_054);
    await time.run(0);
    expect(seen.ends).toEqual([["too_late", 0]]);
    call(1_055);
    await time.run();
    expect(seen.ends).toEqual([
      ["too_late", 0],
      ["go", 1_000],
      ["go", 1_055],
    ]);
  });

  test("is asked for up to the latest deadline of those who wait", async () => {
    const { time, began, seen, call } = await known(1_000);
    call(3_000);
    call(9_000);
    call(5_000);
    await time.run();
    expect(seen.advances.at(-1)?.to).toBe(began + 9_000);
  });
});

describe("a caller that wakes late", () => {
  /** The first wait of a caller in line ends so much after its slot. */
  const waking = (lateMs: number) => {
    const rig = setUp();
    let naps = 0;
    const wait = (ms: number) => rig.time.wait(ms + ((naps += 1) === 1 ? lateMs : 0));
    return {
      ...rig,
      slots: createSlots({ items: rig.items, rates: RATES, clock: rig.time, wait, log: () => undefined }),
    };
  };

  test.each([
    [100, 0],
    [101, 1],
  ])("uses its slot within the margin and takes another beyond it: %i ms late costs %i more", async (late, more) => {
    const { slots, time, items, hold, began } = waking(late);
    hold("bulk", { forMs: 200 });
    const turn = slots.take("bulk", began + 60_000).then((got) => [got, time.now() - began]);
    await time.run();
    const at = 200 + late;
    expect(await turn).toEqual(["go", at]);
    expect(items.paces.get("bulk")?.tat).toBe(began + (more === 0 ? 255 : at + 55));
  });

  test("too early sleeps again, three times at the most", async () => {
    const { time, items, began, hold } = setUp();
    const naps: number[] = [];
    const wait = (ms: number) => (naps.push(ms), time.wait(ms / 2));
    const slots = createSlots({ items, rates: RATES, clock: time, wait, log: () => undefined });
    hold("bulk", { forMs: 800 });
    const turn = slots.take("bulk", began + 60_000).then(() => time.now() - began);
    await time.run();
    expect(naps).toEqual([800, 400, 200]);
    expect(await turn).toBe(700);
  });
});

describe("a push", () => {
  test("takes slots from a throttled one on, for a minute to the millisecond", async () => {
    const { slots, items, time, pass } = setUp();
    await slots.throttled("stk");
    await pass(59_999);
    const before = items.writes;
    const turn = slots.take("stk", time.now() + 5_000);
    await time.run(0);
    expect([await turn, items.writes]).toEqual(["go", before + 1]);
    await pass(1);
    expect(await slots.take("stk", time.now())).toBe("go");
    expect(items.writes).toBe(before + 1);
  });

  test("takes none because another lane was throttled", async () => {
    const { slots, items, time } = setUp();
    await slots.throttled("query");
    const before = items.writes;
    expect(await slots.take("stk", time.now())).toBe("go");
    expect(items.writes).toBe(before);
  });
});

test("a block that could not be had is not told as taken", async () => {
  const { seen, call, hold, time } = setUp();
  hold("bulk", { forMs: 9_000 });
  call(1_000);
  await time.run();
  expect([seen.taken, seen.ends]).toEqual([[], [["too_late", 0]]]);
});
