import { describe, expect, test } from "vitest";
import { play } from "../../../bench/pacing-virtual.ts";

const FOUR = { perSecond: 10, dispatchers: 4, jitterMs: 50, seconds: 420, warmUpSeconds: 240 };
const SIXTEEN = { perSecond: 50, dispatchers: 16, jitterMs: 50, seconds: 210, warmUpSeconds: 150 };

describe("payouts at 50 ms jitter, ten messages at a time", () => {
  test.each([
    ["10/s, four dispatchers", { ...FOUR, seed: 1 }],
    ["10/s, four dispatchers, another seed", { ...FOUR, seed: 2 }],
    ["50/s, sixteen dispatchers", { ...SIXTEEN, seed: 1 }],
  ])("%s: nearly all of the rate, never beyond it, a write for every ten", async (_, scene) => {
    const played = await play(scene);
    expect(played.violations).toBe(0);
    expect(played.busiest).toBe(scene.perSecond);
    expect(played.utilisation).toBeGreaterThanOrEqual(0.95);
    expect(played.writesPerStart).toBeLessThanOrEqual(0.2);
    expect(played.unmade).toBe(0);
  });

  test("the margin follows timers that are late, from too wide a first guess and from nothing else", async () => {
    const calm = await play({ ...FOUR, apartMs: 0, seed: 3 });
    const stalled = await play({ ...FOUR, apartMs: 0, stallMs: 50, seed: 3 });
    expect(calm.marginMs).toBe(6);
    expect(stalled.marginMs).toBeGreaterThanOrEqual(53);
    expect(stalled.marginMs).toBeLessThanOrEqual(60);
    expect(stalled.utilisation).toBeGreaterThan(0.94);
  });
});

test("a Daraja that grants less for a while is believed at once, and slowly trusted again", async () => {
  const strict = { from: 240, to: 260, perSecond: 5 };
  const played = await play({ ...FOUR, strict, seed: 1 });
  const before = played.rate(200, 240);
  expect(played.throttled).toBeGreaterThan(0);
  expect(played.throttled).toBeLessThanOrEqual(10);
  expect(played.rate(250, 260)).toBeLessThan(5);
  expect(played.rate(262, 267)).toBeLessThan(0.8 * before);
  expect(played.rate(330, 420)).toBeGreaterThan(0.99 * before);
  expect(played.unmade).toBe(0);
  expect(played.violations).toBe(0);
});
