/**
 * Every payer that answers by itself, through its whole life: what the push is answered, what M-PESA's truth becomes,
 * which callbacks leave and when, and what a query says before and after.
 */
import { describe, expect, test } from "vitest";
import { payers } from "../../../../sandbox/daraja/core/payers.ts";
import { bodyOf, createManualWorld, payer, seen, type Json } from "./manual-world.ts";

const ACCEPTED = { status: 200, body: { ResponseCode: "0" } };
const AN_HOUR_MS = 3_600_000;

/** Pushes to a payer, and lets an hour pass. */
const live = async (number: number, amount = 1500) => {
  const world = createManualWorld();
  const answer = await world.pushTo(payer(number), { Amount: amount });
  const [taken] = await world.truth();
  await world.clock.advance(AN_HOUR_MS);
  return { ...world, answer, taken: taken! };
};

const resultOf = async (world: ReturnType<typeof createManualWorld>, checkoutId: string) =>
  bodyOf(await world.query(checkoutId));

describe("a payer with a plain ending", () => {
  const endings = [
    { number: 0, afterMs: 1000, code: "0", text: "The service request is processed successfully." },
    { number: 1, afterMs: 1000, code: "1", text: "The balance is insufficient for the transaction." },
    { number: 2, afterMs: 1000, code: "1032", text: "Request cancelled by user" },
    {
      number: 3,
      afterMs: 1000,
      code: "1037",
      text: "No response from user.",
      queried: "DS timeout user cannot be reached.",
    },
    { number: 4, afterMs: 1000, code: "2001", text: "The initiator information is invalid." },
    { number: 5, afterMs: 5000, code: "1019", text: "Transaction has expired." },
  ];

  test.each(endings)(
    "0$number ends after $afterMs ms with $code",
    async ({ number, afterMs, code, text, queried = text }) => {
      const world = createManualWorld();
      const answer = await world.pushTo(payer(number), { Amount: 1500 });
      expect(seen(answer)).toMatchObject(ACCEPTED);
      const checkoutId = bodyOf(answer)["CheckoutRequestID"] as string;

      await world.clock.advance(afterMs - 1);
      expect(world.callbacks()).toEqual([]);
      expect(await resultOf(world, checkoutId)).toMatchObject({ ResultCode: "4999" });
      expect((await world.truth())[0]).toMatchObject({ state: "prompting", receipt: null, result_code: null });

      await world.clock.advance(AN_HOUR_MS);
      expect(world.callbacks()).toHaveLength(1);
      expect(world.callbacks()[0]).toMatchObject({ atMs: afterMs, code: Number(code), text, checkoutId });
      expect(await resultOf(world, checkoutId)).toMatchObject({ ResultCode: code, ResultDesc: queried });
      const [truth] = await world.truth();
      const paid = code === "0";
      expect(truth).toMatchObject({ state: paid ? "paid" : "failed", result_code: code, amount: 1500 });
      expect(truth?.receipt ?? "none").toMatch(paid ? /^[A-Z0-9]{10}$/ : /^none$/);
      expect(truth?.callbacks).toMatchObject([{ status: 200, error: null, source_address: "127.0.0.1" }]);
    },
  );
});

describe("a payer whose push goes wrong", () => {
  test("06 is refused as locked, and M-PESA never took anything", async () => {
    const world = createManualWorld();
    const answer = await world.pushTo(payer(6));
    expect(seen(answer)).toMatchObject({
      status: 500,
      body: {
        errorCode: "500.001.1001",
        errorMessage: "Unable to lock subscriber, a transaction is already in process for the current subscriber",
      },
    });
    await world.clock.advance(AN_HOUR_MS);
    expect(await world.truth()).toEqual([]);
    expect(world.sent).toEqual([]);
  });

  test("10 pays although the connection is reset, and the callback comes after 1 s", async () => {
    const { answer, taken, callbacks, truth } = await live(10);
    expect(answer).toEqual({ kind: "reset" });
    expect(taken.state).toBe("prompting");
    expect(callbacks()).toMatchObject([{ atMs: 1000, code: 0, checkoutId: taken.checkout_request_id }]);
    expect(await truth()).toMatchObject([{ state: "paid" }]);
  });

  test("13 pays although the push is answered with the firewall's page", async () => {
    const { answer, callbacks, truth } = await live(13);
    expect(answer).toMatchObject({ kind: "answer", status: 503, headers: { "content-type": "text/html" } });
    expect(answer.kind === "answer" && answer.body).toContain("Request unsuccessful. Incapsula incident ID:");
    expect(callbacks()).toMatchObject([{ atMs: 1000, code: 0 }]);
    expect(await truth()).toMatchObject([{ state: "paid" }]);
  });

  test("14 meets spike arrest on the first push of a payment only, for each payment anew", async () => {
    const world = createManualWorld();
    const first = (reference: string) => world.pushTo(payer(14), { AccountReference: reference });
    const arrested = {
      status: 500,
      body: { errorCode: "500.003.02", errorMessage: "Error Occurred: Spike Arrest Violation" },
    };
    expect(seen(await first("A"))).toMatchObject(arrested);
    expect(seen(await first("B"))).toMatchObject(arrested);
    expect(await world.truth()).toEqual([]);
    expect(seen(await first("A"))).toMatchObject(ACCEPTED);
    expect(seen(await first("A"))).toMatchObject(arrested);
    await world.clock.advance(AN_HOUR_MS);
    expect(await world.truth()).toMatchObject([{ state: "paid", reference: "A" }]);
  });

  test("15 finds the token dead once; with a new one the push goes through", async () => {
    const world = createManualWorld();
    const first = seen(await world.pushTo(payer(15)));
    expect(first).toMatchObject({
      status: 404,
      body: { errorCode: "404.001.03", errorMessage: "Invalid Access Token" },
    });
    expect(seen(await world.pushTo(payer(15)))).toMatchObject(ACCEPTED);
    await world.clock.advance(AN_HOUR_MS);
    expect(await world.truth()).toMatchObject([{ state: "paid" }]);
  });
});

describe("a payer whose callback goes wrong", () => {
  test("07 pays, no callback ever leaves, and only the query knows", async () => {
    const { truth, taken, sent, ...world } = await live(7);
    expect(sent).toEqual([]);
    expect(await truth()).toMatchObject([{ state: "paid", callbacks: [] }]);
    expect(bodyOf(await world.query(taken.checkout_request_id))).toMatchObject({ ResultCode: "0" });
  });

  test("08 is told twice, with the same bytes and one receipt", async () => {
    const { sent, truth } = await live(8);
    expect(sent.map(({ atMs }) => atMs)).toEqual([1000, 1000]);
    expect(sent[0]!.request.body).toBe(sent[1]!.request.body);
    expect(sent[0]!.request.body).toContain((await truth())[0]!.receipt!);
  });

  test("09 is told, and has answered, before the push is answered", async () => {
    const world = createManualWorld();
    let hear: (answer: { status: number }) => void = () => undefined;
    world.receiver.answer = () =>
      new Promise((resolve) => {
        hear = resolve;
      });
    let answered = false;
    const answer = world.pushTo(payer(9)).then((outcome) => {
      answered = true;
      return outcome;
    });
    await world.clock.advance(10);
    expect(world.callbacks()).toMatchObject([{ atMs: 0, code: 0 }]);
    expect(answered).toBe(false);
    hear({ status: 200 });
    const { CheckoutRequestID } = bodyOf(await answer);
    expect(world.callbacks()[0]?.checkoutId).toBe(CheckoutRequestID);
    expect(bodyOf(await world.query(CheckoutRequestID))).toMatchObject({ ResultCode: "0" });
  });

  test("11 is told 90 s late, while the query has known all along", async () => {
    const world = createManualWorld();
    const { CheckoutRequestID } = bodyOf(await world.pushTo(payer(11)));
    await world.clock.advance(90_999);
    expect(world.sent).toEqual([]);
    expect(bodyOf(await world.query(CheckoutRequestID))).toMatchObject({ ResultCode: "0" });
    await world.clock.advance(1);
    expect(world.callbacks()).toMatchObject([{ atMs: 91_000, code: 0 }]);
  });

  test("12 is told of one shilling too much; the truth names the real amount", async () => {
    const { callbacks, truth, query, taken } = await live(12, 1500);
    expect(callbacks()).toMatchObject([{ items: { Amount: 1501 } }]);
    expect(await truth()).toMatchObject([{ amount: 1500, state: "paid" }]);
    expect(bodyOf(await query(taken.checkout_request_id))).toMatchObject({ ResultCode: "0" });
  });

  test("16 is told in odd shapes: string code, a bare item, another order, no balance, decimals", async () => {
    const { sent, callbacks, truth } = await live(16);
    const receipt = (await truth())[0]!.receipt;
    const [bare, reversed] = sent.map(({ request }) => JSON.parse(request.body) as { Body: { stkCallback: Json } });
    expect(callbacks().map(({ code }) => code)).toEqual(["0", "0"]);
    expect(bare?.Body.stkCallback["CallbackMetadata"]).toEqual({
      Item: { Name: "MpesaReceiptNumber", Value: receipt },
    });
    const names = (reversed!.Body.stkCallback["CallbackMetadata"] as { Item: Json[] }).Item.map(({ Name }) => Name);
    expect(names).toEqual(["PhoneNumber", "TransactionDate", "Balance", "MpesaReceiptNumber", "Amount"]);
    expect(sent[1]!.request.body).toContain('{"Name":"Balance"}');
    expect(sent[1]!.request.body).toContain('"Value":1500.00}');
  });

  test("17 is told 1037, and 10 s later that the payer paid after all", async () => {
    const world = createManualWorld();
    const { CheckoutRequestID } = bodyOf(await world.pushTo(payer(17)));
    await world.clock.advance(10_999);
    expect(world.callbacks()).toMatchObject([{ atMs: 1000, code: 1037 }]);
    expect(bodyOf(await world.query(CheckoutRequestID))).toMatchObject({ ResultCode: "1037" });
    expect(await world.truth()).toMatchObject([{ state: "failed", receipt: null }]);
    await world.clock.advance(1);
    const receipt = (await world.truth())[0]!.receipt;
    expect(receipt).toMatch(/^[A-Z0-9]{10}$/);
    expect(world.callbacks()[1]).toMatchObject({ atMs: 11_000, code: 0, items: { MpesaReceiptNumber: receipt } });
    expect(bodyOf(await world.query(CheckoutRequestID))).toMatchObject({ ResultCode: "0" });
  });
});

test("the table lists 00 to 18 in order, each with words of its own", async () => {
  const { body } = await createManualWorld().control("GET", "payers");
  const rows = body?.["data"] as { msisdn: string; behaviour: string }[];
  expect(rows.map(({ msisdn }) => msisdn)).toEqual(Array.from({ length: 19 }, (_, number) => payer(number)));
  expect(new Set(rows.map(({ behaviour }) => behaviour)).size).toBe(payers.length);
});

test("a payer that answers by itself can be in many payments at the same instant", async () => {
  const world = createManualWorld();
  for (let count = 0; count < 5; count += 1) expect(seen(await world.pushTo(payer(0)))).toMatchObject(ACCEPTED);
  const taken = await world.truth();
  expect(new Set(taken.map(({ checkout_request_id }) => checkout_request_id)).size).toBe(5);
  await world.clock.advance(AN_HOUR_MS);
  expect(new Set((await world.truth()).map(({ receipt }) => receipt)).size).toBe(5);
});
