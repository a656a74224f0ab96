/** The control API: what it shows, what it refuses and how, what a reset forgets, and that no two cores share anything. */
import { describe, expect, test } from "vitest";
import { createRegister } from "../../../../sandbox/daraja/core/register.ts";
import { newPush } from "../../../../sandbox/daraja/core/push.ts";
import { bodyOf, createManualWorld, payer, PUSH_PATH, seen, settled, type Json } from "./manual-world.ts";

describe("GET /simulator/transactions", () => {
  test("shows the truth, oldest first", async () => {
    const world = createManualWorld();
    const ids = bodyOf(await world.pushTo(payer(0), { Amount: 1500, AccountReference: "A" }));
    await world.clock.advance(1000);
    const { body } = await world.control("GET", "transactions");
    expect(body).toEqual({
      object: "list",
      total: 1,
      data: [
        {
          kind: "stk_push",
          checkout_request_id: ids["CheckoutRequestID"],
          merchant_request_id: ids["MerchantRequestID"],
          state: "paid",
          amount: 1500,
          msisdn: payer(0),
          party_a: payer(0),
          party_b: "174379",
          shortcode: "174379",
          merchant_name: "Duka Letu",
          reference: "A",
          description: "Order 1",
          receipt: expect.stringMatching(/^UIL[0-9A-Z]{7}$/) as string,
          result_code: "0",
          result_desc: "The service request is processed successfully.",
          prompt: null,
          prompt_expires_at: null,
          taken_at: "2026-09-21T09:00:00.000Z",
          settled_at: "2026-09-21T09:00:01.000Z",
          callback_url: "https://shop.example/payments/1",
          callbacks: [
            {
              sent_at: "2026-09-21T09:00:01.000Z",
              source_address: "127.0.0.1",
              status: 200,
              error: null,
              body: world.sent[0]!.request.body,
            },
          ],
          confirmations: [],
        },
      ],
    });
  });

  test("filters by anything a client could know, and pages", async () => {
    const world = createManualWorld();
    for (const [number, reference] of [
      [0, "A"],
      [1, "B"],
      [0, "C"],
    ] as const)
      await world.pushTo(payer(number), { AccountReference: reference });
    await world.clock.advance(1000);
    const [first] = await world.truth();
    const references = async (filters: string) => {
      const { body } = await world.control("GET", `transactions?${filters}`);
      return { total: body?.["total"], found: (body!["data"] as Json[]).map(({ reference }) => reference).join("") };
    };
    expect(await references(`msisdn=${payer(0)}`)).toEqual({ total: 2, found: "AC" });
    expect(await references("reference=B")).toEqual({ total: 1, found: "B" });
    expect(await references("state=failed")).toEqual({ total: 1, found: "B" });
    expect(await references(`receipt=${first!.receipt!}`)).toEqual({ total: 1, found: "A" });
    expect(await references(`checkout_request_id=${first!.checkout_request_id}`)).toEqual({ total: 1, found: "A" });
    expect(await references("limit=1&offset=1")).toEqual({ total: 3, found: "B" });
  });
});

describe("a mistake is a 400 problem that names the field, and changes nothing", () => {
  const mistakes: readonly [path: string, body: unknown, pointers: readonly string[]][] = [
    ["handsets/254712000111/answer", { action: "dance" }, ["/action"]],
    ["handsets/254712000111/answer", undefined, [""]],
    ["faults", {}, ["/fault"]],
    ["faults", { fault: {} }, ["/fault"]],
    ["faults", { fault: { reset: true, hold: true } }, ["/fault"]],
    ["faults", { fault: { reset: true }, times: 0 }, ["/times"]],
    ["faults", { fault: { resett: true } }, ["/fault/resett", "/fault"]],
    ["faults", { fault: { answer: { status: 99 } } }, ["/fault/answer/status"]],
    ["faults", { fault: { answer: { status: 200, body: 1, html: "x" } } }, ["/fault/answer"]],
    ["faults", { fault: { callback: { copies: 21 } } }, ["/fault/callback/copies"]],
    ["faults", { fault: { callback: { source_address: "somewhere" } } }, ["/fault/callback/source_address"]],
    ["faults", { fault: { reset: true }, match: { msisdn: "0712000111" } }, ["/match/msisdn"]],
    ["faults", [{ fault: { reset: true } }, { fault: { reset: 1 } }], ["/1/fault/reset"]],
    ["faults", [], [""]],
    ["switches", { tokens: "maybe", time_scale: -1 }, ["/tokens", "/time_scale"]],
    ["switches", { no_such: 1, "a/b~c": 2 }, ["/no_such", "/a~1b~0c"]],
    ["switches", { limits: { stk_push: { allowed: 0 } } }, ["/limits/stk_push/allowed"]],
    ["switches", { callback_addresses: [] }, ["/callback_addresses"]],
    ["switches", [], [""]],
    ["callbacks", { url: "file:///etc/passwd", body: {} }, ["/url"]],
    ["callbacks", { url: "http://127.0.0.1/", body: {}, headers: { "bad header": "x" } }, ["/headers/bad header"]],
  ];
  test.each(mistakes)("POST %s %j", async (path, body, pointers) => {
    const world = createManualWorld();
    const before = [await world.control("GET", "switches"), await world.control("GET", "faults")];
    const answer = await world.send("POST", `/simulator/${path}`, { body });
    expect(answer).toMatchObject({ status: 400, headers: { "content-type": "application/problem+json" } });
    const problem = bodyOf(answer) as { detail: string; errors: { pointer: string; message: string }[] };
    expect(problem.errors.map(({ pointer }) => pointer)).toEqual(pointers);
    for (const pointer of pointers) expect(problem.detail).toContain(pointer);
    expect([await world.control("GET", "switches"), await world.control("GET", "faults")]).toEqual(before);
    expect(world.sent).toEqual([]);
  });

  test.each([
    ["limit=0", "/limit"],
    ["state=gone", "/state"],
    ["color=red", "/color"],
  ])("GET transactions?%s", async (search, pointer) => {
    const answer = await createManualWorld().control("GET", `transactions?${search}`);
    expect(answer).toMatchObject({
      status: 400,
      body: { title: "The query string is not valid", errors: [{ pointer }] },
    });
  });

  test("a body that is not JSON", async () => {
    expect(await createManualWorld().control("POST", "switches", "{")).toMatchObject({
      status: 400,
      body: { title: "The request body is not JSON" },
    });
  });

  test("an unknown page and a wrong verb", async () => {
    const world = createManualWorld();
    expect(await world.control("GET", "nothing")).toMatchObject({ status: 404 });
    expect(await world.control("PUT", "switches")).toMatchObject({
      status: 405,
      body: { detail: "This path takes GET, POST." },
    });
  });

  test("more rules than fit", async () => {
    const world = createManualWorld();
    const hundred = Array.from({ length: 100 }, () => ({ fault: { reset: true } }));
    for (let count = 0; count < 10; count += 1)
      expect((await world.control("POST", "faults", hundred)).status).toBe(201);
    expect(await world.control("POST", "faults", hundred[0])).toMatchObject({ status: 409 });
  });
});

describe("POST /simulator/callbacks", () => {
  test("sends any body from any address, and says what became of it", async () => {
    const world = createManualWorld();
    world.receiver.answer = () => Promise.resolve({ status: 403 });
    const forged = {
      url: "http://127.0.0.1:1/x",
      body: { a: 1 },
      source_address: "127.0.0.2",
      headers: { "X-A": "b" },
    };
    expect(await world.control("POST", "callbacks", forged)).toEqual({
      status: 200,
      body: { status: 403, error: null },
    });
    expect(world.sent[0]?.request).toMatchObject({
      url: forged.url,
      body: '{"a":1}',
      sourceAddress: "127.0.0.2",
      headers: { "Content-Type": "application/json;charset=UTF-8", "X-A": "b" },
    });
  });

  test("a text is sent as it is, and a receiver that is not there is an answer too", async () => {
    const world = createManualWorld();
    world.receiver.answer = () => Promise.reject(Object.assign(new Error("x"), { code: "ECONNREFUSED" }));
    const { body } = await world.control("POST", "callbacks", { url: "http://127.0.0.1:1/", body: "{broken" });
    expect(body).toEqual({ status: null, error: "ECONNREFUSED" });
    expect(world.sent[0]?.request.body).toBe("{broken");
  });
});

describe("POST /simulator/reset", () => {
  test("forgets payments, faults, counts and switches, and leaves no wait behind", async () => {
    const world = createManualWorld({ switches: { time_scale: 2 } });
    await world.control("POST", "switches", { tokens: "coexist", time_scale: 3 });
    await world.control("POST", "faults", { fault: { reset: true }, match: { reference: "X" } });
    await world.pushTo(payer(0));
    await world.push();
    expect((await world.control("POST", "reset")).status).toBe(204);
    expect(world.clock.waits()).toBe(0);
    await world.clock.advance(600_000);
    expect(world.sent).toEqual([]);
    expect(await world.truth()).toEqual([]);
    expect((await world.control("GET", "faults")).body).toMatchObject({ data: [] });
    expect((await world.control("GET", "switches")).body).toMatchObject({ tokens: "replace", time_scale: 2 });
    expect((await world.control("GET", "metrics")).body).toMatchObject({ pushes_taken: 0, requests: {} });
  });

  test("ends what was under way: no second copy, no retry, no news of a payment that is gone", async () => {
    const world = createManualWorld({ switches: { callback_retries: 5 } });
    let fail: (error: Error) => void = () => undefined;
    world.receiver.answer = () =>
      new Promise((_resolve, reject) => {
        fail = reject;
      });
    const news: string[] = [];
    await world.pushTo(payer(8));
    await world.clock.advance(1000);
    expect(world.sent).toHaveLength(1);
    await world.control("POST", "reset");
    world.core.watch(({ type }) => news.push(type));
    fail(new Error("gone"));
    await world.clock.advance(600_000);
    expect(world.sent).toHaveLength(1);
    expect(news).toEqual([]);
  });

  test("answers a push that waited for its own callback", async () => {
    const world = createManualWorld();
    world.receiver.answer = () => new Promise(() => undefined);
    const answer = world.pushTo(payer(9));
    await world.clock.advance(10);
    await world.control("POST", "reset");
    expect(seen(await answer).status).toBe(200);
  });

  test("never gives a receipt twice", async () => {
    const world = createManualWorld();
    const receipts: (string | null)[] = [];
    for (let round = 0; round < 3; round += 1) {
      await world.pushTo(payer(0));
      await world.clock.advance(1000);
      receipts.push(...(await world.truth()).map(({ receipt }) => receipt));
      await world.control("POST", "reset");
    }
    expect(new Set(receipts).size).toBe(3);
  });
});

test("metrics count requests by path, tokens, pushes and callbacks, and what is not Daraja's as one", async () => {
  const world = createManualWorld();
  await world.pushTo(payer(0));
  await world.clock.advance(1000);
  await world.send("GET", "/wp-admin");
  await world.send("GET", "/.env");
  expect((await world.control("GET", "metrics")).body).toEqual({
    oauth_requests: 1,
    tokens_issued: 1,
    pushes_taken: 1,
    menu_payments_taken: 0,
    payouts_taken: 0,
    reversals_taken: 0,
    inquiries_taken: 0,
    callbacks_sent: 1,
    callbacks_failed: 0,
    requests: { "/oauth/v1/generate": 1, [PUSH_PATH]: 1, other: 2 },
    limit_violations: { stk_push: 0, stk_query: 0, b2c: 0, status: 0, balance: 0, c2b: 0, pull: 0, reversal: 0 },
    lanes: {
      stk_push: { "174379": { starts: 1, limit_violations: 0, peak_per_second: 1 } },
      stk_query: {},
      b2c: {},
      status: {},
      balance: {},
      c2b: {},
      pull: {},
      reversal: {},
    },
  });
});

test("two simulators share nothing, and the same seed and requests give the same answers", async () => {
  const [one, two, twin] = [createManualWorld(), createManualWorld({ seed: 2 }), createManualWorld()];
  const token = await one.token();
  const headers = { authorization: `Bearer ${token}` };
  expect(bodyOf(await two.send("POST", PUSH_PATH, { headers }))).toMatchObject({ errorCode: "404.001.03" });
  await one.control("POST", "switches", { tokens: "coexist" });
  await one.control("POST", "faults", { fault: { spike_arrest: true } });
  expect((await two.control("GET", "switches")).body).toMatchObject({ tokens: "replace" });
  expect((await two.control("GET", "faults")).body).toMatchObject({ data: [] });
  await one.pushTo(payer(0));
  await settled();
  expect(await two.truth()).toEqual([]);
  expect(await twin.token()).toBe(token);
});

test("the register keeps the last 100,000 pushes", () => {
  const register = createRegister();
  const kind = "paybill" as const;
  const order = {
    kind,
    shortcode: "174379",
    merchantName: "",
    partyA: "",
    partyB: "",
    receiver: "",
    msisdn: "254712000111",
  };
  const rest = {
    amount: 1,
    reference: "",
    description: "",
    callbackUrl: "",
    merchantRequestId: "",
    takenAtMs: 0,
    plan: {},
  };
  for (let count = 0; count <= 100_000; count += 1) {
    const push = newPush({ ...order, ...rest, checkoutRequestId: `ws_CO_${count}` });
    register.open(push);
    register.close(push);
  }
  expect(register.find("ws_CO_0")).toBeUndefined();
  expect(register.find("ws_CO_1")).toBeDefined();
  expect([...register.all()]).toHaveLength(100_000);
  expect(register.hasOpenPrompt("254712000111")).toBe(false);
});
