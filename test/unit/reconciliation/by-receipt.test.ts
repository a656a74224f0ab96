import { describe, expect, it } from "vitest";
import { cents, line, matched, NOON, NOTHING, outcomes, row } from "./matching-world.ts";

describe("the receipt", () => {
  it("matches a payment with its line, whatever phone, reference and time say", () => {
    const said = line({ party: null, reference: "another", completedAt: NOON + 3_600_000 });
    expect(outcomes(matched([row()], [said]))).toEqual({ ...NOTHING, matches: ["receipt: 10 = pay_1"] });
  });

  it("takes the payment's line, not its charge's, and says where the charge is", () => {
    const charge = line({ row: 9, kind: "charge", amount: cents(-10), party: null });
    const report = matched([row()], [charge, line()]);
    expect(outcomes(report)).toEqual({ ...NOTHING, matches: ["receipt: 10 = pay_1"], classified: ["charge: 9"] });
    expect(report.matches[0]?.chargeRow).toBe(9);
    expect(report.classified[0]?.ledgerId).toBe("pay_1");
  });

  it("matches payouts with payout lines and refunds with reversals", () => {
    const ledger = [
      row({ id: "pyo_1", kind: "payout", receipt: "UKK1BBBBBB", amount: cents(-800) }),
      row({ id: "rfd_1", kind: "refund", receipt: "UKK1CCCCCC", amount: cents(-500) }),
    ];
    const lines = [
      line({ row: 1, receipt: "UKK1BBBBBB", kind: "payout", amount: cents(-800) }),
      line({ row: 2, receipt: "UKK1CCCCCC", kind: "reversal", amount: cents(-500), linkedReceipt: "UKK1AAAAAA" }),
    ];
    expect(outcomes(matched(ledger, lines)).matches).toEqual(["receipt: 1 = pyo_1", "receipt: 2 = rfd_1"]);
  });

  it("does not match a line of another kind, although the receipt and the amount are the same", () => {
    const said = line({ kind: "payout" });
    expect(outcomes(matched([row()], [said])).exceptions).toEqual([
      "missing_in_ledger: 10",
      "missing_in_statement: pay_1",
    ]);
  });

  it("matches a line whose reason nobody knows, when it goes the same way", () => {
    expect(outcomes(matched([row()], [line({ kind: "other" })])).matches).toEqual(["receipt: 10 = pay_1"]);
    expect(outcomes(matched([row()], [line({ kind: "other", amount: cents(-1_500) })])).matches).toEqual([]);
  });

  it("with another amount is a mismatch, and no match", () => {
    const report = matched([row()], [line({ amount: cents(1_499.99) })]);
    expect(outcomes(report)).toEqual({ ...NOTHING, exceptions: ["amount_mismatch: 10 pay_1"] });
  });

  it("tells the ledger what it had not heard: that an open or failed payment was paid", () => {
    const ledger = [row({ state: "open" }), row({ id: "pay_2", receipt: "UKK1BBBBBB", state: "failed" })];
    const report = matched(ledger, [line(), line({ row: 11, receipt: "UKK1BBBBBB" })]);
    expect(report.matches).toHaveLength(2);
    expect(report.totals.news).toBe(2);
  });

  it("is compared as written: a receipt in other letters is another one", () => {
    const report = matched([row()], [line({ receipt: "ukk1aaaaaa", party: null, reference: null })]);
    expect(report.matches).toEqual([]);
  });

  it("that is a placeholder names nothing", () => {
    const ledger = [row({ receipt: "OAK0000000", phone: null, reference: null })];
    const lines = [1, 2].map((at) => line({ row: at, receipt: "OAK0000000", party: null, reference: null }));
    expect(outcomes(matched(ledger, lines)).exceptions).toEqual([
      "missing_in_ledger: 1",
      "missing_in_ledger: 2",
      "missing_in_statement: pay_1",
    ]);
  });
});

describe("a receipt that is there twice", () => {
  it("is a duplicate in the statement; the first line is matched", () => {
    const report = matched([row()], [line({ row: 12 }), line({ row: 10 }), line({ row: 11 })]);
    expect(outcomes(report)).toEqual({
      ...NOTHING,
      matches: ["receipt: 10 = pay_1"],
      exceptions: ["duplicate_receipt: 11", "duplicate_receipt: 12"],
    });
    expect(report.exceptions[0]?.clue).toEqual({ clue: "said_before", row: 10 });
  });

  it("is matched by the line that the ledger agrees with, even when it is not the first", () => {
    const report = matched([row()], [line({ row: 1, amount: cents(150) }), line({ row: 2 })]);
    expect(outcomes(report)).toEqual({
      ...NOTHING,
      matches: ["receipt: 2 = pay_1"],
      exceptions: ["duplicate_receipt: 1"],
    });
  });

  it("is a duplicate of a charge too, and of what the ledger does not know", () => {
    const charge = { receipt: "UKK1ZZZZZZ", kind: "charge", amount: cents(-5), party: null } as const;
    const lines = [
      line({ row: 1, ...charge }),
      line({ row: 2, ...charge }),
      line({ row: 3, receipt: "UKK1YYYYYY" }),
      line({ row: 4, receipt: "UKK1YYYYYY" }),
    ];
    expect(outcomes(matched([], lines))).toEqual({
      ...NOTHING,
      classified: ["charge: 1"],
      exceptions: ["duplicate_receipt: 2", "duplicate_receipt: 4", "missing_in_ledger: 3"],
    });
  });

  it("matches neither of two transactions that claim it", () => {
    const charge = line({ row: 11, kind: "charge", amount: cents(-10) });
    const report = matched([row(), row({ id: "pay_2" })], [line(), charge]);
    expect(outcomes(report)).toEqual({
      ...NOTHING,
      classified: ["charge: 11"],
      exceptions: ["duplicate_receipt: 10 pay_1 pay_2"],
    });
  });

  it("takes no longer than a moment when every line has it", () => {
    const said = line();
    const lines = Array.from({ length: 100_000 }, (_, index) => ({ ...said, row: index + 1 }));
    expect(matched([row()], lines).exceptions).toHaveLength(99_999);
  });
});

describe("input that names two things alike", () => {
  it("is refused", () => {
    expect(() => matched([row(), row({ receipt: null })], [])).toThrow(RangeError);
    expect(() => matched([], [line(), line({ receipt: "UKK1BBBBBB" })])).toThrow(RangeError);
  });
});
