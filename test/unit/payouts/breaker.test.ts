/** The breaker and the probe: what halts the lane, what a halt stops, and how a credential is proven. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LaneHalt } from "../../../functions/domain/payout-lane.ts";
import { LaneBusy } from "../../../functions/payouts/change-lane.ts";
import { openPayOffice, SHORTCODE } from "./pay-office.ts";
import type { PayOffice } from "./pay-office.ts";
import { approve, batchNow, draft, payoutNow, resume, running, single, start, tellBalance } from "./payroll.ts";

let office: PayOffice;
beforeEach(async () => {
  office = await openPayOffice();
});
afterEach(() => office.close());

const halt = (changes: Partial<LaneHalt> = {}): LaneHalt => ({
  code: "initiator_locked",
  resultCode: "8006",
  at: office.books.time.now,
  about: "bal_1",
  ...changes,
});
const trip = (changes: Partial<LaneHalt> = {}) =>
  office.trip({ shortcode: SHORTCODE, halt: halt(changes), requestId: "test" });
const alarms = () => office.counted.filter((metric) => metric === "PayoutsHalted").length;

describe("a tripped lane", () => {
  beforeEach(() => office.openLane());

  test("pauses every batch that could go on, rings once, and lets nothing out", async () => {
    const { batch } = await running(office, [100]);
    const starting = await approve(office, await draft(office, [200]));
    const waiting = await draft(office, [300]);
    await Promise.all([trip(), trip(), trip()]);
    expect(alarms()).toBe(1);
    for (const { id } of [batch, starting])
      expect(await batchNow(office, id)).toMatchObject({ state: "paused", stop: { cause: "initiator_locked" } });
    expect(await batchNow(office, waiting.id)).toMatchObject({ state: "awaiting_approval" });
  });

  test("that was halted for less is halted for the operator too, and not the other way round", async () => {
    await trip({ code: "float_too_low", resultCode: "1" });
    expect(await office.lane()).toMatchObject({ halt: { code: "float_too_low" }, provenFor: "operator-1" });
    await trip();
    expect(await office.lane()).toMatchObject({ halt: { code: "initiator_locked" }, provenFor: null });
    await trip({ code: "float_too_low", resultCode: "1" });
    expect(await office.lane()).toMatchObject({ halt: { code: "initiator_locked" } });
  });

  test("for want of float still lets questions out, and needs no probe once it is lifted", async () => {
    const { message } = await single(office);
    await trip({ code: "float_too_low", resultCode: "1" });
    expect(await office.ask(SHORTCODE)).toMatchObject({ asked: "yes" });
    await office.dispatch([message]);
    expect(office.safaricom.sentOf("b2c")).toEqual([]);
    await office.lift(SHORTCODE);
    await office.dispatch([message]);
    expect(office.safaricom.sentOf("b2c")).toHaveLength(1);
    expect(office.safaricom.sentOf("balance")).toHaveLength(1);
  });

  test("whose batch can't be paused is halted all the same, and the other batches are paused", async () => {
    const one = await running(office, [100]);
    const other = await running(office, [200]);
    let isFirst = true;
    office.books.state.interfere = (command) => {
      if (command !== "UpdateItem" || !isFirst) return null;
      isFirst = false;
      return { before: new Error("away") };
    };
    await trip();
    office.books.state.interfere = () => null;
    const states = await Promise.all([one, other].map(async ({ batch }) => (await batchNow(office, batch.id)).state));
    expect(states.sort()).toEqual(["paused", "running"]);
    expect(office.logged).toContain("batch.not_paused");
  });

  test("that can't even be halted rings and says so", async () => {
    office.books.state.interfere = (command) => (command === "PutItem" ? { before: new Error("away") } : null);
    await expect(trip()).rejects.toThrow("away");
    expect(alarms()).toBe(1);
  });

  test("is tripped by a refusal that every payout would meet, before a second one is sent", async () => {
    const [one, two] = [await single(office), await single(office)];
    const failure = { code: "shortcode_misconfigured", resultCode: "400.002.02", resultDesc: "Bad Request" } as const;
    office.safaricom.world.answer = () => ({ answer: "refused", failure, raw: '{"errorCode":"400.002.02"}' });
    await office.dispatch([one.message]);
    office.pass(1_000);
    await office.dispatch([two.message]);
    expect(office.safaricom.sentOf("b2c")).toEqual([one.id]);
    expect(await payoutNow(office, one.id)).toMatchObject({ state: "failed" });
    expect(await office.lane()).toMatchObject({ halt: { code: "shortcode_misconfigured", about: one.id } });
  });
});

const haltByHand = (reason?: string) =>
  office.halt({ shortcode: SHORTCODE, by: "key:key_finance", reason, requestId: "test" });

describe("a lane that a person halts", () => {
  beforeEach(() => office.openLane());

  test("holds singles and batches, pauses what runs as a person would, and rings no bell", async () => {
    const { batch, messages } = await running(office, [100, 200]);
    const { id, message } = await single(office);
    await haltByHand("changing the password");
    expect(await office.lane()).toMatchObject({
      halt: { code: "person", about: "key:key_finance", reason: "changing the password" },
      provenFor: "operator-1",
    });
    const paused = await batchNow(office, batch.id);
    expect(paused).toMatchObject({ state: "paused", stop: { cause: "person", payoutId: null } });
    expect(paused.history.at(-1)).toMatchObject({ by: "key:key_finance" });
    office.pass(1_000);
    await office.dispatch([...messages, message]);
    expect(office.safaricom.sentOf("b2c")).toEqual([]);
    expect(await payoutNow(office, id)).toMatchObject({ state: "queued" });
    expect(alarms()).toBe(0);
    expect(office.logged).toContain("lane.halted_by_person");
  });

  test("stays as it was halted first, and pauses what was missed then", async () => {
    await haltByHand("the first word");
    const first = await office.lane();
    const missed = await approve(office, await draft(office, [100]));
    office.pass(5_000);
    expect((await haltByHand("the second word")).changed).toBe(false);
    expect(await office.lane()).toEqual(first);
    expect(await batchNow(office, missed.id)).toMatchObject({ state: "paused", stop: { cause: "person" } });
    expect(office.logged.filter((code) => code === "lane.halted_by_person")).toHaveLength(1);
  });

  test("pauses a batch that was missed as soon as that is tended", async () => {
    await haltByHand();
    const { id } = await approve(office, await draft(office, [100]));
    await office.tend([{ batch: id }]);
    expect(await batchNow(office, id)).toMatchObject({ state: "paused", stop: { cause: "person" } });
    expect(office.safaricom.heard).toEqual([]);
  });

  test("asks about what is on its way, and for no balance", async () => {
    const { id, message } = await single(office);
    await office.dispatch([message]);
    await haltByHand();
    expect(await office.status({ id, shortcode: SHORTCODE })).toBe(true);
    expect(await office.ask(SHORTCODE)).toEqual({ asked: "halted" });
    expect(await office.prove(SHORTCODE)).toBe("halted");
    expect(office.safaricom.sentOf("balance")).toEqual([]);
  });

  test("is halted for the operator too once M-PESA complains about it, with the alarm, and then asks nothing", async () => {
    const { id, message } = await single(office);
    await office.dispatch([message]);
    await haltByHand();
    await trip({ code: "float_too_low", resultCode: "1" });
    expect(await office.lane()).toMatchObject({ halt: { code: "person" } });
    expect(alarms()).toBe(0);
    await trip();
    expect(await office.lane()).toMatchObject({ halt: { code: "initiator_locked" }, provenFor: null });
    expect(alarms()).toBe(1);
    expect(await office.status({ id, shortcode: SHORTCODE })).toBe(false);
    await haltByHand();
    expect(await office.lane()).toMatchObject({ halt: { code: "initiator_locked" } });
  });

  test("is lifted by its own resume alone, and then one question goes first, whoever still holds the old password", async () => {
    const { batch } = await running(office, [100]);
    const { id, message } = await single(office);
    await haltByHand();
    await expect(resume(office, batch.id)).rejects.toThrow("payout_lane_halted");
    expect(await office.lane()).toMatchObject({ halt: { code: "person" } });
    await office.lift(SHORTCODE);
    expect(await office.lane()).toMatchObject({ halt: null, provenFor: null });
    const before = office.safaricom.sentOf("balance").length;
    await office.dispatch([message]);
    expect(office.safaricom.sentOf("b2c"), "the operator is the same, and has to prove itself all the same").toEqual(
      [],
    );
    expect(office.safaricom.sentOf("balance")).toHaveLength(before + 1);
    await tellBalance(office, 1_000_000);
    office.pass(1_000);
    await office.dispatch([message]);
    expect(office.safaricom.sentOf("b2c")).toEqual([id]);
    await resume(office, batch.id);
    expect(await batchNow(office, batch.id)).toMatchObject({ state: "starting" });
  });
});

describe("a lane that many change at once", () => {
  test("takes each change over what it was decided on", async () => {
    const decided: string[] = [];
    await Promise.all(
      Array.from({ length: 4 }, (_, index) =>
        office.changeOfLane(SHORTCODE, ({ provenFor }) => {
          if (provenFor?.includes(String(index))) decided.push("again");
          return { halt: null, provenFor: `${provenFor ?? ""}${index}`, probe: null };
        }),
      ),
    );
    const { provenFor } = await office.lane();
    expect(provenFor?.match(/./g)?.sort()).toEqual(["0", "1", "2", "3"]);
    expect(decided).toEqual([]);
  });

  test("gives up after some rounds", async () => {
    const stubborn = office.changeOfLane(SHORTCODE, (seen) => {
      office.books.state.interfere = async (command) => {
        office.books.state.interfere = () => null;
        if (command === "PutItem")
          await office.base.lanes.changeLane(seen, { halt: null, provenFor: "somebody else", probe: null });
        return null;
      };
      return { halt: null, provenFor: "mine", probe: null };
    });
    await expect(stubborn).rejects.toThrow(LaneBusy);
  });
});

describe("a probe", () => {
  test("that did not leave is no try: it may be asked again at once, as often as it takes", async () => {
    office.safaricom.world.ask = () => ({ asked: "no", because: "throttled" });
    for (let attempt = 0; attempt < 5; attempt += 1)
      expect(await office.ask(SHORTCODE)).toMatchObject({ asked: "no", because: "throttled" });
    expect(await office.lane()).toMatchObject({ halt: null, probe: null });
    office.safaricom.world.ask = () => ({ asked: "yes", conversationId: null });
    expect(await office.ask(SHORTCODE)).toMatchObject({ asked: "yes" });
  });

  test("is waited for by every credential, also by one that was stored while it is out", async () => {
    expect(await office.ask(SHORTCODE)).toMatchObject({ asked: "yes" });
    office.safaricom.world.operator = "operator-2";
    expect(await office.ask(SHORTCODE)).toEqual({ asked: "waiting" });
    expect(await office.prove(SHORTCODE)).toBe("wait");
    office.pass(120_000);
    expect(await office.ask(SHORTCODE)).toMatchObject({ asked: "yes" });
    expect(office.safaricom.sentOf("balance")).toHaveLength(2);
    expect(await office.lane()).toMatchObject({ probe: { fingerprint: "operator-2", tries: 2 } });
  });

  test("that may have left counts as one", async () => {
    office.safaricom.world.ask = () => ({ asked: "maybe", because: "timeout" });
    expect(await office.ask(SHORTCODE)).toMatchObject({ asked: "yes" });
    expect(await office.ask(SHORTCODE)).toMatchObject({ asked: "waiting" });
    expect(await office.lane()).toMatchObject({ probe: { tries: 1 } });
  });

  test("is not sent with a credential that came into force while it was being prepared", async () => {
    office.safaricom.world.beforeQuestion = () => void (office.safaricom.world.operator = "operator-2");
    expect(await office.ask(SHORTCODE)).toMatchObject({ asked: "no", because: "withheld" });
    expect(office.safaricom.heard).toEqual([]);
  });

  test("is not needed, and not sent, without an operator", async () => {
    office.safaricom.world.operator = null;
    expect(await office.ask(SHORTCODE)).toEqual({ asked: "not_configured" });
    expect(await office.prove(SHORTCODE)).toBe("not_configured");
    expect(await office.lane()).toMatchObject({ version: 0 });
  });
});

describe("a batch", () => {
  beforeEach(() => office.openLane());

  test("that is resumed lifts the halt before anything of it may move", async () => {
    const { batch } = await running(office, [100]);
    await trip();
    await resume(office, batch.id);
    expect(await office.lane()).toMatchObject({ halt: null, provenFor: null });
    await start(office, batch.id);
    expect(await office.lane()).toMatchObject({ provenFor: "operator-1" });
  });

  test("that many steer at once takes each act once", async () => {
    const batch = await draft(office, [100]);
    const approval = { keyId: "key_approver", digest: batch.rows?.digest ?? "", at: office.books.time.now };
    const act = { at: office.books.time.now, by: "key:key_approver", requestId: "test" };
    const outcomes = await Promise.all(
      Array.from({ length: 4 }, () => office.steer(batch.id, { event: "approved", approval }, act)),
    );
    expect(outcomes.filter(({ changed }) => changed)).toHaveLength(1);
    expect(outcomes.filter((outcome) => !outcome.changed).map(({ because }) => because)).toEqual([
      "not_awaiting_approval",
      "not_awaiting_approval",
      "not_awaiting_approval",
    ]);
    expect(await batchNow(office, batch.id)).toMatchObject({ state: "starting", approvals: [approval] });
  });

  test("that is not on the ledger is no fault", async () => {
    const act = { at: 0, by: "clock", requestId: "test" };
    const unknown = await office.steer("bat_00000000000000000000000000", { event: "resumed" }, act);
    expect(unknown).toEqual({ changed: false, because: "unknown_batch" });
  });
});
