/** Rates: a true sliding second for each lane of each shortcode, what is refused, what is counted, and the busiest second. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLimiter } from "../../../../sandbox/daraja/core/limiter.ts";
import { createSlidingWindow } from "../../../../sandbox/daraja/core/sliding-window.ts";
import { payer, seen, type Json } from "./manual-world.ts";
import { createPayoutWorld, SPIKE_ARREST } from "./payout-world.ts";

const limited = (limits: Json) => createPayoutWorld({ switches: { limits } });
const metrics = async (world: ReturnType<typeof createPayoutWorld>) =>
  (await world.control("GET", "metrics")).body as { limit_violations: Json; lanes: Record<string, Json> };

describe("at most so many starts in any second", () => {
  test("the one too many meets spike arrest, is counted, and M-PESA never sees it", async () => {
    const world = limited({ b2c: { allowed: 3 } });
    const statuses: number[] = [];
    for (const waitMs of [0, 400, 400, 199, 0, 1, 400]) {
      await world.clock.advance(waitMs);
      statuses.push(seen(await world.pay()).status);
    }
    expect(statuses).toEqual([200, 200, 200, 500, 500, 200, 200]);
    expect(await world.payouts()).toHaveLength(5);
    expect(await metrics(world)).toMatchObject({
      limit_violations: { b2c: 2, stk_push: 0, stk_query: 0, status: 0, balance: 0 },
      lanes: { b2c: { "600992": { starts: 7, limit_violations: 2, peak_per_second: 5 } } },
    });
  });

  test("is a spike arrest in Safaricom's words for payouts, statuses and balances", async () => {
    const world = limited({ b2c: { allowed: 1 }, status: { allowed: 1 }, balance: { allowed: 1 } });
    const asks = [() => world.pay(), () => world.status({ OriginalConversationID: "x" }), () => world.balance()];
    for (const ask of asks) {
      expect(seen(await ask()).status).toBe(200);
      expect(seen(await ask())).toMatchObject(SPIKE_ARREST);
    }
    expect((await metrics(world)).limit_violations).toMatchObject({ b2c: 1, status: 1, balance: 1 });
  });

  test("counts each shortcode and each lane by itself; shortcodes that do not exist share one count", async () => {
    const world = limited({ b2c: { allowed: 1 }, stk_push: { allowed: 1 } });
    const statuses = [
      await world.pay({ PartyA: "600992" }),
      await world.pay({ PartyA: "600997" }),
      await world.pay({ PartyA: "600997" }),
      await world.pushTo(payer(0)),
      await world.pay({ PartyA: "174379" }),
      await world.pay({ PartyA: "111111" }),
      await world.pay({ PartyA: "222222" }),
    ].map((answer) => seen(answer).status);
    expect(statuses).toEqual([200, 200, 500, 200, 200, 400, 500]);
    expect((await metrics(world)).lanes["b2c"]).toMatchObject({
      "600992": { limit_violations: 0 },
      "600997": { limit_violations: 1 },
      "174379": { limit_violations: 0 },
      unknown: { starts: 2, limit_violations: 1 },
    });
  });

  test("holds for a push too when no burst is named, over any period", async () => {
    const world = limited({ stk_push: { allowed: 2, period_seconds: 60 } });
    const statuses: number[] = [];
    for (const waitMs of [0, 1000, 1000, 57_999, 1]) {
      await world.clock.advance(waitMs);
      statuses.push(seen(await world.pushTo(payer(0))).status);
    }
    expect(statuses).toEqual([200, 200, 500, 500, 200]);
  });

  test("can be set and taken away while things run", async () => {
    const world = limited({});
    await world.control("POST", "switches", { limits: { b2c: { allowed: 1 } } });
    expect([seen(await world.pay()).status, seen(await world.pay()).status]).toEqual([200, 500]);
    await world.control("POST", "switches", { limits: {} });
    expect(seen(await world.pay()).status).toBe(200);
    await world.control("POST", "reset");
    expect(await metrics(world)).toMatchObject({ limit_violations: { b2c: 0 }, lanes: { b2c: {} } });
  });
});

test("whatever arrives when, no window ever holds more than the limit, and nothing is refused without need", () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 120 });
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 8 }), (waits, allowed) => {
      let now = 0;
      const limiter = createLimiter({ now: () => now });
      const admitted: number[] = [];
      for (const waitMs of waits) {
        now += waitMs;
        const inWindow = admitted.filter((at) => now - at < 1000).length;
        const taken = limiter.admit("lane", { allowed, period_seconds: 1 });
        expect(taken).toBe(inWindow < allowed);
        if (taken) admitted.push(now);
      }
    }),
  );
});

test("a window forgets what has left it, however much passes through", () => {
  const window = createSlidingWindow(1000);
  for (let now = 0; now < 50_000; now += 1) window.add(now);
  expect(window.count(49_999)).toBe(1000);
  expect(window.count(50_998)).toBe(1);
  expect(window.count(50_999)).toBe(0);
});
