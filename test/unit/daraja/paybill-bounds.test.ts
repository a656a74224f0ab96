/** Where what M-PESA says of a paybill begins to be unreadable: shortcodes, names, accounts, pages and ids at their bounds. */
import { describe, expect, test } from "vitest";
import { readBalanceResult } from "../../../functions/daraja/balance-result.ts";
import { readC2b } from "../../../functions/daraja/c2b-payment.ts";
import { acceptPayment } from "../../../functions/daraja/c2b-replies.ts";
import { cutText, typedText } from "../../../functions/daraja/c2b-text.ts";
import { readPullPage } from "../../../functions/daraja/pull-answers.ts";
import { readReceiptStatus } from "../../../functions/daraja/receipt-status.ts";

const keyed = (parameters: object): string =>
  JSON.stringify({
    Result: {
      ResultCode: 0,
      ResultParameters: { ResultParameter: Object.entries(parameters).map(([Key, Value]) => ({ Key, Value })) },
    },
  });

const confirmation = (changes: object) => {
  const fields = { TransID: "SB62A1SVRK", TransAmount: "1.00", BusinessShortCode: "4130669" };
  return readC2b(JSON.stringify({ ...fields, ...changes }));
};
const books = (changes: object) => {
  const fields = {
    TransactionStatus: "Completed",
    CreditPartyName: "4130669 - DUKA LETU",
    ReceiptNo: "SB659DEI29",
    Amount: "1.00",
    FinalisedTime: "20240206143645",
  };
  return readReceiptStatus(keyed({ ...fields, ...changes })).word;
};

describe("a shortcode", () => {
  test.each(["12345", "123456", "1234567"])("is %s, in a confirmation and in M-PESA's books", (shortcode) => {
    expect(confirmation({ BusinessShortCode: shortcode })).toMatchObject({ payment: { shortcode } });
    expect(books({ CreditPartyName: `${shortcode} - DUKA` })).toMatchObject({ says: "paid", payment: { shortcode } });
    expect(books({ DebitPartyName: `${shortcode} - DUKA` })).toMatchObject({
      because: expect.stringMatching(/of a business$/) as unknown,
    });
  });

  test.each(["1234", "12345678", "x12345", "12345x", "12 345"])("is not %j", (shortcode) => {
    expect(confirmation({ BusinessShortCode: shortcode })).toEqual({
      readable: false,
      because: expect.stringMatching(/shortcode/) as unknown,
    });
    expect(books({ CreditPartyName: `${shortcode} - DUKA` })).toMatchObject({
      because: expect.stringMatching(/something else/) as unknown,
    });
    expect(books({ DebitPartyName: `${shortcode} - DUKA` })).toMatchObject({ says: "paid" });
  });
});

describe("a confirmation's reason to be unreadable", () => {
  test.each([
    [{ TransID: undefined }, /receipt/],
    [{ TransAmount: undefined }, /amount/],
    [{ TransAmount: "0" }, /amount/],
    [{ BusinessShortCode: undefined }, /shortcode/],
  ])("%j is told", (changes, because) => {
    expect(confirmation(changes)).toEqual({ readable: false, because: expect.stringMatching(because) as unknown });
  });
});

describe("a payer's name", () => {
  test("is all of its parts, with one blank between, none when there is none, and of bounded length", () => {
    const named = (changes: object) => {
      const message = confirmation(changes);
      return message.readable ? message.payment.payer.name : message.because;
    };
    expect(named({ FirstName: " ASHA ", MiddleName: "W", LastName: "BARAKA" })).toBe("ASHA W BARAKA");
    expect(named({ LastName: "BARAKA" })).toBe("BARAKA");
    expect(named({})).toBeNull();
    expect(named({ FirstName: "A".repeat(500) })).toHaveLength(100);
  });

  test("in M-PESA's books is the first word after the number", () => {
    const named = (DebitPartyName: string) => {
      const word = books({ DebitPartyName });
      return word.says === "paid" ? word.payment.payer : word.because;
    };
    const phone = { form: "plain", msisdn: "254722000063" };
    expect(named("254722000063 - JOHN - DOE")).toEqual({ phone, name: "JOHN" });
    expect(named(" 254722000063  -   JOHN\u00a0DOE")).toEqual({ phone, name: "JOHN" });
    expect(named("254722000063")).toEqual({ phone, name: null });
    expect(named(`254722000063 - ${"J".repeat(500)}`)).toEqual({ phone, name: "J".repeat(100) });
  });
});

describe("M-PESA's books", () => {
  test.each([
    [{ TransactionStatus: undefined }, /names no one status$/],
    [{ TransactionStatus: "Authorized" }, /status at M-PESA is Authorized$/],
    [{ CreditPartyName: undefined }, /something else/],
    [{ ReceiptNo: undefined }, /receipt and amount/],
    [{ Amount: undefined }, /receipt and amount/],
    [{ Amount: "0.00" }, /receipt and amount/],
    [{ FinalisedTime: undefined }, /time/],
  ])("with %j prove nothing, and say why", (changes, because) => {
    expect(books(changes)).toEqual({ says: "nothing", because: expect.stringMatching(because) as unknown });
  });

  test("have a payment in any case of its status, and when it was done before when it was begun", () => {
    expect(books({ CreditPartyName: " 4130669  -  DUKA" })).toMatchObject({ payment: { shortcode: "4130669" } });
    expect(books({ TransactionStatus: "COMPLETED", InitiatedTime: "20240206143600" })).toMatchObject({
      payment: { paidAt: Date.parse("2024-02-06T11:36:45Z") },
    });
    expect(books({ FinalisedTime: "soon", FinalizedTime: "20240206143646" })).toMatchObject({
      payment: { paidAt: Date.parse("2024-02-06T11:36:46Z") },
    });
  });
});

describe("a shortcode's accounts", () => {
  const accounts = (AccountBalance: string) => {
    const read = readBalanceResult(keyed({ AccountBalance }));
    return read.readable ? read.balances.accounts.map(({ name, current }) => [name, current]) : read.because;
  };
  const utility = (figures: string, currency = "KES") => `Utility|${currency}|${figures}`;

  test.each([
    ["current", utility("2|1|1|1")],
    ["available", utility("1|2|1|1")],
    ["reserved", utility("1|1|2|1")],
    ["uncleared", utility("1|1|1|2")],
    ["currency", utility("1|1|1|1", "USD")],
  ])("named twice with another %s is left out, in whatever case it is named", (_, other) => {
    expect(accounts(`${utility("1|1|1|1")}&${other}&Working|KES|1|1|1|1`)).toEqual([["Working", 100]]);
    expect(accounts(`${utility("1|1|1|1")}&${other.replace("Utility", "UTILITY")}&W|KES|1|1|1|1`)).toHaveLength(1);
  });

  test.each([
    ["- 5.00", -500],
    [" -5.00", -500],
    ["-0", 0],
    ["5", 500],
  ])("may hold %j", (figure, cents) => {
    expect(accounts(utility(`${figure}|1|1|1`))).toEqual([["Utility", cents]]);
  });

  test.each(["5-", "--5", "x-5", ""])("can't hold %j: such an account is left out", (figure) => {
    for (const place of [0, 1, 2, 3]) {
      const figures = ["1", "1", "1", "1"].with(place, figure).join("|");
      expect(accounts(utility(figures))).toMatch(/no readable account/);
    }
  });

  test("need a name, a currency and four figures, and more than fifty are not looked at", () => {
    for (const bad of [
      "|KES|1|1|1|1",
      "Utility||1|1|1|1",
      "Utility|KES|1|1|1",
      "Utility|KES|x|1|1|1|1",
      "Utility|KES",
      "",
    ])
      expect(accounts(bad)).toMatch(/no readable account/);
    const many = Array.from({ length: 60 }, (_, index) => `A${index}|KES|1|1|1|1`).join("&");
    expect(accounts(many)).toHaveLength(50);
  });

  test("that are not told at all are not readable", () => {
    expect(readBalanceResult(keyed({}))).toMatchObject({ readable: false, initiatorTrouble: null, unlistedCode: null });
  });
});

describe("the number of a pull's pages", () => {
  const row = { transactionId: "QAB1234567", amount: "1.00" };
  test.each([
    ["1", 1],
    ["999999", 999_999],
    ["1000000", null],
    ["x1", null],
    ["1x", null],
    ["-1", null],
    [undefined, null],
  ])("is of %j %j", (TotalPages, totalPages) => {
    const body = JSON.stringify({ ResponseCode: "1000", Response: [[row]], TotalPages });
    expect(readPullPage({ status: 200, body })).toMatchObject({ answer: { answer: "rows", totalPages } });
  });
});

test("a text is cut at a hundred characters, or at what it was told, and a number is as good as its text", () => {
  expect(cutText("x".repeat(101))).toHaveLength(100);
  expect(cutText("abc", 2)).toBe("ab");
  expect([typedText(7), typedText(" 7 "), typedText(null), typedText(true)]).toEqual(["7", " 7 ", "", ""]);
});

test("an id of ours comes back unchanged when it is plain, from end to end", () => {
  const carried = (id: string) => acceptPayment(id).ThirdPartyTransID ?? null;
  expect(["a", "x".repeat(64), "A-z_9"].map(carried)).toEqual(["a", "x".repeat(64), "A-z_9"]);
  expect(acceptPayment()).not.toHaveProperty("ThirdPartyTransID");
  expect([" a", "a ", "a\n", "x".repeat(65), "a.b"].map(carried)).toEqual([null, null, null, null, null]);
});
