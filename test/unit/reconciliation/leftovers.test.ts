import { describe, expect, it } from "vitest";
import { cents, DAY, line, matched, MINUTE, NOTHING, outcomes, row } from "./matching-world.ts";

describe("a line that is no transaction", () => {
  it("is classified: charges, transfers, withdrawals and reversals", () => {
    const lines = [
      line({ row: 1, receipt: "R1", kind: "charge", amount: cents(-10) }),
      line({ row: 2, receipt: "R2", kind: "transfer", amount: cents(-900) }),
      line({ row: 3, receipt: "R3", kind: "withdrawal", amount: cents(-900) }),
      line({ row: 4, receipt: "R4", kind: "reversal", amount: cents(-500) }),
    ];
    const report = matched([], lines);
    expect(outcomes(report)).toEqual({
      ...NOTHING,
      classified: ["charge: 1", "transfer: 2", "withdrawal: 3", "reversal: 4"],
    });
    expect(report.totals.classified).toEqual({
      charge: { count: 1, amount: -1_000 },
      transfer: { count: 1, amount: -90_000 },
      withdrawal: { count: 1, amount: -90_000 },
      reversal: { count: 1, amount: -50_000 },
    });
  });

  it("names the payment that it reverses", () => {
    const reversal = line({
      row: 11,
      receipt: "R4",
      kind: "reversal",
      amount: cents(-500),
      linkedReceipt: "UKK1AAAAAA",
    });
    expect(matched([row()], [line(), reversal]).classified).toMatchObject([{ as: "reversal", ledgerId: "pay_1" }]);
  });

  it("names a transfer's other side, and none where there is none or it is of another amount", () => {
    const side = (at: number, shillings: number) =>
      line({ row: at, receipt: "R2", kind: "transfer", amount: cents(shillings) });
    const pairs = (...amounts: number[]) =>
      matched(
        [],
        amounts.map((amount, index) => side(index + 1, amount)),
      ).classified.map(({ pairRow }) => pairRow);
    expect(pairs(-900, 900)).toEqual([2, 1]);
    expect(pairs(-900)).toEqual([null]);
    expect(pairs(-900, 800)).toEqual([null, null]);
  });

  it("goes with a payment that only its details have matched", () => {
    const charge = line({ row: 11, kind: "charge", amount: cents(-10) });
    const report = matched([row({ receipt: null })], [line(), charge]);
    expect(report.classified).toMatchObject([{ as: "charge", ledgerId: "pay_1" }]);
    expect(report.matches).toMatchObject([{ rule: "details", chargeRow: 11 }]);
  });

  it("is missing in the ledger when it is a payment, a payout or nothing that is known", () => {
    const lines = [line({ row: 1, receipt: "R1" }), line({ row: 2, receipt: "R2", kind: "other" })];
    const report = matched([], lines);
    expect(outcomes(report).exceptions).toEqual(["missing_in_ledger: 1", "missing_in_ledger: 2"]);
    expect(report.exceptions.map(({ clue }) => clue)).toEqual([null, { clue: "unknown_reason" }]);
  });

  it("is not judged when it moved no money or belongs to another day", () => {
    const lines = [
      line({ row: 1, completed: false, status: "Declined" }),
      line({ row: 2, completedAt: DAY.from - 1 }),
      line({ row: 3, completedAt: DAY.until }),
      line({ row: 4, receipt: "R4", completedAt: DAY.from }),
      line({ row: 5, receipt: "R5", completedAt: DAY.until - 1 }),
    ];
    const report = matched([], lines);
    expect(outcomes(report).exceptions).toEqual(["missing_in_ledger: 4", "missing_in_ledger: 5"]);
    expect(report.totals).toMatchObject({ outside: 2, incomplete: 1, lines: { count: 2 } });
  });
});

describe("a transaction that is in no line", () => {
  const at = (ms: number) => outcomes(matched([row({ at: ms })], []));

  it("is missing in the statement", () => {
    expect(at(DAY.from)).toEqual({ ...NOTHING, exceptions: ["missing_in_statement: pay_1"] });
  });

  it("is carried over when it is so near the end that the next statement may have it", () => {
    expect(at(DAY.until - 10 * MINUTE - 1)).toEqual({ ...NOTHING, exceptions: ["missing_in_statement: pay_1"] });
    expect(at(DAY.until - 10 * MINUTE)).toEqual({ ...NOTHING, carried: ["pay_1"] });
    expect(at(DAY.until + MINUTE)).toEqual({ ...NOTHING, carried: ["pay_1"] });
  });

  it("is carried once: from the window before it comes to an end, by a line just after midnight or as an exception", () => {
    const before = row({ at: DAY.from - MINUTE });
    const report = matched([before], []);
    expect(outcomes(report)).toEqual({ ...NOTHING, exceptions: ["missing_in_statement: pay_1"] });
    expect(report.exceptions[0]?.clue).toEqual({ clue: "carried_in" });
    expect(outcomes(matched([before], [line({ completedAt: DAY.from })]))).toEqual({
      ...NOTHING,
      matches: ["receipt: 10 = pay_1"],
    });
  });

  it("is no exception when it never moved money", () => {
    const ledger = [row({ state: "open", receipt: null }), row({ id: "pay_2", state: "failed", receipt: null })];
    expect(outcomes(matched(ledger, []))).toEqual({ ...NOTHING, unmoved: ["pay_1", "pay_2"] });
  });

  it("says what the statement has of its receipt: a charge, or a status that moved nothing", () => {
    const charge = line({ row: 7, kind: "charge", amount: cents(-10) });
    expect(matched([row()], [charge]).exceptions[0]?.clue).toEqual({ clue: "charge_alone", row: 7 });
    const clueFor = (status: string) =>
      matched(
        [row()],
        [8, 6].map((at) => line({ row: at, completed: false, status })),
      ).exceptions[0]?.clue;
    expect(clueFor("Declined")).toEqual({ clue: "not_completed", row: 6, status: "Declined" });
    expect(clueFor("from 0712345678")).toEqual({ clue: "not_completed", row: 6, status: "not completed" });
  });
});
