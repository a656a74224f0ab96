/**
 * A week of a business with every fault on. In the end each line of every statement is matched, classified or in the
 * exceptions; what was planted is found, each under its own kind, and nothing else is reported; and the ledger has every
 * shilling that M-PESA has, although Safaricom did not tell of all of them.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { ownSandbox } from "../payroll/sandbox.ts";
import type { OwnSandbox } from "../payroll/sandbox.ts";
import { SHORTCODE, business, dayAfter, dayOf } from "./business.ts";
import type { Day, Planted } from "./business.ts";

const DAYS = 7;

let desk: OwnSandbox;
beforeAll(async () => {
  desk = await ownSandbox({ sweepIntervalSeconds: 60 });
  await desk.direct("POST", "/simulator/switches", { c2b_tariff: "business" });
});
afterAll(() => desk.close());

const NO_CALLBACK = { callback: { drop: true } };
const CONFIRMATION = "/c2b/confirmation";
const NO_CONFIRMATION = { path: CONFIRMATION, ...NO_CALLBACK };
const BROKEN = {
  status: 500,
  body: { requestId: "1", errorCode: "500.003.1001", errorMessage: "Internal Server Error" },
};
const ANSWER_LOST = { when: "after_execution", reset: true };
const TWICE = { callback: { copies: 2 } };

/** What a statement is wrong in, and what a day says of it. */
const FOUND_AS: Readonly<Record<string, string>> = {
  statement_row_missing: "missing_in_statement",
  statement_row_doubled: "duplicate_receipt",
  statement_amount_changed: "amount_mismatch",
};

const TEMPLATES = [
  { template: "classic", format: "csv" },
  { template: "current", format: "xlsx" },
  { template: "current", format: "csv" },
  { template: "classic", format: "xlsx" },
] as const;

/** What a day's wrong rows are called by the one who reconciles, in the order of the alphabet. */
const expected = (planted: readonly Planted[], day: string): readonly string[] =>
  planted
    .filter(({ completed_at: at }) => at !== null && dayOf(Date.parse(at)) === day)
    .flatMap(({ kind }) => FOUND_AS[kind] ?? [])
    .toSorted();

const named = ({ exceptions }: Day): readonly string[] => exceptions.map(({ kind }) => kind).toSorted();

/** The ledger has what M-PESA has: the same receipts, the same sum. */
const expectTruth = async (shop: ReturnType<typeof business>): Promise<void> => {
  const truth = [...(await shop.truthOf("stk_push")), ...(await shop.truthOf("c2b"))];
  const ledger = (await shop.payments()).filter(({ status }) => status === "succeeded" || status === "reversed");
  expect(ledger.map(({ receipt }) => receipt).toSorted()).toEqual(truth.map(({ receipt }) => receipt).toSorted());
  const sum = (of: readonly { readonly amount: number }[]): number =>
    of.reduce((total, { amount }) => total + amount, 0);
  expect(sum(ledger)).toBe(sum(truth));
};

test("every line is explained, every planted fault found under its own kind, and nothing else reported", async () => {
  const shop = business(desk);
  let day = dayAfter(dayOf(await desk.control.now()));
  const lines: Record<string, number> = {};
  const first = day;

  for (let index = 0; index < DAYS; index += 1, day = dayAfter(day)) {
    await shop.goTo(day, 9);
    const sold = await Promise.all([
      shop.sell(100 + index),
      shop.sell(210 + index, { faults: [NO_CALLBACK, NO_CONFIRMATION] }),
      shop.sell(320 + index, { faults: [ANSWER_LOST] }),
      shop.sell(430 + index, { faults: [TWICE] }),
      shop.sell(540 + index, { action: "cancel" }),
      shop.sell(650 + index),
    ]);
    const menu = await Promise.all([
      shop.menu(60 + index, "RENT 12"),
      shop.menu(70 + index, `inv-${index}`),
      shop.menu(80 + index, "X", [NO_CONFIRMATION]),
      shop.menu(90 + index, "Mama Njeri"),
    ]);
    const payouts = await Promise.all(
      [50, 53, 55].map((nn) => desk.pay({ phone: `2547000000${nn}`, amount: 20 + index + nn })),
    );
    for (const { status, text } of payouts) expect(status, text).toBe(201);
    await shop.wait(
      () => Promise.all(sold.map(shop.payment)),
      (all) =>
        all.every(({ status }) => status !== "pending") && all.filter(({ receipt }) => receipt !== null).length === 5,
    );
    await shop.wait(
      () => Promise.all(payouts.map(({ body }) => desk.payout(body.id))),
      (all) => all.every(({ status }) => status === "succeeded"),
    );
    const refunds = [await shop.refund(sold[0]), await shop.refund(sold[5], 50)];
    await shop.wait(
      () => Promise.all(refunds.map(shop.refundOf)),
      (all) => all.every(({ status }) => status === "succeeded"),
    );
    await shop.goTo(day, 15);
    await desk.direct("POST", `/simulator/accounts/${SHORTCODE}/sweep`, { amount: 500 });
    const receiptOf = async (id: string): Promise<string> => (await shop.payment(id)).receipt!;
    if (index < DAYS - 1)
      await desk.direct("POST", "/simulator/statement/faults", [
        { kind: "missing", receipt: menu[0] },
        { kind: "doubled", receipt: menu[1] },
        { kind: "amount", receipt: await receiptOf(sold[3]), by: -30 },
      ]);
    await shop.wait(
      () => shop.payments(),
      (all) => all.filter(({ receipt }) => receipt === menu[2]).length === 1,
    );

    await shop.goTo(dayAfter(day), 2.1);
    const asTold = await shop.closed(day, "daraja");
    expect(asTold.exceptions, JSON.stringify(asTold.exceptions)).toEqual([]);
    await shop.goTo(dayAfter(day), 7);
    lines[day] = await shop.handIn(day, TEMPLATES[index % TEMPLATES.length]!);
    await shop.closed(day, "statement");
  }

  const planted = await shop.planted();
  for (let at = first; at !== day; at = dayAfter(at)) {
    const seen = await shop.day(at);
    expect(named(seen), at).toEqual(expected(planted, at));
    const { totals } = seen.current;
    const explained = ["received", "paid_out", "refunded", "charges", "transfers", "withdrawals", "reversals"];
    const accounted = [...explained, "unexplained"].reduce((sum, name) => sum + (totals[name]?.count ?? 0), 0);
    expect(accounted, `${at}: ${JSON.stringify(totals)}`).toBe(lines[at]);
    expect(totals["open"]?.count, at).toBe(0);
  }
  const clean = await shop.day(planted.length === 0 ? first : dayOf((await desk.control.now()) - 86_400_000));
  expect(clean.current.balances.map(({ holds }) => holds)).not.toContain(false);

  await expectTruth(shop);
}, 900_000);

test("what no callback and no pull told, the sweep, the next pull and the statement bring", async () => {
  const shop = business(desk);
  const day = dayAfter(dayOf(await desk.control.now()));
  const [next, third] = [dayAfter(day), dayAfter(dayAfter(day))];
  await shop.goTo(day, 9);
  await desk.direct("POST", "/simulator/faults", [
    { match: {}, fault: NO_CALLBACK },
    { match: { path: CONFIRMATION }, fault: NO_CALLBACK },
    { match: { path: "/pulltransactions/v1/query" }, fault: { answer: BROKEN } },
  ]);
  const sold = await Promise.all([shop.sell(1_100), shop.sell(1_200), shop.sell(1_300)]);
  const lost = await Promise.all([shop.menu(1_400, "RENT 14"), shop.menu(1_500, "RENT 15")]);
  const paid = await Promise.all([41, 42].map((amount) => desk.pay({ phone: `25411${amount}00000`, amount })));
  await shop.wait(
    () => Promise.all(sold.map(shop.payment)),
    (all) => all.every(({ status, receipt }) => status === "succeeded" && receipt === null),
  );
  await shop.wait(
    () => Promise.all(paid.map(({ body }) => desk.payout(body.id))),
    (all) => all.every(({ status }) => status === "succeeded"),
  );
  await shop.goTo(next, 20);
  const late = await shop.menu(1_600, "RENT 16");
  await shop.goTo(third, 12);
  const known = async (receipts: readonly string[]): Promise<number> =>
    (await shop.payments()).filter(({ receipt }) => receipt !== null && receipts.includes(receipt)).length;
  expect(await known([late, ...lost])).toBe(0);

  await desk.direct("DELETE", "/simulator/faults");
  await shop.wait(
    () => known([late]),
    (found) => found === 1,
  );
  expect(await known(lost)).toBe(0);
  await shop.handIn(day, { template: "current", format: "xlsx" });
  const seen = await shop.closed(day, "statement");
  expect(named(seen)).toEqual(["missing_in_ledger", "missing_in_ledger"]);
  expect(seen.exceptions.map(({ receipt }) => receipt).toSorted()).toEqual(lost.toSorted());
  expect(await known(lost)).toBe(2);
  await expectTruth(shop);
}, 600_000);
