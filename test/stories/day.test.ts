/**
 * A day from its first payment to its statement, in a sandbox of its own: the clock closes it at two in the morning, the
 * statement proves it, and a second look changes nothing.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { ownSandbox } from "../payroll/sandbox.ts";
import type { OwnSandbox } from "../payroll/sandbox.ts";
import { business, dayAfter, dayOf } from "../week/business.ts";
import type { Day } from "../week/business.ts";
import { FINANCE_KEYS } from "./finance.ts";
import { until } from "./storefront.ts";

let desk: OwnSandbox;
let shop: ReturnType<typeof business>;
let day: string;
let early: { readonly code: string };
let morning: Day;
let proven: Day;

/** A push and a payment from the menu, the night, and the portal's statement the next morning. */
beforeAll(async () => {
  desk = await ownSandbox();
  shop = business(desk);
  day = dayAfter(dayOf(await desk.control.now()));
  await shop.goTo(day, 9);
  const paid = await shop.sell(1_500);
  await until(
    () => shop.payment(paid),
    ({ status }) => status === "succeeded",
  );
  const menu = await shop.menu(250, "WALK-IN");
  await until(shop.payments, (all) => all.some(({ receipt }) => receipt === menu));
  early = (await desk.ask<{ code: string }>("POST", `/v1/reconciliations/${day}/close`)).body;
  await shop.goTo(dayAfter(day), 2);
  morning = await shop.closed(day, "daraja");
  await shop.handIn(day, { template: "classic", format: "xlsx" });
  proven = await shop.closed(day, "statement");
}, 240_000);
afterAll(() => desk.close());

test("a day that is not over can't be closed", () => {
  expect(early.code).toBe("day_not_over");
});

test("the clock closes it in the night, on what M-PESA has told", () => {
  expect(morning.current.totals["received"]).toEqual({ count: 2, amount: 1_750 });
  expect(morning.exceptions).toEqual([]);
});

test("its statement proves it, beside what was closed", () => {
  expect(proven.current.totals["received"]).toEqual({ count: 2, amount: 1_750 });
  expect(proven.current.balances).toMatchObject([{ account: "utility", holds: true }]);
  expect(proven.exceptions).toEqual([]);
  expect(proven.closed).toEqual(morning.closed);
  expect(proven.adjustments).toMatchObject([{ because: "statement", added: 0 }]);
});

test("a second look changes nothing", async () => {
  expect((await desk.ask("POST", `/v1/reconciliations/${day}/close`)).status).toBe(202);
  const logs = () => desk.control.logs("CloseDay");
  await until(logs, (lines) => lines.some(({ text }) => text.includes('"day.unchanged"') && text.includes(day)));
  expect(await shop.day(day)).toEqual(proven);
});

test("its reports are fetched at addresses of their own", async () => {
  const csv = await desk.ask("GET", `/v1/reconciliations/${day}/report.csv`);
  expect(csv.text).toContain("matched,Payment,");
  expect(csv.headers.get("content-type")).toContain("text/csv");
  const workbook = await desk.ask("GET", `/v1/reconciliations/${day}/report.xlsx`);
  expect(workbook.text.slice(0, 2)).toBe("PK");
});

test("it is in its month, and nobody's who does not own the shortcode", async () => {
  const month = `/v1/reconciliations?month=${day.slice(0, 7)}`;
  const { body } = await desk.ask<{ data: (Day & { date: string })[] }>("GET", month);
  expect(body.data.find(({ date }) => date === day)).toMatchObject({ status: "adjusted" });
  expect((await desk.ask("GET", `/v1/reconciliations/${day}?shortcode=600000`)).status).toBe(404);
  expect((await desk.ask("GET", `/v1/reconciliations/${day}`, { key: FINANCE_KEYS.neighbour })).status).toBe(404);
});
