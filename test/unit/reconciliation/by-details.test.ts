import { describe, expect, it } from "vitest";
import { readPayerPhone } from "../../../functions/domain/payer-phone.ts";
import { cents, line, matched, MINUTE, NOON, NOTHING, outcomes, row } from "./matching-world.ts";

const silent = row({ receipt: null });
const MATCHED = { ...NOTHING, matches: ["details: 10 = pay_1"] };
const APART = { ...NOTHING, exceptions: ["missing_in_ledger: 10", "missing_in_statement: pay_1"] };
const party = (text: string) => ({ phone: readPayerPhone(text), name: "ALICE WANJIRU" });

describe("amount, time, phone and reference", () => {
  it("match a payment whose receipt nobody told with the one line that it can be", () => {
    const report = matched([silent], [line()]);
    expect(outcomes(report)).toEqual(MATCHED);
    expect(report.matches[0]).toMatchObject({ phone: "agrees", reference: "same", setAside: 0, chargeRow: null });
  });

  it("match an open and a failed one too, as news", () => {
    for (const state of ["open", "failed"] as const) {
      const report = matched([{ ...silent, state }], [line()]);
      expect(outcomes(report)).toEqual(MATCHED);
      expect(report.totals.news).toBe(1);
    }
  });

  it("do not match when one of them speaks against it", () => {
    expect(outcomes(matched([silent], [line({ amount: cents(1_500.5) })]))).toEqual(APART);
    expect(outcomes(matched([silent], [line({ kind: "payout" })]))).toEqual(APART);
    expect(outcomes(matched([silent], [line({ reference: "INV-1002" })]))).toEqual(APART);
    expect(outcomes(matched([silent], [line({ party: party("25470****150") })]))).toEqual(APART);
    expect(outcomes(matched([silent], [line({ party: party("25411****149") })]))).toEqual(APART);
  });

  it("match with one of phone and reference alone, never with neither", () => {
    expect(matched([silent], [line({ party: null })]).matches[0]).toMatchObject({ phone: "silent", reference: "same" });
    expect(matched([silent], [line({ reference: null })]).matches[0]).toMatchObject({
      phone: "agrees",
      reference: "silent",
    });
    expect(outcomes(matched([silent], [line({ reference: " ", party: party("ab".repeat(32)) })]))).toEqual(APART);
  });

  it("compare a reference as a person reads it", () => {
    expect(outcomes(matched([silent], [line({ party: null, reference: " inv-1001  " })]))).toEqual(MATCHED);
  });

  it("match at the very edges of the time that is allowed, and not a moment beyond", () => {
    const at = (completedAt: number) => outcomes(matched([silent], [line({ completedAt })]));
    expect(at(NOON - 2 * MINUTE)).toEqual(MATCHED);
    expect(at(NOON - 2 * MINUTE - 1)).toEqual(APART);
    expect(at(NOON + 15 * MINUTE)).toEqual(MATCHED);
    expect(at(NOON + 15 * MINUTE + 1)).toEqual(APART);
  });

  it("never match a transaction that has a receipt with a line that has another one", () => {
    for (const state of ["open", "failed"] as const)
      expect(matched([row({ state, receipt: "UKK1BBBBBB" })], [line()]).matches).toEqual([]);
  });

  it("never match a line whose receipt the ledger knows as something else", () => {
    const payout = row({ id: "pyo_1", kind: "payout", state: "open" });
    expect(matched([silent, payout], [line()]).matches).toEqual([]);
  });

  it("match a refund by the receipt of what it gives back", () => {
    const refund = row({ id: "rfd_1", kind: "refund", receipt: null, reference: "UKK1AAAAAA", amount: cents(-500) });
    const reversal = line({
      receipt: "UKK1CCCCCC",
      kind: "reversal",
      amount: cents(-500),
      party: null,
      reference: null,
    });
    const of = (linkedReceipt: string) => outcomes(matched([refund], [{ ...reversal, linkedReceipt }])).matches;
    expect(of("UKK1AAAAAA")).toEqual(["details: 10 = rfd_1"]);
    expect(of("UKK1BBBBBB")).toEqual([]);
  });
});

describe("several that could be each other", () => {
  const other = { ...silent, id: "pay_2", at: NOON + MINUTE };

  it("are an exception and no match: two lines for one payment", () => {
    const lines = [line(), line({ row: 11, receipt: "UKK1BBBBBB" })];
    expect(outcomes(matched([silent], lines))).toEqual({ ...NOTHING, exceptions: ["ambiguous: 10 11 pay_1"] });
  });

  it("are an exception and no match: two payments for one line", () => {
    for (const state of ["succeeded", "open", "failed"] as const) {
      const ledger = [
        { ...silent, state: "open" as const },
        { ...other, state },
      ];
      expect(outcomes(matched(ledger, [line()])), state).toEqual({
        ...NOTHING,
        exceptions: ["ambiguous: 10 pay_1 pay_2"],
      });
    }
  });

  it("are an exception even where only one way is left to match them all", () => {
    const ledger = [silent, { ...other, at: NOON + 14 * MINUTE }];
    const lines = [
      line({ completedAt: NOON + 5 * MINUTE }),
      line({ row: 11, receipt: "UKK1BBBBBB", completedAt: NOON + 13 * MINUTE }),
    ];
    expect(outcomes(matched(ledger, lines))).toEqual({ ...NOTHING, exceptions: ["ambiguous: 10 11 pay_1 pay_2"] });
  });

  it("hang together through others: one chain is one exception", () => {
    const ledger = [0, 16, 32].map((minutes, index) => ({
      ...silent,
      id: `pay_${index + 1}`,
      at: NOON + minutes * MINUTE,
    }));
    const lines = [15, 31].map((minutes, index) =>
      line({ row: index + 1, receipt: `UKK1BBBBB${index}`, completedAt: NOON + minutes * MINUTE }),
    );
    expect(outcomes(matched(ledger, lines)).exceptions).toEqual(["ambiguous: 1 2 pay_1 pay_2 pay_3"]);
  });

  it("are told apart by M-PESA's own word: the attempts that it ended do not stand in the way of the one it called paid", () => {
    const failed = [1, 2].map((index) => ({
      ...silent,
      id: `pay_failed_${index}`,
      state: "failed" as const,
      at: NOON - index * MINUTE,
    }));
    const report = matched([...failed, silent], [line()]);
    expect(outcomes(report)).toEqual({ ...MATCHED, unmoved: ["pay_failed_2", "pay_failed_1"] });
    expect(report.matches[0]).toMatchObject({ setAside: 2 });
  });

  it("are not told apart by it when a second line is there", () => {
    const failed = { ...other, state: "failed" as const };
    const lines = [line(), line({ row: 11, receipt: "UKK1BBBBBB" })];
    expect(outcomes(matched([silent, failed], lines)).exceptions).toEqual(["ambiguous: 10 11 pay_1 pay_2"]);
  });

  it("are those whose lines have one receipt between them: it can't be the name of both", () => {
    const payout = row({ id: "pyo_1", kind: "payout", receipt: null, amount: cents(-800), state: "open" });
    const lines = [line(), line({ row: 11, kind: "payout", amount: cents(-800) })];
    const report = matched([silent, payout], lines);
    expect(outcomes(report)).toEqual({ ...NOTHING, exceptions: ["ambiguous: 10 pay_1", "ambiguous: 11 pyo_1"] });
    expect(report.exceptions.map(({ clue }) => clue?.clue)).toEqual(["shared_receipt", "shared_receipt"]);
  });

  it("stay apart from what a receipt has already matched", () => {
    const known = row({ id: "pay_2", receipt: "UKK1BBBBBB" });
    const lines = [line(), line({ row: 11, receipt: "UKK1BBBBBB" })];
    expect(outcomes(matched([silent, known], lines)).matches).toEqual(["details: 10 = pay_1", "receipt: 11 = pay_2"]);
  });

  it("are one exception that says so when they are too many to compare", () => {
    const ledger = Array.from({ length: 1_100 }, (_, index) => ({ ...silent, id: `pay_${index}` }));
    const lines = Array.from({ length: 1_100 }, (_, index) => line({ row: index + 1, receipt: `R${index}` }));
    const far = { ...silent, id: "pay_far", at: NOON + 60 * MINUTE };
    const farLine = line({ row: 2_000, receipt: "UKK1FFFFFF", completedAt: NOON + 60 * MINUTE });
    const report = matched([...ledger, far], [...lines, farLine]);
    expect(report.exceptions.map(({ clue, lines: found }) => [clue?.clue, found.length])).toEqual([["crowded", 1_100]]);
    expect(outcomes(report).matches).toEqual(["details: 2000 = pay_far"]);
  });
});
