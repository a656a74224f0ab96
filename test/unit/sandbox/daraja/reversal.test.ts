/** Reversals: money goes back at most once, whole or in part, and the result says so in Safaricom's words. */
import { describe, expect, test } from "vitest";
import { createC2bWorld, REVERSAL_PATH, reversalBody } from "./c2b-world.ts";
import { payer, seen, type Json } from "./manual-world.ts";
import { B2C_PATH, payoutBody } from "./payout-world.ts";

const withPayment = async (options: Parameters<typeof createC2bWorld>[0] = {}) => {
  const world = createC2bWorld(options);
  const receipt = await world.paid();
  const reverse = async (changes: Json = {}) => {
    const answer = await world.reverse({ TransactionID: receipt, ...changes });
    await world.clock.advance(10_000);
    return { answer: seen(answer), result: world.results().at(-1) };
  };
  const reversals = async (): Promise<Json[]> =>
    (await world.control("GET", "transactions?kind=reversal")).body?.["data"] as Json[];
  return { ...world, receipt, reverse, reversals };
};

describe("a reversal", () => {
  test("is taken first and answered later; Utility pays, under a receipt of its own", async () => {
    const world = await withPayment();
    const { answer, result } = await world.reverse();
    expect(answer).toMatchObject({ status: 200, body: { ResponseCode: "0" } });
    const [reversal] = await world.reversals();
    expect(reversal).toMatchObject({
      state: "paid",
      amount: 1500,
      original_transaction_id: world.receipt,
      msisdn: "254712345678",
    });
    expect(reversal?.["receipt"]).not.toBe(world.receipt);
    expect(result).toMatchObject({
      code: 0,
      transactionId: reversal?.["receipt"],
      originatorConversationId: answer.body?.["OriginatorConversationID"],
      items: {
        DebitAccountBalance: "Utility Account|KES|5000000.00|5000000.00|0.00|0.00",
        Amount: 1500,
        OriginalTransactionID: world.receipt,
        Charge: 0,
        CreditPartyPublicName: "254712345678 - IAN NJERI",
        DebitPartyPublicName: "174379 - Duka Letu",
      },
    });
    expect(String(result?.items["TransCompletedTime"])).toMatch(/^202609211200\d\d$/);
    expect(await world.utility("174379")).toBe(5_000_000);
  });

  test("of a push works by its receipt, and the reversal has a status of its own", async () => {
    const world = await withPayment();
    await world.pushTo(payer(0), { Amount: 700 });
    await world.clock.advance(60_000);
    await world.reverse({ TransactionID: (await world.truth())[1]?.receipt, Amount: "700" });
    const [reversal] = await world.reversals();
    expect(await world.lookUp({ TransactionID: reversal?.["receipt"], PartyA: "174379" })).toMatchObject({
      items: { ReasonType: "Pay Bill Reversal", Amount: 700, TransactionStatus: "Completed" },
    });
  });

  test("may give back a part, once", async () => {
    const world = await withPayment();
    expect((await world.reverse({ Amount: "400" })).result).toMatchObject({ code: 0, items: { Amount: 400 } });
    expect((await world.reverse({ Amount: "400" })).result).toMatchObject({ code: "R000001" });
    expect(await world.utility("174379")).toBe(5_001_100);
  });

  test("asked for many times at once gives back once", async () => {
    const world = await withPayment();
    for (let count = 0; count < 5; count += 1)
      await world.post(REVERSAL_PATH, reversalBody({ TransactionID: world.receipt }));
    await world.clock.advance(10_000);
    expect(
      world
        .results()
        .map(({ code }) => code)
        .toSorted(),
    ).toEqual([0, "R000001", "R000001", "R000001", "R000001"]);
    expect(await world.utility("174379")).toBe(5_000_000);
  });

  test("does not give back what the payment cost", async () => {
    const world = await withPayment({ switches: { c2b_tariff: "business" } });
    expect(await world.utility("174379")).toBe(5_001_485);
    await world.reverse();
    expect(await world.utility("174379")).toBe(4_999_985);
  });
});

describe("a reversal that fails moves nothing", () => {
  test.each([
    ["a receipt nobody knows", { TransactionID: "AAAAAAAAAA" }, "R000002"],
    ["another shortcode's payment", { ReceiverParty: "600992" }, "R000002"],
    ["more than was paid", { Amount: "1501" }, 2028],
    ["an initiator nobody knows", { Initiator: "nobody" }, 2001],
  ])("%s", async (_what, changes, code) => {
    const world = await withPayment();
    expect((await world.reverse(changes)).result).toMatchObject({ code, items: {} });
    expect(await world.reversals()).toMatchObject([{ state: "failed", receipt: null }]);
    expect(await world.utility("174379")).toBe(5_001_500);
  });

  test("a payout cannot be reversed", async () => {
    const world = await withPayment();
    await world.post(B2C_PATH, payoutBody());
    await world.clock.advance(10_000);
    const paidOut = world.results().at(-1)?.transactionId;
    expect((await world.reverse({ TransactionID: paidOut, ReceiverParty: "600992" })).result).toMatchObject({
      code: "R000002",
    });
  });

  test("an empty Utility ends with 1, and after a top-up the money goes back", async () => {
    const world = await withPayment();
    await world.control("POST", "accounts/174379", { utility: 1499 });
    expect((await world.reverse()).result).toMatchObject({ code: 1 });
    await world.control("POST", "accounts/174379", { top_up: 1 });
    expect((await world.reverse()).result).toMatchObject({ code: 0 });
    expect(await world.utility("174379")).toBe(0);
  });

  test("a missing role ends with 21", async () => {
    const world = await withPayment();
    await world.control("POST", "initiators/testapi", { roles: ["b2c", "status", "balance"] });
    expect((await world.reverse()).result).toMatchObject({ code: 21 });
  });
});

describe("at the door", () => {
  test.each([
    ["CommandID", "Reverse"],
    ["TransactionID", "short"],
    ["Amount", "0"],
    ["Amount", "1.50"],
    ["ReceiverParty", "1"],
    ["RecieverIdentifierType", "4"],
    ["Remarks", ""],
    ["ResultURL", "nowhere"],
  ])("%s %s is refused by name", async (field, value) => {
    const world = await withPayment();
    const answer = await world.post(REVERSAL_PATH, reversalBody({ TransactionID: world.receipt, [field]: value }));
    expect(seen(answer)).toMatchObject({ status: 400, body: { errorMessage: `Bad Request - Invalid ${field}` } });
    expect(await world.reversals()).toEqual([]);
  });

  test("a bad token is a 404, as for pushes", async () => {
    const world = createC2bWorld();
    const headers = { authorization: "Bearer nobody", "content-type": "application/json" };
    expect(seen(await world.send("POST", REVERSAL_PATH, { headers, body: {} }))).toMatchObject({
      status: 404,
      body: { errorCode: "404.001.03" },
    });
  });

  test("faults strike it by path or by the payment's receipt, and the truth stays", async () => {
    const world = await withPayment();
    const callback = { copies: 2, queue_timeout: true, delay_ms: 1000 };
    await world.control("POST", "faults", {
      match: { path: REVERSAL_PATH, reference: world.receipt },
      fault: { callback },
    });
    await world.reverse();
    expect(world.timeouts().map(({ url }) => url)).toEqual(["https://shop.example/timeouts/r"]);
    expect(world.results().map(({ code }) => code)).toEqual([0, 0]);
    expect(await world.utility("174379")).toBe(5_000_000);
  });
});
