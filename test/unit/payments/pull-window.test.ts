/** One span of a pull: every row is kept, an end is believed only when M-PESA has shown one, and silence is doubted. */
import { describe, expect, test } from "vitest";
import { readPulledRow } from "../../../functions/daraja/pull-payment.ts";
import { pullWindow } from "../../../functions/payments/pull-window.ts";
import type { PullWindowDeps } from "../../../functions/payments/pull-window.ts";
import { HOUR, mpesa, NOW, paid, toldLedger, witness } from "./pulled.ts";

const SPAN = { from: NOW - 6 * HOUR, until: NOW };
const RUN = { receiver: "174379", requestId: "run-1", hasTime: () => true };

const setUp = (payments = [paid(NOW - HOUR)], overrides: Partial<PullWindowDeps> = {}) => {
  const there = mpesa(payments);
  const ledger = toldLedger();
  const seen = witness();
  const pull = pullWindow({
    daraja: there.daraja,
    record: ledger.record,
    keepUnreadable: ledger.keepUnreadable,
    knowsPaid: () => Promise.resolve(null),
    clock: { now: () => NOW },
    log: seen.log,
    ...overrides,
  });
  return { there, ledger, seen, pull };
};

const NOTHING = { opened: 0, recognised: 0, known: 0, unreadable: 0, again: 0 };

describe("a span", () => {
  test("is pulled when every payment of it is on the ledger", async () => {
    const payments = Array.from({ length: 250 }, (_, minute) => paid(SPAN.from + minute * 60_000));
    const { pull, ledger } = setUp(payments);
    expect(await pull(SPAN, RUN)).toEqual({ end: { ended: "pulled" }, counts: { ...NOTHING, opened: 250 } });
    expect([...ledger.owners.keys()].sort()).toEqual(payments.map(({ receipt }) => receipt).sort());
  });

  test("tells the ledger what M-PESA said, the row itself included", async () => {
    const payment = paid(NOW - HOUR, { amount: "1,250.50", reference: " inv 7 " });
    const { pull, ledger } = setUp([payment]);
    await pull(SPAN, RUN);
    expect(ledger.told[0]).toMatchObject({
      source: "pull",
      receipt: payment.receipt,
      amount: 125_050,
      shortcode: "174379",
      reference: " inv 7 ",
      payer: { phone: { form: "plain", msisdn: "254712345678" }, name: "ALICE" },
      paidAt: NOW - HOUR,
      at: NOW,
      by: "safaricom",
      requestId: "run-1",
    });
    expect(ledger.told[0]?.raw).toContain(payment.receipt);
  });

  test("leaves out a time that may be meant in two ways", async () => {
    const { pull, ledger } = setUp([paid(NOW - 5 * HOUR)]);
    await pull(SPAN, RUN);
    expect(ledger.told[0]?.paidAt).toBeNull();
  });

  test("that a process pulls again puts nothing on the ledger again", async () => {
    const { pull, ledger, there } = setUp();
    await pull(SPAN, RUN);
    there.payments.push(paid(NOW - HOUR / 2));
    const { counts } = await pull(SPAN, RUN);
    expect(counts).toEqual({ ...NOTHING, opened: 1, again: 1 });
    expect(ledger.told).toHaveLength(2);
  });

  test("with a row that nobody can read keeps it for a person and goes on", async () => {
    const good = paid(NOW - HOUR);
    const { pull, ledger, there } = setUp([good]);
    const bad = readPulledRow({ transactionId: "UKL0000001", amount: "ten" });
    const readable = readPulledRow({ transactionId: good.receipt, amount: "10.00" });
    there.trouble.answer = (call) => (call === 1 ? { answer: "rows", rows: [bad, readable], totalPages: 1 } : null);
    expect(await pull(SPAN, RUN)).toEqual({
      end: { ended: "pulled" },
      counts: { ...NOTHING, opened: 1, unreadable: 1 },
    });
    expect(ledger.rows.map(({ because }) => because)).toEqual(["it names no readable amount above zero"]);
  });
});

describe("a span is not pulled", () => {
  test("when a row could not be kept, and what was kept stays", async () => {
    const [first, second, third] = [paid(NOW - 3 * HOUR), paid(NOW - 2 * HOUR), paid(NOW - HOUR)];
    const { pull, ledger, seen } = setUp([first, second, third]);
    ledger.trouble.refuse = (receipt) => receipt === second.receipt;
    expect(await pull(SPAN, RUN)).toEqual({
      end: { ended: "not_kept", rows: 1 },
      counts: { ...NOTHING, opened: 2 },
    });
    expect(seen.codes()).toContain("pull.row_not_kept");
    ledger.trouble.refuse = () => false;
    expect((await pull(SPAN, RUN)).end).toEqual({ ended: "pulled" });
    expect(ledger.owners.has(second.receipt)).toBe(true);
  });

  test("when M-PESA fails halfway, and what came before the failure is kept", async () => {
    const payments = Array.from({ length: 150 }, (_, minute) => paid(SPAN.from + minute * 60_000));
    const { pull, ledger, there } = setUp(payments);
    there.trouble.answer = (call) => (call === 2 ? { answer: "failed", because: "no answer (timeout)" } : null);
    expect((await pull(SPAN, RUN)).end).toEqual({ ended: "failed", because: "no answer (timeout)" });
    expect(ledger.owners.size).toBe(100);
  });

  test("when M-PESA answers 1001 without a list: that is what an unregistered shortcode gets", async () => {
    const { pull, there } = setUp([]);
    there.trouble.answer = () => ({ answer: "no_records", listed: false });
    expect((await pull(SPAN, RUN)).end).toMatchObject({ ended: "failed", because: expect.stringMatching(/register/) });
  });

  test("when M-PESA shows nothing although the ledger knows of a payment", async () => {
    const asked: unknown[] = [];
    const { pull } = setUp([], {
      knowsPaid: (span) => {
        asked.push(span);
        return Promise.resolve("pay_known");
      },
    });
    expect((await pull(SPAN, RUN)).end).toEqual({ ended: "says_nothing", paymentId: "pay_known" });
    expect(asked).toEqual([SPAN]);
  });

  test("when the time is over before its end was seen", async () => {
    const payments = Array.from({ length: 250 }, (_, minute) => paid(SPAN.from + minute * 60_000));
    const { pull, ledger } = setUp(payments);
    let looks = 0;
    const hasTime = (): boolean => (looks += 1) < 2;
    expect((await pull(SPAN, { ...RUN, hasTime })).end).toEqual({ ended: "out_of_time" });
    expect(ledger.owners.size).toBeGreaterThan(0);
    expect(ledger.owners.size).toBeLessThan(250);
  });
});

test("an empty span is an answer where the ledger knows of nothing, and a span with rows is not doubted", async () => {
  const empty = setUp([]);
  expect((await empty.pull(SPAN, RUN)).end).toEqual({ ended: "pulled" });
  const full = setUp([paid(NOW - HOUR)], { knowsPaid: () => Promise.reject(new Error("not asked for")) });
  expect((await full.pull(SPAN, RUN)).end).toEqual({ ended: "pulled" });
});
