/** Each switch turned: what changes, and that nothing else has to be restarted for it. */
import { describe, expect, test } from "vitest";
import { bodyOf, createManualWorld, passwordFor, payer, PUSH_PATH, pushBody, seen, type Json } from "./manual-world.ts";

const turned = async (changes: Json) => {
  const world = createManualWorld();
  expect(await world.control("POST", "switches", changes)).toMatchObject({ status: 200, body: changes });
  return world;
};
const asUnknown = (world: ReturnType<typeof createManualWorld>) =>
  world.send("POST", PUSH_PATH, { headers: { authorization: "Bearer dead" }, body: pushBody() });

test("the defaults are the reading with the best evidence", async () => {
  expect((await createManualWorld().control("GET", "switches")).body).toEqual({
    tokens: "replace",
    token_lifetime_seconds: 3600,
    bad_token: {},
    timestamp_tolerance_minutes: null,
    url_words: "refuse",
    subscriber_lock: "ordinary",
    in_flight_query: "result_4999",
    early_query: "in_flight",
    query_error_rate: 0,
    b2c_result_ms: 500,
    query_result_ms: 250,
    reversal_result_ms: 500,
    c2b: "sandbox",
    c2b_validation: "on",
    c2b_validation_ms: 8000,
    c2b_confirmation_ms: 500,
    c2b_msisdn: "by_version",
    c2b_names: "first_only",
    c2b_tariff: "customer",
    pull_keys: "joined",
    pull_dates: "nairobi",
    pull_page_rows: 100,
    unknown_status: "result",
    initiator_tries: 3,
    limits: {
      stk_push: null,
      stk_query: null,
      b2c: null,
      status: null,
      balance: null,
      c2b: null,
      pull: null,
      reversal: null,
    },
    callback_addresses: ["127.0.0.1"],
    callback_retries: 0,
    time_scale: 1,
  });
});

test("a change leaves every other switch as it was", async () => {
  const world = await turned({ tokens: "coexist" });
  await world.control("POST", "switches", { early_query: "invalid" });
  expect((await world.control("GET", "switches")).body).toMatchObject({ tokens: "coexist", early_query: "invalid" });
});

test("token_lifetime_seconds: expires_in says one second less", async () => {
  const world = await turned({ token_lifetime_seconds: 10 });
  const headers = { authorization: `Basic ${Buffer.from("malipo:malipo").toString("base64")}` };
  const answer = await world.send("GET", "/oauth/v1/generate?grant_type=client_credentials", { headers });
  expect(bodyOf(answer)).toMatchObject({ expires_in: "9" });
  const authorization = `Bearer ${String(bodyOf(answer)["access_token"])}`;
  await world.clock.advance(10_000);
  expect(bodyOf(await world.send("POST", PUSH_PATH, { headers: { authorization } }))).toMatchObject({
    errorCode: "404.001.03",
  });
});

describe("bad_token", () => {
  const reading = { status: 401, error_code: "401.002.01", error_message: "Error Occurred - Invalid Access Token" };
  test("for one product, or for every one", async () => {
    for (const product of ["stk", "every"])
      expect(seen(await asUnknown(await turned({ bad_token: { [product]: reading } })))).toMatchObject({
        status: 401,
        body: { errorCode: "401.002.01", errorMessage: reading.error_message },
      });
  });
  test("the product's own reading beats the one for every product", async () => {
    const world = await turned({ bad_token: { every: reading, stk: { ...reading, status: 400 } } });
    expect(seen(await asUnknown(world)).status).toBe(400);
  });
});

test("timestamp_tolerance_minutes: a timestamp too far from Nairobi's clock is invalid", async () => {
  const world = await turned({ timestamp_tolerance_minutes: 5, subscriber_lock: "none" });
  const at = async (Timestamp: string) =>
    seen(await world.push({ Timestamp, Password: passwordFor(Timestamp) })).status;
  expect(await at("20260921115500")).toBe(200);
  expect(await at("20260921120500")).toBe(200);
  expect(await at("20260921115459")).toBe(400);
  expect(await at("20260921090000")).toBe(400);
});

test("url_words: accepted when the switch says so", async () => {
  const CallBackURL = "https://abc.execute-api.example/mpesa/query";
  expect(seen(await createManualWorld().push({ CallBackURL })).status).toBe(400);
  expect(seen(await (await turned({ url_words: "accept" })).push({ CallBackURL })).status).toBe(200);
});

describe("subscriber_lock", () => {
  const second = async (lock: string, msisdn: string) => {
    const world = await turned({ subscriber_lock: lock });
    expect(seen(await world.pushTo(msisdn)).status).toBe(200);
    return { world, answer: seen(await world.pushTo(msisdn)) };
  };
  const locked = { status: 500, body: { errorCode: "500.001.1001" } };
  test("ordinary phones lock, payers do not; all lock; none does", async () => {
    expect((await second("ordinary", "254712000111")).answer).toMatchObject(locked);
    expect((await second("ordinary", payer(0))).answer.status).toBe(200);
    expect((await second("all", payer(0))).answer).toMatchObject(locked);
    expect((await second("none", "254712000111")).answer.status).toBe(200);
  });
  test("the lock ends with the prompt, and other phones never had it", async () => {
    const { world } = await second("ordinary", "254712000111");
    expect(seen(await world.pushTo("254712000222")).status).toBe(200);
    await world.clock.advance(25_000);
    expect(seen(await world.pushTo("254712000111")).status).toBe(200);
  });
});

describe("limits", () => {
  test("a push over the limit meets spike arrest, is counted, and is never seen by M-PESA", async () => {
    const world = await turned({ limits: { stk_push: { allowed: 2, period_seconds: 1, burst: 2 } } });
    const statuses: number[] = [];
    for (let count = 0; count < 4; count += 1) statuses.push(seen(await world.pushTo(payer(0))).status);
    expect(statuses).toEqual([200, 200, 500, 500]);
    await world.clock.advance(500);
    expect(seen(await world.pushTo(payer(0))).status).toBe(200);
    expect(await world.truth()).toHaveLength(3);
    expect((await world.control("GET", "metrics")).body).toMatchObject({
      limit_violations: { stk_push: 2, stk_query: 0 },
      pushes_taken: 3,
      requests: { [PUSH_PATH]: 5 },
    });
  });

  test("a query over five a minute gets Apigee's fault with the rate in it", async () => {
    const world = await turned({ limits: { stk_query: { allowed: 5, period_seconds: 60, burst: 1 } } });
    const { CheckoutRequestID } = bodyOf(await world.pushTo(payer(0)));
    expect(seen(await world.query(CheckoutRequestID)).status).toBe(200);
    await world.clock.advance(11_999);
    expect(seen(await world.query(CheckoutRequestID))).toEqual({
      status: 429,
      body: {
        fault: {
          faultstring:
            "Spike arrest violation. Allowed rate : MessageRate{messagesPerPeriod=5, " +
            "periodInMicroseconds=60000000, maxBurstMessageCount=1.0}",
          detail: { errorcode: "policies.ratelimit.SpikeArrestViolation" },
        },
      },
    });
    await world.clock.advance(1);
    expect(seen(await world.query(CheckoutRequestID)).status).toBe(200);
  });
});

test("callback_addresses: used in turn", async () => {
  const world = await turned({ callback_addresses: ["127.0.0.1", "127.0.0.2"] });
  for (let count = 0; count < 3; count += 1) await world.pushTo(payer(0));
  await world.clock.advance(1000);
  expect(world.sent.map(({ request }) => request.sourceAddress)).toEqual(["127.0.0.1", "127.0.0.2", "127.0.0.1"]);
});

describe("callback_retries", () => {
  test("what is not answered with 2xx comes again after 5 s, so often and no more", async () => {
    const world = await turned({ callback_retries: 2 });
    world.receiver.answer = () => Promise.resolve({ status: 500 });
    await world.pushTo(payer(0));
    await world.clock.advance(600_000);
    expect(world.callbacks().map(({ atMs }) => atMs)).toEqual([1000, 6000, 11_000]);
    expect((await world.truth())[0]?.callbacks.map(({ status }) => status)).toEqual([500, 500, 500]);
  });
  test("an answer with 2xx ends it", async () => {
    const world = await turned({ callback_retries: 5 });
    world.receiver.answer = () => Promise.resolve({ status: world.sent.length < 2 ? 503 : 204 });
    await world.pushTo(payer(0));
    await world.clock.advance(600_000);
    expect(world.sent).toHaveLength(2);
  });
});

test("time_scale: every wait shrinks", async () => {
  const world = await turned({ time_scale: 0.01 });
  await world.pushTo(payer(11));
  await world.push();
  await world.clock.advance(60_000);
  expect(world.callbacks().map(({ atMs, code }) => [atMs, code])).toEqual([
    [250, 1037],
    [910, 0],
  ]);
});
