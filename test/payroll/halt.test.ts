/**
 * What is wrong for everybody stops everybody, at once, and says what to mend: receivers 57 and 59. They have a
 * sandbox of their own, because a halted lane is halted for all.
 */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newReceiver, receiver } from "../stories/finance.ts";
import type { BatchBody, Row } from "../stories/finance.ts";
import { until } from "../stories/storefront.ts";
import { business, SHOP } from "../week/business.ts";
import { ownSandbox } from "./sandbox.ts";
import type { OwnSandbox } from "./sandbox.ts";

const SHORTCODE = "174379";
const rows = (count: number): Row[] => Array.from({ length: count }, () => ({ phone: newReceiver(), amount: 25 }));

let desk: OwnSandbox;
let shop: ReturnType<typeof business>;
beforeAll(async () => {
  desk = await ownSandbox();
  shop = business(desk);
});
afterAll(() => desk.close());
/** A top-up mends receiver 57 and an unlock mends 59, for good: each test breaks them anew. */
beforeEach(() => desk.direct("POST", "/simulator/reset"));

const reached = (id: string, status: string, timeoutMs = 120_000): Promise<BatchBody> =>
  until(
    () => desk.batch(id),
    (seen) => seen.status === status,
    timeoutMs,
  );

/** Requests that named the initiator so far. */
const initiatorCalls = async (): Promise<number> => {
  const metrics = await desk.direct<{ requests: Record<string, number> }>("GET", "/simulator/metrics");
  return Object.entries(metrics.requests)
    .filter(([path]) => /b2c|accountbalance|transactionstatus/.test(path))
    .reduce((sum, [, count]) => sum + count, 0);
};

const everyonePaidOnce = async (id: string, expected: number): Promise<void> => {
  const totals = await desk.direct<{ ids_paid_more_than_once: number }>("GET", "/simulator/payouts/totals");
  expect(totals.ids_paid_more_than_once).toBe(0);
  const paid = (await desk.rowsOf(id)).filter(({ status }) => status === "succeeded");
  expect(paid).toHaveLength(expected);
  for (const each of paid.slice(0, 10)) expect(await desk.truthOf(each.id)).toMatchObject([{ state: "paid" }]);
};

/** No function goes by credentials that it read longer ago. */
const CREDENTIALS_KEPT_S = 61;

describe("a lane that has to stop", () => {
  test("57: the float is too low. The batch pauses, says so, and finishes after a top-up and a resume", async () => {
    const made = (await desk.makeBatch([...rows(30), { phone: receiver(57), amount: 25 }, ...rows(150)])).body;
    await desk.approve(made);
    const paused = await reached(made.id, "paused");
    expect(paused.stop).toMatchObject({ cause: "float_too_low" });
    expect(paused.stop?.message).toMatch(/utility account/i);
    expect(paused.progress.succeeded.count).toBeLessThan(181);
    await desk.direct("POST", `/simulator/accounts/${SHORTCODE}`, { top_up: 100_000 });
    expect((await desk.steer(made.id, "resume")).status).toBe(200);
    const done = await reached(made.id, "completed");
    expect(done.progress).toMatchObject({ succeeded: { count: 181 }, failed: { count: 0 }, pending: { count: 0 } });
    await everyonePaidOnce(made.id, 181);
  }, 300_000);

  test("59: the initiator is locked. Nothing names it any more until a person resumes; then one question goes first", async () => {
    const made = (await desk.makeBatch([...rows(20), { phone: receiver(59), amount: 25 }, ...rows(160)])).body;
    await desk.approve(made);
    const paused = await reached(made.id, "paused");
    expect(paused.stop).toMatchObject({ cause: "initiator_locked" });
    expect(paused.stop?.message).toMatch(/administrator/i);
    const lane = await desk.ask<{ status: string; halt: { code: string } }>("GET", "/v1/payout-lane");
    expect(lane.body).toMatchObject({ status: "halted", halt: { code: "initiator_locked" } });
    const single = await desk.pay({ phone: newReceiver(), amount: 60 });
    expect(single.status).toBe(201);

    await new Promise((resolve) => setTimeout(resolve, 3_000)); // what had left before the halt ends
    const before = await initiatorCalls();
    await new Promise((resolve) => setTimeout(resolve, 15_000)); // three sweeps
    expect(await initiatorCalls()).toBe(before);
    expect((await desk.payout(single.body.id)).status).toBe("queued");

    await desk.direct("POST", "/simulator/initiators/testapi", { action: "unlock" });
    expect((await desk.steer(made.id, "resume")).status).toBe(200);
    const done = await reached(made.id, "completed");
    expect(done.progress).toMatchObject({ succeeded: { count: 181 }, failed: { count: 0 } });
    await everyonePaidOnce(made.id, 181);
    await until(
      () => desk.payout(single.body.id),
      ({ status }) => status === "succeeded",
    );
  }, 300_000);

  test("59 for a refund: it fails, its amount is free again, and the lane is halted as by any payout", async () => {
    const sold = await shop.sell(270);
    const payment = await until(
      () => shop.payment(sold),
      ({ status }) => status === "succeeded",
    );
    const refunded = async () => {
      const id = await shop.refund(payment.id);
      return until(
        () => shop.refundOf(id),
        ({ status }) => status !== "pending",
      );
    };
    // A credential that another test has just changed is asked about first, and locked then it would fail that question.
    const proving = await desk.pay({ phone: newReceiver(), amount: 10 });
    await until(
      () => desk.payout(proving.body.id),
      ({ status }) => status === "succeeded",
    );
    await desk.direct("POST", "/simulator/initiators/testapi", { action: "lock" });
    const failure = { code: "initiator_locked", refund_again: "after_fix" };
    expect(await refunded()).toMatchObject({ status: "failed", failure });
    expect(await shop.payment(payment.id)).toMatchObject({ status: "succeeded", refunded_amount: 0 });
    await until(
      async () => (await desk.ask<{ status: string }>("GET", "/v1/payout-lane")).body.status,
      (status) => status === "halted",
    );
    const more = { key: SHOP, headers: { "idempotency-key": randomUUID() }, body: { reason: "Sent back" } };
    const refused = await desk.ask("POST", `/v1/payments/${payment.id}/refunds`, more);
    expect(refused).toMatchObject({ status: 409, body: { code: "payout_lane_halted" } });

    await desk.direct("POST", "/simulator/initiators/testapi", { action: "unlock" });
    expect((await desk.ask("POST", "/v1/payout-lane/resume")).status).toBe(200);
    expect(await refunded()).toMatchObject({ status: "succeeded", amount: 270 });
    const reversals = await desk.direct<{ data: { state: string; original_transaction_id: string }[] }>(
      "GET",
      "/simulator/transactions?kind=reversal&limit=1000",
    );
    const ours = reversals.data.filter((each) => each.original_transaction_id === payment.receipt);
    expect(ours.filter(({ state }) => state === "paid")).toHaveLength(1);
  }, 300_000);

  test("a wrong password never locks the initiator: one question finds out, and no payout is tried", async () => {
    await desk.direct("POST", "/simulator/initiators/testapi", { password: "Another#999" });
    const made = (await desk.makeBatch(rows(40))).body;
    await desk.approve(made);
    const paused = await reached(made.id, "paused");
    expect(paused.stop).toMatchObject({ cause: "initiator_misconfigured" });
    for (const each of await desk.rowsOf(made.id)) expect(await desk.truthOf(each.id)).toHaveLength(0);
    await desk.steer(made.id, "cancel");
    await desk.direct("POST", "/simulator/initiators/testapi", { password: "Safaricom999!*!" });
    expect((await desk.ask("POST", "/v1/payout-lane/resume")).status).toBe(200);
    const single = await desk.pay({ phone: newReceiver(), amount: 60 });
    await until(
      () => desk.payout(single.body.id),
      ({ status }) => status === "succeeded",
    );
  }, 300_000);

  test("the password is changed mid-batch: halt, wait, change, store, resume. Everybody is paid once, and no try is wrong", async () => {
    const made = (await desk.makeBatch(rows(150))).body;
    await desk.approve(made);
    await until(
      () => desk.batch(made.id),
      ({ progress }) => progress.succeeded.count >= 20,
      120_000,
    );
    const halt = { status: "halted", halt: { code: "person", reason: "A new password" } };
    const halted = await desk.ask("POST", "/v1/payout-lane/halt", { body: { reason: "A new password" } });
    expect(halted).toMatchObject({ status: 200, body: halt });
    expect((await desk.batch(made.id)).stop).toMatchObject({ cause: "person" });
    const single = await desk.pay({ phone: newReceiver(), amount: 60 });
    await until(
      () => desk.ask<{ data: unknown[] }>("GET", `/v1/payout-batches/${made.id}/payouts?status=pending`),
      ({ body }) => body.data.length === 0,
      120_000,
    );
    expect((await desk.batch(made.id)).progress.succeeded.count).toBeLessThan(150);

    await desk.direct("POST", "/simulator/initiators/testapi", { password: "Another#999" });
    try {
      const before = await initiatorCalls();
      await new Promise((resolve) => setTimeout(resolve, 12_000)); // two sweeps
      expect(await initiatorCalls()).toBe(before);
      expect((await desk.ask("GET", "/v1/payout-lane")).body).toMatchObject(halt);
      expect((await desk.steer(made.id, "resume")).body).toMatchObject({ code: "payout_lane_halted" });
      desk.storePassword("Another#999");
      expect((await desk.ask("POST", "/v1/payout-lane/resume")).body).toMatchObject({ status: "unproven" });
      expect((await desk.steer(made.id, "resume")).status).toBe(200);
      const done = await reached(made.id, "completed");
      expect(done.progress).toMatchObject({ succeeded: { count: 150 }, failed: { count: 0 } });
      await everyonePaidOnce(made.id, 150);
      await until(
        () => desk.payout(single.body.id),
        ({ status }) => status === "succeeded",
      );
      const { data } = await desk.direct<{ data: object[] }>("GET", "/simulator/initiators");
      expect(data).toMatchObject([{ name: "testapi", locked: false, wrong_tries: 0 }]);
    } finally {
      desk.storePassword("Safaricom999!*!");
      await desk.direct("POST", "/simulator/initiators/testapi", { password: "Safaricom999!*!" });
      await desk.control.travel(CREDENTIALS_KEPT_S);
    }
  }, 300_000);

  test("a batch larger than the float waits instead of failing people, and starts by itself once there is money", async () => {
    await desk.direct("POST", `/simulator/accounts/${SHORTCODE}`, { utility: 500 });
    const made = (await desk.makeBatch(rows(40))).body;
    await desk.approve(made);
    const waiting = await reached(made.id, "waiting_for_float");
    expect(waiting.float).toMatchObject({ needed: 1000, available: 500 });
    for (const { id, status } of await desk.rowsOf(made.id)) {
      expect(status).toBe("queued");
      expect(await desk.truthOf(id)).toEqual([]);
    }
    await desk.direct("POST", `/simulator/accounts/${SHORTCODE}`, { top_up: 100_000 });
    const done = await reached(made.id, "completed");
    expect(done.progress).toMatchObject({ succeeded: { count: 40 }, failed: { count: 0 } });
    const balance = await desk.ask<{ accounts: { name: string; available: number }[] }>("GET", "/v1/balance");
    expect(balance.body.accounts.map(({ name }) => name)).toContain("Utility Account");
  }, 300_000);
});
