/**
 * The ten risks of OWASP's API Security Top 10 (2023), tried on every route that the contract has, so that a new route is
 * tried from the day it exists. docs/security.md says what else holds each of them.
 */
import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { ROUTES } from "../../functions/api/contract.ts";
import type { Operation, Route } from "../../functions/api/contract.ts";
import { BODY_BYTES } from "../../functions/api/contract-route.ts";
import { EXAMPLES } from "../../functions/api/examples.ts";
import { exceptionId } from "../../functions/domain/ids.ts";
import type { Scope } from "../../functions/domain/scopes.ts";
import { newReceiver } from "./finance.ts";
import {
  KEYS,
  answerPhone,
  call,
  ended,
  newPhone,
  pushOf,
  reference,
  sendCallback,
  callbackBody,
  inventedReceipt,
  start,
  until,
} from "./storefront.ts";
import type { Answer } from "./storefront.ts";

interface Body {
  readonly id: string;
  readonly code?: string;
  readonly data?: readonly { readonly id: string }[];
  readonly errors?: readonly { readonly pointer: string }[];
}

const NEIGHBOUR = "sk_test_neighbour";
const routes: readonly Route[] = Object.values(ROUTES);
const behindKeys = routes.filter(({ auth }) => auth !== "none");
const named = (route: Route): readonly [string, Route] => [route.operation, route];

/** Which scopes the seeded keys hold (sandbox/seed.ts). */
const HELD: Readonly<Record<string, readonly Scope[]>> = {
  [KEYS.storefront]: ["payments:write", "payments:read", "refunds:write", "webhooks:write"],
  [KEYS.finance]: ["payments:read", "payouts:write", "reconciliation:read", "reconciliation:write", "audit:read"],
  [KEYS.approver]: ["payouts:approve", "audit:read"],
};

/** One thing of each kind that the first storefront owns, by the part of a path that names its kind. */
const own: Record<string, string> = {};
let clientToken = "";

/** A request as it would be right, but for who sends it. */
const send = (route: Route, key: string | null, extra: Readonly<Record<string, unknown>> = {}) => {
  const [, , kind = ""] = route.path.split("/");
  const path = route.path.replace("{id}", own[kind] ?? "").replace("{date}", "2026-01-05");
  const example: unknown = EXAMPLES[route.operation as Operation].request;
  return call<Body>(route.method, path, {
    key,
    headers: route.idempotent ? { "idempotency-key": randomUUID() } : {},
    ...(route.body === null ? {} : { body: { ...(example as object | undefined), ...extra } }),
  });
};

const made = async (path: string, key: string, body: unknown): Promise<string> => {
  const headers = { "idempotency-key": randomUUID() };
  const answer = await call<Body>("POST", path, { key, headers, body });
  expect([200, 201, 202], `${path}: ${JSON.stringify(answer.body)}`).toContain(answer.status);
  return answer.body.id;
};

beforeAll(async () => {
  const [phone, order] = [newPhone(), reference()];
  const { body: payment } = await start({ phone, reference: order });
  own["payments"] = payment.id;
  own["transactions"] = payment.id;
  clientToken = payment.client_token ?? "";
  const push = await pushOf(order);
  await sendCallback(push.callback_url, callbackBody(push, { amount: 1, receipt: inventedReceipt() }));
  await answerPhone(phone, "pay");
  await ended(payment.id);
  own["exceptions"] = exceptionId(payment.id, "amount_mismatch");
  await until(
    () => call("GET", `/v1/exceptions/${own["exceptions"]}`, { key: KEYS.finance }),
    ({ status }) => status === 200,
  );
  own["refunds"] = await made(`/v1/payments/${payment.id}/refunds`, KEYS.storefront, { amount: 1, reason: "story" });
  own["checkout-sessions"] = await made("/v1/checkout-sessions", KEYS.storefront, {
    amount: 10,
    reference: reference(),
  });
  const person = { phone: newReceiver(), amount: 10, reference: reference() };
  own["payouts"] = await made("/v1/payouts", KEYS.finance, { ...person, kind: "business" });
  own["payout-batches"] = await made("/v1/payout-batches", KEYS.finance, {
    reference: reference(),
    kind: "salary",
    payouts: [{ ...person, phone: newReceiver() }],
  });
  own["statements"] = await made("/v1/statements", KEYS.finance, EXAMPLES.startStatement.request);
  own["webhook-endpoints"] = await made("/v1/webhook-endpoints", KEYS.storefront, {
    url: "http://127.0.0.1:9/never",
    events: ["payout.failed"],
  });
  own["webhook-deliveries"] = await made(
    `/v1/webhook-endpoints/${own["webhook-endpoints"]}/test`,
    KEYS.storefront,
    undefined,
  );
});

describe("API1, another's objects", () => {
  test.each(routes.filter(({ path }) => path.includes("{id}")).map(named))(
    "%s is 404 to another storefront that may do everything",
    async (_, route) => {
      const answer = await send(route, NEIGHBOUR);
      expect(answer.status, JSON.stringify(answer.body)).toBe(404);
      expect(answer.body.code).toBe("not_found");
    },
  );

  test.each(
    routes
      .filter(({ operation }) => operation.startsWith("list") && operation !== "listReconciliations")
      .filter(({ path }) => !path.includes("{"))
      .map(named),
  )("%s shows another storefront nothing of ours", async (_, route) => {
    const { status, body } = await send(route, NEIGHBOUR);
    // What belongs to whoever owns the shortcode is not there for anybody else.
    expect([status, body.code]).toEqual(status === 200 ? [200, undefined] : [404, "not_found"]);
    const ours = new Set(Object.values(own));
    expect(body.data?.filter(({ id }) => ours.has(id)) ?? []).toEqual([]);
  });
});

describe("API2, who somebody is", () => {
  test.each(behindKeys.map(named))("%s is 401 without a key, and with one that nobody made", async (_, route) => {
    for (const key of [null, "sk_test_storefront0"]) {
      const answer = await send(route, key);
      expect([answer.status, answer.body.code]).toEqual([401, "unauthorised"]);
    }
  });
});

describe("API3, properties that are not the caller's", () => {
  const OURS = { status: "succeeded", storefront: "neighbour", receipt: "TKL0000000", approvals: 2, version: 9 };
  test.each(routes.filter(({ body }) => body !== null).map(named))("%s takes none of them", async (_, route) => {
    const [scope] = route.scopes;
    const [key] = Object.entries(HELD).find(([, scopes]) => scopes.some((held) => held === scope)) ?? [KEYS.finance];
    const answer = await send(route, key, OURS);
    expect([answer.status, answer.body.code], JSON.stringify(answer.body)).toEqual([400, "invalid_request"]);
    const pointers = answer.body.errors?.map(({ pointer }) => pointer) ?? [];
    expect(
      pointers.filter((pointer) => Object.keys(OURS).some((name) => pointer === `/${name}`)).length,
    ).toBeGreaterThan(0);
  });
});

describe("API4, resources", () => {
  test("no page is longer than a hundred, and no body than its route takes", async () => {
    for (const route of routes.filter(({ operation }) => operation.startsWith("list"))) {
      if (!("limit" in route.query().shape)) continue;
      const [key] = Object.entries(HELD).find(([, held]) => held.some((scope) => route.scopes.includes(scope))) ?? [""];
      const path = route.path.replace("{id}", own[route.path.split("/")[2] ?? ""] ?? "");
      const answer = await call<Body>(route.method, `${path}?limit=101`, { key });
      expect([answer.status, answer.body.code], route.operation).toEqual([400, "invalid_request"]);
    }
    for (const route of routes.filter(({ body, bodyBytes }) => body !== null && bodyBytes === undefined)) {
      const answer = await send(route, NEIGHBOUR, { padding: "x".repeat(BODY_BYTES) });
      expect([400, 413], route.operation).toContain(answer.status);
    }
  });
});

describe("API5, functions that are not the caller's", () => {
  test.each(behindKeys.map(named))("%s is 403 to every key that lacks its scopes", async (_, route) => {
    for (const [key, held] of Object.entries(HELD)) {
      if (held.some((scope) => route.scopes.includes(scope))) continue;
      const answer = await send(route, key);
      expect([answer.status, answer.body.code], key).toEqual([403, "forbidden"]);
    }
  });

  test.each(routes.filter(({ auth }) => auth === "key").map(named))(
    "%s is 403 to a browser's token",
    async (_, route) => {
      expect((await send(route, clientToken)).status).toBe(403);
    },
  );
});

describe("API6, a flow that somebody sends round and round", () => {
  test("a phone whose prompt is open is asked by nobody else, whatever key and order they come with", async () => {
    const phone = newPhone();
    await start({ phone });
    const asked = await Promise.all(
      [KEYS.storefront, NEIGHBOUR, KEYS.storefront].map((key) =>
        call<Body>("POST", "/v1/payments", {
          key,
          headers: { "idempotency-key": randomUUID() },
          body: { amount: 10, phone, reference: reference() },
        }),
      ),
    );
    expect(asked.map(({ status, body }) => [status, body.code])).toEqual(asked.map(() => [409, "payment_in_progress"]));
  });
});

describe("API7, addresses that we are sent to", () => {
  test.each([
    "https://169.254.169.254/latest/meta-data/",
    "https://10.0.0.1/hook",
    "https://192.168.1.1/hook",
    "https://[fd00::1]/hook",
    "https://[::ffff:10.0.0.1]/hook",
    "http://example.com/hook",
    "https://example.com:8443/hook",
    "https://user:word@example.com/hook",
    "file:///etc/passwd",
  ])("%s is no address for a webhook", async (url) => {
    const headers = { "idempotency-key": randomUUID() };
    const answer = await call<Body>("POST", "/v1/webhook-endpoints", { headers, body: { url, events: ["*"] } });
    expect([answer.status, answer.body.code]).toEqual([400, "invalid_request"]);
    expect(answer.body.errors?.map(({ pointer }) => pointer)).toEqual(["/url"]);
  });
});

describe("API8, settings", () => {
  const HEADERS = { "x-content-type-options": "nosniff", "cache-control": "no-store" };
  const isSafe = ({ headers }: Answer<unknown>): void => {
    for (const [name, value] of Object.entries(HEADERS)) expect(headers.get(name), name).toBe(value);
    expect(headers.get("strict-transport-security")).toMatch(/max-age=\d{7,}/);
    expect(headers.get("server") ?? "").not.toMatch(/\d/);
    expect(headers.get("x-powered-by")).toBeNull();
  };

  test("answers, refusals and what is not there carry the same headers", async () => {
    isSafe(await call("GET", "/v1/payments?limit=1"));
    isSafe(await call("GET", "/v1/payments", { key: null }));
    isSafe(await call("GET", "/v1/payouts", { key: clientToken }));
    isSafe(await call("GET", "/v1/nothing"));
    isSafe(await call("POST", "/v1/payments", { raw: "{" }));
  });

  test("no page of a stranger reads an answer", async () => {
    const answer = await call("GET", "/v1/payments?limit=1", { headers: { origin: "https://evil.example" } });
    expect(answer.headers.get("access-control-allow-origin") ?? "").not.toMatch(/evil|\*/);
  });

  test.each(["PUT", "PATCH", "DELETE"])("%s is no method of a payment", async (method) => {
    expect([403, 404, 405]).toContain((await call(method, `/v1/payments/${own["payments"]}`)).status);
  });
});

describe("API9, what there is", () => {
  test("the document that is served names every route, and no other", async () => {
    const { body } = await call<{ paths: Record<string, Record<string, unknown>> }>("GET", "/v1/openapi.json");
    const served = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter((method) => method !== "parameters")
        .map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(served.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
  });

  test.each([
    "/v0/payments",
    "/v2/payments",
    "/payments",
    "/internal/payments",
    "/v1/debug",
    "/simulator/transactions",
  ])("there is no %s", async (path) => {
    expect((await call("GET", path)).status).toBe(404);
  });
});
