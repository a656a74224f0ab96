import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readReceipt } from "../../../functions/daraja/mpesa-fields.ts";
import { readStkCallback } from "../../../functions/daraja/stk-callback.ts";

const IDS = { MerchantRequestID: "29115-34620561-1", CheckoutRequestID: "ws_CO_191220191020363925" };
const PUSH = { merchantId: IDS.MerchantRequestID, checkoutId: IDS.CheckoutRequestID };

const ITEMS = [
  { Name: "Amount", Value: 1 },
  { Name: "MpesaReceiptNumber", Value: "NLJ7RT61SV" },
  { Name: "Balance" },
  { Name: "TransactionDate", Value: 20191219102115 },
  { Name: "PhoneNumber", Value: 254708374149 },
] as { Name: string; Value?: string | number }[];

const body = (callback: object): string => JSON.stringify({ Body: { stkCallback: { ...IDS, ...callback } } });
const success = (Item: unknown, ResultCode: unknown = 0): string =>
  body({ ResultCode, ResultDesc: "The service request is processed successfully.", CallbackMetadata: { Item } });
const withItem = (Name: string, Value: unknown) => ITEMS.map((item) => (item.Name === Name ? { Name, Value } : item));

const PAID = {
  finding: "paid",
  amount: 100,
  receipt: "NLJ7RT61SV",
  phone: "254708374149",
  paidAt: Date.UTC(2019, 11, 19, 7, 21, 15),
  push: PUSH,
};
const paid = (text: string) => {
  const read = readStkCallback(text);
  return read.readable ? read.finding : read;
};

describe("a success", () => {
  test("as Safaricom prints it names amount, receipt, phone, time and push", () => {
    expect(readStkCallback(success(ITEMS))).toEqual({ readable: true, finding: PAID, unlistedCode: null });
  });

  test("written 1.00 in the JSON text is one shilling", () => {
    expect(paid(success(ITEMS).replace('"Value":1}', '"Value":1.00}'))).toEqual(PAID);
  });

  test.each([
    ["1", 100],
    ["1.0", 100],
    ["1.00", 100],
    ["1,500.50", 150_050],
    [1500.5, 150_050],
  ])("with amount %j is %i cents", (value, cents) => {
    expect(paid(success(withItem("Amount", value)))).toEqual({ ...PAID, amount: cents });
  });

  test("reads items by name: in any order, as an object keyed by position, codes and numbers as texts", () => {
    const texts = ITEMS.map(({ Name, Value }) => (Value === undefined ? { Name } : { Name, Value: String(Value) }));
    expect(paid(success(ITEMS.toReversed()))).toEqual(PAID);
    expect(paid(success(Object.fromEntries(ITEMS.entries())))).toEqual(PAID);
    expect(paid(success(texts, "0"))).toEqual(PAID);
  });

  test("with a single item as a bare object reads that item", () => {
    expect(paid(success({ Name: "Amount", Value: 1 }))).toEqual({
      ...PAID,
      receipt: null,
      phone: null,
      paidAt: null,
    });
  });

  test("with a placeholder for a receipt has no receipt", () => {
    for (const receipt of ["OAK0000000", "SB60000000", "", null, 12])
      expect(paid(success(withItem("MpesaReceiptNumber", receipt)))).toEqual({ ...PAID, receipt: null });
  });

  test("with a masked or foreign phone has no phone", () => {
    for (const phone of ["2547 ***** 126", "0f8ab1".repeat(10), "1", null])
      expect(paid(success(withItem("PhoneNumber", phone)))).toEqual({ ...PAID, phone: null });
  });

  test("with a date that is none has no time", () => {
    expect(paid(success(withItem("TransactionDate", 20191319102115)))).toEqual({ ...PAID, paidAt: null });
  });

  test("without one readable amount is not readable, so nothing is credited", () => {
    const twice = [...ITEMS, { Name: "Amount", Value: 2 }];
    for (const items of [
      [],
      undefined,
      withItem("Amount", undefined),
      withItem("Amount", 1.005),
      withItem("Amount", -1),
      withItem("Amount", "one"),
      twice,
    ])
      expect(readStkCallback(success(items))).toMatchObject({ readable: false });
    expect(readStkCallback(body({ ResultCode: 0 }))).toMatchObject({ readable: false });
  });

  test("that names an item twice with one value is read", () => {
    expect(paid(success([...ITEMS, ...ITEMS]))).toEqual(PAID);
  });

  test("without a CheckoutRequestID is not readable", () => {
    const text = success(ITEMS).replace(/"CheckoutRequestID":"[^"]*",/, "");
    expect(readStkCallback(text)).toEqual({ readable: false, because: "a success that does not name its push" });
  });
});

describe("a failure", () => {
  test("has our code and M-PESA's words without the speaker in front", () => {
    const text = body({ ResultCode: 1032, ResultDesc: "[STK_CB - ]Request cancelled by user" });
    expect(readStkCallback(text)).toEqual({
      readable: true,
      finding: {
        finding: "unpaid",
        failure: { code: "cancelled_by_customer", resultCode: "1032", resultDesc: "Request cancelled by user" },
        push: PUSH,
      },
      unlistedCode: null,
    });
  });

  test("with an unlisted code is unclassified and raises the alarm", () => {
    expect(readStkCallback(body({ ResultCode: "X99", ResultDesc: "?" }))).toMatchObject({
      readable: true,
      finding: { finding: "unpaid", failure: { code: "unclassified", resultCode: "X99" } },
      unlistedCode: "X99",
    });
  });

  test("never shows a phone number that M-PESA's words contain", () => {
    const read = readStkCallback(body({ ResultCode: 1037, ResultDesc: "No response from 254708374149." }));
    expect(JSON.stringify(read)).not.toContain("708374149");
    expect(read.readable).toBe(true);
  });

  test("without a push or a code is not readable", () => {
    expect(readStkCallback(JSON.stringify({ Body: { stkCallback: { ResultCode: 1 } } }))).toMatchObject({
      readable: false,
    });
    expect(readStkCallback(body({}))).toMatchObject({ readable: false });
  });
});

describe("what is no outcome", () => {
  test("'still under processing' ends nothing", () => {
    expect(readStkCallback(body({ ResultCode: 4999 }))).toMatchObject({ readable: false });
  });

  test("a body beyond the limit is not read", () => {
    const padded = body({ ResultCode: 1032, Padding: "x".repeat(70_000) });
    expect(readStkCallback(padded)).toMatchObject({ readable: false });
  });

  test("any text at all is answered, and none of it by chance is a payment", () => {
    const text = fc.oneof(fc.string(), fc.json(), fc.constant("[".repeat(60_000)), fc.string({ unit: "binary" }));
    fc.assert(fc.property(text, (given) => !readStkCallback(given).readable));
  });

  test("any damage to a genuine body is answered without throwing, and a payment it still shows is a whole one", () => {
    const genuine = success(ITEMS);
    const damage = fc.tuple(fc.nat(genuine.length), fc.nat(40), fc.string({ maxLength: 10 }));
    fc.assert(
      fc.property(damage, ([at, cut, put]) => {
        const read = readStkCallback(genuine.slice(0, at) + put + genuine.slice(at + cut));
        if (read.readable && read.finding.finding === "paid") {
          expect(Number.isSafeInteger(read.finding.amount)).toBe(true);
          expect(read.finding.push?.checkoutId).not.toBe("");
        }
      }),
      { numRuns: 500 },
    );
  });

  test("any values in the right places are answered without throwing", () => {
    const value = fc.jsonValue();
    const shape = fc.record({ Amount: value, Receipt: value, Phone: value, Date: value, Code: value, Item: value });
    fc.assert(
      fc.property(shape, (given) => {
        const items = [
          { Name: "Amount", Value: given.Amount },
          { Name: "MpesaReceiptNumber", Value: given.Receipt },
          { Name: "PhoneNumber", Value: given.Phone },
          { Name: "TransactionDate", Value: given.Date },
          given.Item,
        ];
        readStkCallback(success(items, given.Code));
        readStkCallback(success(items));
        readStkCallback(success(given.Item));
      }),
    );
  });
});

test("a receipt is upper case, without blanks, and never a placeholder", () => {
  expect(readReceipt(" nlj7rt61sv ")).toBe("NLJ7RT61SV");
  expect(readReceipt("NLJ7RT61SV; DROP")).toBeNull();
  expect(readReceipt("XYZ0000000")).toBeNull();
});
