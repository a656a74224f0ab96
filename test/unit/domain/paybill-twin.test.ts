/** Which payment a told one is: to the second, to the shilling, and as far as the phone says. */
import { describe, expect, it } from "vitest";
import { Cents, shillings } from "../../../functions/domain/money.ts";
import {
  chooseFound,
  chooseTwin,
  mayBeEcho,
  mayBeLate,
  mayBeTwin,
  twinPeriod,
} from "../../../functions/domain/paybill-twin.ts";
import type { Candidate } from "../../../functions/domain/paybill-twin.ts";
import { readPayerPhone } from "../../../functions/domain/payer-phone.ts";
import { PAYMENT_STATES } from "../../../functions/domain/payment-states.ts";
import type { Payment } from "../../../functions/domain/payment.ts";
import type { ToldPayment } from "../../../functions/domain/told-payment.ts";
import { newPayment } from "../../laws/arbitraries.ts";

const AT = 1_700_000_100_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const RECEIPT = "TKL0000001";
const PUSH = { checkoutId: "ws_CO_1", merchantId: "29115-1" };

const told = (changes: Partial<ToldPayment> = {}): ToldPayment => ({
  source: "c2b",
  receipt: RECEIPT,
  amount: shillings(1500),
  shortcode: "174379",
  reference: "INV-1",
  payer: { phone: readPayerPhone("2547*****149"), name: null },
  paidAt: AT,
  at: AT + 2_000,
  by: "safaricom",
  requestId: "r",
  raw: null,
  ...changes,
});
const UNNAMED = told({ reference: " " });
const push = (changes: Partial<Payment> = {}): Payment => ({
  ...newPayment(),
  shortcode: "174379",
  amount: shillings(1500),
  reference: "INV-1",
  createdAt: AT - MINUTE,
  push: PUSH,
  ...changes,
});
const receiptless = (changes: Partial<Payment> = {}): Payment =>
  push({ state: "succeeded", receipt: null, ...changes });
const paidBefore = (changes: Partial<Payment> = {}): Payment =>
  push({ state: "succeeded", receipt: "TKL0000009", paidAt: AT, ...changes });
const candidate = (payment: Payment, agrees: Candidate["agrees"] = "maybe"): Candidate => ({ payment, agrees });

describe("a push may be what was told", () => {
  it("while it is open, or paid and without a receipt", () => {
    const states = PAYMENT_STATES.filter((state) => mayBeTwin(told(), push({ state })));
    expect(states).toEqual(["initiated", "pending", "uncertain", "succeeded"]);
    expect(mayBeTwin(told(), paidBefore())).toBe(false);
  });

  it.each<[string, Partial<Payment>]>([
    ["was no push", { source: "paybill" }],
    ["was made to another shortcode", { shortcode: "600992" }],
    ["is about another amount", { amount: Cents.parse(1500_01) }],
    ["has another reference", { reference: "INV-2" }],
  ])("but not one that %s", (_, changes) => {
    expect(mayBeTwin(told(), push(changes))).toBe(false);
  });

  it("whose reference is the same as far as M-PESA was sent it, in any case, without the blanks around", () => {
    const long = told({ reference: "  invoice-2026 " });
    expect(mayBeTwin(long, push({ reference: "INVOICE-2026-0001" }))).toBe(true);
    expect(mayBeTwin(long, push({ reference: "INVOICE-2027" }))).toBe(false);
    expect(mayBeTwin(told({ reference: "INV-1" }), push({ reference: "  inv-1" }))).toBe(true);
    expect(mayBeTwin(UNNAMED, push({ reference: "anything" }))).toBe(true);
  });

  it.each([
    ["with a reference", told(), 48 * HOUR],
    ["without one", UNNAMED, 10 * MINUTE],
  ])("%s only as long as a push may wait for it, and as far as clocks differ", (_, payment, oldest) => {
    expect(twinPeriod(payment)).toEqual({ from: AT - oldest, to: AT + 5 * MINUTE });
    const fits = [AT - oldest - 1, AT - oldest, AT + 5 * MINUTE, AT + 5 * MINUTE + 1];
    expect(fits.map((createdAt) => mayBeTwin(payment, push({ createdAt })))).toEqual([false, true, true, false]);
  });

  it("counted from when it reached us where M-PESA named no time, or a later one", () => {
    for (const paidAt of [null, AT + HOUR])
      expect(twinPeriod(told({ paidAt, at: AT }))).toEqual({ from: AT - 48 * HOUR, to: AT + 5 * MINUTE });
  });
});

describe("a push that M-PESA said had failed", () => {
  it("may be it all the same, where it has a name to be asked by and the customer typed the reference", () => {
    const states = PAYMENT_STATES.filter((state) => mayBeLate(told(), push({ state })));
    expect(states).toEqual(["failed"]);
    const failed = push({ state: "failed" });
    expect(mayBeLate(told(), { ...failed, push: null })).toBe(false);
    expect(mayBeLate(UNNAMED, failed)).toBe(false);
    expect(mayBeLate(told(), { ...failed, amount: shillings(1) })).toBe(false);
  });
});

describe("the same money may have been told before", () => {
  it("under another receipt, within a minute", () => {
    const moments = [-MINUTE - 1, -MINUTE, 0, MINUTE, MINUTE + 1].map((off) =>
      mayBeEcho(told(), paidBefore({ paidAt: AT + off })),
    );
    expect(moments).toEqual([false, true, true, true, false]);
  });

  it.each<[string, Partial<Payment>]>([
    ["is not paid", { state: "pending" }],
    ["has no receipt", { receipt: null }],
    ["has this very receipt", { receipt: RECEIPT }],
    ["was paid nobody knows when", { paidAt: null }],
    ["is about another amount", { amount: shillings(1) }],
  ])("but not by one that %s", (_, changes) => {
    expect(mayBeEcho(told(), paidBefore(changes))).toBe(false);
  });

  it("at any of the moments that M-PESA's time may mean", () => {
    const vague = told({ paidAt: null, mayBePaidAt: [AT - HOUR, AT + 3 * HOUR], at: AT });
    expect(mayBeEcho(vague, paidBefore({ paidAt: AT - HOUR }))).toBe(true);
    expect(mayBeEcho(vague, paidBefore({ paidAt: AT }))).toBe(false);
    expect(mayBeEcho(told({ paidAt: null }), paidBefore())).toBe(false);
  });

  it("by a phone that does not contradict; on a till by the very phone", () => {
    const echo = (payment: ToldPayment, agrees: Candidate["agrees"]): string =>
      chooseTwin(payment, [candidate(paidBefore(), agrees)]).twin;
    expect((["yes", "maybe", "no"] as const).map((agrees) => echo(told(), agrees))).toEqual(["echo", "echo", "none"]);
    expect((["yes", "maybe", "no"] as const).map((agrees) => echo(UNNAMED, agrees))).toEqual(["echo", "none", "none"]);
  });
});

describe("what is chosen", () => {
  const choice = (payment: ToldPayment, ...among: readonly Candidate[]): string => {
    const twin = chooseTwin(payment, among);
    return twin.twin === "one" ? twin.payment.id : twin.twin;
  };
  const one = push({ id: "pay_one" });
  const two = push({ id: "pay_two" });

  it("is the only one that fits, with a reference whatever its phone does not say", () => {
    expect(choice(told(), candidate(one))).toBe("pay_one");
    expect(choice(told(), candidate(one, "yes"))).toBe("pay_one");
    expect(choice(told(), candidate(one, "no"))).toBe("none");
    expect(choice(told())).toBe("none");
  });

  it("is none of two, unless the phone tells one of them", () => {
    expect(choice(told(), candidate(one), candidate(two))).toBe("many");
    expect(choice(told(), candidate(one), candidate(two, "yes"))).toBe("pay_two");
    expect(choice(told(), candidate(one, "yes"), candidate(two, "yes"))).toBe("many");
    expect(choice(told(), candidate(one), candidate({ ...two, state: "failed" }, "yes"))).toBe("pay_one");
  });

  it("on a till needs the very phone, or the ends of it for one that lacks no more than its receipt", () => {
    expect(choice(UNNAMED, candidate(one, "yes"))).toBe("pay_one");
    expect(choice(UNNAMED, candidate(one))).toBe("none");
    expect(choice(UNNAMED, candidate(receiptless({ id: "pay_paid" })))).toBe("pay_paid");
    expect(choice(UNNAMED, candidate(receiptless(), "no"))).toBe("none");
    const hashed = { ...UNNAMED, payer: { phone: readPayerPhone("ab".repeat(32)), name: null } };
    expect(choice(hashed, candidate(receiptless()))).toBe("none");
    expect(choice({ ...UNNAMED, payer: { phone: null, name: null } }, candidate(receiptless()))).toBe("none");
  });

  it("from a search that was cut short is only what is certainly the payer's", () => {
    const found = (isCutShort: boolean, ...candidates: readonly Candidate[]) =>
      chooseFound(told(), { candidates, isCutShort });
    expect(found(false, candidate(one))).toEqual({ twin: "one", payment: one });
    expect(found(true, candidate(one))).toEqual({ twin: "many" });
    expect(found(true, candidate(one, "yes"), candidate(two))).toEqual({ twin: "one", payment: one });
    expect(found(true, candidate(one, "yes"), candidate(two, "yes"))).toEqual({ twin: "many" });
    expect(found(false)).toEqual({ twin: "none" });
    expect(found(true)).toEqual({ twin: "many" });
  });
});
