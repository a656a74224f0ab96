import { describe, expect, it } from "vitest";
import type { HistoryEntry } from "../../../functions/domain/history.ts";
import { Cents, shillings } from "../../../functions/domain/money.ts";
import type { Payment } from "../../../functions/domain/payment.ts";
import { mayStillLeave, refundable, refundsOf, reserve, settle } from "../../../functions/domain/refund-share.ts";
import { MOST_REFUNDS } from "../../../functions/domain/refund.ts";
import { newPayment } from "../../laws/arbitraries.ts";

const SHORTCODE = "174379";
const paid = (changes: Partial<Payment> = {}): Payment => ({
  ...newPayment(),
  state: "succeeded",
  shortcode: SHORTCODE,
  amount: shillings(1500),
  receipt: "SKL0000001",
  refunded: shillings(0),
  refunding: shillings(0),
  ...changes,
});
const happened = (finding: HistoryEntry["finding"], facts: HistoryEntry["facts"]): HistoryEntry => ({
  ...newPayment().history[0]!,
  finding,
  facts,
});
const started = (id: string): HistoryEntry => happened("refund_started", { refund: id });
const ask = (payment: Payment, amount: number | null) =>
  refundable(payment, { amount: amount === null ? null : Cents.parse(amount), shortcodes: [SHORTCODE, "600992"] });

describe("what may be given back of a payment", () => {
  it("is all of it, or a part, as far as nothing went back or is about to", () => {
    expect(ask(paid(), null)).toEqual({ amount: 1500_00 });
    expect(ask(paid(), 1500_00)).toEqual({ amount: 1500_00 });
    const shared = paid({ refunded: shillings(400), refunding: shillings(600) });
    expect(ask(shared, null)).toEqual({ amount: 500_00 });
    expect(ask(shared, 500_00)).toEqual({ amount: 500_00 });
    expect(ask(shared, 501_00)).toEqual({ because: "exceeds_payment", left: 500_00 });
  });

  it("is nothing once all of it is spoken for", () => {
    const gone = paid({ refunding: shillings(1500) });
    expect(ask(gone, null)).toEqual({ because: "exceeds_payment", left: 0 });
    expect(ask(paid(), 0)).toEqual({ because: "exceeds_payment", left: 1500_00 });
  });

  it("is whole shillings, unless the amount is named", () => {
    const odd = paid({ amount: Cents.parse(1500_50) });
    expect(ask(odd, null)).toEqual({ because: "carries_cents", left: 1500_50 });
    expect(ask(odd, 1500_00)).toEqual({ amount: 1500_00 });
  });

  it("is nothing of what did not succeed, has no receipt, or was paid to another shortcode", () => {
    for (const state of ["pending", "failed", "reversed", "merged"] as const)
      expect(ask(paid({ state }), null)).toEqual({ because: "not_refundable" });
    expect(ask(paid({ shortcode: "999999" }), null)).toEqual({ because: "not_refundable" });
    expect(ask(paid({ receipt: null }), null)).toEqual({ because: "receipt_unknown" });
  });

  it("is nothing after as many refunds as a history holds", () => {
    const history = Array.from({ length: MOST_REFUNDS - 1 }, (_, index) => started(`rfd_${index}`));
    expect(ask(paid({ history }), null)).toEqual({ amount: 1500_00 });
    expect(ask(paid({ history: [...history, started("rfd_last")] }), null)).toEqual({ because: "too_many" });
  });
});

it("a payment's refunds are those that its history says were started", () => {
  const history = [
    happened("created", { refund: "rfd_0" }),
    started("rfd_1"),
    happened("refund_failed", { refund: "rfd_1" }),
    happened("refund_started", {}),
    started("rfd_2"),
  ];
  expect(refundsOf({ history })).toEqual(["rfd_1", "rfd_2"]);
});

it("a refund may leave as far as there is room beside all that went back, late money in full", () => {
  const history = [
    happened("refund_started", { amount_cents: 900_00 }),
    happened("refund_succeeded", { amount_cents: 400_00 }),
    happened("refund_succeeded", { amount_cents: 600_00 }),
    happened("refund_succeeded", { refund: "rfd_1" }),
  ];
  const payment = { amount: shillings(1500), history };
  expect(mayStillLeave(payment, shillings(500))).toBe(true);
  expect(mayStillLeave(payment, shillings(501))).toBe(false);
});

describe("a payment's side of a refund", () => {
  const half = paid({ refunded: shillings(200), refunding: shillings(700) });
  const refund = (state: "accepted" | "failed" | "succeeded") => ({ state, amount: shillings(700) });

  it("reserves its amount beside the others", () => {
    expect(reserve(half, shillings(100))).toEqual({
      state: "succeeded",
      refunded: 200_00,
      refunding: 800_00,
      event: "refund_started",
    });
  });

  it("does not change while nobody knows how it ends, nor when it ended so before", () => {
    expect(settle(half, refund("accepted"), "uncertain")).toBeNull();
    expect(settle(half, refund("accepted"), "accepted")).toBeNull();
    expect(settle(half, refund("succeeded"), "succeeded")).toBeNull();
  });

  it("gives the share free when it came to nothing", () => {
    const share = { state: "succeeded", refunded: 200_00, refunding: 0, event: "refund_failed" };
    expect(settle(half, refund("accepted"), "failed")).toEqual(share);
  });

  it("counts what went back, and is reversed once all of it did", () => {
    const share = { state: "succeeded", refunded: 900_00, refunding: 0, event: "refund_succeeded" };
    expect(settle(half, refund("accepted"), "succeeded")).toEqual(share);
    const rest = paid({ refunded: shillings(800), refunding: shillings(700) });
    expect(settle(rest, refund("accepted"), "succeeded")).toMatchObject({ state: "reversed", refunded: 1500_00 });
    const disputed = { ...rest, state: "merged" as const };
    expect(settle(disputed, refund("accepted"), "succeeded")).toMatchObject({ state: "merged" });
  });

  it("counts late money as far as there is room", () => {
    expect(settle(half, refund("failed"), "succeeded")).toMatchObject({
      state: "succeeded",
      refunded: 800_00,
      refunding: 700_00,
    });
    const free = paid({ refunded: shillings(200) });
    expect(settle(free, refund("failed"), "succeeded")).toMatchObject({ refunded: 900_00, refunding: 0 });
  });
});
