/** B2C on the wire: what is taken, what is refused and how, what a Result looks like, and that an id is taken once. */
import { describe, expect, test } from "vitest";
import { bodyOf, payer, seen, settled, type Json } from "./manual-world.ts";
import {
  ACCEPTED,
  AN_HOUR_MS,
  B2C_PATH,
  B2C_V1_PATH,
  BALANCE_PATH,
  STATUS_PATH,
  createPayoutWorld,
  credentialFor,
  payoutBody,
  SOMEBODY,
} from "./payout-world.ts";

const refusedFor = (field: string) => ({
  status: 400,
  body: { errorCode: "400.002.02", errorMessage: `Bad Request - Invalid ${field}` },
});

describe("a payout that is taken", () => {
  test("is answered in Safaricom's words, with the caller's own id", async () => {
    const world = createPayoutWorld();
    const answer = seen(await world.pay({ OriginatorConversationID: "600997_Test_32et3241ed8yu" }));
    expect(answer).toEqual({
      status: 200,
      body: {
        ConversationID: expect.stringMatching(/^AG_20260921_2010[0-9a-f]{16}$/) as string,
        OriginatorConversationID: "600997_Test_32et3241ed8yu",
        ResponseCode: "0",
        ResponseDescription: "Accept the service request successfully.",
      },
    });
  });

  test("ends in a Result to the letter: numbers with cents, dots in the date, one reference item", async () => {
    const world = createPayoutWorld({ switches: { b2c_result_ms: 0 } });
    const { ConversationID } = bodyOf(await world.pay());
    await world.clock.advance(0);
    const [{ receipt } = { receipt: "" }] = await world.payouts();
    expect(receipt).toMatch(/^UIL[0-9A-Z]{7}$/);
    expect(world.sent[0]?.request).toMatchObject({
      url: "https://shop.example/results/1",
      sourceAddress: "127.0.0.1",
      headers: { "Content-Type": "application/json;charset=UTF-8" },
    });
    expect(world.sent[0]?.request.body).toBe(
      `{"Result":{"ResultType":0,"ResultCode":0,"ResultDesc":"The service request is processed successfully.",` +
        `"OriginatorConversationID":"pay_1","ConversationID":"${String(ConversationID)}","TransactionID":"${receipt!}",` +
        `"ResultParameters":{"ResultParameter":[` +
        `{"Key":"TransactionAmount","Value":1000},` +
        `{"Key":"TransactionReceipt","Value":"${receipt!}"},` +
        `{"Key":"ReceiverPartyPublicName","Value":"254712000111 - BRIAN BARASA"},` +
        `{"Key":"TransactionCompletedDateTime","Value":"21.09.2026 12:00:00"},` +
        `{"Key":"B2CUtilityAccountAvailableFunds","Value":4999000.00},` +
        `{"Key":"B2CWorkingAccountAvailableFunds","Value":0.00},` +
        `{"Key":"B2CRecipientIsRegisteredCustomer","Value":"Y"},` +
        `{"Key":"B2CChargesPaidAccountAvailableFunds","Value":-5.00}]},` +
        `"ReferenceData":{"ReferenceItem":{"Key":"QueueTimeoutURL",` +
        `"Value":"https://internalsandbox.safaricom.co.ke/mpesa/b2cresults/v1/submit"}}}}`,
    );
  });

  test("that fails ends in the same envelope without parameters and with a receipt that is none", async () => {
    const world = createPayoutWorld();
    await world.payTo(56);
    await world.clock.advance(1000);
    const { Result } = JSON.parse(world.sent[0]!.request.body) as { Result: Json };
    expect(Object.keys(Result)).toEqual([
      "ResultType",
      "ResultCode",
      "ResultDesc",
      "OriginatorConversationID",
      "ConversationID",
      "TransactionID",
      "ReferenceData",
    ]);
    expect(Result).toMatchObject({ ResultCode: 2040, TransactionID: "UIL0000000" });
  });

  test.each([0, 400])(
    "takes b2c_result_ms (%i), give or take half, and the time is shrunk with all others",
    async (ms) => {
      const world = createPayoutWorld({ switches: { b2c_result_ms: ms, time_scale: 0.5 } });
      for (let count = 0; count < 40; count += 1) await world.pay();
      await world.clock.advance(AN_HOUR_MS);
      const delays = world.results().map(({ atMs }) => atMs);
      expect(delays).toHaveLength(40);
      expect(Math.min(...delays)).toBeGreaterThanOrEqual(ms * 0.25);
      expect(Math.max(...delays)).toBeLessThan(ms * 0.75 + 1);
      expect(new Set(delays).size).toBe(ms === 0 ? 1 : 40);
    },
  );

  test.each(["BusinessPayment", "SalaryPayment", "PromotionPayment"])("may be a %s", async (CommandID) => {
    expect(seen(await createPayoutWorld().pay({ CommandID }))).toMatchObject(ACCEPTED);
  });

  test.each(["174379", "600992", "600997", "600984"])("may come from %s", async (PartyA) => {
    expect(seen(await createPayoutWorld().pay({ PartyA }))).toMatchObject(ACCEPTED);
  });

  test("may leave out Occassion, and write its amount as a number", async () => {
    const world = createPayoutWorld();
    expect(seen(await world.pay({ Occassion: undefined, Amount: 10, PartyA: 600992 }))).toMatchObject(ACCEPTED);
    expect(await world.payouts()).toMatchObject([{ reference: "", amount: 10 }]);
  });
});

describe("a payout that Safaricom refuses before M-PESA sees it", () => {
  const mistakes: readonly (readonly [field: string, value: unknown])[] = [
    ["OriginatorConversationID", undefined],
    ["OriginatorConversationID", "two words"],
    ["InitiatorName", ""],
    ["SecurityCredential", "c2hvcnQ="],
    ["SecurityCredential", credentialFor().slice(0, -1)],
    ["CommandID", "BusinessPayBill"],
    ["Amount", 9],
    ["Amount", 250_001],
    ["Amount", "10.50"],
    ["Amount", "-10"],
    ["PartyA", "600999"],
    ["PartyA", undefined],
    ["PartyB", "0712000111"],
    ["PartyB", "25471200011"],
    ["Remarks", "x"],
    ["Remarks", "x".repeat(101)],
    ["QueueTimeOutURL", "shop.example"],
    ["QueueTimeOutURL", "https://abc.execute-api.example/x"],
    ["ResultURL", "https://shop.example/mpesa"],
    ["ResultURL", undefined],
    ["Occassion", "x".repeat(101)],
  ];
  test.each(mistakes)("%s: %j", async (field, value) => {
    const world = createPayoutWorld();
    expect(seen(await world.pay({ [field]: value }))).toMatchObject(refusedFor(field));
    await world.clock.advance(AN_HOUR_MS);
    expect(await world.payouts()).toEqual([]);
    expect(world.sent).toEqual([]);
  });

  test("the limits themselves are taken", async () => {
    const world = createPayoutWorld();
    for (const Amount of ["10", "250000"]) expect(seen(await world.pay({ Amount }))).toMatchObject(ACCEPTED);
    for (const Remarks of ["ok", "x".repeat(100)]) expect(seen(await world.pay({ Remarks }))).toMatchObject(ACCEPTED);
  });

  test("the first of several mistakes is the one reported", async () => {
    const answer = seen(await createPayoutWorld().pay({ Remarks: "", Amount: 1, ResultURL: "" }));
    expect(answer).toMatchObject(refusedFor("Amount"));
  });

  test("a body that is not JSON, and a type that does not say JSON", async () => {
    const world = createPayoutWorld();
    expect(seen(await world.post(B2C_PATH, "{"))).toMatchObject({ status: 400, body: { errorCode: "400.002.05" } });
    const plain = await world.post(B2C_PATH, payoutBody(), { "content-type": "text/plain" });
    expect(seen(plain)).toMatchObject(refusedFor("OriginatorConversationID"));
  });

  test("a space in a callback URL is met with silence", async () => {
    for (const field of ["ResultURL", "QueueTimeOutURL"]) {
      const world = createPayoutWorld();
      expect(await world.pay({ [field]: "https://shop.example/a b" })).toEqual({ kind: "reset", holdMs: 120_000 });
      expect(await world.payouts()).toEqual([]);
    }
  });

  test("a GET is not allowed", async () => {
    expect(seen(await createPayoutWorld().send("GET", B2C_PATH)).status).toBe(405);
  });
});

describe("a bad token", () => {
  const echo = "Error Occurred - Invalid Access Token - dead";
  const readings = [
    { product: "b2c", path: B2C_PATH, status: 401, errorCode: "401.002.01", errorMessage: echo },
    { product: "b2c", path: B2C_V1_PATH, status: 401, errorCode: "401.002.01", errorMessage: echo },
    { product: "balance", path: BALANCE_PATH, status: 401, errorCode: "401.002.01", errorMessage: echo },
    {
      product: "status",
      path: STATUS_PATH,
      status: 400,
      errorCode: "400.003.01",
      errorMessage: "Invalid Access Token",
    },
  ];
  test.each(readings)("is told in the words of $path, unless a switch has others", async (reading) => {
    const { product, path, status, errorCode, errorMessage } = reading;
    const world = createPayoutWorld();
    const ask = () => world.send("POST", path, { headers: { authorization: "Bearer dead" }, body: payoutBody() });
    expect(seen(await ask())).toMatchObject({ status, body: { errorCode, errorMessage } });
    await world.control("POST", "switches", { bad_token: { [product]: { status: 403, error_code: "X" } } });
    expect(seen(await ask())).toMatchObject({ status: 403, body: { errorCode: "X" } });
  });
});

describe("an id that comes again", () => {
  const duplicate = {
    status: 500,
    body: { errorCode: "500.002.1001", errorMessage: "Duplicate OriginatorConversationID." },
  };

  test("is refused, whatever else the request says, and paid once", async () => {
    const world = createPayoutWorld();
    await world.pay({ OriginatorConversationID: "pay_x" });
    expect(seen(await world.pay({ OriginatorConversationID: "pay_x" }))).toMatchObject(duplicate);
    await world.clock.advance(AN_HOUR_MS);
    const changed = { OriginatorConversationID: "pay_x", Amount: 77, PartyB: payer(50), PartyA: "174379" };
    expect(seen(await world.pay(changed))).toMatchObject(duplicate);
    await world.clock.advance(AN_HOUR_MS);
    expect(world.results()).toHaveLength(1);
    expect(await world.payouts()).toMatchObject([{ submits: 3, state: "paid", amount: 1000, msisdn: SOMEBODY }]);
    expect(await world.utility()).toBe(4_999_000);
  });

  test("is refused even when two arrive in the same instant", async () => {
    const world = createPayoutWorld({ switches: { tokens: "coexist" } });
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => world.pay({ OriginatorConversationID: "pay_x" })),
    );
    expect(answers.map((answer) => seen(answer).status).toSorted()).toEqual([200, 500, 500, 500, 500]);
  });

  test("stays used when the payout failed", async () => {
    const world = createPayoutWorld();
    await world.payTo(56, { OriginatorConversationID: "pay_x" });
    await world.clock.advance(AN_HOUR_MS);
    expect(seen(await world.payTo(50, { OriginatorConversationID: "pay_x" }))).toMatchObject(duplicate);
  });

  test("is free when the first request never got in", async () => {
    const world = createPayoutWorld();
    await world.pay({ OriginatorConversationID: "pay_x", Amount: 1 });
    expect(seen(await world.pay({ OriginatorConversationID: "pay_x" }))).toMatchObject(ACCEPTED);
  });
});

test("v1 has no id of the caller's: the same request twice is paid twice", async () => {
  const world = createPayoutWorld();
  const { OriginatorConversationID: _unused, ...body } = payoutBody();
  const answers = [await world.post(B2C_V1_PATH, body), await world.post(B2C_V1_PATH, body)].map(bodyOf);
  expect(answers).toMatchObject([{ ResponseCode: "0" }, { ResponseCode: "0" }]);
  const ids = answers.map((answer) => answer["OriginatorConversationID"]);
  expect(new Set(ids).size).toBe(2);
  expect(ids[0]).toMatch(/^[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\d{5}$/);
  await world.clock.advance(AN_HOUR_MS);
  await settled();
  expect((await world.payouts()).map(({ state }) => state)).toEqual(["paid", "paid"]);
  expect((await world.control("GET", "payouts/totals")).body).toMatchObject({ receivers_paid_more_than_once: 1 });
});
