/** Who is served when in one process's lane: how many at once, how long they wait for company, and who is told no. */
import { describe, expect, test } from "vitest";
import { createSlots } from "../../../functions/daraja/slots.ts";
import { RATES, setUp } from "./slots-rig.ts";

describe("callers that come together", () => {
  test("share a write, ten at the most, and begin one slot apart in the order in which they came", async () => {
    const { time, seen, call } = setUp();
    for (let caller = 0; caller < 12; caller += 1) call(60_000);
    await time.run();
    expect(seen.taken).toEqual([10, 2]);
    expect(seen.ends).toEqual(Array.from({ length: 12 }, (_, place) => ["go", place * 55]));
    expect(seen.waits).not.toContain(0);
  });

  test("while a write is under way share the next one", async () => {
    const { time, seen, call, pass } = setUp({}, 40);
    for (let caller = 0; caller < 3; caller += 1) {
      call(60_000);
      await pass(10);
    }
    await time.run();
    expect(seen.taken).toEqual([1, 2]);
  });

  test("are a thousand at the most: whoever comes then is told at once", async () => {
    const { slots, time } = setUp();
    const turns = Array.from({ length: 1_001 }, () => slots.take("bulk", time.now() + 3_600_000));
    const settled: unknown[] = [];
    for (const turn of turns) void turn.then((end) => settled.push(end));
    await Promise.resolve();
    await Promise.resolve();
    expect(settled).toEqual(["too_late"]);
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
    const before = seen.waits.length;
    call(1_054);
    await time.run(0);
    expect(seen.ends).toEqual([["too_late", 0]]);
    expect(seen.waits).toHaveLength(before);
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

test("a caller whose deadline is past costs no write", async () => {
  const { items, seen, call, time } = setUp();
  call(-1);
  await time.run();
  expect([items.writes, seen.ends]).toEqual([0, [["too_late", 0]]]);
});

test("a block that could not be had is not told as taken", async () => {
  const { seen, call, hold, time } = setUp();
  hold("bulk", { forMs: 9_000 });
  call(1_000);
  await time.run();
  expect([seen.taken, seen.ends]).toEqual([[], [["too_late", 0]]]);
});
