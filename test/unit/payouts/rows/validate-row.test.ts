import { describe, expect, it } from "vitest";
import { validateRow } from "../../../../functions/payouts/rows/validate-row.ts";
import { SPELLINGS } from "../../../fixtures/phone-spellings.ts";

const RULES = { shillings: { min: 10, max: 250_000 }, reference: "NOV-2026" };
const GOOD = { phone: "0712345678", amount: "1500", reference: "", remarks: "" };

const judge = (changes: Partial<typeof GOOD>, surplus = false) =>
  validateRow({ row: 7, line: 8, cells: { ...GOOD, ...changes }, surplus }, RULES);
const accepted = (changes: Partial<typeof GOOD>) => {
  const judged = judge(changes);
  expect(judged).toMatchObject({ ok: true });
  return judged.ok ? judged.row : null;
};
const rejected = (changes: Partial<typeof GOOD>) => {
  const judged = judge(changes);
  expect(judged).toMatchObject({ ok: false });
  return judged.ok ? null : judged.rejected;
};

describe("a phone is read in every usual spelling", () => {
  it.each(SPELLINGS)("%s", (_how, phone) => {
    expect(accepted({ phone })).toMatchObject({ row: 7, phone: "254712345678", amount: 150_000 });
  });

  it.each([
    ["without its leading zero", "712345678"],
    ["with an apostrophe before it", "'0712345678"],
    ["with a curly apostrophe before it", "\u20180712345678"],
    ["as a formula that is text", '="0712345678"'],
    ["as a fraction without cents", "254712345678.0"],
    ["as a fraction with more zeros", "712345678.00"],
    ["as a fraction by a comma", "254712345678,0"],
  ])("%s", (_how, phone) => {
    expect(accepted({ phone })).toMatchObject({ phone: "254712345678" });
  });
});

describe("a phone that is not there any more is named and never guessed", () => {
  it.each([
    ["2.54712E+11", "phone_mangled", "Excel has rounded"],
    ["2.54712345678E+11", "phone_mangled", "Excel has rounded"],
    ["2,54712E+11", "phone_mangled", "Excel has rounded"],
    ["7.12e8", "phone_mangled", "Excel has rounded"],
    ["#N/A", "phone_mangled", "spreadsheet's error"],
    ["########", "phone_mangled", "spreadsheet's error"],
    ["71234567.8", "phone_mangled", "decimal part"],
    ["712 345 67.8", "phone_mangled", "decimal part"],
    ["71234567.0", "phone_invalid", "too few digits"],
    ["712-345-67.0", "phone_invalid", "too few digits"],
    ["", "phone_missing", "empty"],
    ["-", "phone_missing", "empty"],
    ["'", "phone_missing", "empty"],
    ["0712345", "phone_invalid", "too few digits"],
    ["+14155552671", "phone_invalid", "not Kenyan"],
    ["0712345678/0722345678", "phone_invalid", "digits"],
    ["Wanjiku", "phone_invalid", "not a phone number"],
  ])("%s", (phone, code, words) => {
    const rejection = rejected({ phone });
    expect(rejection).toMatchObject({ row: 7, field: "phone", code });
    expect(rejection?.message).toContain(words);
    expect(phone.length > 5 && rejection?.message.includes(phone)).toBe(false);
  });
});

describe("an amount is read as people write whole shillings", () => {
  it.each([
    ["1500", 1500],
    ["1,500", 1500],
    ["1,500.00", 1500],
    ["1500.0", 1500],
    ["1 500", 1500],
    ["1\u00a0500", 1500],
    ["KES 1,500", 1500],
    ["Ksh.1500", 1500],
    ["KSHS 1500", 1500],
    ["1500 KES", 1500],
    ["1,500/=", 1500],
    ["1,500/-", 1500],
    ["'1500", 1500],
    ["01500", 1500],
    ["10", 10],
    ["250,000", 250_000],
    ["\uff11\uff15\uff10\uff10", 1500],
  ])("%s", (amount, whole) => {
    expect(accepted({ amount })?.amount).toBe(whole * 100);
  });

  it.each([
    ["", "amount_missing", "empty"],
    ["KES", "amount_invalid", "not an amount"],
    ["9", "amount_out_of_range", "at least 10"],
    ["0", "amount_out_of_range", "at least 10"],
    ["250001", "amount_out_of_range", "at most 250,000"],
    ["999999999999999", "amount_out_of_range", "at most 250,000"],
    ["1500.50", "amount_has_cents", "whole shillings"],
    ["1,500.5", "amount_has_cents", "whole shillings"],
    ["-1500", "amount_invalid", "negative"],
    ["KES -1500", "amount_invalid", "negative"],
    ["\u22121500", "amount_invalid", "negative"],
    ["(1,500)", "amount_invalid", "negative"],
    ["1500-", "amount_invalid", "negative"],
    ["1.500,00", "amount_invalid", "full stop"],
    ["1.500", "amount_invalid", "full stop"],
    ["1500,00", "amount_invalid", "comma before its last digits"],
    ["1,5", "amount_invalid", "comma before its last digits"],
    ["1.5E+03", "amount_invalid", "Excel has rounded"],
    ["1e3", "amount_invalid", "Excel has rounded"],
    ["#VALUE!", "amount_invalid", "spreadsheet's error"],
    ["15,00", "amount_invalid", "comma"],
    ["1,50,000", "amount_invalid", "not an amount"],
    ["1500.000", "amount_invalid", "not an amount"],
    ["USD 1500", "amount_invalid", "not an amount"],
    ["fifteen", "amount_invalid", "not an amount"],
    ["1".repeat(16), "amount_invalid", "not an amount"],
    [`1500${" ".repeat(100)}`, "amount_invalid", "not an amount"],
    ["NaN", "amount_invalid", "not an amount"],
    ["0x10", "amount_invalid", "not an amount"],
  ])("%s is refused", (amount, code, words) => {
    const rejection = rejected({ amount });
    expect(rejection).toMatchObject({ row: 7, field: "amount", code });
    expect(rejection?.message).toContain(words);
  });
});

describe("references and remarks are printable and short", () => {
  it("a row without a reference has the batch's", () => {
    expect(accepted({ reference: "  " })).toMatchObject({ reference: "NOV-2026", remarks: "" });
  });

  it("typographic hyphens and spaces become plain, marks that show nothing go", () => {
    expect(accepted({ reference: "INV\u20131\u00a02\u200b", remarks: " Thank you " })).toMatchObject({
      reference: "INV-1 2",
      remarks: "Thank you",
    });
  });

  it("as long as they may be", () => {
    expect(accepted({ reference: "R".repeat(64), remarks: "r".repeat(100) })).not.toBeNull();
    expect(rejected({ reference: "R".repeat(65) })).toMatchObject({ field: "reference", code: "reference_invalid" });
    expect(rejected({ remarks: "r".repeat(101) })).toMatchObject({ field: "remarks", code: "remarks_invalid" });
  });

  it.each([["Ngũgĩ"], ["a\nb"], ["\uFFFD"], ["1.23457E+11"], ["#REF!"]])("%j is no reference", (reference) => {
    expect(rejected({ reference })).toMatchObject({ field: "reference", code: "reference_invalid" });
  });

  it("an E between digits alone is nothing that Excel did", () => {
    expect(accepted({ reference: "2E5" })).toMatchObject({ reference: "2E5" });
  });
});

it("a row with cells beyond its columns is refused, whatever else it says", () => {
  const judged = judge({}, true);
  const message = expect.stringContaining("Remove the thousands separators, or quote") as string;
  expect(judged).toMatchObject({ ok: false, rejected: { row: 7, field: null, code: "too_many_cells", message } });
});
