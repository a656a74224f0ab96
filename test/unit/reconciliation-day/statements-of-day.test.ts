import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { edgeBalances } from "../../../functions/reconciliation-day/edge-balances.ts";
import type { Payment } from "../../../functions/domain/payment.ts";
import { cents, line, MINUTE } from "../reconciliation/matching-world.ts";
import { BOUNDS, lineOf, NOON, openDayOffice } from "./day-office.ts";
import type { DayOffice } from "./day-office.ts";

describe("what an account held at the edges of a day", () => {
  const newest = line({ row: 10, completedAt: NOON + MINUTE, amount: cents(50), balance: cents(650) });
  const oldest = line({ row: 11, completedAt: NOON, amount: cents(500), balance: cents(600) });

  it("follows from the first and the last line, whichever way the file goes", () => {
    const held = { opening: cents(100), closing: cents(650) };
    expect(edgeBalances([newest, oldest])).toEqual(held);
    expect(edgeBalances([oldest, newest])).toEqual(held);
  });

  it("takes lines of one second as the portal writes them, newest first", () => {
    const first = { ...oldest, completedAt: newest.completedAt };
    expect(edgeBalances([newest, first])).toEqual({ opening: cents(100), closing: cents(650) });
  });

  it("is not known without lines, or without balances", () => {
    expect(edgeBalances([])).toEqual({ opening: null, closing: null });
    expect(edgeBalances([{ ...newest, balance: null }])).toEqual({ opening: null, closing: null });
  });

  it("leaves out what moved nothing", () => {
    const cancelled = line({ row: 9, completed: false, completedAt: NOON + 2 * MINUTE, balance: cents(9) });
    expect(edgeBalances([cancelled, newest, oldest]).closing).toBe(cents(650));
  });
});

describe("several statements of one day", () => {
  let office: DayOffice;
  let payment: Payment;
  beforeEach(async () => {
    office = await openDayOffice();
    payment = await office.paid(1_500, "UKK1AAAAAA");
  });
  afterEach(() => office.close());

  it("match each line once: one of all accounts gives way to one that names its account", async () => {
    await office.statement([lineOf(payment)], { account: null });
    expect((await office.closed()).current).toMatchObject({ statements: [{ account: null }], balances: [] });
    await office.statement([lineOf(payment, { balance: cents(1_600) })]);
    const { current } = await office.closed();
    expect(current.statements).toMatchObject([{ account: "utility" }]);
    expect(current.totals).toMatchObject({ received: { count: 1 }, exceptions: { duplicate_receipt: 0 } });
  });

  it("are each proven by itself, from the running balances where the file covers more than the day", async () => {
    const out = line({ row: 20, receipt: "UKK1SSSSSS", kind: "transfer", amount: cents(-500), balance: cents(1_100) });
    const came = { ...out, row: 9, amount: cents(500), balance: cents(500) };
    await office.statement([{ ...out, completedAt: NOON + MINUTE }, lineOf(payment, { balance: cents(1_600) })]);
    await office.statement([{ ...came, completedAt: NOON + MINUTE }], {
      account: "settlement",
      opening: 0,
      closing: 500,
    });
    const { current } = await office.closed();
    expect(current.balances).toMatchObject([
      { account: "utility", opening: 10_000, closing: 110_000, holds: true },
      { account: "settlement", opening: 0, closing: 50_000, holds: true },
    ]);
    expect(current.totals.transfers).toEqual({ count: 2, amount: 0 });
  });

  it("of another day say nothing of this one", async () => {
    const stray = line({ row: 40, receipt: "UKK1ZZZZZZ", completedAt: BOUNDS.until });
    const before = await office.closed();
    office.books.time.now += MINUTE;
    await office.statement([stray], { day: "2026-11-21" });
    expect(await office.closed()).toEqual(before);
  });
});
