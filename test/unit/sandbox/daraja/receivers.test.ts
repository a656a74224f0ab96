/** Every receiver that misbehaves by number: what the submit is answered, which results leave, and the truth. */
import { describe, expect, test } from "vitest";
import { receivers } from "../../../../sandbox/daraja/core/receivers.ts";
import { bodyOf, seen } from "./manual-world.ts";
import {
  ACCEPTED,
  AN_HOUR_MS,
  createPayoutWorld,
  payoutBody,
  receiver,
  SOMEBODY,
  SPIKE_ARREST,
} from "./payout-world.ts";

const DUPLICATE = { status: 500, body: { errorCode: "500.002.1001" } };

/** Pays a receiver, and lets an hour pass. */
const live = async (number: number) => {
  const world = createPayoutWorld();
  const answer = await world.payTo(number);
  await world.clock.advance(AN_HOUR_MS);
  const [payout] = await world.payouts();
  return { ...world, answer, payout };
};

/** Sends the same payout once more, under the same id. */
const again = (world: Pick<Awaited<ReturnType<typeof live>>, "pay">, number: number) =>
  world.pay({ OriginatorConversationID: "pay_1", PartyB: receiver(number) });

test("50 is paid after 1 s", async () => {
  const { answer, results, payout } = await live(50);
  expect(seen(answer)).toMatchObject(ACCEPTED);
  expect(results()).toMatchObject([{ atMs: 1000, code: 0, originatorConversationId: "pay_1" }]);
  expect(payout).toMatchObject({ state: "paid", settled_at: "2026-09-21T09:00:01.000Z" });
});

test("51: the result is delivered, and answered, before the submit is", async () => {
  const world = createPayoutWorld();
  let hear: (answer: { status: number }) => void = () => undefined;
  world.receiver.answer = () =>
    new Promise((resolve) => {
      hear = resolve;
    });
  let answered = false;
  const answer = world.payTo(51).then((outcome) => {
    answered = true;
    return outcome;
  });
  await world.clock.advance(10);
  expect(world.results()).toMatchObject([{ atMs: 0, code: 0 }]);
  expect(answered).toBe(false);
  hear({ status: 200 });
  expect(bodyOf(await answer)["ConversationID"]).toBe(world.results()[0]?.conversationId);
});

test("52: the answer is lost after M-PESA took it, the result comes, and a second submit is a duplicate", async () => {
  const world = await live(52);
  expect(world.answer).toEqual({ kind: "reset" });
  expect(world.results()).toMatchObject([{ atMs: 1000, code: 0 }]);
  expect(seen(await again(world, 52))).toMatchObject(DUPLICATE);
  expect(await world.payouts()).toMatchObject([{ state: "paid", submits: 2 }]);
});

test("53: the answer is lost and the result never comes; transaction status knows", async () => {
  const world = await live(53);
  expect(world.answer).toEqual({ kind: "reset" });
  expect(world.sent).toEqual([]);
  expect(world.payout).toMatchObject({ state: "paid", callbacks: [] });
  expect(seen(await again(world, 53))).toMatchObject(DUPLICATE);
  const found = await world.lookUp({ OriginalConversationID: "pay_1" });
  expect(found?.items).toMatchObject({ TransactionStatus: "Completed", ReceiptNo: world.payout?.receipt });
});

test("54: QueueTimeOutURL gets the request's own body, and ResultURL the result 5 s later", async () => {
  const world = await live(54);
  expect(seen(world.answer)).toMatchObject(ACCEPTED);
  const echoed = payoutBody({ PartyB: receiver(54) });
  expect(world.timeouts()).toEqual([{ atMs: 1000, url: "https://shop.example/timeouts/1", body: echoed }]);
  expect(world.results()).toMatchObject([{ atMs: 6000, code: 0, url: "https://shop.example/results/1" }]);
  expect(world.payout?.callbacks.map(({ status }) => status)).toEqual([200, 200]);
});

test("55: the result comes twice, with the same bytes", async () => {
  const { sent, payout, utility } = await live(55);
  expect(sent).toHaveLength(2);
  expect(sent[0]!.request.body).toBe(sent[1]!.request.body);
  expect(payout).toMatchObject({ state: "paid" });
  expect(await utility()).toBe(4_999_000);
});

test("56 is not registered", async () => {
  const { results, payout, utility } = await live(56);
  expect(results()).toMatchObject([{ code: 2040, items: {} }]);
  expect(payout).toMatchObject({ state: "failed", result_code: "2040", receipt: null });
  expect(await utility()).toBe(5_000_000);
});

describe("57 finds the float too low", () => {
  test("until that shortcode is topped up; others are paid meanwhile", async () => {
    const world = await live(57);
    expect(world.payout).toMatchObject({ state: "failed", result_code: "1" });
    expect(world.results()).toMatchObject([{ text: "The balance is insufficient for the transaction." }]);
    const submits = [
      () => world.pay(),
      () => world.control("POST", "accounts/600997", { top_up: 1 }).then(() => world.payTo(57)),
      () => world.control("POST", "accounts/600992", { utility: 9_000_000 }).then(() => world.payTo(57)),
      () => world.control("POST", "accounts/600992", { top_up: 1 }).then(() => world.payTo(57)),
    ];
    for (const submit of submits) {
      await submit();
      await world.clock.advance(AN_HOUR_MS);
    }
    expect((await world.payouts()).map(({ state }) => state)).toEqual(["failed", "paid", "failed", "failed", "paid"]);
  });
});

test("58 meets spike arrest on the first submit of each payout, and never again", async () => {
  const world = createPayoutWorld();
  const submit = (id: string) => world.payTo(58, { OriginatorConversationID: id });
  expect(seen(await submit("a"))).toMatchObject(SPIKE_ARREST);
  expect(seen(await submit("b"))).toMatchObject(SPIKE_ARREST);
  expect(await world.payouts()).toEqual([]);
  expect(seen(await submit("a"))).toMatchObject(ACCEPTED);
  expect(seen(await submit("a"))).toMatchObject(DUPLICATE);
  await world.clock.advance(AN_HOUR_MS);
  expect(await world.payouts()).toMatchObject([{ originator_conversation_id: "a", state: "paid" }]);
});

describe("59 locks the initiator", () => {
  test("at once, for everybody and every product, until it is unlocked; then 59 is paid too", async () => {
    const world = createPayoutWorld();
    await world.payTo(59);
    await world.pay();
    await world.balance();
    await world.clock.advance(AN_HOUR_MS);
    expect(
      world
        .results()
        .map(({ code }) => code)
        .toSorted(),
    ).toEqual(["8006", 8006, 8006]);
    expect(world.results()[0]).toMatchObject({ text: "The security credential is locked.", items: {} });
    expect((await world.control("GET", "initiators")).body).toMatchObject({ data: [{ locked: true, wrong_tries: 0 }] });

    expect(await world.control("POST", "initiators/testapi", { action: "unlock" })).toMatchObject({
      body: { locked: false },
    });
    await world.pay({ PartyB: SOMEBODY });
    await world.payTo(59);
    await world.clock.advance(AN_HOUR_MS);
    expect((await world.payouts()).map(({ state }) => state)).toEqual(["failed", "failed", "paid", "paid"]);
  });

  test("a payout that was taken before the lock is paid", async () => {
    const world = createPayoutWorld();
    await world.pay();
    await world.payTo(59);
    await world.clock.advance(AN_HOUR_MS);
    expect((await world.payouts()).map(({ state }) => state)).toEqual(["paid", "failed"]);
  });
});

test("60 is answered with System is busy although M-PESA took it and the result comes", async () => {
  const world = await live(60);
  expect(seen(world.answer)).toMatchObject({
    status: 500,
    body: { errorCode: "500.003.02", errorMessage: "System is busy. Please try again in few minutes." },
  });
  expect(world.results()).toMatchObject([{ atMs: 1000, code: 0 }]);
  expect(seen(await again(world, 60))).toMatchObject(DUPLICATE);
  expect(world.payout).toMatchObject({ state: "paid" });
});

test("an answer is lost only by the submit that M-PESA took", async () => {
  const world = createPayoutWorld({ switches: { limits: { b2c: { allowed: 1 } } } });
  await world.pay();
  expect(seen(await world.payTo(52, { OriginatorConversationID: "x" }))).toMatchObject(SPIKE_ARREST);
  await world.clock.advance(1000);
  expect(await world.payTo(52, { OriginatorConversationID: "x" })).toEqual({ kind: "reset" });
});

test.each([52, 53, 60])("a submit to %i that is refused is told so: there is no answer to lose", async (number) => {
  const world = createPayoutWorld();
  const refused = await world.payTo(number, { Amount: 9 });
  expect(seen(refused)).toMatchObject({ status: 400, body: { errorMessage: "Bad Request - Invalid Amount" } });
  expect(await world.payouts()).toEqual([]);
});

test("the table lists 50 to 60 in order, each with words of its own", async () => {
  const { body } = await createPayoutWorld().control("GET", "receivers");
  const rows = body?.["data"] as { msisdn: string; behaviour: string }[];
  expect(rows.map(({ msisdn }) => msisdn)).toEqual(Array.from({ length: 11 }, (_, index) => receiver(50 + index)));
  expect(new Set(rows.map(({ behaviour }) => behaviour)).size).toBe(receivers.length);
});
