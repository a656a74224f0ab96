import { describe, expect, it } from "vitest";
import type { LineEntry, MatchReport } from "../../../functions/domain/matching.ts";
import { ownAccount, sidesOf } from "../../../functions/reconciliation/accounts.ts";
import { checkBalances } from "../../../functions/reconciliation/balances.ts";
import { movementsOf, postingsOf } from "../../../functions/reconciliation/postings.ts";
import { cents, line, matched, row } from "./matching-world.ts";

/** Each line's place in the books, by row. */
const posted = ({ matches, classified, exceptions }: MatchReport) =>
  [...matches, ...classified, ...exceptions]
    .flatMap((item) => ("lines" in item ? item.lines : [item.line]))
    .sort((a, b) => a.row - b.row)
    .map(({ account, against, amount }) => `${account} ${amount} ${against}`);

describe("the books", () => {
  it("post what the ledger explains against customers, payees and refunds", () => {
    const ledger = [
      row(),
      row({ id: "pyo_1", kind: "payout", receipt: "R2", amount: cents(-800) }),
      row({ id: "rfd_1", kind: "refund", receipt: "R3", amount: cents(-500) }),
      row({ id: "pay_2", receipt: "R4", amount: cents(20) }),
    ];
    const lines = [
      line({ row: 1 }),
      line({ row: 2, receipt: "R2", kind: "payout", amount: cents(-800) }),
      line({ row: 3, receipt: "R3", kind: "reversal", amount: cents(-500) }),
      line({ row: 4, receipt: "R4", kind: "other", amount: cents(20) }),
    ];
    const report = matched(ledger, lines);
    expect(posted(report)).toEqual([
      "utility 150000 customers",
      "utility -80000 payees",
      "utility -50000 refunds",
      "utility 2000 customers",
    ]);
    expect(report.movements).toMatchObject({ utility: 22_000, customers: -152_000, payees: 80_000, refunds: 50_000 });
  });

  it("post what needs no transaction by its kind", () => {
    const lines = [
      line({ row: 1, receipt: "R1", kind: "charge", amount: cents(-10) }),
      line({
        row: 2,
        receipt: "R2",
        kind: "withdrawal",
        amount: cents(-90),
        details: "Agency Withdrawal of funds to Bank",
      }),
      line({ row: 3, receipt: "R3", kind: "reversal", amount: cents(-5) }),
      line({ row: 4, receipt: "R4", kind: "reversal", amount: cents(5) }),
      line({ row: 5, receipt: "R5", kind: "transfer", amount: cents(70), details: "Deposit of funds from Bank" }),
    ];
    expect(posted(matched([], lines, { account: "working" }))).toEqual([
      "working -1000 fees",
      "working -9000 bank",
      "working -500 refunds",
      "working 500 payees",
      "working 7000 bank",
    ]);
  });

  it("keep in suspense what nobody can explain", () => {
    const lines = [
      line({ row: 1, receipt: "R1" }),
      line({ row: 2, receipt: "R1" }),
      line({ row: 3, receipt: "R3", amount: cents(7) }),
      line({ row: 4, receipt: "R4", kind: "other", amount: cents(-3) }),
    ];
    const report = matched([row({ receipt: "R3" })], lines);
    expect(report.movements).toMatchObject({ utility: 300_400, suspense: -300_400, customers: 0 });
    expect(report.totals.unexplained).toEqual({ count: 4, amount: 300_400 });
  });

  it("show a transfer's two sides on their own accounts, and nothing left in transit", () => {
    const details = "Utility Account to Organization Settlement Account";
    const side = (at: number, shillings: number) =>
      line({ row: at, receipt: "R1", kind: "transfer", amount: cents(shillings), details });
    const both = matched([], [side(1, -900), side(2, 900)]);
    expect(posted(both)).toEqual(["utility -90000 transit", "settlement 90000 transit"]);
    expect(both.movements.transit).toBe(0);
    expect(matched([], [side(1, -900)]).movements).toMatchObject({ utility: -90_000, transit: 90_000 });
  });

  it("stay with the file's account when a transfer does not say which accounts", () => {
    const lines = [line({ kind: "transfer", amount: cents(-900), details: "Pocket Account to Utility Account" })];
    expect(posted(matched([], lines, { account: "merchant" }))).toEqual(["merchant -90000 transit"]);
  });

  it("have two halves for each line, which are together zero", () => {
    const [match] = matched([row()], [line()]).matches;
    expect(postingsOf(match!.line)).toEqual([
      { row: 10, account: "utility", amount: 150_000 },
      { row: 10, account: "customers", amount: -150_000 },
    ]);
  });

  it("refuse a sum that is no longer exact", () => {
    const huge: Pick<LineEntry, "account" | "against" | "amount"> = {
      account: "utility",
      against: "customers",
      amount: cents(9e13),
    };
    expect(() => movementsOf([huge, huge])).toThrow();
  });
});

describe("the names of accounts", () => {
  it("are those of balances and statements", () => {
    const names = {
      "Utility Account": "utility",
      "Working Account": "working",
      "Organization MMF Account": "working",
      "Charges Paid Account": "charges_paid",
      "Organization Settlement Account": "settlement",
      " merchant account": "merchant",
      "Float Account": "float",
      "Savings Account": null,
      "": null,
    };
    for (const [name, account] of Object.entries(names)) expect(ownAccount(name), name).toBe(account);
  });

  it("are read from a transfer's text, and nothing is guessed", () => {
    expect(sidesOf("Organization Settlement Account to Organization MMF Account")).toEqual({
      from: "settlement",
      to: "working",
      bank: false,
    });
    expect(sidesOf("Agency Withdrawal of funds to Bank")).toEqual({ from: null, to: null, bank: true });
    expect(sidesOf("Something else")).toEqual({ from: null, to: null, bank: false });
    expect(sidesOf("a account to ".repeat(50_000))).toEqual({ from: null, to: null, bank: false });
  });
});

describe("opening balance and movements", () => {
  const report = matched([row()], [line(), line({ row: 11, kind: "charge", amount: cents(-10) })]);
  const check = (opening: number | null, closing: number | null) =>
    checkBalances(
      [
        {
          account: "utility",
          opening: opening === null ? null : cents(opening),
          closing: closing === null ? null : cents(closing),
        },
      ],
      report.movements,
    )[0];

  it("give the closing balance", () => {
    expect(check(100, 1_590)).toMatchObject({ movements: 149_000, expected: 159_000, difference: 0, holds: true });
  });

  it("give a difference when a line is missing or too many", () => {
    expect(check(100, 1_600)).toMatchObject({ expected: 159_000, difference: 1_000, holds: false });
    expect(check(100, 1_500)).toMatchObject({ difference: -9_000, holds: false });
  });

  it("prove nothing when one of both is not known", () => {
    expect(check(null, 1_590)).toMatchObject({ expected: null, difference: null, holds: null });
    expect(check(100, null)).toMatchObject({ expected: 159_000, difference: null, holds: null });
  });
});
