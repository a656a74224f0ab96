import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { readPayerPhone } from "../../../functions/domain/payer-phone.ts";
import { exceptionCount } from "../../../functions/domain/reconciled-day.ts";
import { cents, line } from "../reconciliation/matching-world.ts";
import { BOUNDS, DAY, lineOf, NOON, openDayOffice, SHORTCODE } from "./day-office.ts";
import type { DayOffice } from "./day-office.ts";

let office: DayOffice;
const opened: DayOffice[] = [];
beforeEach(async () => {
  office = await openDayOffice();
  opened.push(office);
});
afterAll(() => {
  for (const { close } of opened) close();
});

const kinds = async (storefront?: string) => (await office.open(storefront)).map(({ kind }) => kind).sort();

describe("a day without a statement", () => {
  it("is closed by what M-PESA has told, and says what is still open", async () => {
    await office.paid(1_500, "UKK1AAAAAA");
    await office.paid(250, "UKK1BBBBBB");
    await office.asked(90);
    const { closed, version } = await office.closed();
    expect(closed).toMatchObject({ basis: "daraja", statements: [], balances: [] });
    expect(closed.totals).toMatchObject({
      received: { count: 2, amount: 175_000 },
      open: { count: 1, amount: 9_000 },
      news: 0,
    });
    expect(exceptionCount(closed)).toBe(0);
    expect(version).toBe(1);
  });

  it("has no part in the days beside it", async () => {
    await office.paid(1_500, "UKK1AAAAAA", { at: BOUNDS.from - 1 });
    await office.paid(1_500, "UKK1BBBBBB", { at: BOUNDS.from });
    await office.paid(1_500, "UKK1CCCCCC", { at: BOUNDS.until - 1 });
    await office.paid(1_500, "UKK1DDDDDD", { at: BOUNDS.until });
    const { closed } = await office.closed();
    expect(closed.totals.received.count).toBe(2);
  });

  it("is left as it is by a second look at the same evidence", async () => {
    await office.paid(1_500, "UKK1AAAAAA");
    const first = await office.closed();
    const files = [...office.bucket.kept.keys()];
    office.books.time.now += 60_000;
    office.books.calls.length = 0;
    expect(await office.closed()).toEqual(first);
    expect([...office.bucket.kept.keys()]).toEqual(files);
    // The lease, which is no part of the ledger, is taken and given up.
    const writes = office.books.calls.filter((name) => /^(Put|Update|Transact|BatchWrite)/.test(name));
    expect(writes).toEqual(["PutItem", "PutItem"]);
  });

  it("holds the payments of every storefront of the shortcode", async () => {
    await office.paid(1_500, "UKK1AAAAAA");
    await office.paid(250, "UKK1BBBBBB", { storefront: "branch" });
    expect((await office.closed()).closed.totals.received.count).toBe(2);
  });
});

describe("a day with its statement", () => {
  it("explains every line, posts the charges, and proves the balance", async () => {
    const payment = await office.paid(1_500, "UKK1AAAAAA");
    const charge = line({
      row: 11,
      kind: "charge",
      receipt: "UKK1AAAAAA",
      amount: cents(-15),
      party: null,
      reference: null,
    });
    await office.statement([lineOf(payment), charge], { opening: 100, closing: 1_585 });
    const { closed } = await office.closed();
    expect(closed.basis).toBe("statement");
    expect(closed.totals).toMatchObject({
      received: { count: 1, amount: 150_000 },
      charges: { count: 1, amount: -1_500 },
      unexplained: { count: 0 },
    });
    expect(closed.balances).toMatchObject([{ account: "utility", difference: 0, holds: true }]);
    expect(await office.open()).toEqual([]);
  });

  it("shows a balance that does not add up", async () => {
    const payment = await office.paid(1_500, "UKK1AAAAAA");
    await office.statement([lineOf(payment)], { opening: 100, closing: 1_700 });
    const { closed } = await office.closed();
    expect(closed.balances).toMatchObject([{ expected: 160_000, closing: 170_000, difference: 10_000, holds: false }]);
  });

  it("tells the ledger of a payment whose callback never came", async () => {
    const payment = await office.asked(1_500);
    await office.statement([
      lineOf(
        { ...payment, receipt: "UKK1AAAAAA" },
        { party: { phone: readPayerPhone(payment.phoneMasked!), name: "ALICE" } },
      ),
    ]);
    const { closed } = await office.closed();
    expect(closed.totals).toMatchObject({ received: { count: 1 }, news: 1 });
    expect(await office.books.ledger.read(payment.id)).toMatchObject({ state: "succeeded", receipt: "UKK1AAAAAA" });
    expect(await office.open()).toEqual([]);
  });

  it("puts a payment on the ledger that nobody told of, and shows it to a person all the same", async () => {
    await office.statement([line({ receipt: "UKK1AAAAAA", reference: "BR-77" })]);
    const { closed } = await office.closed();
    expect(closed.totals.exceptions.missing_in_ledger).toBe(1);
    const [told] = (
      await office.books.ledger.list({
        storefront: "branch",
        filters: { receipt: "UKK1AAAAAA" },
        limit: 1,
        cursor: null,
      })
    ).payments;
    expect(told).toMatchObject({ source: "paybill", state: "succeeded", reference: "BR-77" });
    expect(await kinds()).toEqual(["missing_in_ledger"]);
    expect(closed.exceptions[0]?.exceptions).toEqual((await office.open()).map(({ id }) => id));
  });

  it("finds the same again, though the ledger has learnt from it", async () => {
    const payment = await office.asked(1_500);
    await office.statement([
      lineOf(
        { ...payment, receipt: "UKK1AAAAAA" },
        { party: { phone: readPayerPhone(payment.phoneMasked!), name: "ALICE" } },
      ),
      line({ row: 12, receipt: "UKK1BBBBBB", amount: cents(77) }),
    ]);
    const first = await office.closed();
    expect(first.closed.totals).toMatchObject({ news: 1, exceptions: { missing_in_ledger: 1 } });
    office.books.time.now += 3_600_000;
    expect(await office.closed()).toEqual(first);
    expect(await kinds()).toEqual(["missing_in_ledger"]);
  });

  it("names every planted fault under its own kind, and nothing else", async () => {
    const [fine, changed, doubled] = [
      await office.paid(1_500, "UKK1AAAAAA"),
      await office.paid(200, "UKK1BBBBBB"),
      await office.paid(300, "UKK1CCCCCC"),
    ];
    await office.paid(400, "UKK1DDDDDD");
    await office.statement([
      lineOf(fine),
      lineOf(changed, { row: 12, amount: cents(210) }),
      lineOf(doubled, { row: 13 }),
      lineOf(doubled, { row: 14 }),
    ]);
    const { closed } = await office.closed();
    expect(closed.totals.exceptions).toEqual({
      amount_mismatch: 1,
      duplicate_receipt: 1,
      ambiguous: 0,
      missing_in_ledger: 0,
      missing_in_statement: 1,
    });
    expect(await kinds()).toEqual(["amount_mismatch", "duplicate_receipt", "missing_in_statement"]);
    expect(office.counted).toEqual(["ExceptionOpened", "ExceptionOpened", "ExceptionOpened"]);
  });

  it("shows each storefront its own exceptions", async () => {
    await office.paid(400, "UKK1DDDDDD", { storefront: "branch" });
    await office.statement([]);
    await office.closed();
    expect(await kinds("branch")).toEqual(["missing_in_statement"]);
    expect(await kinds()).toEqual([]);
  });

  it("finds a payment by its receipt that was asked for long before", async () => {
    const payment = await office.tellPaid(await office.asked(1_500, BOUNDS.from - 20 * 86_400_000), "UKK1AAAAAA");
    await office.statement([lineOf(payment, { completedAt: NOON })]);
    const { closed } = await office.closed();
    expect(closed.totals).toMatchObject({ received: { count: 1 }, exceptions: { missing_in_ledger: 0 } });
  });

  it("is not closed by a statement of another account alone", async () => {
    await office.paid(1_500, "UKK1AAAAAA");
    await office.statement([], { account: "charges_paid" });
    expect((await office.closed()).closed).toMatchObject({ basis: "daraja", totals: { received: { count: 1 } } });
  });

  it("gives a charge in another account's statement to its payment", async () => {
    const payment = await office.paid(1_500, "UKK1AAAAAA");
    await office.statement([lineOf(payment)]);
    await office.statement([line({ row: 9, kind: "charge", receipt: "UKK1AAAAAA", amount: cents(-15) })], {
      account: "charges_paid",
    });
    await office.closed();
    const report = JSON.parse((await office.file("report")).toString()) as { classified: { ledgerId: string }[] };
    expect(report.classified).toMatchObject([{ ledgerId: payment.id }]);
  });
});

describe("evidence that comes after the close", () => {
  it("is a dated adjustment, and what was closed stays as it was", async () => {
    const payment = await office.paid(1_500, "UKK1AAAAAA");
    const first = await office.closed();
    office.books.time.now += 3_600_000;
    await office.statement([lineOf(payment), line({ row: 12, receipt: "UKK1BBBBBB", amount: cents(77) })]);
    const second = await office.closed();
    expect(second).toMatchObject({ version: 2, closed: first.closed, closedAt: first.closedAt });
    expect(second.adjustments).toMatchObject([
      {
        because: "statement",
        basis: "statement",
        same: 1,
        added: 1,
        changed: 0,
        removed: 0,
        at: office.books.time.now,
      },
    ]);
    const csv = (await office.file("csv")).toString();
    expect(csv).toContain("adjustment,Added,UKK1BBBBBB,77.00");
  });

  it("keeps every version's files", async () => {
    const payment = await office.paid(1_500, "UKK1AAAAAA");
    await office.closed();
    await office.statement([lineOf(payment)]);
    await office.closed();
    const reports = [...office.bucket.kept.keys()].filter((key) => key.endsWith("report.xlsx"));
    expect(
      reports.map((key) =>
        key
          .split("/")
          .slice(0, 4)
          .join("/")
          .replace(/-[0-9a-f]{64}$/, ""),
      ),
    ).toEqual([`reconciliations/${SHORTCODE}/${DAY}/1`, `reconciliations/${SHORTCODE}/${DAY}/2`]);
  });

  it("is told by a late callback, too", async () => {
    const payment = await office.asked(1_500);
    await office.closed();
    await office.tellPaid(payment, "UKK1AAAAAA");
    const { adjustments, closed, current } = await office.closed();
    expect(adjustments).toMatchObject([{ because: "evidence", changed: 1 }]);
    expect([closed.totals.open.count, current.totals.open.count]).toEqual([1, 0]);
  });
});

describe("midnight", () => {
  it("carries over what the next day's statement may have", async () => {
    const payment = await office.paid(1_500, "UKK1AAAAAA", { at: BOUNDS.until - 1_000 });
    await office.statement([]);
    const { closed } = await office.closed();
    expect(closed.totals).toMatchObject({ carried: { count: 1 }, exceptions: { missing_in_statement: 0 } });
    const next = await office.nextDay([lineOf(payment, { completedAt: BOUNDS.until + 500 })]);
    expect(next.closed.totals).toMatchObject({ received: { count: 1 }, exceptions: { missing_in_ledger: 0 } });
  });

  it("misses what neither of two statements has", async () => {
    await office.paid(1_500, "UKK1AAAAAA", { at: BOUNDS.until - 1_000 });
    await office.statement([]);
    await office.closed();
    const next = await office.nextDay([]);
    expect(next.closed.totals.exceptions.missing_in_statement).toBe(1);
  });

  it("does not look twice for what this day's statement has already", async () => {
    const payment = await office.paid(1_500, "UKK1AAAAAA", { at: BOUNDS.until + 1_000 });
    await office.statement([lineOf(payment, { completedAt: BOUNDS.until - 500 })]);
    expect((await office.closed()).closed.totals.received.count).toBe(1);
    const next = await office.nextDay([]);
    expect(next.closed.totals).toMatchObject({ received: { count: 0 }, exceptions: { missing_in_statement: 0 } });
  });
});

describe("the queue of days", () => {
  it("closes a day once, however many runs there are at once", async () => {
    await office.paid(1_500, "UKK1AAAAAA");
    const verdicts = await Promise.all([office.deliver(), office.deliver(), office.deliver()]);
    expect(verdicts.map((verdict) => verdict?.verdict).sort()).toContain("done");
    expect((await office.closed()).version).toBe(1);
    expect([...office.bucket.kept.keys()].filter((key) => key.endsWith("report.csv"))).toHaveLength(1);
  });

  it("has a day come again that somebody else has in hand", async () => {
    await office.lease.take({ shortcode: SHORTCODE, day: DAY }, { holder: "another", forMs: 60_000 });
    expect(await office.deliver()).toMatchObject({ verdict: "again" });
  });

  it("lets go what is not over, and what is a stranger's", async () => {
    office.books.time.now = BOUNDS.until - 1;
    expect(await office.deliver()).toEqual({ verdict: "done" });
    office.books.time.now = BOUNDS.until;
    expect(await office.deliver({ shortcode: "600000" })).toEqual({ verdict: "done" });
    expect(office.logged).toEqual(["day.refused", "day.refused"]);
    expect(await office.days.read(SHORTCODE, DAY)).toBeNull();
  });

  it("closes a till's day under its store number", async () => {
    office.world.receiver = "555555";
    await office.paid(1_500, "UKK1AAAAAA");
    expect(await office.deliver({ shortcode: "555555" })).toEqual({ verdict: "done" });
    expect((await office.record()).closed.totals.received.count).toBe(1);
  });

  it("keeps the message of a day that could not be closed", async () => {
    await office.statement([line()]);
    for (const key of office.bucket.kept.keys()) office.bucket.kept.delete(key);
    expect(await office.deliver()).toEqual({ verdict: "failed" });
    expect(office.logged).toContain("day.not_closed");
    expect(await office.days.read(SHORTCODE, DAY)).toBeNull();
  });
});
