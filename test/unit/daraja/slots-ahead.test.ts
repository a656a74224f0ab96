/** What lies ahead in a lane: slots that are handed out early, writes that are slow, and lanes that were throttled. */
import { describe, expect, test } from "vitest";
import { RATE, RATES, setUp } from "./slots-rig.ts";

const AHEAD = { ...RATES, bulk: { ...RATE, measured: { aheadMs: 100, apartMs: 0, mostJitterMs: 250 } } };

describe("company is waited for", () => {
  test.each([
    { lane: "whose slots are handed out ahead, the less by that", rates: AHEAD, writeMs: 0, gatherMs: 477.5 },
    { lane: "whose writes are slow, the less by what one takes", rates: RATES, writeMs: 40, gatherMs: 467.5 },
  ])("in a lane $lane", async ({ rates, writeMs, gatherMs }) => {
    const { time, seen, hold, call } = setUp({ rates }, writeMs);
    hold("bulk", { forMs: 1_000 });
    call(60_000);
    await time.run(2 * writeMs);
    const before = seen.waits.length;
    call(60_000);
    await time.run(0);
    expect(seen.waits.slice(before)).toEqual([gatherMs]);
  });
});

describe("a lane that slows because one before it does", () => {
  test("slows again, however long ago that one's slot was taken", async () => {
    const { slots, items, call, time, pass } = setUp({ rates: AHEAD });
    call(60_000, "query");
    await time.run();
    await slots.throttled("bulk");
    await pass(2_000);
    await slots.throttled("query");
    expect(items.paces.get("bulk")?.factor).toBeCloseTo((0.5 + 2 / 60) / 2);
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
