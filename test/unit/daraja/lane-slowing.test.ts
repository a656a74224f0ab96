/** A lane that Daraja slows, and one whose shared item can't be reached. */
import { describe, expect, test } from "vitest";
import { slowDown, slowedSince, takeBlock } from "../../../functions/daraja/lane-pace.ts";
import type { SlotItems } from "../../../functions/daraja/pacing.ts";
import { FIXED, MEASURED, NOW, pace, setUp, WANT } from "./lane-rig.ts";

const away: SlotItems = {
  advance: () => Promise.reject(new RangeError("no connection")),
  swap: () => Promise.reject(new RangeError("no connection")),
};
const UNREACHABLE = ["pacing.shared_unreachable", { lane: "bulk", error: "RangeError" }];

describe("an item that can't be reached", () => {
  test("is paced without, by what was last seen, where the margin is fixed", async () => {
    const { view, seen, deps } = setUp(FIXED, pace({ tat: NOW + 200, factor: 0.5, slowedAt: NOW }), []);
    const alone = { ...deps, items: away };
    const block = await takeBlock(alone, view, { ...WANT, count: 2 });
    expect(block).toEqual({ slots: [NOW + 200, NOW + 310], withinMs: 100, takenUnder: NOW });
    expect(view).toMatchObject({ takenUnder: NOW, pace: { tat: NOW + 420 } });
    expect(seen.logs).toEqual([UNREACHABLE]);
    expect((await takeBlock(alone, view, { count: 1, until: NOW + 420 })).slots).toEqual([NOW + 420]);
    expect((await takeBlock(alone, view, { count: 1, until: NOW + 420 })).slots).toEqual([]);
  });

  test("is paced without from now on where none was ever seen", async () => {
    const { view, deps } = setUp(FIXED, null, []);
    expect((await takeBlock({ ...deps, items: away }, view, WANT)).slots[0]).toBe(NOW);
  });

  test("is waited for where lateness is measured", async () => {
    const { view, seen, deps } = setUp(MEASURED, null, []);
    expect((await takeBlock({ ...deps, items: away }, view, WANT)).slots).toEqual([]);
    expect([view.pace, seen.logs]).toEqual([null, [UNREACHABLE]]);
  });
});

describe("slowing a lane", () => {
  const slow = { tat: NOW + 1_000, factor: 0.5, slowedAt: NOW };

  test("is one swap of what was seen, known and logged", async () => {
    const { deps, view, seen } = setUp(FIXED, null, [[true, null]]);
    await slowDown(deps, view, null);
    expect(seen.writes).toEqual([["swap", { expected: null, next: slow }]]);
    expect(seen.logs).toEqual([["pacing.slowed", { lane: "bulk", factor: 0.5 }]]);
    expect(view.pace).toEqual(slow);
  });

  test("is tried again on what others wrote meanwhile, and left when they slowed it", async () => {
    const theirs = pace({ tat: NOW + 700 });
    const { deps, view, seen } = setUp(FIXED, null, [
      [false, theirs],
      [true, null],
    ]);
    await slowDown(deps, view, null);
    expect(seen.writes).toMatchObject([
      ["swap", { expected: null }],
      ["swap", { expected: theirs }],
    ]);
    expect(seen.logs).toHaveLength(1);
    const other = setUp(FIXED, null, [[false, slow]]);
    await slowDown(other.deps, other.view, null);
    expect([other.seen.writes.length, other.seen.logs, other.view.pace]).toEqual([1, [], slow]);
  });

  test("is logged in hundredths, which are no phone number", async () => {
    const growingBack = pace({ factor: 0.5, slowedAt: NOW - 16_044 });
    const { deps, view, seen } = setUp(FIXED, null, [
      [false, growingBack],
      [true, null],
    ]);
    await slowDown(deps, view, null);
    expect(String(view.pace?.factor)).toContain("700000000");
    expect(seen.logs).toEqual([["pacing.slowed", { lane: "bulk", factor: 0.38 }]]);
  });

  test("is tried eight times", async () => {
    const { deps, view, seen } = setUp(FIXED, null, [[false, pace()]]);
    await slowDown(deps, view, null);
    expect([seen.writes.length, seen.logs]).toEqual([8, []]);
  });

  test("is this process's alone when the item can't be reached", async () => {
    const { deps, view, seen } = setUp(FIXED, null, []);
    await slowDown({ ...deps, items: away }, view, null);
    expect(view.pace).toEqual(slow);
    expect(seen.logs).toEqual([UNREACHABLE, ["pacing.slowed", { lane: "bulk", factor: 0.5 }]]);
  });

  test.each([
    { lane: "that measures", rate: MEASURED, takenUnder: null, old: false },
    { lane: "that measures", rate: MEASURED, takenUnder: NOW - 5_000, old: false },
    { lane: "that measures", rate: MEASURED, takenUnder: NOW - 5_001, old: true },
    { lane: "with a fixed margin", rate: FIXED, takenUnder: NOW - 5_001, old: false },
  ])("in a lane $lane, for a slot taken under $takenUnder, is old news: $old", async ({ rate, takenUnder, old }) => {
    const { deps, view, seen } = setUp(rate, pace({ slowedAt: NOW - 5_000 }), [[true, null]]);
    expect(slowedSince(view, takenUnder)).toBe(old);
    await slowDown(deps, view, takenUnder);
    expect(seen.writes).toHaveLength(old ? 0 : 1);
    view.pace = null;
    expect(slowedSince(view, 0)).toBe(false);
  });
});
