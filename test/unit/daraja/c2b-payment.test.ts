import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { c2bEvidence, readC2b } from "../../../functions/daraja/c2b-payment.ts";

/** A capture from production, its payer replaced. */
const CONFIRMATION = {
  TransactionType: "Pay Bill",
  TransID: "SB62A1SVRK",
  TransTime: "20240206175204",
  TransAmount: "1.00",
  BusinessShortCode: "4130669",
  BillRefNumber: "asha",
  InvoiceNumber: "",
  OrgAccountBalance: "161.00",
  ThirdPartyTransID: "",
  MSISDN: "2547 ***** 845",
  FirstName: "ASHA",
};
const read = (changes: Readonly<Record<string, unknown>> = {}) =>
  readC2b(JSON.stringify({ ...CONFIRMATION, ...changes }));
const payment = (changes: Readonly<Record<string, unknown>> = {}) => {
  const message = read(changes);
  if (!message.readable) throw new Error(message.because);
  return message.payment;
};

describe("a confirmation", () => {
  test("reads as production sends it, with names absent", () => {
    expect(payment()).toEqual({
      receipt: "SB62A1SVRK",
      amount: 100,
      shortcode: "4130669",
      transactionType: "Pay Bill",
      reference: "asha",
      invoice: null,
      payer: { phone: { form: "masked", head: "2547", tail: "845" }, name: "ASHA" },
      paidAt: Date.UTC(2024, 1, 6, 14, 52, 4),
      balance: 16_100,
      thirdPartyId: null,
    });
  });

  test("reads as Safaricom's portal shows it, with every key", () => {
    const full = { MiddleName: "", LastName: "BARAKA", OrgAccountBalance: "25.00", ThirdPartyTransID: "pay_1" };
    expect(payment({ ...full, InvoiceNumber: " 7 " })).toMatchObject({
      payer: { name: "ASHA BARAKA" },
      balance: 2_500,
      invoice: "7",
      thirdPartyId: "pay_1",
    });
  });

  test("of a till has no reference and its own words for its type", () => {
    const till = { TransactionType: "Customer Merchant Payment", BillRefNumber: "", BusinessShortCode: 5_123_456 };
    expect(payment(till)).toMatchObject({
      reference: "",
      transactionType: "Customer Merchant Payment",
      shortcode: "5123456",
    });
  });

  test("at validation has no balance yet and perhaps no type", () => {
    expect(payment({ OrgAccountBalance: "", TransactionType: "" })).toMatchObject({
      balance: null,
      transactionType: "",
    });
  });

  test.each([
    ["2547 ***** 126", { form: "masked", head: "2547", tail: "126" }],
    ["25470****149", { form: "masked", head: "25470", tail: "149" }],
    ["ab".repeat(32).toUpperCase(), { form: "sha256", hash: "ab".repeat(32) }],
    ["254708374149", { form: "plain", msisdn: "254708374149" }],
    [254708374149, { form: "plain", msisdn: "254708374149" }],
    ["ec59ead35053 ***** 134b8d", { form: "opaque", text: "ec59ead35053 ***** 134b8d" }],
    ["", null],
    [undefined, null],
  ])("keeps the payer's number %j as what it is", (MSISDN, phone) => {
    expect(payment({ MSISDN }).payer.phone).toEqual(phone);
  });

  test("keeps the account number to the letter, bounded and of whole characters", () => {
    expect(payment({ BillRefNumber: "  inv-1001 O " }).reference).toBe("  inv-1001 O ");
    expect(payment({ BillRefNumber: 850060 }).reference).toBe("850060");
    expect(payment({ BillRefNumber: ["INV-1"] }).reference).toBe("");
    expect(payment({ BillRefNumber: "x".repeat(500) }).reference).toHaveLength(100);
    expect(payment({ BillRefNumber: "a\ud800b" }).reference).toBe("a\ufffdb");
    expect(payment({ BillRefNumber: `${"x".repeat(99)}😀` }).reference).toBe(`${"x".repeat(99)}\ufffd`);
  });

  test.each([
    ["5.00", 500],
    ["1200.50", 120_050],
    ["1,200.50", 120_050],
    [5, 500],
  ])("reads the amount %j", (TransAmount, cents) => {
    expect(payment({ TransAmount }).amount).toBe(cents);
  });

  test("without a readable time has none, rather than another", () => {
    expect(payment({ TransTime: "20240231175204" }).paidAt).toBeNull();
    expect(payment({ TransTime: undefined }).paidAt).toBeNull();
  });
});

describe("a message is unreadable", () => {
  test.each([
    ["no JSON", "<html>"],
    ["a list", `[${JSON.stringify(CONFIRMATION)}]`],
    ["empty", ""],
  ])("when it is %s", (_, body) => {
    expect(readC2b(body)).toEqual({ readable: false, because: "it is not a JSON object" });
  });

  test.each([
    ["a receipt", { TransID: "" }],
    ["a receipt of its own", { TransID: "SB60000000" }],
    ["an amount", { TransAmount: "" }],
    ["an amount above zero", { TransAmount: "0.00" }],
    ["an amount of whole cents", { TransAmount: "1.005" }],
    ["an amount that came in", { TransAmount: "-5.00" }],
    ["a shortcode", { BusinessShortCode: undefined }],
    ["a shortcode of digits", { BusinessShortCode: "duka" }],
  ])("without %s, and says so without repeating it", (_, changes) => {
    const message = read(changes);
    expect(message).toMatchObject({ readable: false });
    expect(JSON.stringify(message)).not.toMatch(/asha|845|duka/i);
  });

  test("any text and any values have an answer", () => {
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom("SB62A1SVRK", "1.00", "4130669"));
    const keys = Object.keys(CONFIRMATION);
    const bodies = fc.oneof(
      fc.string(),
      fc.json(),
      fc.dictionary(fc.constantFrom(...keys), value).map((one) => JSON.stringify(one)),
    );
    fc.assert(
      fc.property(bodies, (body) => {
        const message = readC2b(body);
        if (!message.readable) return;
        expect(message.payment.amount).toBeGreaterThan(0);
        expect(message.payment.receipt).toMatch(/^[A-Z0-9]{8,20}$/);
      }),
      { numRuns: 500 },
    );
  });
});

describe("as evidence", () => {
  const FROM = { at: 1, by: "safaricom", requestId: "req_1", raw: "{}" };

  test("it is money that moved, with the receipt and the amount, and of no push", () => {
    expect(c2bEvidence(payment(), FROM)).toEqual({
      ...FROM,
      source: "c2b",
      finding: "paid",
      receipt: "SB62A1SVRK",
      amount: 100,
      phone: null,
      push: null,
      paidAt: Date.UTC(2024, 1, 6, 14, 52, 4),
    });
  });

  test("it names the payer only when M-PESA did, whole", () => {
    expect(c2bEvidence(payment({ MSISDN: "0708374149" }), FROM)).toMatchObject({ phone: "254708374149" });
    for (const MSISDN of ["ab".repeat(32), undefined])
      expect(c2bEvidence(payment({ MSISDN }), FROM)).toMatchObject({ phone: null });
  });
});
