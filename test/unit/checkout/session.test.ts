/** What the page makes of an answer: the session that the API means, or none. */
import { describe, expect, it, test } from "vitest";
import { connect, readLink } from "../../../web/checkout/src/api.ts";
import { readSession } from "../../../web/checkout/src/session.ts";

const BODY = {
  id: "cks_1",
  object: "checkout_session",
  status: "open",
  amount: 1500,
  reference: "INV-1001",
  description: null,
  merchant: { name: "Duka" },
  success_url: "https://duka.co.ke/thanks",
  expires_at: "2026-11-22T10:00:00.000Z",
  payment: "pay_1",
  payment_details: {
    id: "pay_1",
    status: "failed",
    stage: null,
    phone: "2547*****678",
    receipt: null,
    paid_at: null,
    created_at: "2026-11-22T09:00:00.000Z",
    updated_at: "2026-11-22T09:01:00.000Z",
    failure: { code: "wrong_pin", new_attempt: "yes", customer_message: { en: "Wrong PIN", sw: "PIN si sahihi" } },
  },
};

describe("a session", () => {
  it("has no other try where it is one payment that the shop began", () => {
    expect(readSession(BODY)?.isOnce).toBe(false);
    expect(readSession({ ...BODY, id: "pay_1" })?.isOnce).toBe(true);
    expect(readSession({ ...BODY, id: "pay_1", payment_details: null })?.isOnce).toBe(false);
  });

  it("is read with its payment and the words for the payer", () => {
    expect(readSession(BODY)).toMatchObject({
      amount: 1500,
      merchant: "Duka",
      payment: {
        status: "failed",
        failure: { code: "wrong_pin", newAttempt: "yes", message: { sw: "PIN si sahihi" } },
      },
    });
  });

  test.each([
    ["no object", null],
    ["another object", { ...BODY, object: "payment" }],
    ["no amount", { ...BODY, amount: "1500" }],
    ["a status that nobody knows", { ...BODY, status: "paid" }],
    ["a payment that can't be read", { ...BODY, payment_details: { ...BODY.payment_details, status: "great" } }],
  ])("with %s is none", (_what, body) => {
    expect(readSession(body)).toBeNull();
  });

  it("leads nowhere but to a web address", () => {
    expect(readSession({ ...BODY, success_url: "javascript:alert(1)" })?.successUrl).toBeNull();
  });
});

describe("a link", () => {
  const id = `cks_${"0".repeat(26)}`;
  it("has its session in the path and its token behind the #", () => {
    expect(readLink(`/checkout/${id}`, "#ct_abc.1.x")).toEqual({ id, token: "ct_abc.1.x" });
  });
  it("may be one payment's", () => {
    const payment = `pay_${"0".repeat(26)}`;
    expect(readLink(`/checkout/${payment}/`, "#ct_abc.1.x")).toEqual({ id: payment, token: "ct_abc.1.x" });
  });
  test.each([
    [`/checkout/${id.replace("cks", "pyo")}`, "#ct_abc"],
    [`/checkout/${id}`, ""],
    [`/checkout/${id}`, "#sk_test_storefront"],
    ["/checkout/", "#ct_abc"],
    [`/checkout/${id}/../x`, "#ct_abc"],
  ])("%s%s is none", (path, hash) => {
    expect(readLink(path, hash)).toBeNull();
  });
});

describe("an answer", () => {
  const link = { id: "cks_1", token: "ct_1" };
  const unopened = (): never => {
    throw new Error("nobody asked for a socket");
  };
  const answering = (status: number, body: unknown) =>
    connect(link, () => Promise.resolve(new Response(JSON.stringify(body), { status })), unopened);

  it("carries the token in a header and the number in the body, never in the address", async () => {
    const seen: { url: string; init: RequestInit | undefined }[] = [];
    const send: typeof fetch = (input, init) => {
      seen.push({ url: input instanceof Request ? input.url : String(input), init });
      return Promise.resolve(new Response(JSON.stringify(BODY)));
    };
    const api = connect(link, send, unopened);
    expect(await api.pay("254712345678")).toMatchObject({ answer: "session" });
    expect(seen[0]?.url).toBe("/v1/checkout-sessions/cks_1/payments");
    expect(seen[0]?.init).toMatchObject({
      headers: { authorization: "Bearer ct_1" },
      body: '{"phone":"254712345678"}',
    });
  });

  it("is told of a change on a socket that the same token opens", () => {
    const paths: string[] = [];
    const socket = { addEventListener: () => undefined, send: () => undefined, close: () => undefined };
    const open = (path: string) => (paths.push(path), socket);
    expect(connect(link, () => Promise.reject(new Error("unasked")), open).open()).toBe(socket);
    expect(paths).toEqual(["/ws?token=ct_1"]);
  });

  test.each([401, 403, 404])("%i: the link opens nothing", async (status) => {
    expect(await answering(status, { message: "no" }).look()).toEqual({ answer: "no_such_link" });
  });

  it("that says no says why, and when to come back", async () => {
    const body = { code: "too_many_prompts", retry_at: "2026-11-22T10:00:00.000Z" };
    expect(await answering(429, body).pay("x")).toEqual({
      answer: "refused",
      code: "too_many_prompts",
      retryAt: Date.UTC(2026, 10, 22, 10),
    });
  });

  it("that is no answer is silence, whatever went wrong", async () => {
    expect(await answering(502, "<html>").look()).toEqual({ answer: "silence" });
    expect(await answering(200, { hello: "world" }).look()).toEqual({ answer: "silence" });
    const broken = connect(link, () => Promise.reject(new Error("no network")), unopened);
    expect(await broken.look()).toEqual({ answer: "silence" });
  });
});
