/** What Safaricom says to an STK push, good or bad, and what a taken push's callback looks like to the byte. */
import { describe, expect, test } from "vitest";
import { sandboxPaybill, type Merchant } from "../../../../sandbox/daraja/core/merchants.ts";
import {
  answerOf,
  bodyOf,
  createManualWorld,
  passwordFor,
  payer,
  PUSH_PATH,
  pushBody,
  seen,
  type Json,
} from "./manual-world.ts";

const refusalOf = async (changes: Json, world = createManualWorld()) => {
  const answer = seen(await world.push(changes));
  expect(await world.truth()).toEqual([]);
  return answer;
};
const invalid = (field: string) => ({
  status: 400,
  body: { errorCode: "400.002.02", errorMessage: `Bad Request - Invalid ${field}` },
});

test("a good push is taken with Safaricom's five strings", async () => {
  const answer = await createManualWorld().push();
  expect(seen(answer)).toEqual({
    status: 200,
    body: {
      MerchantRequestID: expect.stringMatching(/^[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\d{5}$/) as string,
      CheckoutRequestID: "ws_CO_21092026120000000712000111",
      ResponseCode: "0",
      ResponseDescription: "Success. Request accepted for processing",
      CustomerMessage: "Success. Request accepted for processing",
    },
  });
});

test("numbers and strings are taken alike", async () => {
  const world = createManualWorld();
  const numbers = { Amount: 1500, PartyA: 254700000000, PartyB: 174379, PhoneNumber: 254700000000 };
  expect(seen(await world.push(numbers)).status).toBe(200);
  expect(await world.truth()).toMatchObject([{ amount: 1500, msisdn: "254700000000", party_b: "174379" }]);
});

describe("a field that is wrong is named", () => {
  const mistakes: readonly [field: string, values: readonly unknown[]][] = [
    ["BusinessShortCode", [undefined, "", "12", "abcdef", null, {}]],
    ["Password", [undefined, "short", "not base64 at all, really"]],
    ["Timestamp", [undefined, "2026-09-21", "20261321120000", "20260231120000"]],
    ["TransactionType", [undefined, "CustomerPayBill", "customerpaybillonline"]],
    ["Amount", [undefined, 0, -1, 1.5, "1.00", 250_001, "ten", null]],
    ["PartyA", [undefined, "0712000111", "+254712000111", "254812000111", "25471200011"]],
    ["PartyB", [undefined, "x"]],
    ["PhoneNumber", [undefined, "0712000111", "2547120001112"]],
    ["AccountReference", [undefined, "", "   ", "1234567890123"]],
  ];
  test.each(mistakes)("%s", async (field, values) => {
    for (const value of values)
      expect(await refusalOf({ [field]: value }), JSON.stringify(value)).toMatchObject(invalid(field));
  });

  test("TransactionDesc is called Remarks, and may be empty but not missing", async () => {
    expect(await refusalOf({ TransactionDesc: undefined })).toMatchObject(invalid("Remarks"));
    expect(seen(await createManualWorld().push({ TransactionDesc: "" })).status).toBe(200);
  });

  test.each([
    ["nothing", undefined],
    ["no URL", "shop.example/1"],
    ["another scheme", "ftp://shop.example/1"],
    ["upper case in the host", "https://SHOP.example/1"],
    ["a placeholder", "https://<host>/1"],
    ["mpesa in the path", "https://shop.example/mpesa/1"],
    ["m-pesa in any case", "https://shop.example/M-PESA"],
    ["safaricom in the host", "https://safaricom.example/1"],
    ["exe inside another word of the host", "https://abc.execute-api.eu-west-1.example/1"],
    ["cmd", "https://shop.example/cmd"],
    ["sql", "https://shop.example/mysql"],
    ["query", "https://shop.example/query"],
  ])("CallBackURL: %s", async (_what, url) => {
    expect(await refusalOf({ CallBackURL: url })).toMatchObject(invalid("CallBackURL"));
  });

  test("only the first mistake is reported, in the order of the documentation", async () => {
    expect(await refusalOf({ Amount: 0, PhoneNumber: "x", PartyA: "x" })).toMatchObject(invalid("Amount"));
  });

  test("the edges of the amount are taken", async () => {
    for (const Amount of [1, 250_000]) expect(seen(await createManualWorld().push({ Amount })).status).toBe(200);
  });
});

test("a URL with a space in it gets no answer at all", async () => {
  const world = createManualWorld();
  expect(await world.push({ CallBackURL: "https://shop.example/a b" })).toEqual({ kind: "reset", holdMs: 120_000 });
  expect(await world.truth()).toEqual([]);
});

describe("a body that cannot be read", () => {
  const post = async (body: string, contentType: string) => {
    const world = createManualWorld();
    const headers = { authorization: `Bearer ${await world.token()}`, "content-type": contentType };
    return seen(await world.send("POST", PUSH_PATH, { headers, body }));
  };
  test.each(["{", "", "[]", '"text"', "null"])("%j is 400.002.05", async (body) => {
    expect(await post(body, "application/json")).toMatchObject({
      status: 400,
      body: { errorCode: "400.002.05", errorMessage: "Invalid Request Payload" },
    });
  });
  test.each(["text/plain", "application/x-www-form-urlencoded", ""])(
    "content type %j hides the shortcode",
    async (type) => {
      expect(await post(JSON.stringify(pushBody()), type)).toMatchObject(invalid("BusinessShortCode"));
    },
  );
  test("a charset after the content type does no harm", async () => {
    expect((await post(JSON.stringify(pushBody()), "application/json; charset=utf-8")).status).toBe(200);
  });
});

describe("the merchant", () => {
  const refused = (errorMessage: string) => ({ status: 500, body: { errorCode: "500.001.1001", errorMessage } });
  const till: Merchant = { kind: "till", shortcode: "600100", till: "512345", passkey: "till-passkey", name: "Till" };
  const tillPush = (changes: Json = {}) => ({
    BusinessShortCode: "600100",
    Password: passwordFor(undefined, "600100", "till-passkey"),
    TransactionType: "CustomerBuyGoodsOnline",
    PartyB: "512345",
    PhoneNumber: payer(0),
    ...changes,
  });

  test("an unknown shortcode does not exist", async () => {
    expect(await refusalOf({ BusinessShortCode: "999999" })).toMatchObject(refused("Merchant does not exist"));
  });

  test("a password for another passkey, shortcode or timestamp is wrong credentials", async () => {
    for (const Password of [
      passwordFor(undefined, "174379", "another"),
      passwordFor(undefined, "600100"),
      passwordFor("20260921120001"),
    ])
      expect(await refusalOf({ Password })).toMatchObject(refused("Wrong credentials"));
  });

  test("buying goods from a paybill is an invalid TransactionType, and so is the reverse", async () => {
    expect(await refusalOf({ TransactionType: "CustomerBuyGoodsOnline" })).toMatchObject(invalid("TransactionType"));
    const world = createManualWorld({ merchants: [till] });
    const reverse = tillPush({ TransactionType: "CustomerPayBillOnline" });
    expect(await refusalOf(reverse, world)).toMatchObject(invalid("TransactionType"));
  });

  test("a till is paid through its store number; the store number as PartyB ends in 2028", async () => {
    for (const [partyB, code] of [
      ["512345", 0],
      ["600100", 2028],
    ] as const) {
      const world = createManualWorld({ merchants: [sandboxPaybill, till] });
      expect(seen(await world.push(tillPush({ PartyB: partyB }))).status).toBe(200);
      await world.clock.advance(2000);
      expect(world.callbacks()).toMatchObject([{ code }]);
    }
  });
});

describe("the callback", () => {
  test("of a payment carries five items, decimals and a nameless balance, to the byte", async () => {
    const world = createManualWorld();
    const { MerchantRequestID, CheckoutRequestID } = bodyOf(await world.pushTo(payer(0), { Amount: 1500 }));
    await world.clock.advance(1000);
    const receipt = (await world.truth())[0]!.receipt!;
    expect(receipt).toMatch(/^UIL[A-Z0-9]{7}$/);
    expect(world.sent[0]!.request).toEqual({
      url: "https://shop.example/payments/1",
      headers: { "Content-Type": "application/json;charset=UTF-8", Businessshortcode: "174379" },
      sourceAddress: "127.0.0.1",
      timeoutMs: 10_000,
      body:
        `{"Body":{"stkCallback":{"MerchantRequestID":"${String(MerchantRequestID)}",` +
        `"CheckoutRequestID":"${String(CheckoutRequestID)}","ResultCode":0,` +
        '"ResultDesc":"The service request is processed successfully.","CallbackMetadata":{"Item":[' +
        `{"Name":"Amount","Value":1500.00},{"Name":"MpesaReceiptNumber","Value":"${receipt}"},{"Name":"Balance"},` +
        '{"Name":"TransactionDate","Value":20260921120001},{"Name":"PhoneNumber","Value":254700000000}]}}}}',
    });
  });

  test("of a failure has no metadata, and nothing the client chose", async () => {
    const world = createManualWorld();
    const ids = bodyOf(await world.pushTo(payer(2), { AccountReference: "SECRET-REF" }));
    await world.clock.advance(1000);
    const { body } = world.sent[0]!.request;
    expect(JSON.parse(body)).toEqual({
      Body: {
        stkCallback: {
          MerchantRequestID: ids["MerchantRequestID"],
          CheckoutRequestID: ids["CheckoutRequestID"],
          ResultCode: 1032,
          ResultDesc: "Request cancelled by user",
        },
      },
    });
  });

  test("that nobody hears is noted and changes nothing of the truth", async () => {
    const world = createManualWorld();
    world.receiver.answer = () => Promise.reject(Object.assign(new Error("refused"), { code: "ECONNREFUSED" }));
    await world.pushTo(payer(0));
    await world.clock.advance(60_000);
    expect(await world.truth()).toMatchObject([
      { state: "paid", callbacks: [{ status: null, error: "ECONNREFUSED", sent_at: "2026-09-21T09:00:01.000Z" }] },
    ]);
    expect((await world.control("GET", "metrics")).body).toMatchObject({ callbacks_sent: 1, callbacks_failed: 1 });
  });
});

test("an error body is the same three strings everywhere", async () => {
  const { body, headers } = answerOf(await createManualWorld().push({ Amount: 0 }));
  expect(Object.keys(JSON.parse(body) as Json)).toEqual(["requestId", "errorCode", "errorMessage"]);
  expect(headers["content-type"]).toBe("application/json;charset=UTF-8");
});
