/** Transaction status: what it says of payouts and payments in every state, of strangers' and of what nobody knows. */
import { describe, expect, test } from "vitest";
import { payer, seen } from "./manual-world.ts";
import { AN_HOUR_MS, createPayoutWorld } from "./payout-world.ts";

describe("a status", () => {
  test("of a payout says everything, to the letter", async () => {
    const world = createPayoutWorld({ switches: { b2c_result_ms: 0, query_result_ms: 0 } });
    await world.pay({ Amount: 1000, CommandID: "SalaryPayment" });
    await world.clock.advance(5000);
    const [payout] = await world.payouts();
    const { body } = seen(await world.status({ OriginalConversationID: "pay_1", Occasion: "June" }));
    await world.clock.advance(0);
    expect(world.sent[1]!.request.body).toBe(
      `{"Result":{"ResultType":0,"ResultCode":0,"ResultDesc":"The service request is processed successfully.",` +
        `"OriginatorConversationID":"${String(body?.["OriginatorConversationID"])}",` +
        `"ConversationID":"${String(body?.["ConversationID"])}","TransactionID":"UIL0000000",` +
        `"ResultParameters":{"ResultParameter":[` +
        `{"Key":"DebitPartyName","Value":"600992 - ${"DUKA LETU".padEnd(60)}"},` +
        `{"Key":"CreditPartyName","Value":"254712000111 - BRIAN BARASA"},` +
        `{"Key":"OriginatorConversationID","Value":"pay_1"},` +
        `{"Key":"InitiatedTime","Value":20260921120000},` +
        `{"Key":"CreditPartyCharges"},` +
        `{"Key":"DebitPartyCharges","Value":"Fee For B2C Payment|KES|5.00"},` +
        `{"Key":"DebitAccountType","Value":"Utility Account"},` +
        `{"Key":"TransactionReason"},` +
        `{"Key":"ReasonType","Value":"Salary Payment via API"},` +
        `{"Key":"TransactionStatus","Value":"Completed"},` +
        `{"Key":"FinalisedTime","Value":20260921120000},` +
        `{"Key":"Amount","Value":1000.0},` +
        `{"Key":"ConversationID","Value":"${payout!.conversation_id}"},` +
        `{"Key":"ReceiptNo","Value":"${payout!.receipt!}"}]},` +
        `"ReferenceData":{"ReferenceItem":{"Key":"Occasion","Value":"June"}}}}`,
    );
  });

  test("follows a payout from Initiated to Completed or Declined", async () => {
    const world = createPayoutWorld({ switches: { b2c_result_ms: 60_000 } });
    await world.pay();
    await world.payTo(56);
    const stateOf = async (id: string) => (await world.lookUp({ OriginalConversationID: id }))?.items;
    const initiated = await stateOf("pay_1");
    expect(initiated).toMatchObject({ TransactionStatus: "Initiated", ReceiptNo: undefined, FinalisedTime: undefined });
    expect(Object.keys(initiated!)).toContain("ReceiptNo");
    await world.clock.advance(AN_HOUR_MS);
    expect(await stateOf("pay_1")).toMatchObject({ TransactionStatus: "Completed" });
    expect(await stateOf("pay_2")).toMatchObject({ TransactionStatus: "Declined", ReceiptNo: undefined });
  });

  test("finds a payout by its receipt, by its id, and by its id under the other field's name", async () => {
    const world = createPayoutWorld();
    await world.pay();
    await world.clock.advance(AN_HOUR_MS);
    const [{ receipt } = { receipt: null }] = await world.payouts();
    for (const asked of [
      { TransactionID: receipt },
      { OriginalConversationID: "pay_1" },
      { OriginatorConversationID: "pay_1" },
      { TransactionID: "", OriginalConversationID: "pay_1" },
      { TransactionID: receipt, OriginalConversationID: "nonsense" },
    ])
      expect((await world.lookUp(asked))?.items, JSON.stringify(asked)).toMatchObject({ ReceiptNo: receipt });
  });

  test("of a payout whose result was dropped says Completed", async () => {
    const world = createPayoutWorld();
    await world.control("POST", "faults", { fault: { callback: { drop: true } }, match: { reference: "pay_1" } });
    await world.pay();
    await world.clock.advance(AN_HOUR_MS);
    expect(world.sent).toEqual([]);
    const found = await world.lookUp({ OriginalConversationID: "pay_1" });
    expect(found?.items).toMatchObject({ TransactionStatus: "Completed" });
  });

  test("unmasks a customer's payment by its receipt", async () => {
    const world = createPayoutWorld();
    await world.pushTo(payer(0), { Amount: 1500 });
    await world.clock.advance(AN_HOUR_MS);
    const [push] = await world.truth();
    const found = await world.lookUp({ TransactionID: push!.receipt, PartyA: "174379" });
    expect(found?.items).toMatchObject({
      DebitPartyName: "254700000000 - AMINA ACHIENG",
      CreditPartyName: `174379 - ${"DUKA LETU".padEnd(60)}`,
      DebitAccountType: "MMF Account For Customer",
      ReasonType: "Pay Bill Online",
      TransactionStatus: "Completed",
      Amount: 1500,
      OriginatorConversationID: push!.merchant_request_id,
      ReceiptNo: push!.receipt,
    });
    expect(found?.items["ConversationID"]).toMatch(/^AG_20260921_2010[0-9a-f]{16}$/);
  });
});

describe("what nobody knows", () => {
  test.each([
    ["an id", { OriginalConversationID: "no_such" }],
    ["a receipt", { TransactionID: "UIL1234567" }],
    ["another shortcode's payout", { OriginalConversationID: "pay_1", PartyA: "600997" }],
  ])("(%s) is answered with 2032 and nothing else", async (_what, asked) => {
    const world = createPayoutWorld();
    await world.pay();
    const found = await world.lookUp(asked);
    expect(found).toMatchObject({ code: 2032, text: "The transaction does not exist.", items: {} });
  });

  test("is met with silence when the switch says so, which wrong passwords are not", async () => {
    const world = createPayoutWorld({ switches: { unknown_status: "silence" } });
    await world.pay();
    await world.clock.advance(AN_HOUR_MS);
    expect(await world.lookUp({ OriginalConversationID: "no_such" })).toBeNull();
    await world.clock.advance(24 * AN_HOUR_MS);
    expect(world.results()).toHaveLength(1);
    expect(await world.lookUp({ OriginalConversationID: "pay_1" })).toMatchObject({ code: 0 });
    expect(await world.lookUp({ OriginalConversationID: "no_such", Initiator: "who" })).toMatchObject({ code: 2001 });
  });
});

describe("a question that Safaricom refuses", () => {
  test.each([
    [{}, "TransactionID"],
    [{ TransactionID: "too short" }, "TransactionID"],
    [{ OriginalConversationID: "two words" }, "OriginalConversationID"],
    [{ OriginalConversationID: "x", CommandID: "AccountBalance" }, "CommandID"],
    [{ OriginalConversationID: "x", IdentifierType: "11" }, "IdentifierType"],
    [{ OriginalConversationID: "x", PartyA: "1" }, "PartyA"],
    [{ OriginalConversationID: "x", Occasion: "x".repeat(101) }, "Occasion"],
  ])("%j: %s", async (changes, field) => {
    expect(seen(await createPayoutWorld().status(changes))).toMatchObject({
      status: 400,
      body: { errorCode: "400.002.02", errorMessage: `Bad Request - Invalid ${field}` },
    });
  });

  test("a type that does not say JSON misses the first field", async () => {
    const world = createPayoutWorld();
    const answer = await world.post("/mpesa/transactionstatus/v1/query", "{}", { "content-type": "text/xml" });
    expect(seen(answer)).toMatchObject({ body: { errorMessage: "Bad Request - Invalid Initiator" } });
  });
});

test("GET /simulator/inquiries lists what was asked, with what became of the answers", async () => {
  const world = createPayoutWorld();
  await world.lookUp({ OriginalConversationID: "x" });
  await world.balance();
  expect((await world.control("GET", "inquiries")).body).toMatchObject({
    data: [
      { kind: "status", about: "x", shortcode: "600992", result_code: "2032", callbacks: [{ status: 200 }] },
      { kind: "balance", about: "600992", result_code: null, callbacks: [] },
    ],
  });
});
