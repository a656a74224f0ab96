/** One freeze at a time: who waits, for how long, and what a fault leaves behind. */
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { freezeInTurn } from "../../../functions/payouts/freeze-in-turn.ts";
import type { FreezeLease } from "../../../functions/store/freeze-lease.ts";

/** A lease in memory, and time that passes only while somebody waits. */
const setting = (random = () => 0.5) => {
  const time = { now: 0 };
  const logged: string[] = [];
  const held = new Map<string, { readonly holder: string; readonly until: number }>();
  const lease: FreezeLease = {
    take: (storefront, { holder, forMs }) => {
      const isFree = (held.get(storefront)?.until ?? 0) <= time.now;
      if (isFree) held.set(storefront, { holder, until: time.now + forMs });
      return Promise.resolve(isFree);
    },
    giveUp: (storefront, { holder, afterMs }) => {
      if (held.get(storefront)?.holder === holder) held.set(storefront, { holder, until: time.now + afterMs });
      return Promise.resolve();
    },
  };
  const note = (code: string): void => void logged.push(code);
  const inTurn = freezeInTurn({
    lease,
    newHolder: randomUUID,
    wait: (ms) => {
      time.now += ms;
      return Promise.resolve();
    },
    random,
    log: { debug: note, info: note, warn: note, error: note },
  });
  return { time, logged, held, lease, inTurn };
};

const TURN = { storefront: "shop", patienceMs: 10_000, remainingMs: () => 28_000 };

test("the next one has its turn as soon as the first has ended", async () => {
  const { inTurn, time } = setting();
  expect(await inTurn(TURN, () => Promise.resolve("first"))).toEqual({ had: true, result: "first" });
  expect(await inTurn(TURN, () => Promise.resolve("second"))).toEqual({ had: true, result: "second" });
  expect(time.now).toBe(0);
});

test.each([0, 0.99])("who waits gives up within its patience, at random moments (%d)", async (luck) => {
  const { inTurn, held, time } = setting(() => luck);
  held.set("shop", { holder: "another", until: 60_000 });
  let isDone = false;
  expect(await inTurn(TURN, () => Promise.resolve((isDone = true)))).toEqual({ had: false });
  expect(isDone).toBe(false);
  expect(time.now).toBeGreaterThan(9_000);
  expect(time.now).toBeLessThanOrEqual(10_000);
});

test("a turn lasts a little longer than its caller may run", async () => {
  const { inTurn, held } = setting();
  await inTurn(TURN, () => {
    expect(held.get("shop")?.until).toBe(33_000);
    return Promise.resolve();
  });
});

test("after a fault the next one waits until everything that was written must have arrived", async () => {
  const { inTurn, time } = setting();
  await expect(inTurn(TURN, () => Promise.reject(new Error("the ledger is away")))).rejects.toThrow("away");
  expect(await inTurn(TURN, () => Promise.resolve("next"))).toEqual({ had: true, result: "next" });
  expect(time.now).toBeGreaterThanOrEqual(5_000);
});

test("a turn that can't be given up spoils nothing, and ends by itself", async () => {
  const { inTurn, lease, logged } = setting();
  lease.giveUp = () => Promise.reject(new Error("the table is away"));
  expect(await inTurn(TURN, () => Promise.resolve("done"))).toEqual({ had: true, result: "done" });
  expect(logged).toEqual(["freeze.turn_kept"]);
});
