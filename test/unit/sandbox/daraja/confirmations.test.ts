/** Confirmations: the twin of a push, what can go wrong with them, and that a fault of a push's callback is another thing. */
import { describe, expect, test } from "vitest";
import { createC2bWorld } from "./c2b-world.ts";
import { payer, seen, type Json } from "./manual-world.ts";

const registered = async () => {
  const world = createC2bWorld();
  await world.register();
  return world;
};
const stkCallbacks = (world: ReturnType<typeof createC2bWorld>) =>
  world.sent.filter(({ request }) => request.body.startsWith('{"Body":'));

describe("the twin of a push", () => {
  test("comes with the push's receipt, amount and reference, once it is paid", async () => {
    const world = await registered();
    await world.pushTo(payer(0), { Amount: 1500, AccountReference: "INV-1" });
    await world.clock.advance(60_000);
    const [push] = await world.truth();
    expect(world.confirmations()).toMatchObject([
      {
        body: {
          TransID: push?.receipt,
          TransAmount: "1500.00",
          BillRefNumber: "INV-1",
          OrgAccountBalance: "5001500.00",
        },
      },
    ]);
    expect(push?.confirmations).toMatchObject([{ status: 200 }]);
    expect(world.validations()).toEqual([]);
    expect(stkCallbacks(world)[0]!.atMs).toBeLessThan(world.confirmations()[0]!.atMs);
  });

  test("of payer 18 is delivered before the callback leaves", async () => {
    const world = await registered();
    await world.pushTo(payer(18), { Amount: 1500 });
    await world.clock.advance(60_000);
    const [push] = await world.truth();
    expect(world.sent.map(({ request }) => request.url)).toEqual([
      "https://shop.example/confirmations/1",
      "https://shop.example/payments/1",
    ]);
    expect(world.confirmations()[0]?.body["TransID"]).toBe(push?.receipt);
    expect(push?.callbacks).toHaveLength(1);
  });

  test("comes to nobody who did not register, and payer 18 pays all the same", async () => {
    const world = createC2bWorld();
    await world.pushTo(payer(18));
    await world.clock.advance(60_000);
    expect(world.sent.map(({ request }) => request.url)).toEqual(["https://shop.example/payments/1"]);
    expect(await world.truth()).toMatchObject([{ state: "paid", confirmations: [] }]);
  });

  test("of a push that failed never comes", async () => {
    const world = await registered();
    await world.pushTo(payer(1));
    await world.clock.advance(60_000);
    expect(world.confirmations()).toEqual([]);
  });
});

describe("faults", () => {
  const fault = (callback: Json, more: Json = {}) => ({
    match: { path: "/c2b/confirmation" },
    fault: { callback },
    ...more,
  });

  test("a lost confirmation is lost, its push's callback is not, and the answer key names it", async () => {
    const world = await registered();
    await world.control("POST", "faults", fault({ drop: true }, { times: 2 }));
    await world.pushTo(payer(0));
    const lost = [await world.paid(), undefined];
    await world.clock.advance(60_000);
    await world.paid();
    lost[1] = (await world.truth())[0]?.receipt ?? "";
    expect(stkCallbacks(world)).toHaveLength(1);
    expect(world.confirmations()).toHaveLength(1);
    const { body } = await world.control("GET", "planted");
    const planted = body?.["data"] as Json[];
    expect(planted.map(({ kind }) => kind)).toEqual(["confirmation_lost", "confirmation_lost"]);
    expect(planted.map(({ receipt }) => receipt).toSorted()).toEqual(lost.toSorted());
  });

  test("a rule about callbacks that names no path strikes no confirmation and is not used up by one", async () => {
    const world = await registered();
    await world.control("POST", "faults", { times: 1, fault: { callback: { drop: true } } });
    await world.control("POST", "faults", { times: 1, fault: { when: "after_execution", reset: true } });
    await world.pay();
    expect(world.confirmations()).toHaveLength(1);
    expect((await world.control("GET", "faults")).body).toMatchObject({ data: [{ struck: 0 }, { struck: 0 }] });
  });

  test("it comes twice, late, with lies, or from elsewhere", async () => {
    const world = await registered();
    const callback = {
      copies: 2,
      delay_ms: 30_000,
      amount_offset: 1,
      receipt: "AAAAAAAAAA",
      source_address: "127.0.0.2",
    };
    await world.control("POST", "faults", fault(callback));
    await world.pay({ amount: 5 }, 60_000);
    expect(world.confirmations()).toMatchObject([
      { body: { TransAmount: "6.00", TransID: "AAAAAAAAAA" } },
      { body: { TransAmount: "6.00", TransID: "AAAAAAAAAA" } },
    ]);
    expect(world.confirmations()[0]!.atMs).toBeGreaterThanOrEqual(30_250);
    expect(world.sent.at(-1)?.request.sourceAddress).toBe("127.0.0.2");
  });

  test("a rate strikes about that share", async () => {
    const world = await registered();
    await world.control("POST", "faults", fault({ drop: true }, { rate: 0.25 }));
    for (let count = 0; count < 200; count += 1) await world.pay({}, 0);
    await world.clock.advance(60_000);
    expect(world.confirmations().length).toBeGreaterThan(120);
    expect(world.confirmations().length).toBeLessThan(180);
    expect((await world.control("GET", "faults")).body).toMatchObject({
      data: [{ rate: 0.25, struck: 200 - world.confirmations().length }],
    });
  });

  test.each([0, -1, 1.1])("a rate of %d is refused", async (rate) => {
    const world = createC2bWorld();
    expect((await world.control("POST", "faults", fault({ drop: true }, { rate }))).status).toBe(400);
  });

  test("it is sent again where callback_retries says so", async () => {
    const world = await registered();
    await world.control("POST", "switches", { callback_retries: 1, c2b_validation: "off" });
    world.receiver.answer = () => Promise.resolve({ status: 500 });
    await world.pay({}, 60_000);
    expect(world.confirmations()).toHaveLength(2);
  });
});

test("a transaction status unmasks a payment by its receipt", async () => {
  const world = await registered();
  const receipt = await world.paid({ amount: 12.5 });
  const found = await world.lookUp({ TransactionID: receipt, PartyA: "174379" });
  expect(found).toMatchObject({
    code: 0,
    items: {
      DebitPartyName: "254712345678 - IAN NJERI",
      ReasonType: "Pay Utility",
      TransactionStatus: "Completed",
      Amount: 12.5,
      ReceiptNo: receipt,
    },
  });
  expect(seen(await world.status({ TransactionID: receipt }))).toMatchObject({ status: 200 });
});
