/** Refunds of one payment that move at the same moment: together they never give back more than was paid. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { NOW, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { confirmed, notReversed, openedRefund, refundIntent, reversed, sentRefund } from "./refund-samples.ts";

const CLAIM = { at: NOW + 500, by: "sweep", requestId: "run", checkAt: NOW + 60_000 };

let world: TestLedger;
beforeAll(async () => {
  world = await startLedger();
});
afterAll(() => world.close());

test("a refund does not leave when another one, given up, turns out to have gone back just then", async () => {
  const payment = await confirmed(world);
  const first = await sentRefund(world, refundIntent(payment));
  await world.refunds.record(first.id, notReversed());
  const second = await openedRefund(world, refundIntent(payment));
  let meddled = false;
  world.state.interfere = async (command) => {
    if (command !== "TransactWriteItems" || meddled) return null;
    meddled = true;
    await world.refunds.record(first.id, reversed(first));
    return null;
  };
  const claimed = await world.refunds.claim(second, CLAIM);
  world.state.interfere = () => null;
  expect(meddled).toBe(true);
  expect(claimed).toBeNull();
  expect(await world.refunds.read(second.id)).toMatchObject({ state: "initiated", attempts: 0 });
});
