import { describe, expect, it } from "vitest";
import { maskText } from "../../../functions/domain/masking.ts";
import type { MatchReport } from "../../../functions/domain/matching.ts";
import { explainClassified, explainException, explainMatch } from "../../../functions/reconciliation/words.ts";
import { cents, line, matched, MINUTE, NOON, row } from "./matching-world.ts";

const wordsOf = (report: MatchReport): readonly string[] => [
  ...report.matches.map(explainMatch),
  ...report.classified.map(explainClassified),
  ...report.exceptions.map(explainException),
];

const silent = row({ receipt: null });

describe("what a match says", () => {
  it("is its rule and its evidence", () => {
    const charge = line({ row: 11, kind: "charge", amount: cents(-10) });
    expect(wordsOf(matched([row()], [line({ completedAt: NOON + 2_000 }), charge]))).toEqual([
      "Rule 1, receipt: row 10 and payment pay_1 have the same receipt UKK1AAAAAA and the same amount (KES 1,500.00 in); completed 2 seconds after the ledger's time. Its charge is row 11.",
      "What M-PESA takes for receipt UKK1AAAAAA: row 11, KES 10.00 out. It goes with pay_1.",
    ]);
  });

  it("is each detail that was compared, and that nothing else fits", () => {
    const failed = { ...silent, id: "pay_2", state: "failed" as const };
    expect(wordsOf(matched([silent, failed], [line({ completedAt: NOON - MINUTE, reference: null })]))).toEqual([
      "Rule 2, details: row 10 (receipt UKK1AAAAAA) and payment pay_1, for which no receipt was known: the same amount (KES 1,500.00 in), completed 1 minute before the ledger's time, a phone number that fits, no reference to compare. No other line fits it, and the line fits no other transaction. 1 more with the same details was set aside: M-PESA said that no money moved there, and that it did here.",
    ]);
  });

  it("is also what the ledger had not heard", () => {
    const says = (state: "open" | "failed") => wordsOf(matched([{ ...silent, state }], [line()])).join();
    expect(says("open")).toContain("does not know yet how it ended");
    expect(says("failed")).toContain("has it as failed");
    expect(says("failed")).toContain("in the same second");
  });
});

describe("what an exception says", () => {
  it("is what was found and what to do", () => {
    const mismatch = matched([row({ amount: cents(1_234_567.5) })], [line()]);
    expect(wordsOf(mismatch)).toEqual([
      "Row 10 and payment pay_1 have the same receipt UKK1AAAAAA, but the statement says KES 1,500.00 in and the ledger KES 1,234,567.50 in. Find out which amount moved; the statement is M-PESA's own.",
    ]);
    expect(wordsOf(matched([], [line(), line({ row: 11 })]))).toEqual([
      "Receipt UKK1AAAAAA stands in row 11 once more. Row 10 says the same. Compare the running balance: if it counts the money twice, ask Safaricom; if not, the export is at fault.",
      "Row 10 (receipt UKK1AAAAAA, KES 1,500.00 in) is no transaction of the ledger. Find out what it was for; until then its money is in suspense.",
    ]);
    expect(wordsOf(matched([row(), row({ id: "pay_2" })], [line()]))).toEqual([
      "pay_1, pay_2 all claim the receipt UKK1AAAAAA of row 10. A receipt belongs to one transaction alone. Find out which of them it is, and what the others have for proof.",
    ]);
    expect(wordsOf(matched([silent], [line(), line({ row: 11, receipt: "R2" })]))).toEqual([
      "pay_1 and rows 10, 11 could be each other: amount, time, phone and reference do not tell them apart. Ask M-PESA about each, or say which belongs to which.",
    ]);
    expect(wordsOf(matched([row({ id: "pyo_1", kind: "payout", amount: cents(-800) })], []))).toEqual([
      "The ledger has payout pyo_1 (receipt UKK1AAAAAA, KES 800.00 out) as succeeded, and no line of the statement is it. Ask M-PESA for the transaction's status before anything is sent again.",
    ]);
  });

  it("counts names that are too many to list", () => {
    const ledger = Array.from({ length: 7 }, (_, index) => ({ ...silent, id: `pay_${index}` }));
    expect(wordsOf(matched(ledger, [line()])).join()).toContain(
      "pay_0, pay_1, pay_2, pay_3, pay_4 and 2 more and row 10",
    );
  });

  it("gives every clue", () => {
    const charge = line({ row: 7, kind: "charge", amount: cents(-10) });
    expect(wordsOf(matched([row()], [charge])).join()).toContain("Its charge is there, in row 7.");
    const declined = line({ completed: false, status: "Declined" });
    expect(wordsOf(matched([row()], [declined])).join()).toContain("Row 10 has its receipt with the status Declined.");
    expect(wordsOf(matched([], [line({ kind: "other" })])).join()).toContain(
      "The portal's reason for it is in no table.",
    );
    const old = row({ at: NOON - 24 * 60 * MINUTE });
    expect(wordsOf(matched([old], [])).join()).toContain("carried over from the statement before");
  });
});

it("never says who somebody is or what a customer typed", () => {
  const typed = { reference: "JANE 0712345149", name: "ALICE WANJIRU" };
  const lines = [
    line({ reference: typed.reference, details: `Pay Bill from 254712345149 - ${typed.name} Acc. ${typed.reference}` }),
    line({ row: 11, kind: "other", receipt: "R2", details: typed.name, status: "to 0712345149" }),
    line({ row: 12, kind: "transfer", receipt: "R3", details: `${typed.name} 0712345149` }),
    line({ row: 13, receipt: "R4", completed: false, status: typed.name }),
  ];
  const report = matched([{ ...silent, reference: typed.reference }, row({ id: "pay_4", receipt: "R4" })], lines);
  const said = JSON.stringify(report) + wordsOf(report).join("\n");
  expect(report.matches).toHaveLength(1);
  expect(said).not.toMatch(/JANE|ALICE|0712345149|12345149/);
  expect(maskText(said)).toBe(said);
});
