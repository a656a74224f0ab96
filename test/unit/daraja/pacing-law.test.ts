import fc from "fast-check";
import { expect, test } from "vitest";
import { play } from "../../../bench/pacing-virtual.ts";
import type { Scene } from "../../../bench/pacing-virtual.ts";

/** Extremes more often than chance would have them. */
const upTo = (most: number) => fc.oneof(fc.constantFrom(0, most), fc.integer({ min: 0, max: most }));

const SECONDS = 15;

const scene: fc.Arbitrary<Scene> = fc.record({
  perSecond: fc.oneof(fc.constantFrom(10, 50), fc.integer({ min: 1, max: 60 })),
  dispatchers: fc.integer({ min: 2, max: 8 }),
  jitterMs: upTo(200),
  stallMs: upTo(60),
  apartMs: upTo(50),
  lifeSeconds: fc.constantFrom(2, 6, Number.POSITIVE_INFINITY),
  seconds: fc.constant(SECONDS),
  warmUpSeconds: fc.constant(0),
  seed: fc.nat(),
});

test("no second ever holds more starts than the rate, however late calls are, clocks differ and processes die", async () => {
  // Of a single scene nothing has to start: slots far ahead are lost with the process that took them.
  let started = 0;
  await fc.assert(
    fc.asyncProperty(scene, async (given) => {
      const { busiest, violations, starts } = await play(given);
      if (starts > 0) started += 1;
      expect(violations).toBe(0);
      expect(busiest).toBeLessThanOrEqual(given.perSecond);
    }),
    { numRuns: 40 },
  );
  expect(started).toBeGreaterThan(20);
}, 60_000);

test("a clock that differs by more than the lane plans for is what breaks it", async () => {
  const given = { perSecond: 10, dispatchers: 4, jitterMs: 50, seconds: 120, warmUpSeconds: 0, seed: 1 };
  expect((await play({ ...given, apartMs: 50 })).violations).toBe(0);
  expect((await play({ ...given, apartMs: 50, plannedApartMs: 0 })).violations).toBeGreaterThan(0);
});

test("what a dead process held is lost to the others for its moment alone: they go on, and use the rest", async () => {
  const given = { perSecond: 10, dispatchers: 4, jitterMs: 50, seconds: 300, warmUpSeconds: 60, seed: 1 };
  const played = await play({ ...given, lifeSeconds: 60 });
  expect(played.violations).toBe(0);
  expect(played.utilisation).toBeGreaterThan(0.8);
});
