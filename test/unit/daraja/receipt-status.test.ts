/** What M-PESA's books say of a receipt, from captures to nonsense. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readReceiptStatus } from "../../../functions/daraja/receipt-status.ts";
import { shillings } from "../../../functions/domain/money.ts";

/** As M-PESA answered in production; the payer's name and number are not the real ones. */
const CAPTURED: Readonly<Record<string, unknown>> = {
  DebitPartyName: "254722000063 - JOHN DOE",
  CreditPartyName: "4130669 - KAPKATET DISTRICT HOSPITAL                        ",
  OriginatorConversationID: "3fec-4d4e-8899-f6343499627422355256",
  InitiatedTime: 20240206143645,
  CreditPartyCharges: undefined,
  DebitAccountType: "MMF Account For Customer",
  ReasonType: "Pay Utility with OD Online",
  TransactionStatus: "Completed",
  FinalisedTime: 20240206143645,
  Amount: 1.0,
  ConversationID: "AG_20240206_2070311589e691000924",
  ReceiptNo: "SB659DEI29",
};

const answer = (overrides: Readonly<Record<string, unknown>> = {}, code: string | number = 0): string =>
  JSON.stringify({
    Result: {
      ...{ ResultType: 0, ResultCode: code, ResultDesc: "The service request is processed successfully." },
      TransactionID: "SB60000000",
      ResultParameters: {
        ResultParameter: Object.entries({ ...CAPTURED, ...overrides }).map(([Key, Value]) => ({ Key, Value })),
      },
    },
  });

const word = (overrides: Readonly<Record<string, unknown>>) => readReceiptStatus(answer(overrides)).word;

describe("the answer about a receipt", () => {
  test("of a completed payment names the receipt, the amount, both sides and the time", () => {
    expect(readReceiptStatus(answer())).toEqual({
      word: {
        says: "paid",
        payment: {
          receipt: "SB659DEI29",
          amount: shillings(1),
          shortcode: "4130669",
          payer: { phone: { form: "plain", msisdn: "254722000063" }, name: "JOHN" },
          paidAt: Date.parse("2024-02-06T11:36:45Z"),
        },
      },
      unlistedCode: null,
    });
  });

  test("takes the time at which it was begun where none says when it was done", () => {
    const begun = { FinalisedTime: undefined, InitiatedTime: 20240206143600 };
    expect(word(begun)).toMatchObject({ payment: { paidAt: Date.parse("2024-02-06T11:36:00Z") } });
  });

  test("reads the older spelling of the time, text for numbers, and a payer without number or name", () => {
    const older = { FinalisedTime: undefined, FinalizedTime: "20240206143645", Amount: "1.00" };
    expect(word({ ...older, DebitPartyName: undefined })).toMatchObject({
      says: "paid",
      payment: { amount: shillings(1), payer: { phone: null, name: null }, paidAt: Date.parse("2024-02-06T11:36:45Z") },
    });
    expect(word({ DebitPartyName: "2547 ***** 063" })).toMatchObject({
      payment: { payer: { phone: { form: "masked" }, name: null } },
    });
  });

  test("reads a party that is named by its number alone", () => {
    const nameless = { CreditPartyName: "4130669 - ", DebitPartyName: "254722000063 - " };
    expect(word(nameless)).toMatchObject({
      says: "paid",
      payment: { shortcode: "4130669", payer: { phone: { form: "plain", msisdn: "254722000063" }, name: null } },
    });
  });

  test.each([
    ["a payout", { CreditPartyName: "254722000063 - JOHN DOE", DebitPartyName: "4130669 - SHOP" }],
    ["a receiver that is not named", { CreditPartyName: undefined }],
    ["a placeholder for the receipt", { ReceiptNo: "SB60000000" }],
    ["no amount", { Amount: 0 }],
    ["a business that paid", { DebitPartyName: "600000 - SUPPLIER LTD" }],
    ["no time", { FinalisedTime: undefined, InitiatedTime: "soon" }],
    ["a payment under way", { TransactionStatus: "Authorized" }],
    ["no status", { TransactionStatus: undefined }],
  ])("proves nothing where it names %s", (_what, overrides) => {
    expect(word(overrides)).toMatchObject({ says: "nothing" });
  });

  test("that is only about the question proves nothing, and tells of a code that no table lists", () => {
    expect(readReceiptStatus(answer({}, "SFC_IC0003"))).toMatchObject({
      word: { says: "nothing" },
      unlistedCode: null,
    });
    expect(readReceiptStatus(answer({}, 424_242))).toMatchObject({ word: { says: "nothing" }, unlistedCode: "424242" });
  });

  test("never shows a person's number in what it says", () => {
    const status = "Held for 254722000063";
    const said = word({ TransactionStatus: status });
    expect(said).toMatchObject({ says: "nothing" });
    expect(JSON.stringify(said)).not.toContain("254722000063");
  });

  test("is total: any text has an answer, and nothing but a result is paid", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(readReceiptStatus(text).word.says).toBe("nothing");
      }),
    );
  });
});
