/** The client's calls: what leaves, how often, and what the caller learns. */
import { describe, expect, test } from "vitest";
import { PROBLEMS } from "../../../functions/api/problems.ts";
import { MalipoProblem, MalipoSilence, createMalipo, each } from "../../../web/client/src/malipo.ts";
import { answering, json, jumpingClock, payment, problem } from "./surroundings.ts";

const KEY = "sk_test_secret";
const ORDER = { amount: 100, phone: "254712345678", reference: "A1" };
const RESET = new TypeError("fetch failed");

const client = (api: ReturnType<typeof answering>, more: { retries?: number; timeoutMs?: number } = {}) => {
  const clock = jumpingClock();
  const malipo = createMalipo({
    baseUrl: "http://malipo.test",
    key: KEY,
    fetch: api.fetch,
    clock,
    random: () => 1,
    ...more,
  });
  return { malipo, clock };
};

const caught = async (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => null,
    (fault: unknown) => fault,
  );

describe("a request", () => {
  test("carries the key, the body and an Idempotency-Key of its own", async () => {
    const api = answering(() => json(201, payment()));
    const started = await client(api).malipo.startPayment(ORDER);
    expect(started.id).toBe("pay_1");
    const [request] = api.requests;
    expect(request?.url).toBe("http://malipo.test/v1/payments");
    expect(request?.headers.get("authorization")).toBe(`Bearer ${KEY}`);
    expect(request?.headers.get("idempotency-key")).toMatch(/^[0-9a-f-]{36}$/);
    expect(await request?.json()).toEqual(ORDER);
  });

  test("carries the caller's Idempotency-Key when there is one, and another one each time when there is none", async () => {
    const api = answering(() => json(201, payment()));
    const { malipo } = client(api);
    await malipo.startPayment(ORDER, { idempotencyKey: "order-1" });
    await malipo.startPayment(ORDER);
    await malipo.startPayment(ORDER);
    const keys = api.requests.map(({ headers }) => headers.get("idempotency-key"));
    expect(keys[0]).toBe("order-1");
    expect(new Set(keys).size).toBe(3);
  });

  test("puts ids into the path and wishes into the query, each encoded", async () => {
    const api = answering(() => json(200, { object: "list", data: [], next_cursor: null }));
    const { malipo } = client(api);
    await malipo.readPayment("pay_1/../2");
    await malipo.listPayments({ reference: "A&B", status: "succeeded" });
    expect(api.requests.map(({ url }) => url)).toEqual([
      "http://malipo.test/v1/payments/pay_1%2F..%2F2",
      "http://malipo.test/v1/payments?reference=A%26B&status=succeeded",
    ]);
  });

  test("brings files as they are", async () => {
    const api = answering(() => new Response("phone,amount\n", { headers: { "content-type": "text/csv" } }));
    expect(await client(api).malipo.readBatchResults("bat_1")).toBe("phone,amount\n");
    expect(await (await client(api).malipo.readReconciliationWorkbook("2026-11-21")).text()).toBe("phone,amount\n");
  });
});

describe("after a failure", () => {
  test("the very same request goes out again, under the same key, until it is answered", async () => {
    const api = answering(
      () => RESET,
      () => problem(503, "unavailable"),
      () => problem(500, "internal_error"),
      () => json(201, payment()),
    );
    const { malipo, clock } = client(api);
    expect((await malipo.startPayment(ORDER)).id).toBe("pay_1");
    expect(new Set(api.requests.map(({ headers }) => headers.get("idempotency-key"))).size).toBe(1);
    expect(await Promise.all(api.requests.map((request) => request.json()))).toEqual([ORDER, ORDER, ORDER, ORDER]);
    expect(clock.slept).toEqual([500, 1_000, 2_000]);
  });

  test("an answer that breaks off in its middle is none", async () => {
    const broken = () => new Response(new ReadableStream({ start: (stream) => stream.error(new Error("reset")) }));
    const api = answering(broken, () => json(201, payment()));
    expect((await client(api).malipo.startPayment(ORDER)).id).toBe("pay_1");
  });

  test("a try that takes too long is given up and made again", async () => {
    const hangs = answering(() => json(200, payment()));
    let tries = 0;
    const malipo = createMalipo({
      baseUrl: "http://malipo.test",
      key: KEY,
      clock: jumpingClock(),
      timeoutMs: 5,
      fetch: (request) => {
        tries += 1;
        if (tries > 1) return hangs.fetch(request);
        return new Promise((_, reject) => request.signal.addEventListener("abort", () => reject(new Error("slow"))));
      },
    });
    expect((await malipo.readPayment("pay_1")).id).toBe("pay_1");
    expect(tries).toBe(2);
  });

  test("it waits as long as the API asks", async () => {
    const withHeader = answering(
      () => json(429, {}, { "retry-after": "3" }),
      () => json(200, payment()),
    );
    const patient = client(withHeader);
    await patient.malipo.readPayment("pay_1");
    expect(patient.clock.slept).toEqual([3_000]);
  });

  test("a refusal is thrown at once, with all that the API said", async () => {
    const errors = [{ pointer: "/amount", message: "must be at least 1" }];
    const api = answering(() => problem(400, "invalid_request", { errors }));
    const fault = await caught(client(api).malipo.startPayment(ORDER, { idempotencyKey: "order-1" }));
    expect(api.requests).toHaveLength(1);
    expect(fault).toBeInstanceOf(MalipoProblem);
    expect(fault).toMatchObject({
      code: "invalid_request",
      status: 400,
      requestId: "req-1",
      errors,
      retryable: false,
      retryAt: null,
      idempotencyKey: "order-1",
      message: "No. Not like this. /amount: must be at least 1 (invalid_request, req-1)",
    });
  });

  test("a time to come back at is told as a time", async () => {
    const retry_at = "2026-11-22T06:05:00.000Z";
    const api = answering(() => problem(429, "too_many_prompts", { retry_at }));
    expect(await caught(client(api, { retries: 0 }).malipo.startPayment(ORDER))).toMatchObject({
      code: "too_many_prompts",
      retryable: true,
      retryAt: new Date(retry_at),
    });
  });

  test("the last silence names the key under which to ask again, and says that it may have arrived", async () => {
    const api = answering(() => RESET);
    const fault = await caught(client(api).malipo.startPayment(ORDER, { idempotencyKey: "order-1" }));
    expect(api.requests).toHaveLength(4);
    expect(fault).toBeInstanceOf(MalipoSilence);
    expect(fault).toMatchObject({ idempotencyKey: "order-1", retryable: true, cause: RESET });
    expect((fault as Error).message).toContain("it may have arrived");
  });

  test("what takes no key is not sent twice when nobody knows whether it arrived", async () => {
    const api = answering(() => RESET);
    const fault = await caught(client(api).malipo.resumeBatch("bat_1"));
    expect(api.requests).toHaveLength(1);
    expect(fault).toMatchObject({ idempotencyKey: null, retryable: false });
  });

  test("a stranger's answer on the way is told as that", async () => {
    const api = answering(() => new Response("<h1>Bad gateway</h1>", { status: 502 }));
    expect(await caught(client(api, { retries: 0 }).malipo.readPayment("pay_1"))).toMatchObject({
      code: "unreadable_answer",
      status: 502,
      problem: null,
    });
  });

  test("neither key nor phone is in an error", async () => {
    const api = answering(() => RESET);
    const fault = await caught(client(api).malipo.startPayment(ORDER));
    const told = JSON.stringify([fault, (fault as Error).message, (fault as Error).stack]);
    expect(told).not.toContain(KEY);
    expect(told).not.toContain(ORDER.phone);
  });
});

test("whoever gives up is obeyed at once, in the middle of a pause too", async () => {
  const api = answering(() => RESET);
  const giveUp = new AbortController();
  const reason = new Error("the customer left");
  const malipo = createMalipo({
    baseUrl: "http://malipo.test",
    key: KEY,
    fetch: api.fetch,
    clock: {
      now: () => 0,
      sleep: () => {
        giveUp.abort(reason);
        return Promise.resolve();
      },
    },
  });
  expect(await caught(malipo.startPayment(ORDER, { signal: giveUp.signal }))).toBe(reason);
  expect(api.requests.length).toBeLessThanOrEqual(2);
});

test("an error is retryable exactly when the API's own list says that it is safe to", () => {
  for (const [code, { status, safeToRetry }] of Object.entries(PROBLEMS)) {
    const response = problem(status, code);
    const said = { type: "", title: "", status, detail: "", code, request_id: "" };
    const { retryable } = new MalipoProblem({ response, problem: said, key: null });
    expect([code, retryable]).toEqual([code, safeToRetry === "yes"]);
  }
});

describe("a list", () => {
  const pages = answering(
    () => json(200, { object: "list", data: [payment({ id: "pay_1" })], next_cursor: "two" }),
    () => json(200, { object: "list", data: [], next_cursor: "three" }),
    () => json(200, { object: "list", data: [payment({ id: "pay_3" })], next_cursor: null }),
  );

  test("is walked to its end, over empty pages, with the same wishes for each", async () => {
    const { malipo } = client(pages);
    const seen: string[] = [];
    for await (const { id } of each(malipo.listPayments, { status: "succeeded" })) seen.push(id);
    expect(seen).toEqual(["pay_1", "pay_3"]);
    expect(pages.requests.map(({ url }) => new URL(url).search)).toEqual([
      "?status=succeeded",
      "?status=succeeded&cursor=two",
      "?status=succeeded&cursor=three",
    ]);
  });

  test("that leads to itself is left", async () => {
    const circle = answering(() => json(200, { object: "list", data: [], next_cursor: "two" }));
    const { malipo } = client(circle);
    await expect(each(malipo.listPayments, {}).next()).rejects.toThrow("circle");
  });
});
