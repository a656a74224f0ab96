/** Before a batch starts: its float is asked for, and money that others may still take is not promised to it. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openPayOffice, SHORTCODE } from "../payouts/pay-office.ts";
import type { PayOffice } from "../payouts/pay-office.ts";
import { approve, batchNow, draft, payAll, resume, running, single, tellBalance } from "../payouts/payroll.ts";

let office: PayOffice;
beforeEach(async () => {
  office = await openPayOffice();
  await office.openLane();
});
afterEach(() => office.close());

const approved = async (shillings: readonly number[]): Promise<string> => {
  const { id } = await approve(office, await draft(office, shillings));
  office.takeBatches();
  return id;
};
const look = async (id: string): Promise<void> => {
  expect(await office.tend([{ batch: id }])).toEqual([{ verdict: "done" }]);
};

describe("a batch that was approved", () => {
  test("asks for the balance once, however many look at it, and runs when it suffices", async () => {
    const id = await approved([1_000, 2_000]);
    await Promise.all([look(id), look(id), look(id)]);
    expect(office.safaricom.sentOf("balance")).toHaveLength(1);
    expect(office.takePayouts()).toEqual([]);
    office.pass(1_000);
    await tellBalance(office, 3_000);
    expect(office.takeBatches()).toContainEqual({ batch: id });
    await look(id);
    expect(await batchNow(office, id)).toMatchObject({ state: "running", float: null, handed: 2 });
    expect(office.takePayouts()).toHaveLength(2);
  });

  test("waits when the float is a shilling short, and starts by itself once it is there", async () => {
    const id = await approved([1_000, 2_000]);
    await look(id);
    office.pass(1_000);
    await tellBalance(office, 2_999);
    await look(id);
    expect(await batchNow(office, id)).toMatchObject({
      state: "waiting_for_float",
      float: { needed: 300_000, available: 299_900 },
    });
    expect(office.takePayouts()).toEqual([]);
    office.pass(60_000);
    await look(id);
    expect(office.safaricom.sentOf("balance")).toHaveLength(2);
    office.pass(1_000);
    await tellBalance(office, 3_000);
    await look(id);
    expect(await batchNow(office, id)).toMatchObject({ state: "running" });
  });

  test("rings when it begins to wait, and with every run of the sweep while it does", async () => {
    const rung = (): number => office.counted.filter((metric) => metric === "BatchWaitsForFloat").length;
    const id = await approved([1_000, 2_000]);
    await look(id);
    expect(rung()).toBe(0);
    office.pass(1_000);
    await tellBalance(office, 2_999);
    await look(id);
    expect(rung()).toBe(1);
    for (const times of [2, 3]) {
      office.pass(60_000);
      await Promise.all([look(id), look(id)]);
      office.pass(1_000);
      await tellBalance(office, 2_999);
      await look(id);
      expect(rung()).toBe(times);
    }
    office.pass(60_000);
    await look(id);
    office.pass(1_000);
    await tellBalance(office, 3_000);
    await look(id);
    expect(await batchNow(office, id)).toMatchObject({ state: "running" });
    expect(rung()).toBe(4);
  });

  test("does not start on a balance of before its approval", async () => {
    await office.ask(SHORTCODE);
    await tellBalance(office, 1_000_000);
    office.pass(1_000);
    const id = await approved([1_000]);
    await look(id);
    expect(await batchNow(office, id)).toMatchObject({ state: "starting" });
  });

  test("that nobody answers waits after three questions, and a person may start it all the same", async () => {
    const id = await approved([1_000]);
    for (let look20s = 0; look20s < 4; look20s += 1) {
      await look(id);
      office.pass(20_000);
    }
    expect(office.safaricom.sentOf("balance")).toHaveLength(3);
    expect(await batchNow(office, id)).toMatchObject({ state: "waiting_for_float", float: { available: null } });
    await resume(office, id);
    await look(id);
    expect(await batchNow(office, id)).toMatchObject({ state: "running" });
  });

  test("that was never looked at asks before it calls itself unanswered", async () => {
    const id = await approved([1_000]);
    office.pass(600_000);
    await look(id);
    expect(await batchNow(office, id)).toMatchObject({ state: "starting" });
    expect(office.safaricom.sentOf("balance")).toHaveLength(1);
  });

  test("counts what single payouts and running batches may still draw, and each only once", async () => {
    const { message } = await single(office);
    await running(office, [2_000]);
    const id = await approved([1_000]);
    await look(id);
    office.pass(1_000);
    await tellBalance(office, 1_500 + 2_000 + 999);
    await look(id);
    expect(await batchNow(office, id)).toMatchObject({ state: "waiting_for_float", float: { available: 99_900 } });
    await office.dispatch([message]);
    await payAll(office);
    office.pass(60_000);
    await look(id);
    office.pass(1_000);
    await tellBalance(office, 2_000 + 1_000);
    await look(id);
    expect(await batchNow(office, id)).toMatchObject({ state: "running" });
  });

  test("does not start on what another batch has been paid since the balance was told", async () => {
    const { messages } = await running(office, [9_000]);
    const id = await approved([5_000]);
    await look(id);
    office.pass(1_000);
    await tellBalance(office, 10_000);
    await look(id);
    expect(await batchNow(office, id)).toMatchObject({ state: "waiting_for_float", float: { available: 100_000 } });
    await office.dispatch(messages);
    await payAll(office);
    office.pass(60_000);
    await look(id);
    expect(await batchNow(office, id)).toMatchObject({ state: "waiting_for_float" });
    office.pass(1_000);
    await tellBalance(office, 1_000);
    await look(id);
    expect(await batchNow(office, id)).toMatchObject({ state: "waiting_for_float" });
  });

  test("of two that start at once only the earlier gets what suffices for one", async () => {
    const first = await approved([1_000]);
    office.pass(10);
    const second = await approved([1_000]);
    await look(first);
    await look(second);
    office.pass(1_000);
    await tellBalance(office, 1_500);
    await Promise.all([look(second), look(first)]);
    expect(await batchNow(office, first)).toMatchObject({ state: "running" });
    expect(await batchNow(office, second)).toMatchObject({ state: "waiting_for_float" });
  });

  test("pauses when no operator is configured", async () => {
    const id = await approved([1_000]);
    office.safaricom.world.operator = null;
    await look(id);
    expect(await batchNow(office, id)).toMatchObject({
      state: "paused",
      stop: { cause: "initiator_misconfigured", payoutId: null },
    });
  });
});
