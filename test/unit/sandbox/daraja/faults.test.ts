/** Faults put on by hand: what the client sees, what M-PESA did all the same, and when a rule is used up. */
import { describe, expect, test } from "vitest";
import { bodyOf, createManualWorld, payer, PUSH_PATH, pushBody, QUERY_PATH, seen, type Json } from "./manual-world.ts";

type World = ReturnType<typeof createManualWorld>;

/** A world with one rule, for pushes unless it says otherwise: a rule without a path strikes the token request first. */
const withFault = async (fault: Json, more: Json = {}): Promise<World> => {
  const world = createManualWorld();
  expect(await world.control("POST", "faults", { match: { path: PUSH_PATH }, fault, ...more })).toMatchObject({
    status: 201,
  });
  return world;
};
const pushAndWait = async (world: World) => {
  const answer = await world.pushTo(payer(0), { Amount: 100 });
  await world.clock.advance(600_000);
  return answer;
};

describe("what the client gets instead of an answer", () => {
  const endings: readonly [name: string, fault: Json, outcome: unknown][] = [
    [
      "a JSON body",
      { answer: { status: 500, body: { errorCode: "500.003.1001" } } },
      { status: 500, body: '{"errorCode":"500.003.1001"}' },
    ],
    ["a text", { answer: { status: 200, body: "not json {" } }, { status: 200, body: "not json {" }],
    [
      "a page",
      { answer: { status: 403, html: "<p>no</p>" } },
      { headers: { "content-type": "text/html" }, body: "<p>no</p>" },
    ],
    [
      "a type",
      { answer: { status: 200, body: { a: 1 }, content_type: "text/xml" } },
      { headers: { "content-type": "text/xml" } },
    ],
    ["nothing at all", { answer: { status: 400 } }, { status: 400, body: "" }],
    ["the firewall", { firewall: true }, { status: 503, headers: { "content-type": "text/html" } }],
    ["a reset", { reset: true }, { kind: "reset" }],
    ["silence", { hold: true }, { kind: "reset", holdMs: 120_000 }],
  ];

  test.each(endings)("%s, and M-PESA never saw the push", async (_name, fault, outcome) => {
    const world = await withFault(fault);
    expect(await pushAndWait(world)).toMatchObject(outcome as Json);
    expect(await world.truth()).toEqual([]);
    expect(world.sent).toEqual([]);
  });

  test.each(endings)("%s, although M-PESA took the push and the payer paid", async (_name, fault, outcome) => {
    const world = await withFault({ ...fault, when: "after_execution" });
    expect(await pushAndWait(world)).toMatchObject(outcome as Json);
    expect(await world.truth()).toMatchObject([{ state: "paid" }]);
    expect(world.callbacks()).toMatchObject([{ code: 0 }]);
  });

  test("spike arrest is always before M-PESA acts", async () => {
    const world = await withFault({ spike_arrest: true, when: "after_execution" });
    expect(seen(await pushAndWait(world))).toMatchObject({ status: 500, body: { errorCode: "500.003.02" } });
    expect(await world.truth()).toEqual([]);
  });

  test("a delay holds the true answer back", async () => {
    const world = await withFault({ delay_answer_ms: 7000 });
    expect(await pushAndWait(world)).toMatchObject({ status: 200, holdMs: 7000 });
  });

  test("a delay and a reset together are silence, then a reset", async () => {
    const world = await withFault({ delay_answer_ms: 7000, reset: true });
    expect(await pushAndWait(world)).toEqual({ kind: "reset", holdMs: 7000 });
  });
});

test("a killed token is refused once, and the push with the next one goes through", async () => {
  const world = await withFault({ kill_token: true }, { times: 1 });
  expect(bodyOf(await world.pushTo(payer(0)))).toMatchObject({ errorCode: "404.001.03" });
  expect(seen(await world.pushTo(payer(0))).status).toBe(200);
});

describe("what becomes of the callback", () => {
  const lies: readonly [name: string, plan: Json, heard: Json][] = [
    ["another amount", { amount: 5 }, { items: { Amount: 5 } }],
    ["an amount that is off", { amount_offset: -1 }, { items: { Amount: 99 } }],
    ["another receipt", { receipt: "UIL0000000" }, { items: { MpesaReceiptNumber: "UIL0000000" } }],
    ["another result", { result_code: 1032 }, { code: 1032 }],
    ["a result as text", { result_code: "TP40153" }, { code: "TP40153" }],
    ["another phone", { phone: "2547 ***** 126" }, { items: { PhoneNumber: "2547 ***** 126" } }],
    ["another id", { checkout_request_id: "ws_CO_FORGED" }, { checkoutId: "ws_CO_FORGED" }],
    ["positions instead of a list", { shape: "items_by_position" }, { code: 0 }],
    ["the receipt alone", { shape: "single_item" }, { items: { MpesaReceiptNumber: expect.any(String) as string } }],
  ];
  test.each(lies)("it names %s, and the truth stays the truth", async (_name, callback, heard) => {
    const world = await withFault({ callback });
    await pushAndWait(world);
    expect(world.callbacks()).toHaveLength(1);
    expect(world.callbacks()[0]).toMatchObject(heard);
    expect(await world.truth()).toMatchObject([{ state: "paid", amount: 100, result_code: "0", msisdn: payer(0) }]);
  });

  test("it is dropped", async () => {
    const world = await withFault({ callback: { drop: true } });
    await pushAndWait(world);
    expect(world.sent).toEqual([]);
    expect(await world.truth()).toMatchObject([{ state: "paid", callbacks: [] }]);
  });

  test("it is late", async () => {
    const world = await withFault({ callback: { delay_ms: 30_000 } });
    await pushAndWait(world);
    expect(world.callbacks()).toMatchObject([{ atMs: 31_000 }]);
  });

  test("it comes five times", async () => {
    const world = await withFault({ callback: { copies: 5 } });
    await pushAndWait(world);
    expect(new Set(world.sent.map(({ request }) => request.body)).size).toBe(1);
    expect(world.sent).toHaveLength(5);
  });

  test("it comes from another address", async () => {
    const world = await withFault({ callback: { source_address: "127.0.0.9" } });
    await pushAndWait(world);
    expect(world.sent[0]?.request.sourceAddress).toBe("127.0.0.9");
  });

  test("it comes before the answer, for a person who then pays at the handset", async () => {
    const world = await withFault({ callback: { before_answer: true } });
    const answer = world.push();
    await world.clock.advance(3000);
    await world.control("POST", "handsets/254712000111/answer", { action: "pay" });
    expect(seen(await answer).status).toBe(200);
    expect(world.callbacks()).toMatchObject([{ atMs: 3000, code: 0 }]);
  });
});

describe("whom a rule strikes, and how often", () => {
  test("only what its match names", async () => {
    const world = await withFault({ reset: true }, { match: { msisdn: payer(1), reference: "A", path: PUSH_PATH } });
    expect((await world.pushTo(payer(1), { AccountReference: "B" })).kind).toBe("answer");
    expect((await world.pushTo(payer(0), { AccountReference: "A" })).kind).toBe("answer");
    expect((await world.pushTo(payer(1), { AccountReference: "A" })).kind).toBe("reset");
  });

  test("a query is matched by the phone of its push", async () => {
    const world = await withFault({ firewall: true }, { match: { path: QUERY_PATH, msisdn: payer(0) } });
    const [mine, other] = [bodyOf(await world.pushTo(payer(0))), bodyOf(await world.pushTo(payer(1)))];
    expect((await world.query(other["CheckoutRequestID"])).kind).toBe("answer");
    expect(await world.query(mine["CheckoutRequestID"])).toMatchObject({ status: 503 });
  });

  test("OAuth can be struck too", async () => {
    const world = await withFault({ answer: { status: 503, html: "down" } }, { match: { path: "/oauth/v1/generate" } });
    expect(await world.send("GET", "/oauth/v1/generate?grant_type=client_credentials")).toMatchObject({ status: 503 });
  });

  test("a rule with times is used up and then gone", async () => {
    const world = await withFault({ spike_arrest: true }, { times: 2 });
    const statuses: number[] = [];
    for (let count = 0; count < 3; count += 1) statuses.push(seen(await world.pushTo(payer(0))).status);
    expect(statuses).toEqual([500, 500, 200]);
    expect((await world.control("GET", "faults")).body).toEqual({ object: "list", data: [] });
  });

  test("the list tells how often each rule struck, and how often it still will", async () => {
    const world = await withFault({ delay_answer_ms: 1 }, { times: 3, match: { path: PUSH_PATH } });
    await world.pushTo(payer(0));
    expect((await world.control("GET", "faults")).body).toMatchObject({ data: [{ left: 2, struck: 1, times: 3 }] });
  });

  test("a request refused for its token uses up nothing that waits for M-PESA to act", async () => {
    const world = await withFault({ reset: true, when: "after_execution" }, { times: 1 });
    await world.control("POST", "faults", { fault: { callback: { copies: 2 } }, times: 1 });
    const headers = { authorization: "Bearer dead", "content-type": "application/json" };
    const refused = await world.send("POST", PUSH_PATH, { headers, body: pushBody({ PhoneNumber: payer(0) }) });
    expect(seen(refused)).toMatchObject({ status: 404, body: { errorCode: "404.001.03" } });
    expect(await pushAndWait(world)).toEqual({ kind: "reset" });
    expect(world.callbacks()).toHaveLength(2);
  });

  test("of two rules that disagree the first decides, and a rule comes before a payer's own fault", async () => {
    const world = await withFault({ callback: { amount: 7 } });
    await world.control("POST", "faults", [{ fault: { callback: { amount: 8, copies: 2 } } }]);
    await world.pushTo(payer(12), { Amount: 100 });
    await world.clock.advance(60_000);
    expect(world.callbacks()).toMatchObject([{ items: { Amount: 7 } }, { items: { Amount: 7 } }]);
  });

  test("DELETE forgets them all", async () => {
    const world = await withFault({ reset: true });
    expect((await world.control("DELETE", "faults")).status).toBe(204);
    expect((await world.pushTo(payer(0))).kind).toBe("answer");
  });
});
