/**
 * The other five risks of OWASP's API Security Top 10 (2023), which are about the world outside: flows that are abused,
 * addresses that we are sent to, settings, what there is, and what Daraja answers. Who may do what is in owasp.test.ts.
 *
 * What the sandbox can't show, unit tests hold. Its stage may send webhooks to the loopback, so that a developer gets
 * them; that any other stage refuses the loopback, and names that resolve to addresses which are not public, is in
 * test/unit/webhooks/address-guard.test.ts. The simulator sends no `Location`, and no answer over 64 KB; that redirects are
 * not followed and longer answers not read to their end is in test/unit/daraja/exchange.test.ts.
 */
import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { ROUTES } from "../../functions/api/contract.ts";
import type { Route } from "../../functions/api/contract.ts";
import { NEIGHBOUR } from "./owasp-own.ts";
import type { Body } from "./owasp-own.ts";
import { KEYS, answerPhone, call, ended, fault, newPhone, pushOf, reference, start, until } from "./storefront.ts";
import type { Answer, PaymentBody } from "./storefront.ts";

const routes: readonly Route[] = Object.values(ROUTES);

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

/** The address with a name and a password in it. */
const withName = (url: string): string => Object.assign(new URL(url), { username: "user", password: "word" }).href;

describe("API7, addresses that we are sent to", () => {
  test.each([
    "https://169.254.169.254/latest/meta-data/",
    "https://10.0.0.1/hook",
    "https://192.168.1.1/hook",
    "https://[fd00::1]/hook",
    "https://[::ffff:10.0.0.1]/hook",
    "http://example.com/hook",
    "https://example.com:8443/hook",
    withName("https://example.com/hook"),
    "file:///etc/passwd",
  ])("%s is no address for a webhook", async (url) => {
    const headers = { "idempotency-key": randomUUID() };
    const answer = await call<Body>("POST", "/v1/webhook-endpoints", { headers, body: { url, events: ["*"] } });
    expect([answer.status, answer.body.code]).toEqual([400, "invalid_request"]);
    expect(answer.body.errors?.map(({ pointer }) => pointer)).toEqual(["/url"]);
  });
});

describe("API8, settings", () => {
  let payment: PaymentBody;
  beforeAll(async () => {
    payment = (await start({ phone: newPhone() })).body;
  });

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
    isSafe(await call("GET", "/v1/payouts", { key: payment.client_token! }));
    isSafe(await call("GET", "/v1/nothing"));
    isSafe(await call("POST", "/v1/payments", { raw: "{" }));
  });

  test("no page of a stranger reads an answer", async () => {
    const answer = await call("GET", "/v1/payments?limit=1", { headers: { origin: "https://evil.example" } });
    expect(answer.headers.get("access-control-allow-origin") ?? "").not.toMatch(/evil|\*/);
  });

  test.each(["PUT", "PATCH", "DELETE"])("%s is no method of a payment", async (method) => {
    const path = `/v1/payments/${payment.id}`;
    expect((await call("GET", path)).status).toBe(200);
    expect([403, 404, 405]).toContain((await call(method, path)).status);
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

describe("API10, what Daraja answers", () => {
  const PUSHED = { ResponseCode: "0", MerchantRequestID: "m-1", CheckoutRequestID: "ws_CO_1" };
  const PAID = { ResponseCode: "0", ResultCode: "0", ResultDesc: "The service request is processed successfully." };
  /** Answers that look like the one that would be good news. */
  const ODD: readonly (readonly [string, (news: object) => object])[] = [
    ["a page of 60 KB", (news) => ({ status: 200, html: `<pre>${JSON.stringify(news)}</pre>`.padEnd(60_000) })],
    ["a redirect", (news) => ({ status: 302, body: news })],
    ["JSON without an end", () => ({ status: 200, content_type: "application/json", body: "[".repeat(30_000) })],
    ["objects in place of texts", () => ({ status: 200, body: { ResponseCode: ["0"], ResultCode: { code: "0" } } })],
    ["good news in a prototype", (news) => ({ status: 200, html: `{"__proto__":${JSON.stringify(news)}}` })],
    ["good news that failed", (news) => ({ status: 500, body: news })],
  ];

  /** How many odd answers are still to be given about this phone. */
  const untold = async (phone: string): Promise<number> => {
    const response = await fetch(`${inject("simulatorUrl")}/simulator/faults`);
    const { data } = (await response.json()) as { data: { match: { msisdn?: string } }[] };
    return data.filter(({ match }) => match.msisdn === phone).length;
  };

  test.each(ODD)("%s to a push proves nothing, and what M-PESA tells later does", async (_, answerWith) => {
    const [phone, order] = [newPhone(), reference()];
    await fault(phone, { when: "after_execution", answer: answerWith(PUSHED) });
    const { status, body } = await start({ phone, reference: order });
    expect([status, body.status, body.receipt]).toEqual([201, "pending", null]);
    expect(await untold(phone)).toBe(0);
    await answerPhone(phone, "pay");
    expect(await ended(body.id)).toMatchObject({ status: "succeeded", receipt: (await pushOf(order)).receipt });
  });

  test("nothing of that kind proves anything when we ask how a push ended", async () => {
    const phone = newPhone();
    const { body } = await start({ phone });
    const verified = async (): Promise<number> => {
      const { status, body: seen } = await call<PaymentBody>("POST", `/v1/payments/${body.id}/verify`);
      expect([status, seen.status, seen.receipt]).toEqual([200, "pending", null]);
      return untold(phone);
    };
    for (const [, answerWith] of ODD) {
      await fault(phone, { answer: answerWith(PAID) });
      await until(verified, (left) => left === 0);
    }
  });
});
