/** Faults put on payouts and questions by hand: by phone, by reference, by path; what is told, and what is true. */
import { describe, expect, test } from "vitest";
import { payer, seen, type Json } from "./manual-world.ts";
import {
  ACCEPTED,
  AN_HOUR_MS,
  B2C_PATH,
  BALANCE_PATH,
  createPayoutWorld,
  SOMEBODY,
  STATUS_PATH,
} from "./payout-world.ts";

const withFault = async (fault: Json, match: Json = { path: B2C_PATH }) => {
  const world = createPayoutWorld({ switches: { b2c_result_ms: 0 } });
  expect(await world.control("POST", "faults", { match, fault })).toMatchObject({ status: 201 });
  return world;
};
const payAndWait = async (world: Awaited<ReturnType<typeof withFault>>, changes: Json = {}) => {
  const answer = await world.pay(changes);
  await world.clock.advance(AN_HOUR_MS);
  return answer;
};

describe("what the client gets instead of an answer", () => {
  const endings: readonly (readonly [name: string, fault: Json, outcome: Json])[] = [
    ["a reset", { reset: true }, { kind: "reset" }],
    ["silence", { hold: true }, { kind: "reset", holdMs: 120_000 }],
    ["the firewall", { firewall: true }, { status: 503, headers: { "content-type": "text/html" } }],
    ["a busy system", { busy: true }, { status: 500 }],
  ];
  test.each(endings)(
    "%s: before M-PESA acts nothing is taken, after it the payout goes on",
    async (_n, fault, ending) => {
      const before = await withFault({ ...fault, when: "before_execution" });
      expect(await payAndWait(before)).toMatchObject(ending);
      expect(await before.payouts()).toEqual([]);
      const after = await withFault({ ...fault, when: "after_execution" });
      expect(await payAndWait(after)).toMatchObject(ending);
      expect(await after.payouts()).toMatchObject([{ state: "paid" }]);
      expect(after.results()).toMatchObject([{ code: 0 }]);
    },
  );
});

describe("what becomes of the result", () => {
  const lies: readonly (readonly [name: string, plan: Json, heard: Json])[] = [
    ["another amount", { amount: 5 }, { items: { TransactionAmount: 5 } }],
    ["an amount that is off", { amount_offset: -1 }, { items: { TransactionAmount: 999 } }],
    [
      "another receipt",
      { receipt: "UIL9999999" },
      { transactionId: "UIL9999999", items: { TransactionReceipt: "UIL9999999" } },
    ],
    [
      "another phone",
      { phone: "0113638169" },
      { items: { ReceiverPartyPublicName: expect.stringMatching(/^0113638169 - /) as string } },
    ],
    ["another id", { originator_conversation_id: "forged" }, { originatorConversationId: "forged" }],
    ["another conversation", { conversation_id: "AG_FORGED" }, { conversationId: "AG_FORGED" }],
    ["a failure", { result_code: 2040 }, { code: 2040, items: {} }],
    ["a code as text", { result_code: "TP40153" }, { code: "TP40153", items: {} }],
    ["positions instead of a list", { shape: "items_by_position" }, { code: 0 }],
    ["the receipt alone", { shape: "single_item" }, { items: { TransactionReceipt: expect.any(String) as string } }],
  ];
  test.each(lies)("it names %s, and the truth stays the truth", async (_name, callback, heard) => {
    const world = await withFault({ callback });
    await payAndWait(world);
    expect(world.results()).toHaveLength(1);
    expect(world.results()[0]).toMatchObject(heard);
    expect(await world.payouts()).toMatchObject([{ state: "paid", amount: 1000, result_code: "0", msisdn: SOMEBODY }]);
  });

  test("it claims a success that never was", async () => {
    const world = await withFault({ callback: { result_code: 0 } });
    await payAndWait(world, { PartyB: payer(56) });
    expect(world.results()).toMatchObject([{ code: 0, items: { TransactionReceipt: "UIL0000000" } }]);
    expect(await world.payouts()).toMatchObject([{ state: "failed", receipt: null }]);
  });

  test("it has odd shapes: the receipt bare, then another order, with codes as text", async () => {
    const world = await withFault({ callback: { shape: "odd" } });
    await payAndWait(world);
    const [bare, reversed] = world.sent.map(({ request }) => JSON.parse(request.body) as { Result: Json });
    expect(bare?.Result).toMatchObject({
      ResultType: "0",
      ResultCode: "0",
      ResultParameters: { ResultParameter: { Key: "TransactionReceipt" } },
    });
    const list = (reversed!.Result["ResultParameters"] as { ResultParameter: Json[] }).ResultParameter;
    expect(list.map(({ Key }) => Key).slice(-2)).toEqual(["TransactionReceipt", "TransactionAmount"]);
  });

  test("it is late, comes three times, from another address", async () => {
    const world = await withFault({ callback: { delay_ms: 30_000, copies: 3, source_address: "127.0.0.9" } });
    await payAndWait(world);
    expect(world.results().map(({ atMs }) => atMs)).toEqual([30_000, 30_000, 30_000]);
    expect(new Set(world.sent.map(({ request }) => request.sourceAddress))).toEqual(new Set(["127.0.0.9"]));
  });

  test("a queue timeout can come alone: the result never does", async () => {
    const world = await withFault({ callback: { queue_timeout: true, drop: true } });
    await payAndWait(world);
    expect(world.results()).toEqual([]);
    expect(world.timeouts()).toMatchObject([{ atMs: 0, body: { OriginatorConversationID: "pay_1", Amount: "1000" } }]);
    expect(await world.payouts()).toMatchObject([{ state: "paid" }]);
  });

  test("one that is not heard is noted, and sent again when the switch says so", async () => {
    const world = await withFault({ callback: { queue_timeout: true } });
    await world.control("POST", "switches", { callback_retries: 1 });
    world.receiver.answer = ({ url }) => Promise.resolve({ status: url.includes("timeouts") ? 500 : 200 });
    await payAndWait(world);
    const [payout] = await world.payouts();
    expect(payout?.callbacks.map(({ status }) => status)).toEqual([500, 500, 200]);
  });
});

describe("whom a rule strikes", () => {
  test.each([
    ["the phone", { msisdn: SOMEBODY }, { PartyB: "254712000222" }],
    ["the id", { reference: "pay_1" }, {}],
    ["the occasion", { reference: "ORDER-1" }, { Occassion: "ORDER-2" }],
    ["the path", { path: B2C_PATH, reference: "ORDER-1" }, { Occassion: "ORDER-2" }],
  ])("only what it names: %s", async (_what, match, other) => {
    const world = await withFault({ reset: true }, match);
    expect((await world.pay()).kind).toBe("reset");
    expect((await world.pay(other)).kind).toBe("answer");
  });

  test("spoiling a payout's result leaves alone what is asked about it, unless the path is named", async () => {
    const spoilt = { callback: { drop: true } };
    const world = await withFault(spoilt, { msisdn: SOMEBODY });
    await payAndWait(world);
    expect(await world.lookUp({ OriginalConversationID: "pay_1" })).toMatchObject({ code: 0 });
    await world.control("POST", "faults", { fault: spoilt, match: { path: STATUS_PATH, msisdn: SOMEBODY } });
    expect(await world.lookUp({ OriginalConversationID: "pay_1" })).toBeNull();
  });

  test("a question is matched by the phone and the names of what it asks about", async () => {
    for (const match of [{ msisdn: SOMEBODY }, { reference: "pay_1" }, { reference: "ORDER-1" }]) {
      const world = await withFault({ firewall: true, when: "after_execution" }, { path: STATUS_PATH, ...match });
      await payAndWait(world);
      expect(await world.status({ OriginalConversationID: "pay_1" })).toMatchObject({ status: 503 });
      expect(await world.status({ OriginalConversationID: "pay_2" })).toMatchObject({ status: 200 });
    }
  });

  test("a balance can be told before its answer, with lies", async () => {
    const callback = { before_answer: true, result_code: 26 };
    const world = await withFault({ callback }, { path: BALANCE_PATH });
    const answer = world.balance();
    await world.clock.advance(AN_HOUR_MS);
    expect(seen(await answer)).toMatchObject(ACCEPTED);
    expect(world.results()).toMatchObject([{ code: "26", items: {} }]);
  });
});
