/** Every field wrong in every way: a clear 4xx that points at the field, nothing recorded, never a 5xx. */
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { KEYS, call, newPhone, reference, start, truthOf } from "./storefront.ts";
import type { PaymentBody } from "./storefront.ts";

interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly request_id: string;
  readonly payment_id?: string;
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
}

const good = (): Record<string, unknown> => ({
  amount: 10,
  phone: newPhone(),
  reference: reference(),
  description: "story",
});

const post = (options: { body?: unknown; raw?: string; headers?: Record<string, string>; key?: string | null }) =>
  call<Problem>("POST", "/v1/payments", { headers: { "idempotency-key": randomUUID() }, ...options });

const expectProblem = (
  answer: { status: number; headers: Headers; body: Problem },
  status: number,
  code: string,
): void => {
  expect(answer.status).toBe(status);
  expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  expect(answer.body).toMatchObject({ status, code });
  expect(answer.body.title.length).toBeGreaterThan(5);
  expect(answer.body.detail.length).toBeGreaterThan(10);
  expect(answer.body.request_id).toMatch(/\w/);
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
};

describe("a field that is wrong is pointed at", () => {
  const wrong: readonly (readonly [string, unknown, string])[] = [
    ["amount", undefined, "/amount"],
    ["amount", 0, "/amount"],
    ["amount", -5, "/amount"],
    ["amount", 250_001, "/amount"],
    ["amount", "10", "/amount"],
    ["amount", null, "/amount"],
    ["amount", [10], "/amount"],
    ["amount", true, "/amount"],
    ["phone", undefined, "/phone"],
    ["phone", "", "/phone"],
    ["phone", "hello", "/phone"],
    ["phone", "0201234567", "/phone"],
    ["phone", "+44 7700 900123", "/phone"],
    ["phone", "07123", "/phone"],
    ["phone", 254_708_374_149, "/phone"],
    ["phone", "7".repeat(65), "/phone"],
    ["reference", undefined, "/reference"],
    ["reference", "", "/reference"],
    ["reference", "x".repeat(13), "/reference"],
    ["reference", "caf\u00e9", "/reference"],
    ["reference", "a\nb", "/reference"],
    ["reference", "   ", "/reference"],
    ["reference", 1001, "/reference"],
    ["description", "x".repeat(14), "/description"],
    ["description", "", "/description"],
    ["metadata", "text", "/metadata"],
    ["metadata", { deep: { er: 1 } }, "/metadata/deep"],
    ["metadata", { long: "x".repeat(201) }, "/metadata/long"],
    ["metadata", Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`k${n}`, "v"])), "/metadata"],
    ["callback_url", "https://example.com", "/callback_url"],
  ];
  test.each(wrong)("%s = %j", async (field, value, pointer) => {
    const order = reference();
    const body = { ...good(), reference: order, [field]: value };
    const answer = await post({ body });
    expectProblem(answer, 400, "invalid_request");
    expect(answer.body.errors?.map((error) => error.pointer)).toContain(pointer);
    expect(answer.body.errors?.every(({ message }) => message.length > 5)).toBe(true);
    expect(await truthOf(order)).toEqual([]);
  });

  test("several mistakes are told at once", async () => {
    const answer = await post({ body: { amount: 0, phone: "x", reference: "" } });
    expect(answer.body.errors?.map(({ pointer }) => pointer)).toEqual(
      expect.arrayContaining(["/amount", "/reference"]),
    );
  });

  const lexical: readonly (readonly [string, string])[] = [
    ["a fraction", `{"amount":10.5,"phone":"0712345678","reference":"A"}`],
    ["cents that are zero", `{"amount":10.00,"phone":"0712345678","reference":"A"}`],
    ["an exponent", `{"amount":1e2,"phone":"0712345678","reference":"A"}`],
    ["a number beyond all limits", `{"amount":${"9".repeat(400)},"phone":"0712345678","reference":"A"}`],
    ["an amount given twice", `{"amount":10,"amount":20,"phone":"0712345678","reference":"A"}`],
    ["an amount given twice alike", `{"amount":10,"amount":10,"phone":"0712345678","reference":"A"}`],
  ];
  test("a key that reaches into prototypes is refused where it stands", async () => {
    const answer = await post({
      raw: `{"amount":10,"phone":"0712345678","reference":"A","metadata":{"__proto__":"x"}}`,
    });
    expectProblem(answer, 400, "invalid_request");
    expect(answer.body.errors?.map(({ pointer }) => pointer)).toContain("/metadata/__proto__");
  });

  test.each(lexical)("%s as the amount", async (_what, raw) => {
    const answer = await post({ raw });
    expectProblem(answer, 400, "invalid_request");
    expect(answer.body.errors?.map(({ pointer }) => pointer)).toContain("/amount");
  });
});

describe("a body that is not what was expected", () => {
  const bodies: readonly (readonly [string, string])[] = [
    ["nothing", ""],
    ["broken JSON", `{"amount":10,`],
    ["a trailing comma", `{"amount":10,}`],
    ["comments", `{"amount":10 /* ten */}`],
    ["deep nesting", "[".repeat(30_000)],
    ["a lone surrogate and control characters", '{"amount":\u0000}'],
  ];
  test.each(bodies)("%s is told to be no JSON", async (_what, raw) => {
    expectProblem(await post({ raw }), 400, "invalid_json");
  });

  test.each(["[]", "null", "7", `"text"`])("%s is JSON, but no request", async (raw) => {
    expectProblem(await post({ raw }), 400, "invalid_request");
  });

  test("more than 64 KB is too large", async () => {
    const answer = await post({ body: { ...good(), metadata: { a: "x".repeat(70_000) } } });
    expectProblem(answer, 413, "body_too_large");
  });

  test("a key that would reach into a prototype is just a field that does not exist", async () => {
    const answer = await post({
      raw: `{"__proto__":{"amount":10},"constructor":1,"amount":10,"phone":"0712345678","reference":"A"}`,
    });
    expectProblem(answer, 400, "invalid_request");
  });
});

describe("idempotency keys", () => {
  test("are required", async () => {
    expectProblem(await call<Problem>("POST", "/v1/payments", { body: good() }), 400, "idempotency_key_missing");
  });
  test.each(["x".repeat(256), "caf\u00e9", "tab\there"])(
    "are 1 to 255 printable ASCII characters, unlike %j",
    async (key) => {
      expectProblem(await post({ body: good(), headers: { "idempotency-key": key } }), 400, "idempotency_key_invalid");
    },
  );
  test("that are used for another body are refused with the id of the first payment, and send nothing", async () => {
    const key = randomUUID();
    const first = await start({ phone: newPhone(), key });
    const order = reference();
    const answer = await post({ body: { ...good(), reference: order }, headers: { "idempotency-key": key } });
    expectProblem(answer, 422, "idempotency_key_reused");
    expect(answer.body.payment_id).toBe(first.body.id);
    expect(await truthOf(order)).toEqual([]);
  });
  test("two spellings of one phone are the same request", async () => {
    const key = randomUUID();
    const phone = newPhone();
    const order = reference();
    const first = await start({ phone, key, reference: order });
    const second = await start({ phone: `+254 ${phone.slice(3, 6)}-${phone.slice(6)}`, key, reference: order });
    expect(second.status).toBe(201);
    expect(second.body.id).toBe(first.body.id);
    expect(second.headers.get("idempotent-replayed")).toBe("true");
  });
});

test("a phone whose prompt is open is not asked again: 409 with the payment that is open", async () => {
  const phone = newPhone();
  const first = await start({ phone });
  const order = reference();
  const answer = await post({ body: { ...good(), phone, reference: order } });
  expectProblem(answer, 409, "payment_in_progress");
  expect(answer.body.payment_id).toBe(first.body.id);
  expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
  expect(await truthOf(order)).toEqual([]);
});

test("a prompt that another storefront opened is told of, but not whose payment it is", async () => {
  const phone = newPhone();
  await start({ phone });
  const answer = await post({ body: { ...good(), phone }, key: "sk_test_neighbour" });
  expectProblem(answer, 409, "payment_in_progress");
  expect(answer.body.payment_id).toBeUndefined();
});

describe("who may come in", () => {
  const bearers: readonly (readonly [string, string | null])[] = [
    ["nobody", null],
    ["an unknown key", "sk_test_nobody"],
    ["a key with a typo", `${KEYS.storefront}x`],
    ["something that is no key", "Bearer"],
    ["a forged client token", "ct_pay_00000000000000000000000000.zzzzzz.AAAA"],
  ];
  test.each(bearers)("%s is told 401", async (_who, key) => {
    expectProblem(await post({ body: good(), key }), 401, "unauthorised");
  });

  test("a key without the scope is told 403 and which scope it lacks", async () => {
    const answer = await post({ body: good(), key: KEYS.approver });
    expectProblem(answer, 403, "forbidden");
    expect(answer.body.detail).toContain("payments:write");
  });

  test.each(["pay_00000000000000000000000000", "pay_nope", "..%2f..%2fetc", "%00"])(
    "a payment %s that is not there is 404",
    async (id) => {
      expectProblem(await call<Problem>("GET", `/v1/payments/${id}`), 404, "not_found");
    },
  );

  test("another storefront's payment is 404, like one that is not there", async () => {
    const mine = await start({ phone: newPhone() });
    const answer = await call<Problem>("GET", `/v1/payments/${mine.body.id}`, { key: "sk_test_neighbour" });
    expectProblem(answer, 404, "not_found");
    const history = await call<Problem>("GET", `/v1/transactions/${mine.body.id}/history`, {
      key: "sk_test_neighbour",
    });
    expectProblem(history, 404, "not_found");
  });

  test("a route that does not exist is a 404 problem", async () => {
    expectProblem(await call<Problem>("GET", "/v1/nothing-here"), 404, "not_found");
  });

  test("a client token reads its own payment and nothing else", async () => {
    const mine = await start({ phone: newPhone() });
    const other = await start({ phone: newPhone() });
    const key = mine.body.client_token ?? "";
    expect((await call<PaymentBody>("GET", `/v1/payments/${mine.body.id}`, { key })).body.id).toBe(mine.body.id);
    expect((await call("GET", `/v1/payments/${other.body.id}`, { key })).status).toBe(403);
    expect((await call("GET", "/v1/payments", { key })).status).toBe(403);
    expect(
      (await call("POST", "/v1/payments", { key, body: good(), headers: { "idempotency-key": "x" } })).status,
    ).toBe(403);
  });
});

describe("queries", () => {
  const queries: readonly (readonly [string, string])[] = [
    ["limit=0", "/query/limit"],
    ["limit=101", "/query/limit"],
    ["limit=ten", "/query/limit"],
    ["cursor=nonsense", "/query/cursor"],
    ["status=paid", "/query/status"],
    ["phone=12", "/query/phone"],
    ["created_from=yesterday", "/query/created_from"],
    ["colour=red", "/query/colour"],
    ["limit=1&limit=2", "/query/limit"],
    ["__proto__=1", "/query/__proto__"],
    ["constructor=1", "/query/constructor"],
  ];
  test.each(queries)("%s is pointed at", async (query, pointer) => {
    const answer = await call<Problem>("GET", `/v1/payments?${query}`);
    expectProblem(answer, 400, "invalid_request");
    expect(answer.body.errors?.map((error) => error.pointer)).toContain(pointer);
  });
});
