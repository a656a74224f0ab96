/** The payouts' sweep: what went silent is asked about, and sent again only under its own name and only in vain asked. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SENDER_GONE_MS } from "../../../functions/domain/payout-schedule.ts";
import { LOW_FLOAT, openPayOffice } from "../payouts/pay-office.ts";
import type { PayOffice } from "../payouts/pay-office.ts";
import { approve, batchNow, draft, pause, payoutNow, rowIds, running, single, start } from "../payouts/payroll.ts";
import { coded, completedStatus, holds, LOST, throttled } from "../payouts/safaricom.ts";

let office: PayOffice;
beforeEach(async () => {
  office = await openPayOffice();
  await office.openLane();
});
afterEach(() => office.close());

/** Sweeps once a minute; what was asked or sent in each. */
const sweeps = async (minutes: number): Promise<void> => {
  for (let minute = 0; minute < minutes; minute += 1) {
    office.pass(60_000);
    await office.sweep();
  }
};

/** A payout whose sender died between its claim and the call. */
const abandoned = async (): Promise<string> => {
  const { id, message } = await single(office);
  office.safaricom.world.afterRelease = () => Promise.reject(new Error("killed"));
  await office.dispatch([message]);
  office.safaricom.world.afterRelease = () => Promise.resolve();
  expect(await payoutNow(office, id)).toMatchObject({ state: "sending" });
  return id;
};

describe("a payout that nobody sent", () => {
  test("because its message got lost gets another", async () => {
    const { message } = await single(office);
    await sweeps(1);
    expect(office.takePayouts()).toEqual([message]);
    await office.dispatch([message]);
    await sweeps(1);
    expect(office.takePayouts()).toEqual([]);
  });

  test("gets a message every few minutes for as long as it waits, and a person after two days", async () => {
    const { id, message } = await single(office);
    await sweeps(20);
    expect(office.takePayouts().length).toBeGreaterThanOrEqual(6);
    office.pass(48 * 3_600_000);
    expect(await office.sweep()).toMatchObject({ overdue: 1 });
    expect(office.counted).toContain("PayoutOverdue");
    expect(await payoutNow(office, id)).toMatchObject({
      state: "failed",
      failure: { code: "never_sent" },
      check: null,
    });
    await office.dispatch([message]);
    expect(office.safaricom.taken.size).toBe(0);
  });

  test("because Daraja turns it away gets none while somebody is at it", async () => {
    const { id, message } = await single(office);
    office.safaricom.world.answer = throttled;
    for (let minute = 0; minute < 5; minute += 1) {
      await office.dispatch([message]);
      office.pass(60_000);
      await office.sweep();
    }
    expect(office.takePayouts()).toEqual([]);
    expect(await payoutNow(office, id)).toMatchObject({ state: "queued" });
    office.pass(400_000);
    await office.sweep();
    expect(office.takePayouts()).toEqual([message]);
  });

  test("of a batch that rests stays with its batch for good", async () => {
    const { batch, messages } = await running(office, [100]);
    office.safaricom.world.answer = throttled;
    await office.dispatch(messages);
    await pause(office, batch.id);
    office.pass(60 * 3_600_000);
    expect(await office.sweep()).toMatchObject({ overdue: 0, queued: 1 });
    expect(await payoutNow(office, rowIds(batch)[0]!)).toMatchObject({ state: "queued" });
    expect(office.counted).not.toContain("PayoutOverdue");
  });
});

describe("a payout whose sender died between claim and call", () => {
  test("is left alone while its sender may live, then asked about twice, and only then sent again under its name", async () => {
    const id = await abandoned();
    const { sentAt } = await payoutNow(office, id);
    const sent: (readonly [seconds: number, operation: string])[] = [];
    for (let minute = 0; minute < 6; minute += 1) {
      const before = office.safaricom.heard.length;
      office.pass(60_000);
      await office.sweep();
      const seconds = (office.books.time.now - (sentAt ?? 0)) / 1_000;
      sent.push(...office.safaricom.heard.slice(before).map(({ operation }) => [seconds, operation] as const));
    }
    const payments = sent.filter(([, operation]) => operation !== "balance");
    expect(payments.map(([, operation]) => operation)).toEqual(["status", "status", "b2c"]);
    expect(payments[0]?.[0]).toBeGreaterThanOrEqual(SENDER_GONE_MS / 1_000);
    expect([...office.safaricom.taken.keys()]).toEqual([id]);
    expect(await payoutNow(office, id)).toMatchObject({ state: "accepted", attempts: 2 });
  });

  test("is not sent again while its batch rests, and not without questions that left", async () => {
    const { batch, messages } = await running(office, [100]);
    office.safaricom.world.afterRelease = () => Promise.reject(new Error("killed"));
    await office.dispatch(messages);
    office.safaricom.world.afterRelease = () => Promise.resolve();
    await pause(office, batch.id);
    await sweeps(5);
    expect(office.safaricom.sentOf("status").length).toBeGreaterThanOrEqual(2);
    expect(office.safaricom.sentOf("b2c")).toEqual([]);
  });

  test("is not sent again when no question could leave", async () => {
    const id = await abandoned();
    office.safaricom.world.ask = () => ({ asked: "no", because: "throttled" });
    await sweeps(10);
    expect(office.safaricom.sentOf("b2c")).toEqual([]);
    expect(await payoutNow(office, id)).toMatchObject({ state: "uncertain", check: { attempt: 0 } });
  });

  test("is sent four times at most, and never later than half an hour", async () => {
    await abandoned();
    office.safaricom.world.afterRelease = () => Promise.reject(new Error("killed"));
    let last = 0;
    const began = office.books.time.now;
    for (let minute = 0; minute < 90; minute += 1) {
      office.safaricom.world.beforeRelease = () => {
        last = office.books.time.now - began;
        return Promise.resolve();
      };
      await sweeps(1);
    }
    expect(last).toBeLessThanOrEqual(30 * 60_000);
    expect(last).toBeGreaterThan(0);
    expect(office.safaricom.taken.size).toBe(0);
  });
});

describe("a payout whose answer was lost", () => {
  test("although M-PESA took it is never paid twice: Daraja refuses the second sending, and that proves the first", async () => {
    const { id, message } = await single(office);
    office.safaricom.world.answer = () => LOST;
    await office.dispatch([message]);
    await sweeps(6);
    expect(office.safaricom.sentOf("b2c")).toEqual([id, id]);
    expect(office.safaricom.taken.size).toBe(1);
    expect(await payoutNow(office, id)).toMatchObject({ state: "accepted", wentIn: true });
    await sweeps(30);
    expect(office.safaricom.sentOf("b2c")).toHaveLength(2);
  });

  test("is settled by the answer to the first question, and not asked about after that", async () => {
    const { id, message } = await single(office);
    office.safaricom.world.answer = () => LOST;
    await office.dispatch([message]);
    await sweeps(1);
    expect(office.safaricom.sentOf("status")).toEqual([id]);
    await office.callback("status", { id, body: completedStatus(office.safaricom.taken.get(id)!, "UKL1AB2CD3") });
    expect(await payoutNow(office, id)).toMatchObject({ state: "succeeded", receipt: "UKL1AB2CD3" });
    await sweeps(5);
    expect(office.safaricom.sentOf("status")).toEqual([id]);
  });

  test("and that nobody can tell about is handed to a person after two days, uncertain still", async () => {
    const { id, message } = await single(office);
    await office.dispatch([message]);
    for (let hour = 0; hour < 50; hour += 1) {
      office.pass(3_600_000);
      await office.sweep();
    }
    expect(await payoutNow(office, id)).toMatchObject({ state: "uncertain", check: null });
    expect(office.counted.filter((metric) => metric === "PayoutOverdue")).toHaveLength(1);
  });
});

describe("a run", () => {
  test("with a credential that was never accepted asks one balance question and nothing about payouts", async () => {
    const { message } = await single(office);
    await office.dispatch([message]);
    office.safaricom.heard.length = 0;
    office.safaricom.world.operator = "operator-2";
    office.pass(60_000);
    await Promise.all([office.sweep(), office.sweep()]);
    expect(office.safaricom.heard).toMatchObject([{ operation: "balance", operator: "operator-2" }]);
    await office.callback("balance", { id: office.safaricom.heard[0]!.id, body: holds(1_000_000) });
    await sweeps(2);
    expect(office.safaricom.sentOf("status")).toHaveLength(1);
  });

  test("asks for the balance once in each of its intervals, and not on a halted lane", async () => {
    await sweeps(30);
    expect(office.safaricom.sentOf("balance")).toHaveLength(3);
    await office.callback("balance", { id: office.safaricom.sentOf("balance")[0]!, body: coded(8006) });
    await sweeps(30);
    expect(office.safaricom.sentOf("balance")).toHaveLength(3);
  });

  test("rings for as long as the float is low", async () => {
    await sweeps(10);
    const id = office.safaricom.sentOf("balance").at(-1)!;
    await office.callback("balance", { id, body: holds(LOW_FLOAT / 100 - 1) });
    expect(office.counted.filter((metric) => metric === "FloatLow")).toHaveLength(1);
    await sweeps(3);
    expect(office.counted.filter((metric) => metric === "FloatLow")).toHaveLength(4);
    await office.callback("balance", { id, body: holds(LOW_FLOAT / 100) });
    await sweeps(3);
    expect(office.counted.filter((metric) => metric === "FloatLow")).toHaveLength(4);
    const floats = office.measured.flatMap(({ values }) => values.Float ?? []);
    expect([floats[0], floats.at(-1)]).toEqual([LOW_FLOAT / 100 - 1, LOW_FLOAT / 100]);
  });

  test("wakes the batches whose message got lost", async () => {
    office.batchPost.state.isDown = true;
    const { id } = await approve(office, await draft(office, [100]));
    expect(office.logged).toContain("message.not_sent");
    office.batchPost.state.isDown = false;
    office.pass(60_000);
    await office.sweep();
    expect(office.takeBatches()).toEqual([{ batch: id }]);
    await start(office, id);
    expect(await batchNow(office, id)).toMatchObject({ state: "running" });
  });

  test("that has no time left leaves everything due", async () => {
    const { message } = await single(office);
    office.pass(60_000);
    expect(await office.sweep(59_000)).toMatchObject({ ended: "out_of_time", queued: 0 });
    expect(await office.sweep()).toMatchObject({ ended: "done", queued: 1 });
    expect(office.takePayouts()).toEqual([message]);
  });

  test("deals with payouts although batches can't be woken, and says that it failed", async () => {
    const { message } = await single(office);
    await approve(office, await draft(office, [100]));
    office.pass(60_000);
    office.batchPost.state.isDown = true;
    await expect(office.sweep()).rejects.toThrow("the queue is down");
    expect(office.takePayouts()).toEqual([message]);
  });

  test("whose payout fails leaves that one due and deals with the others", async () => {
    const { id } = await single(office);
    office.pass(60_000);
    office.payoutPost.state.isDown = true;
    expect(await office.sweep()).toMatchObject({ failed: 1, ended: "done" });
    expect((await payoutNow(office, id)).check?.at).toBeLessThanOrEqual(office.books.time.now);
  });
});
