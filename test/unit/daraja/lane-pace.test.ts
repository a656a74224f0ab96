/** What one process asks of a lane's shared item, write by write, and what it makes of each answer. */
import { describe, expect, test } from "vitest";
import type { LaneView } from "../../../functions/daraja/lane-pace.ts";
import { FIXED, MEASURED, NOW, pace, setUp, WANT } from "./lane-rig.ts";

describe("a block of slots", () => {
  test("of an idle lane is taken by a swap from now on, and says how late its calls may start", async () => {
    const before = pace({ tat: NOW - 1 });
    const { take, view, seen } = setUp(FIXED, before, [[true, null]]);
    const block = await take({ ...WANT, count: 2 });
    expect(block).toEqual({ slots: [NOW, NOW + 55], withinMs: 100, takenUnder: 0 });
    expect(seen.writes).toEqual([["swap", { expected: before, next: pace({ tat: NOW + 110 }) }]]);
    expect(view).toMatchObject({ pace: pace({ tat: NOW + 110 }), takenUnder: 0, crowded: false, leadMs: 0 });
  });

  test("of a lane that is taken for now is added to what stands, under the throttling and margin that were seen", async () => {
    const busy = pace({ slowedAt: 7, factor: 1 });
    const { take, seen } = setUp(FIXED, busy, [[true, { ...busy, tat: NOW + 900 }]]);
    expect(await take()).toMatchObject({
      slots: [NOW + 350, NOW + 405, ...Array<unknown>(8).fill(expect.any(Number))],
      takenUnder: 7,
    });
    expect(seen.writes).toStrictEqual([["advance", { slowedAt: 7, byMs: 550, from: NOW, to: WANT.until }]]);
  });

  test("of a lane with a margin of its own names that margin, and is spaced by it", async () => {
    const busy = pace({ tat: NOW + 300, jitterMs: 120 });
    const { take, seen } = setUp(MEASURED, busy, [[true, { ...busy, tat: NOW + 1_420 }]]);
    expect(await take()).toMatchObject({ withinMs: 100, slots: { 0: NOW + 300, 1: NOW + 412 } });
    expect(seen.writes).toEqual([
      ["advance", { slowedAt: 0, jitterMs: 120, byMs: 1_120, from: NOW + 100, to: WANT.until }],
    ]);
  });

  test("of a lane that hands out slots ahead begins that much ahead", async () => {
    const { take, seen } = setUp(MEASURED, pace({ tat: NOW + 99 }), [[true, null]]);
    expect((await take()).slots[0]).toBe(NOW + 100);
    expect(seen.writes).toMatchObject([["swap", { next: { tat: NOW + 1_150 } }]]);
  });

  test("of a lane that Daraja slowed takes as much longer", async () => {
    const { take, seen } = setUp(FIXED, pace({ factor: 0.5, slowedAt: NOW }), [[true, pace()]]);
    await take();
    expect(seen.writes).toMatchObject([["advance", { byMs: 1_100 }]]);
  });

  test.each([
    [0, 1],
    [1, 0],
  ])("is asked for when the next free slot is at the deadline, not %i ms later: %i write", async (later, writes) => {
    const busy = pace({ tat: WANT.until + later });
    const { take, seen } = setUp(FIXED, busy, [[true, { ...busy, tat: busy.tat + 550 }]]);
    expect((await take()).slots).toHaveLength(writes * 10);
    expect(seen.writes).toHaveLength(writes);
  });
});

describe("a write that was refused", () => {
  test("shows the item as it is, and the next one begins there", async () => {
    const theirs = pace({ tat: NOW + 700 });
    const { take, view, seen } = setUp(FIXED, null, [
      [false, theirs],
      [true, { ...theirs, tat: NOW + 1_250 }],
    ]);
    expect((await take()).slots[0]).toBe(NOW + 700);
    expect(seen.writes.map(([kind]) => kind)).toEqual(["swap", "advance"]);
    expect(view.crowded).toBe(true);
  });

  test("by a lane that is taken to this very moment is a sign that others write", async () => {
    const { take, view } = setUp(FIXED, null, [
      [false, pace()],
      [true, pace({ tat: NOW + 550 })],
    ]);
    await take();
    expect(view.crowded).toBe(true);
  });

  test("by a lane that is free again is no sign that others will write too", async () => {
    const idle = pace({ tat: NOW - 1 });
    const { take, view, seen } = setUp(FIXED, pace({ tat: NOW + 5 }), [
      [false, idle],
      [true, { ...idle, tat: NOW + 550 }],
    ]);
    await take();
    expect(view.crowded).toBe(false);
    expect(seen.writes.map(([kind]) => kind)).toEqual(["advance", "swap"]);
    expect(seen.writes[1]).toMatchObject(["swap", { expected: idle }]);
  });

  test("by a lane without an item is begun anew", async () => {
    const { take, view, seen } = setUp(FIXED, pace(), [
      [false, null],
      [true, null],
    ]);
    view.crowded = true;
    expect((await take()).slots).toHaveLength(10);
    expect(seen.writes).toMatchObject([
      ["advance", {}],
      ["swap", { expected: null }],
    ]);
    expect(view.crowded).toBe(false);
  });

  test("eight times over is the last: there are no slots then", async () => {
    const { take, seen } = setUp(FIXED, null, [[false, pace({ tat: NOW + 700 })]]);
    expect(await take()).toEqual({ slots: [], withinMs: 0, takenUnder: 0 });
    expect(seen.writes).toHaveLength(8);
  });

  test("in a crowded lane has the next block added even when the lane looks idle", async () => {
    const { take, view, seen } = setUp(FIXED, pace({ tat: NOW - 500 }), [[true, pace({ tat: NOW + 800 })]]);
    view.crowded = true;
    await take();
    expect(seen.writes).toMatchObject([["advance", { from: NOW }]]);
    expect(view.crowded).toBe(true);
  });
});

describe("a slow item", () => {
  test("has the next block begin as far ahead as the write took, a second at most, and is forgotten slowly", async () => {
    const { take, view, seen, deps } = setUp(FIXED, null, [[true, null]]);
    seen.writeMs = 301;
    await take();
    expect(view.leadMs).toBe(301);
    view.pace = null;
    const asked = seen.now;
    await take();
    expect(seen.writes[1]).toMatchObject(["swap", { next: { tat: asked + 301 + 550 } }]);
    Object.assign(deps.clock, { now: () => NOW });
    view.pace = null;
    await take();
    expect(view.leadMs).toBe(271);
    const slow = setUp(FIXED, null, [[true, null]]);
    slow.seen.writeMs = 1_700;
    await slow.take();
    expect(slow.view.leadMs).toBe(1_000);
  });
});

/** Starts that all were `late`, enough of them to change a margin. */
const noted = (view: LaneView, late: number) => {
  for (let start = 0; start < 128; start += 1) view.lateness?.note(late);
};

describe("a margin that was measured", () => {
  test("wider than the lane's is written with the next block, in a swap", async () => {
    const busy = pace({ tat: NOW + 300 });
    const { take, view, seen } = setUp(MEASURED, busy, [[true, null]]);
    noted(view, 80);
    expect(await take()).toMatchObject({ withinMs: 80, slots: { 0: NOW + 300, 1: NOW + 410 } });
    expect(seen.writes).toEqual([["swap", { expected: busy, next: pace({ tat: NOW + 1_400, jitterMs: 100 }) }]]);
  });

  test("narrower than the lane's is written once the margin has stood for a minute, and is paid for by a pause", async () => {
    for (const [stoodMs, jitterMs] of [
      [59_999, 200],
      [60_000, 100],
    ] as const) {
      const idle = pace({ tat: NOW, jitterMs: 200 });
      const { take, view, seen } = setUp(MEASURED, idle, [[true, null]]);
      noted(view, 80);
      view.marginSince = NOW - stoodMs;
      await take();
      expect(seen.writes).toMatchObject([["swap", { next: { jitterMs, tat: NOW + 100 + 1_000 + jitterMs } }]]);
    }
  });

  test("narrower is not written to a lane whose item was never seen", async () => {
    const { take, view, seen } = setUp({ ...MEASURED, jitterMs: 200 }, null, [[true, null]]);
    noted(view, 80);
    view.marginSince = NOW - 60_000;
    await take();
    expect(seen.writes[0]?.[1]).not.toHaveProperty("next.jitterMs");
  });

  test("stands since this process learned of it, and anew when another one changed it", async () => {
    const first = setUp(MEASURED, pace(), [[true, null]]);
    await first.take();
    expect(first.view.marginSince).toBe(NOW);
    const { take, view, seen } = setUp(MEASURED, pace(), [[true, pace({ tat: NOW + 100, jitterMs: 90 })]]);
    seen.writeMs = 10;
    await take();
    expect(view.marginSince).toBe(NOW + 10);
    seen.now += 5_000;
    await take();
    expect(view.marginSince).toBe(NOW + 10);
    view.pace = pace({ tat: NOW + 6_000, jitterMs: 70 });
    await take();
    expect(view.marginSince).toBe(NOW + 5_030);
  });
});
