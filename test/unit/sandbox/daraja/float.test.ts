/** The organisation's money: what payouts and payments do to it, what an account balance says, how control changes it. */
import { describe, expect, test } from "vitest";
import { withCents } from "../../../../sandbox/daraja/core/accounts.ts";
import { payoutFee } from "../../../../sandbox/daraja/core/tariffs.ts";
import { bodyOf, payer, seen, type Json } from "./manual-world.ts";
import { AN_HOUR_MS, createPayoutWorld } from "./payout-world.ts";

const accounts = async (world: ReturnType<typeof createPayoutWorld>, shortcode = "600992") =>
  ((await world.control("GET", "accounts")).body!["data"] as Json[]).find(
    (account) => account["shortcode"] === shortcode,
  );

test.each([
  [10, 0],
  [100, 0],
  [101, 5],
  [1500, 5],
  [1501, 9],
  [5000, 9],
  [5001, 11],
  [20_000, 11],
  [20_001, 13],
  [250_000, 13],
])("a payout of %i costs the organisation %i", (amount, fee) => {
  expect(payoutFee(amount)).toBe(fee);
});

test.each([
  [0, "0.00"],
  [5, "0.05"],
  [123_450, "1234.50"],
  [-198_000, "-1980.00"],
  [-1, "-0.01"],
])("%i cents are written %s", (cents, written) => {
  expect(withCents(cents)).toBe(written);
});

describe("a payout", () => {
  test("leaves Utility, and its fee makes Charges Paid more negative, for its own shortcode alone", async () => {
    const world = createPayoutWorld();
    for (const Amount of [1000, 20_001]) {
      await world.pay({ Amount });
      await world.clock.advance(AN_HOUR_MS);
    }
    expect(await accounts(world)).toEqual({
      shortcode: "600992",
      currency: "KES",
      working: 0,
      utility: 4_978_999,
      charges_paid: -18,
      settlement: 0,
      paid_out: { count: 2, sum: 21_001 },
    });
    expect(await accounts(world, "600997")).toMatchObject({
      utility: 5_000_000,
      charges_paid: 0,
      paid_out: { count: 0, sum: 0 },
    });
    expect(world.results().map(({ items }) => items["B2CUtilityAccountAvailableFunds"])).toEqual([
      4_999_000, 4_978_999,
    ]);
  });

  test("that the float does not cover fails with 1 and takes nothing; one it covers to the shilling is paid", async () => {
    const world = createPayoutWorld({ utilityShillings: 1000 });
    await world.pay({ Amount: 1001 });
    await world.clock.advance(AN_HOUR_MS);
    await world.pay({ Amount: 1000 });
    await world.clock.advance(AN_HOUR_MS);
    await world.pay({ Amount: 10 });
    await world.clock.advance(AN_HOUR_MS);
    expect(world.results().map(({ code }) => code)).toEqual([1, 0, 1]);
    expect(await accounts(world)).toMatchObject({ utility: 0, charges_paid: -5 });
  });

  test("never takes the float below zero, however many are under way at once", async () => {
    const world = createPayoutWorld({ utilityShillings: 5500 });
    for (let count = 0; count < 10; count += 1) await world.pay({ Amount: 1000 });
    await world.clock.advance(AN_HOUR_MS);
    expect((await world.control("GET", "payouts/totals")).body).toMatchObject({
      paid: { count: 5, sum: 5000 },
      failed: { count: 5, sum: 5000 },
    });
    expect(await world.utility()).toBe(500);
  });
});

test("a customer's payment lands in Utility, and only when it is paid", async () => {
  const world = createPayoutWorld();
  await world.pushTo(payer(0), { Amount: 1500 });
  await world.pushTo(payer(1), { Amount: 700 });
  await world.clock.advance(AN_HOUR_MS);
  expect(await world.utility("174379")).toBe(5_001_500);
});

describe("account balance", () => {
  test("is answered at once with nothing, and later with one line, codes and all as Safaricom writes them", async () => {
    const world = createPayoutWorld({ switches: { b2c_result_ms: 0, query_result_ms: 0 } });
    await world.pay({ Amount: 1000 });
    await world.clock.advance(1000);
    const answer = seen(await world.balance());
    expect(answer).toMatchObject({ status: 200, body: { ResponseCode: "0" } });
    await world.clock.advance(0);
    const { OriginatorConversationID, ConversationID } = answer.body!;
    expect(world.sent[1]?.request).toMatchObject({
      url: "https://shop.example/results/q",
      sourceAddress: "127.0.0.1",
      body:
        `{"Result":{"ResultType":"0","ResultCode":"0",` +
        `"ResultDesc":"The service request is processed successfully.",` +
        `"OriginatorConversationID":"${String(OriginatorConversationID)}","ConversationID":"${String(ConversationID)}",` +
        `"TransactionID":"UIL0000000","ResultParameters":{"ResultParameter":[` +
        `{"Key":"AccountBalance","Value":"Working Account|KES|0.00|0.00|0.00|0.00&Float Account|KES|0.00|0.00|0.00|0.00` +
        `&Utility Account|KES|4999000.00|4999000.00|0.00|0.00&Charges Paid Account|KES|-5.00|-5.00|0.00|0.00` +
        `&Organization Settlement Account|KES|0.00|0.00|0.00|0.00"},` +
        `{"Key":"BOCompletedTime","Value":20260921120001}]},` +
        `"ReferenceData":{"ReferenceItem":{"Key":"QueueTimeoutURL",` +
        `"Value":"https://internalsandbox.safaricom.co.ke/mpesa/abresults/v1/submit"}}}}`,
    });
  });

  test("tells what is there when it answers, not when it was asked", async () => {
    const world = createPayoutWorld();
    await world.balance();
    await world.control("POST", "accounts/600992", { utility: 7 });
    await world.clock.advance(AN_HOUR_MS);
    expect(world.results()[0]?.items["AccountBalance"]).toContain("Utility Account|KES|7.00|7.00|");
  });

  test.each([
    ["Initiator", ""],
    ["SecurityCredential", "short"],
    ["CommandID", "TransactionStatusQuery"],
    ["PartyA", "600999"],
    ["IdentifierType", "1"],
    ["Remarks", ""],
    ["QueueTimeOutURL", "x"],
    ["ResultURL", "https://shop.example/query"],
  ])("is refused for its %s", async (field, value) => {
    const answer = await createPayoutWorld().balance({ [field]: value });
    expect(seen(answer)).toMatchObject({
      status: 400,
      body: { errorCode: "400.002.02", errorMessage: `Bad Request - Invalid ${field}` },
    });
  });

  test("with a wrong password says 2001 and no balance", async () => {
    const world = createPayoutWorld();
    await world.balance({ Initiator: "nobody" });
    await world.clock.advance(AN_HOUR_MS);
    expect(world.results()).toMatchObject([{ code: "2001", items: {} }]);
  });
});

describe("POST /simulator/accounts", () => {
  test("sets Utility, and adds to it", async () => {
    const world = createPayoutWorld();
    expect((await world.control("POST", "accounts/600984", { utility: 300 })).body).toMatchObject({ utility: 300 });
    expect((await world.control("POST", "accounts/600984", { top_up: 45 })).body).toMatchObject({ utility: 345 });
  });

  test.each([{}, { utility: 1, top_up: 1 }, { utility: -1 }, { top_up: 1.5 }, { float: 1 }, undefined])(
    "refuses %j and changes nothing",
    async (body) => {
      const world = createPayoutWorld();
      expect(await world.control("POST", "accounts/600992", body)).toMatchObject({ status: 400 });
      expect(await world.utility()).toBe(5_000_000);
    },
  );

  test("knows only the shortcodes that are there", async () => {
    expect(await createPayoutWorld().control("POST", "accounts/600999", { top_up: 1 })).toMatchObject({ status: 404 });
  });

  test("lists the paybill and those who only pay out", async () => {
    const { body } = await createPayoutWorld().control("GET", "accounts");
    const shortcodes = (body!["data"] as Json[]).map(({ shortcode }) => shortcode);
    expect(shortcodes).toEqual(["174379", "600992", "600997", "600984"]);
    const own = createPayoutWorld({ bulkPayers: [{ shortcode: "700700", name: "Own" }] });
    expect(bodyOf(await own.pay({ PartyA: "700700" }))).toMatchObject({ ResponseCode: "0" });
    expect(seen(await own.pay()).status).toBe(400);
  });
});
