/** The dispatcher: what the ledger allows leaves once, whatever the queue and other dispatchers do meanwhile. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { BatchPlace } from "../../../functions/domain/payout.ts";
import { openPayOffice, run, SHORTCODE } from "../payouts/pay-office.ts";
import type { PayOffice } from "../payouts/pay-office.ts";
import {
  approve,
  batchNow,
  cancel,
  draft,
  pause,
  payoutNow,
  resume,
  rowIds,
  running,
  single,
  start,
} from "../payouts/payroll.ts";
import { coded, LOST, throttled } from "../payouts/safaricom.ts";
import { payoutIntent, rowIntent } from "../store/payout-samples.ts";

let office: PayOffice;
beforeEach(async () => {
  office = await openPayOffice();
});
afterEach(() => office.close());

const DONE = { verdict: "done" };
const AGAIN = { verdict: "again" };

describe("a message", () => {
  beforeEach(() => office.openLane());

  test("has its payout sent, and the answer recorded", async () => {
    const { id, message } = await single(office);
    expect(await office.dispatch([message])).toEqual([DONE]);
    expect([...office.safaricom.taken.keys()]).toEqual([id]);
    expect(await payoutNow(office, id)).toMatchObject({ state: "accepted", attempts: 1 });
  });

  test("that is delivered twice, in one delivery or in two, sends once", async () => {
    const { message } = await single(office);
    expect(await office.dispatch([message, message])).toEqual([DONE, DONE]);
    expect(await office.dispatch([message])).toEqual([DONE]);
    expect(office.safaricom.sentOf("b2c")).toHaveLength(1);
  });

  test("that several dispatchers get at the same moment sends once", async () => {
    const { message } = await single(office);
    await Promise.all(Array.from({ length: 6 }, () => office.dispatch([message])));
    expect(office.safaricom.sentOf("b2c")).toHaveLength(1);
  });

  test("about nothing that is on the ledger sends nothing and is done", async () => {
    expect(await office.dispatch([{ payout: "pyo_00000000000000000000000000" }])).toEqual([DONE]);
    expect(office.safaricom.heard).toEqual([]);
  });

  test("that comes when there is no time for a whole call comes again", async () => {
    const { id, message } = await single(office);
    const delivered = [{ message: message as { payout: string }, times: 1 }];
    expect(await office.dispatcher(delivered, run(40_000))).toMatchObject([AGAIN]);
    expect(await payoutNow(office, id)).toMatchObject({ state: "queued" });
  });
});

describe("a sending", () => {
  beforeEach(() => office.openLane());

  test("whose answer was lost is uncertain, and its message is done", async () => {
    const { id, message } = await single(office);
    office.safaricom.world.answer = () => LOST;
    expect(await office.dispatch([message])).toEqual([DONE]);
    expect(await payoutNow(office, id)).toMatchObject({ state: "uncertain" });
    await office.dispatch([message]);
    expect(office.safaricom.sentOf("b2c")).toHaveLength(1);
  });

  test("that was turned away is queued again and its message comes again, later each time", async () => {
    const { id, message } = await single(office);
    office.safaricom.world.answer = throttled;
    const waits: number[] = [];
    for (const times of [1, 2, 3, 20]) {
      const [verdict] = await office.dispatch([message], times);
      if (verdict?.verdict === "again") waits.push(verdict.afterSeconds);
      expect(await payoutNow(office, id)).toMatchObject({ state: "queued" });
    }
    expect(waits).toEqual([5, 10, 20, 60]);
    office.safaricom.world.answer = () => ({ answer: "accepted", conversationId: null, raw: "{}" });
    await office.dispatch([message]);
    expect(office.safaricom.taken.size).toBe(1);
  });

  test("whose dispatcher dies after the claim leaves a payout that no message sends again", async () => {
    const { id, message } = await single(office);
    office.safaricom.world.afterRelease = () => Promise.reject(new Error("killed"));
    expect(await office.dispatch([message])).toMatchObject([AGAIN]);
    office.safaricom.world.afterRelease = () => Promise.resolve();
    expect(await office.dispatch([message])).toEqual([DONE]);
    expect(await payoutNow(office, id)).toMatchObject({ state: "sending" });
    expect(office.safaricom.sentOf("b2c")).toEqual([]);
  });

  test("whose answer the ledger does not take is not sent again either", async () => {
    const { id, message } = await single(office);
    const { state } = office.books;
    office.safaricom.world.answer = () => {
      state.interfere = () => ({ before: new Error("the ledger is away") });
      return { answer: "accepted", conversationId: null, raw: "{}" };
    };
    expect(await office.dispatch([message])).toEqual([DONE]);
    state.interfere = () => null;
    expect(office.logged).toContain("payout.not_recorded");
    expect(await payoutNow(office, id)).toMatchObject({ state: "sending" });
    await office.dispatch([message]);
    expect(office.safaricom.sentOf("b2c")).toHaveLength(1);
  });
});

describe("a batch", () => {
  beforeEach(() => office.openLane());

  test("that is paused while its payouts wait for their turn sends nothing more", async () => {
    const { batch, messages } = await running(
      office,
      Array.from({ length: 20 }, () => 100),
    );
    await office.dispatch(messages.slice(0, 10));
    office.safaricom.world.beforeRelease = async () => {
      office.safaricom.world.beforeRelease = () => Promise.resolve();
      await pause(office, batch.id);
      office.pass(1_000);
    };
    const verdicts = await office.dispatch(messages.slice(10));
    expect(verdicts.every(({ verdict }) => verdict === "done")).toBe(true);
    expect(office.safaricom.taken.size).toBeGreaterThanOrEqual(10);
    const sent = office.safaricom.taken.size;
    await office.dispatch(messages);
    expect(office.safaricom.taken.size).toBe(sent);
    expect(sent).toBeLessThan(20);
  });

  test("goes on after a resume with what was not sent, and pays each row once", async () => {
    const { batch, messages } = await running(office, [100, 200, 300]);
    await office.dispatch(messages.slice(0, 1));
    await pause(office, batch.id);
    expect(await office.dispatch(messages)).toEqual([DONE, DONE, DONE]);
    expect(office.safaricom.taken.size).toBe(1);
    await resume(office, batch.id);
    await start(office, batch.id);
    await office.dispatch([...messages, ...office.takePayouts()]);
    expect([...office.safaricom.taken.keys()].sort()).toEqual([...rowIds(batch)].sort());
    expect(office.safaricom.sentOf("b2c")).toHaveLength(3);
  });

  test("that was cancelled has its queued payouts cancelled, not sent", async () => {
    const { batch, messages } = await running(office, [100, 200]);
    await cancel(office, batch.id);
    expect(await office.dispatch(messages)).toEqual([DONE, DONE]);
    expect(office.safaricom.taken.size).toBe(0);
    for (const id of rowIds(batch)) expect(await payoutNow(office, id)).toMatchObject({ state: "cancelled" });
  });

  test("is fed again from a row whose message was given up", async () => {
    const { batch, messages } = await running(office, [100, 200, 300]);
    expect(await batchNow(office, batch.id)).toMatchObject({ handed: 3 });
    const [, second = ""] = rowIds(batch);
    office.safaricom.world.hasSlots = false;
    expect(await office.dispatch([{ payout: second }], 49)).toMatchObject([AGAIN]);
    expect(await office.dispatch([{ payout: second }], 50)).toEqual([DONE]);
    expect(await batchNow(office, batch.id)).toMatchObject({ handed: 1 });
    office.safaricom.world.hasSlots = true;
    await office.tend([{ batch: batch.id }]);
    await office.dispatch([...messages.slice(0, 1), ...office.takePayouts()]);
    expect(office.safaricom.sentOf("b2c")).toHaveLength(3);
  });

  test("that was missed when its lane was tripped is handed on again, even if the lane is lifted before anybody looked", async () => {
    const { batch, messages } = await running(office, [100, 200]);
    const halt = { code: "float_too_low", resultCode: "1", at: office.books.time.now, about: "x" } as const;
    const seen = await office.lane();
    await office.base.lanes.changeLane(seen, { halt, provenFor: seen.provenFor, probe: null });
    expect(await office.dispatch(messages)).toEqual([DONE, DONE]);
    await office.lift(batch.shortcode);
    await office.tend([{ batch: batch.id }]);
    await office.dispatch(office.takePayouts());
    expect(office.safaricom.taken.size).toBe(2);
  });
});

describe("what must not leave:", () => {
  beforeEach(() => office.openLane());

  const opened = async (changes: Partial<BatchPlace>, isApproved: boolean): Promise<string> => {
    const batch = await draft(office, [100, 200]);
    if (isApproved) {
      await approve(office, batch);
      await start(office, batch.id);
      office.takePayouts();
    }
    const place = { id: batch.id, digest: batch.rows?.digest ?? "", position: 1, row: 1, generation: 7, ...changes };
    const intent = rowIntent(place, { shortcode: SHORTCODE });
    await office.base.payouts.openRows([intent]);
    return intent.id;
  };

  test.each([
    ["a row of a batch that nobody approved", {}, false],
    ["a row made from other rows than those that were approved", { digest: "0".repeat(64) }, true],
    ["a row behind the last one", { position: 3 }, true],
    ["a row of a batch that is not on the ledger", { id: "bat_00000000000000000000000000" }, true],
  ])("%s", async (_what, changes, isApproved) => {
    const id = await opened(changes, isApproved);
    expect(await office.dispatch([{ payout: id }])).toEqual([DONE]);
    expect(office.safaricom.sentOf("b2c")).toEqual([]);
    expect(await payoutNow(office, id)).toMatchObject({ state: "queued", attempts: 0 });
  });

  test("a payout of a shortcode that the credentials are not for", async () => {
    const intent = payoutIntent({ shortcode: "174379" });
    await office.base.payouts.open(intent);
    expect(await office.dispatch([{ payout: intent.id }])).toEqual([DONE]);
    expect(office.safaricom.heard).toEqual([]);
  });
});

describe("the lane", () => {
  test("of a fresh deployment is proven by one balance question, however many dispatchers start", async () => {
    const payouts = await Promise.all(Array.from({ length: 8 }, () => single(office)));
    const verdicts = await Promise.all(payouts.map(({ message }) => office.dispatch([message])));
    expect(office.safaricom.heard.map(({ operation }) => operation)).toEqual(["balance"]);
    expect(verdicts.flat().every(({ verdict }) => verdict === "again")).toBe(true);
    await office.callback("balance", { id: office.safaricom.sentOf("balance")[0] ?? "", body: coded(21) });
    for (const { message } of payouts) await office.dispatch([message]);
    expect(office.safaricom.taken.size).toBe(8);
  });

  test("is proven anew for a new credential, and what waits for its turn with the old one does not leave", async () => {
    await office.openLane();
    const { id, message } = await single(office);
    office.safaricom.world.operator = "operator-2";
    expect(await office.dispatch([message])).toMatchObject([AGAIN]);
    expect(office.safaricom.heard).toMatchObject([{ operation: "balance", operator: "operator-2" }]);
    expect(await payoutNow(office, id)).toMatchObject({ state: "queued" });
  });

  test("is halted by the third question that nobody answered, with an alarm", async () => {
    const { message } = await single(office);
    for (let minute = 0; minute < 20; minute += 1) {
      await office.dispatch([message]);
      office.pass(60_000);
    }
    expect(office.safaricom.sentOf("balance")).toHaveLength(3);
    expect(await office.lane()).toMatchObject({ halt: { code: "initiator_misconfigured" } });
    expect(office.counted.filter((metric) => metric === "PayoutsHalted")).toHaveLength(1);
  });

  test("that M-PESA complains about lets out nothing that names the operator until it is lifted, then one probe", async () => {
    const { batch, messages } = await running(office, [100, 200, 300, 400]);
    await office.dispatch(messages.slice(0, 1));
    const [first = ""] = rowIds(batch);
    await office.callback("b2c", { id: first, body: coded(2001) });
    expect(await office.lane()).toMatchObject({ halt: { code: "initiator_misconfigured", about: first } });
    expect(await batchNow(office, batch.id)).toMatchObject({ state: "paused", stop: { payoutId: first } });
    expect(office.counted).toContain("PayoutsHalted");

    const before = office.safaricom.heard.length;
    const { message } = await single(office);
    office.pass(120_000);
    await office.dispatch([...messages, message]);
    await office.sweep();
    await office.tend([{ batch: batch.id }]);
    expect(await office.ask(batch.shortcode)).toEqual({ asked: "halted" });
    expect(office.safaricom.heard).toHaveLength(before);

    await resume(office, batch.id);
    await Promise.all([office.dispatch([message]), office.dispatch([message]), office.tend([{ batch: batch.id }])]);
    expect(office.safaricom.heard.slice(before).map(({ operation }) => operation)).toEqual(["balance"]);
  });

  test("is halted, and every batch paused, when no operator is configured", async () => {
    await office.openLane();
    const { batch, messages } = await running(office, [100]);
    office.safaricom.world.operator = null;
    expect(await office.dispatch(messages)).toEqual([DONE]);
    expect(await office.lane()).toMatchObject({ halt: { code: "initiator_misconfigured" } });
    expect(await batchNow(office, batch.id)).toMatchObject({ state: "paused" });
    expect(office.safaricom.sentOf("b2c")).toEqual([]);
  });
});
