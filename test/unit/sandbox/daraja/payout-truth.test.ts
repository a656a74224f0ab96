/** The truth about payouts: the list and its filters, totals, what a reset forgets, how much fits and how fast. */
import { describe, expect, test } from "vitest";
import { newPayout, type Payout } from "../../../../sandbox/daraja/core/payout.ts";
import { createPayoutBook } from "../../../../sandbox/daraja/core/payout-book.ts";
import { processed } from "../../../../sandbox/daraja/core/mpesa-results.ts";
import type { SimulatorEvent } from "../../../../sandbox/daraja/core/simulator.ts";
import { payer, type Json } from "./manual-world.ts";
import { AN_HOUR_MS, createPayoutWorld, SOMEBODY } from "./payout-world.ts";

const totals = async (world: ReturnType<typeof createPayoutWorld>) =>
  (await world.control("GET", "payouts/totals")).body as Json;

describe("GET /simulator/transactions", () => {
  test("shows a payout with everything that became of it", async () => {
    const world = createPayoutWorld({ switches: { b2c_result_ms: 0 } });
    await world.pay({ OriginatorConversationID: "pay_x", CommandID: "SalaryPayment" });
    await world.pay({ OriginatorConversationID: "pay_x" });
    await world.clock.advance(1000);
    const { body } = await world.control("GET", "transactions");
    expect(body).toEqual({
      object: "list",
      total: 1,
      data: [
        {
          kind: "payout",
          originator_conversation_id: "pay_x",
          conversation_id: world.results()[0]!.conversationId,
          state: "paid",
          amount: 1000,
          msisdn: SOMEBODY,
          shortcode: "600992",
          merchant_name: "Duka Letu",
          initiator: "testapi",
          command_id: "SalaryPayment",
          reference: "ORDER-1",
          remarks: "Refund",
          receipt: world.results()[0]!.transactionId,
          result_code: "0",
          result_desc: "The service request is processed successfully.",
          submits: 2,
          taken_at: "2026-09-21T09:00:00.000Z",
          settled_at: "2026-09-21T09:00:00.000Z",
          result_url: "https://shop.example/results/1",
          queue_timeout_url: "https://shop.example/timeouts/1",
          callbacks: [
            {
              sent_at: "2026-09-21T09:00:00.000Z",
              source_address: "127.0.0.1",
              status: 200,
              error: null,
              body: world.sent[0]!.request.body,
            },
          ],
        },
      ],
    });
  });

  test("keeps payments and payouts in the order they were taken, and filters by what a client could know", async () => {
    const world = createPayoutWorld();
    await world.pay({ Occassion: "A" });
    await world.clock.advance(2000);
    await world.pushTo(payer(0), { AccountReference: "B" });
    await world.clock.advance(2000);
    await world.payTo(56, { Occassion: "C" });
    await world.payTo(50, { Occassion: "D" });
    const found = async (filters: string) => {
      const { body } = await world.control("GET", `transactions?${filters}`);
      return { total: body?.["total"], found: (body!["data"] as Json[]).map(({ reference }) => reference).join("") };
    };
    const [{ receipt } = { receipt: "" }] = await world.payouts();
    expect(await found("")).toEqual({ total: 4, found: "ABCD" });
    expect(await found("kind=stk_push")).toEqual({ total: 1, found: "B" });
    expect(await found("kind=payout")).toEqual({ total: 3, found: "ACD" });
    expect(await found("state=accepted")).toEqual({ total: 2, found: "CD" });
    expect(await found("state=paid")).toEqual({ total: 2, found: "AB" });
    expect(await found(`msisdn=${payer(50)}`)).toEqual({ total: 1, found: "D" });
    expect(await found(`receipt=${receipt!}`)).toEqual({ total: 1, found: "A" });
    expect(await found("originator_conversation_id=pay_2")).toEqual({ total: 1, found: "C" });
    expect(await found("originator_conversation_id=pay_2&state=paid")).toEqual({ total: 0, found: "" });
    expect(await found("originator_conversation_id=pay_2&checkout_request_id=x")).toEqual({ total: 0, found: "" });
    expect(await found("originator_conversation_id=none")).toEqual({ total: 0, found: "" });
    expect(await found("reference=pay_2")).toEqual({ total: 1, found: "C" });
    expect(await found("reference=D")).toEqual({ total: 1, found: "D" });
    expect(await found("limit=2&offset=1")).toEqual({ total: 4, found: "BC" });
  });
});

describe("GET /simulator/payouts/totals", () => {
  const nothing = { count: 0, sum: 0 };

  test("counts and sums by state as payouts move", async () => {
    const world = createPayoutWorld();
    expect(await totals(world)).toEqual({
      accepted: nothing,
      paid: nothing,
      failed: nothing,
      submits: 0,
      ids_paid_more_than_once: 0,
      receivers_paid_more_than_once: 0,
      left_utility: nothing,
    });
    await world.pay({ Amount: 100 });
    await world.payTo(56, { Amount: 30 });
    await world.payTo(55, { Amount: 7000 });
    await world.pay({ OriginatorConversationID: "pay_1" });
    expect(await totals(world)).toMatchObject({ accepted: { count: 3, sum: 7130 }, paid: nothing, submits: 4 });
    await world.clock.advance(AN_HOUR_MS);
    expect(await totals(world)).toEqual({
      accepted: nothing,
      paid: { count: 2, sum: 7100 },
      failed: { count: 1, sum: 30 },
      submits: 4,
      ids_paid_more_than_once: 0,
      receivers_paid_more_than_once: 0,
      left_utility: { count: 2, sum: 7100 },
    });
  });

  test("counts a receiver that was paid under two ids, once however often", async () => {
    const world = createPayoutWorld();
    for (let count = 0; count < 3; count += 1) await world.pay();
    await world.payTo(50);
    await world.clock.advance(AN_HOUR_MS);
    expect(await totals(world)).toMatchObject({ receivers_paid_more_than_once: 1, ids_paid_more_than_once: 0 });
  });
});

const made = (count: number, msisdn = SOMEBODY): Payout =>
  newPayout({
    originatorConversationId: `pay_${count}`,
    conversationId: "",
    initiator: "testapi",
    commandId: "BusinessPayment",
    shortcode: "600992",
    organisation: "",
    msisdn,
    amount: 10,
    remarks: "",
    occasion: "",
    resultUrl: "",
    queueTimeoutUrl: "",
    takenAtMs: 0,
    plan: {},
  });
const end = (count: number) => ({ result: processed, receipt: `UIL${count}`, settledAtMs: 0 });

describe("the book", () => {
  test("says so when one payout is settled as paid twice", () => {
    const book = createPayoutBook();
    const payout = made(1);
    book.add(payout);
    book.settle(payout, end(1));
    expect(book.totals()).toMatchObject({ paid: { count: 1, sum: 10 }, ids_paid_more_than_once: 0 });
    book.settle(payout, end(2));
    expect(book.totals()).toMatchObject({
      paid: { count: 1, sum: 20 },
      ids_paid_more_than_once: 1,
      receivers_paid_more_than_once: 1,
    });
  });

  test("lets the oldest go, from every list and every total, and lets it settle in peace", () => {
    const book = createPayoutBook(2);
    const [one, two, three] = [made(1), made(2, payer(50)), made(3, payer(51))];
    book.add(one);
    book.settle(one, end(1));
    book.add(two);
    book.add(three);
    expect(book.find("pay_1")).toBeUndefined();
    expect(book.findReceipt("UIL1")).toBeUndefined();
    expect(book.totals()).toMatchObject({ accepted: { count: 2, sum: 20 }, paid: { count: 0, sum: 0 }, submits: 2 });
    book.add(made(4));
    book.settle(two, end(2));
    expect(book.findReceipt("UIL2")).toBeUndefined();
    expect(book.totals()).toMatchObject({ accepted: { count: 2, sum: 20 }, paid: { count: 0, sum: 0 } });
    expect([...book.all()].map((payout) => payout.originatorConversationId)).toEqual(["pay_3", "pay_4"]);
  });

  test("holds 200,000 payouts", () => {
    const book = createPayoutBook();
    for (let count = 0; count <= 200_000; count += 1) {
      const payout = made(count, String(254_700_000_000 + count));
      book.add(payout);
      book.settle(payout, end(count));
    }
    expect(book.find("pay_0")).toBeUndefined();
    expect(book.find("pay_1")).toBeDefined();
    expect(book.totals()).toMatchObject({ paid: { count: 200_000, sum: 2_000_000 }, receivers_paid_more_than_once: 0 });
  });
});

test("a reset forgets payouts, floats, initiators and first submits, and stops what was under way", async () => {
  const world = createPayoutWorld();
  await world.control("POST", "initiators/testapi", { password: "changed", roles: [] });
  await world.control("POST", "accounts/600992", { utility: 1 });
  await world.payTo(58, { OriginatorConversationID: "x" });
  await world.pay();
  await world.balance();
  await world.control("POST", "reset");
  await world.clock.advance(AN_HOUR_MS);
  expect(world.sent).toEqual([]);
  expect(await world.payouts()).toEqual([]);
  expect(await totals(world)).toMatchObject({ submits: 0 });
  expect((await world.control("GET", "inquiries")).body).toMatchObject({ data: [] });
  expect(await world.utility()).toBe(5_000_000);
  await world.payTo(58, { OriginatorConversationID: "x" });
  expect(await world.payouts()).toEqual([]);
  await world.pay();
  await world.clock.advance(AN_HOUR_MS);
  expect(await world.payouts()).toMatchObject([{ state: "paid" }]);
});

describe("a watcher", () => {
  test("hears of a payout when it is taken, when it ends, and when its result was heard", async () => {
    const world = createPayoutWorld();
    const heard: SimulatorEvent[] = [];
    world.core.watch((event) => heard.push(event));
    await world.pay();
    await world.clock.advance(AN_HOUR_MS);
    const steps = heard.map((event) =>
      event.type === "reset" ? "reset" : `${event.transaction.state} ${event.transaction.callbacks.length}`,
    );
    expect(steps).toEqual(["accepted 0", "paid 0", "paid 1"]);
  });

  test("finds a payment among the recent ones, however many payouts came after it", async () => {
    const world = createPayoutWorld();
    await world.push({ AccountReference: "RINGS" });
    for (let count = 0; count < 60; count += 1) await world.pay();
    const recent = world.core.recent();
    expect(recent).toHaveLength(51);
    expect(recent.at(-1)).toMatchObject({ reference: "RINGS", prompt: "rings" });
    expect(recent[0]).toMatchObject({ originator_conversation_id: "pay_60" });
  });
});
