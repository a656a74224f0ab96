import { describe, expect, test } from "vitest";
import { Credentials, stkPassword } from "../../../functions/daraja/credentials.ts";
import {
  DARAJA,
  REPORTED_CALLBACK_ADDRESSES,
  SAFARICOM_CALLBACK_ADDRESSES,
} from "../../../functions/daraja/environment.ts";

const PASSKEY = "bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919";
const secret = {
  consumer_key: "key",
  consumer_secret: "hush",
  shortcode: "174379",
  passkey: PASSKEY,
  transaction_type: "CustomerPayBillOnline",
};

test("the password of Safaricom's published example comes out as published", () => {
  expect(stkPassword({ shortcode: "174379", passkey: PASSKEY, timestamp: "20210628092408" })).toBe(
    "MTc0Mzc5YmZiMjc5ZjlhYTliZGJjZjE1OGU5N2RkNzFhNDY3Y2QyZTBjODkzMDU5YjEwZjc4ZTZiNzJhZGExZWQyYzkxOTIwMjEwNjI4MDkyNDA4",
  );
});

describe("the Daraja secret", () => {
  test("of a paybill pays the paybill itself; blanks around pasted values go, a number is a shortcode too", () => {
    expect(Credentials.parse({ ...secret, shortcode: 174379, passkey: ` ${PASSKEY}\n` })).toEqual({
      consumerKey: "key",
      consumerSecret: "hush",
      shortcode: "174379",
      passkey: PASSKEY,
      transactionType: "CustomerPayBillOnline",
      receiver: "174379",
      initiator: null,
      initiatorLacks: ["initiator_name", "initiator_password", "initiator_certificate"],
    });
  });

  test("of a till signs with the store number and pays the till", () => {
    const till = { ...secret, transaction_type: "CustomerBuyGoodsOnline", till: "5512345" };
    expect(Credentials.parse(till)).toMatchObject({ shortcode: "174379", receiver: "5512345" });
    expect(Credentials.safeParse({ ...till, till: undefined }).success).toBe(false);
  });

  test("has an initiator only when all of it is there, and says what is missing", () => {
    const whole = { initiator_name: "testapi", initiator_password: "p", initiator_certificate: " PEM\ntext\n" };
    expect(Credentials.parse({ ...secret, ...whole })).toMatchObject({
      initiator: { name: "testapi", password: "p", certificate: "PEM\ntext" },
      initiatorLacks: [],
    });
    for (const field of Object.keys(whole))
      expect(Credentials.parse({ ...secret, ...whole, [field]: undefined })).toMatchObject({
        initiator: null,
        initiatorLacks: [field],
      });
  });

  test("that is incomplete is refused, naming fields and no values", () => {
    const wrong = Credentials.safeParse({ ...secret, passkey: "", shortcode: "my-paybill-number" });
    expect(wrong.success).toBe(false);
    const text = JSON.stringify(wrong.error?.issues);
    expect(text).toContain("passkey");
    expect(text).not.toMatch(/my-paybill|hush/);
  });
});

test("there are twelve published addresses, two reported ones, and no overlap", () => {
  expect(new Set(SAFARICOM_CALLBACK_ADDRESSES).size).toBe(12);
  expect(REPORTED_CALLBACK_ADDRESSES).toHaveLength(2);
  for (const address of REPORTED_CALLBACK_ADDRESSES) expect(SAFARICOM_CALLBACK_ADDRESSES).not.toContain(address);
});

test("each environment has a host of its own", () => {
  expect(DARAJA.sandbox.baseUrl).toBe("https://sandbox.safaricom.co.ke");
  expect(DARAJA.production.baseUrl).toBe("https://api.safaricom.co.ke");
});
