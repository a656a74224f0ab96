/** What payouts are paid from and leave by, as finance sees it: the balances, the question for them, and the lane. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ROUTES } from "../../../functions/api/contract.ts";
import { SignedCents } from "../../../functions/domain/balance.ts";
import type { PayoutLane } from "../../../functions/domain/payout-lane.ts";
import type { Scope } from "../../../functions/domain/scopes.ts";
import { NOW } from "../store/database.ts";
import { OPERATOR, SHORTCODE, bodyOf, openDesk, verdict } from "./finance-desk.ts";
import type { Asked, Desk } from "./finance-desk.ts";

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const MENDER: readonly Scope[] = ["reconciliation:write"];
const setLane = async (next: Partial<Pick<PayoutLane, "halt" | "provenFor" | "probe">>): Promise<void> => {
  const { lanes } = desk.books;
  await lanes.changeLane(await lanes.lane(SHORTCODE), { halt: null, provenFor: null, probe: null, ...next });
};
const locked = (about: string) => ({ code: "initiator_locked", resultCode: "8006", at: NOW, about }) as const;

describe("the balances", () => {
  const cents = (amount: number) => SignedCents.parse(amount);
  const utility = { name: "Utility Account", currency: "KES", current: cents(250_050), available: cents(200_000) };

  test("are unknown until M-PESA has said them, and then told in shillings with their time", async () => {
    expect(verdict(await desk.ask(ROUTES.readBalance))).toEqual([404, "balance_unknown"]);
    await desk.books.lanes.keepBalances(SHORTCODE, {
      id: "bal_1",
      accounts: [{ ...utility, reserved: cents(50_050), uncleared: cents(-100) }],
      asOf: NOW - 1_000,
      receivedAt: NOW,
    });
    expect(bodyOf(await desk.ask(ROUTES.readBalance))).toEqual({
      object: "balance",
      shortcode: SHORTCODE,
      accounts: [
        {
          name: "Utility Account",
          currency: "KES",
          current: 2500.5,
          available: 2000,
          reserved: 500.5,
          uncleared: -1,
        },
      ],
      as_of: "2026-11-21T08:59:59.000Z",
      received_at: "2026-11-21T09:00:00.000Z",
    });
  });

  test("are asked for at once, and a question that is out already serves", async () => {
    const ask = () => desk.ask(ROUTES.refreshBalance, { scopes: MENDER });
    const question = { object: "balance_question", shortcode: SHORTCODE, asked_at: "2026-11-21T09:00:00.000Z" };
    for (const answer of [await ask(), await ask()]) {
      expect(answer.status).toBe(202);
      expect(answer.body).toEqual(question);
    }
    expect(desk.balanceQuestions, "an operator that is not proven sends one question at a time").toHaveLength(1);
  });

  test("are not asked for while M-PESA's complaint about the operator stands: the answer says what to mend", async () => {
    await setLane({ halt: locked("bal_1") });
    const refused = await desk.ask(ROUTES.refreshBalance);
    expect(verdict(refused)).toEqual([409, "payout_lane_halted"]);
    expect(bodyOf(refused)["detail"]).toMatch(/administrator unlocks/);
    expect(desk.balanceQuestions).toEqual([]);
  });

  test("can't be asked for when Daraja takes no question, or without an API operator", async () => {
    desk.world.answer = { asked: "no", because: "throttled" };
    const refused = await desk.ask(ROUTES.refreshBalance);
    expect(verdict(refused)).toEqual([503, "balance_not_asked"]);
    expect(refused.headers).toMatchObject({ "retry-after": "60" });
    desk.world.initiator = null;
    expect(verdict(await desk.ask(ROUTES.refreshBalance))).toEqual([503, "payouts_not_configured"]);
  });
});

describe("the lane", () => {
  const read = () => desk.ask(ROUTES.readPayoutLane);

  test("is unproven, then open, and unproven again for another operator", async () => {
    const lane = { object: "payout_lane", shortcode: SHORTCODE, halt: null };
    expect((await read()).body).toEqual({ ...lane, status: "unproven" });
    await setLane({ provenFor: OPERATOR });
    expect((await read()).body).toEqual({ ...lane, status: "open" });
    desk.world.initiator = "somebody-else";
    expect((await read()).body).toEqual({ ...lane, status: "unproven" });
    desk.world.initiator = null;
    expect(verdict(await read())).toEqual([503, "payouts_not_configured"]);
  });

  test("that is halted says what to mend, and names a question but no payout, which may be a neighbour's", async () => {
    await setLane({ halt: locked("bal_1"), provenFor: OPERATOR });
    const halt = { code: "initiator_locked", message: expect.stringMatching(/unlocks/) as string };
    expect(bodyOf(await read())).toMatchObject({ status: "halted", halt: { ...halt, about: "bal_1" } });
    await setLane({ halt: locked("pyo_4k9qdz1n7ah0xv3rw8gtb2jcf5") });
    expect(bodyOf(await read())).toMatchObject({ status: "halted", halt: { ...halt, about: null } });
  });

  test("is lifted by a person's word, and harmlessly so when nothing halts it", async () => {
    await setLane({ halt: locked("bal_1") });
    for (const lifted of [await desk.ask(ROUTES.resumePayoutLane), await desk.ask(ROUTES.resumePayoutLane)]) {
      expect(lifted.status).toBe(200);
      expect(bodyOf(lifted)).toMatchObject({ status: "unproven", halt: null });
    }
    expect((await desk.books.lanes.lane(SHORTCODE)).halt).toBeNull();
  });

  const halt = (asked: Asked = {}) => desk.ask(ROUTES.haltPayoutLane, asked);
  const halted = { status: "halted", halt: { code: "person", about: null, at: "2026-11-21T09:00:00.000Z" } };

  test("is halted by a person, with or without a reason, and halting it twice is halting it once", async () => {
    await setLane({ provenFor: OPERATOR });
    const first = await halt({ body: { reason: "Changing the operator's password" } });
    expect(first.status).toBe(200);
    const reason = "Changing the operator's password";
    expect(bodyOf(first)).toMatchObject({ ...halted, halt: { ...halted.halt, reason } });
    expect(bodyOf(first)).toMatchObject({ halt: { message: expect.stringMatching(/payout-lane\/resume/) as string } });
    expect(JSON.stringify(first.body), "keys are a neighbour's business").not.toContain("key_finance");
    desk.books.time.now += 60_000;
    for (const again of [await halt(), await halt({ body: { reason: "Another one" } }), await read()])
      expect(again.body).toEqual(first.body);
    expect((await desk.books.lanes.lane(SHORTCODE)).version).toBe(2);
  });

  test("is halted by an empty body as well, and by no other", async () => {
    for (const body of [
      { reason: "" },
      { reason: "  " },
      { reason: "x".repeat(201) },
      { reason: "é" },
      { why: "?" },
      [],
    ])
      expect(verdict(await halt({ body }))).toEqual([400, "invalid_request"]);
    expect(verdict(await halt({ text: "{" }))).toEqual([400, "invalid_json"]);
    expect((await desk.books.lanes.lane(SHORTCODE)).halt).toBeNull();
    expect(bodyOf(await halt({ body: {} }))).toMatchObject({ ...halted, halt: { reason: null } });
  });

  test("that a person halted answers no balance, says why, and is lifted by its resume", async () => {
    await setLane({ provenFor: OPERATOR });
    await halt();
    const refused = await desk.ask(ROUTES.refreshBalance);
    expect(verdict(refused)).toEqual([409, "payout_lane_halted"]);
    expect(bodyOf(refused)["detail"]).toMatch(/on purpose/);
    expect(desk.balanceQuestions).toEqual([]);
    expect(bodyOf(await desk.ask(ROUTES.resumePayoutLane))).toMatchObject({ status: "unproven", halt: null });
  });

  test("that M-PESA has halted for the operator stays so when a person halts it too", async () => {
    await setLane({ halt: locked("bal_1") });
    expect(bodyOf(await halt())).toMatchObject({ status: "halted", halt: { code: "initiator_locked", reason: null } });
  });

  test("is lifted by nobody while there is no operator", async () => {
    await setLane({ halt: locked("bal_1") });
    desk.world.initiator = null;
    expect(verdict(await desk.ask(ROUTES.resumePayoutLane))).toEqual([503, "payouts_not_configured"]);
    expect((await desk.books.lanes.lane(SHORTCODE)).halt).not.toBeNull();
  });
});

test("whoever approves may look and not touch", async () => {
  const scopes: readonly Scope[] = ["payouts:approve", "audit:read", "payments:read", "reconciliation:read"];
  expect((await desk.ask(ROUTES.readPayoutLane, { scopes })).status).toBe(200);
  await setLane({ halt: locked("bal_1") });
  for (const route of [ROUTES.refreshBalance, ROUTES.haltPayoutLane, ROUTES.resumePayoutLane])
    expect(verdict(await desk.ask(route, { scopes }))).toEqual([403, "forbidden"]);
  expect((await desk.books.lanes.lane(SHORTCODE)).halt).not.toBeNull();
  for (const route of [ROUTES.readBalance, ROUTES.readPayoutLane])
    expect(verdict(await desk.ask(route, { scopes: ["payments:read", "audit:read"] }))).toEqual([403, "forbidden"]);
});
