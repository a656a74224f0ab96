/** A payment link: made by a shop, paid by somebody whose number the shop never knew, once and not twice. */
import { randomUUID } from "node:crypto";
import { describe, expect, inject, test } from "vitest";
import type { PaymentBody } from "./storefront.ts";
import { KEYS, answerPhone, call, newPhone, payer, reference, truthOf, until } from "./storefront.ts";

interface SessionBody {
  readonly id: string;
  readonly status: "open" | "complete" | "expired";
  readonly amount: number;
  readonly merchant: { readonly name: string };
  readonly payment: string | null;
  readonly payment_details: PaymentBody | null;
  readonly url?: string;
  readonly code?: string;
  readonly expires_at: string;
}

const NEIGHBOUR = "sk_test_neighbour";

const make = (body: Record<string, unknown> = {}, options: { key?: string; idempotencyKey?: string } = {}) =>
  call<SessionBody>("POST", "/v1/checkout-sessions", {
    key: options.key ?? KEYS.storefront,
    headers: { "idempotency-key": options.idempotencyKey ?? randomUUID() },
    body: { amount: 1500, reference: reference(), ...body },
  });

/** What the link's bearer holds. */
const tokenOf = (session: SessionBody): string => session.url?.split("#")[1] ?? "";

const look = (session: SessionBody, key = tokenOf(session)) =>
  call<SessionBody>("GET", `/v1/checkout-sessions/${session.id}`, { key });

/** Other stories ask the numbers whose behaviour is fixed too, and nobody is asked twice at once: then it is pressed again. */
const press = (session: SessionBody, phone: string, key = tokenOf(session)) =>
  until(
    () =>
      call<SessionBody & { code?: string }>("POST", `/v1/checkout-sessions/${session.id}/payments`, {
        key,
        body: { phone },
      }),
    ({ body }) => body.code !== "payment_in_progress",
  );

const outcome = (session: SessionBody) =>
  until(
    async () => (await look(session)).body,
    ({ payment_details }) => payment_details !== null && payment_details.status !== "pending",
  );

test("a link is made, opened by its token, and paid with a number that the shop never knew", async () => {
  const order = reference();
  const { status, body: session } = await make({ reference: order });
  expect(status).toBe(201);
  expect(session).toMatchObject({
    status: "open",
    amount: 1500,
    payment: null,
    merchant: { name: "Malipo Demo Shop" },
  });
  expect(session.url).toMatch(new RegExp(`^${inject("gatewayUrl")}/checkout/${session.id}#ct_`));
  expect((await look(session)).body).toMatchObject({ id: session.id, status: "open" });
  expect((await press(session, payer("00"))).body).toMatchObject({
    payment_details: { status: "pending", reference: order },
  });
  const paid = await outcome(session);
  expect(paid).toMatchObject({ status: "complete", payment_details: { status: "succeeded", amount: 1500 } });
  expect(paid.payment).toBe(paid.payment_details?.id);
  expect((await call("GET", `/v1/payments/${paid.payment}`)).body).toMatchObject({ status: "succeeded" });
});

test("five presses at once are one prompt, and one after it was paid is none", async () => {
  const order = reference();
  const { body: session } = await make({ reference: order });
  const phone = newPhone();
  const answers = await Promise.all(Array.from({ length: 5 }, () => press(session, phone)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect(new Set(answers.map(({ body }) => body.payment)).size).toBe(1);
  await answerPhone(phone, "pay");
  await outcome(session);
  expect((await press(session, newPhone())).body).toMatchObject({
    status: "complete",
    payment: answers[0]?.body.payment,
  });
  expect(await truthOf(order)).toHaveLength(1);
});

test("after a failure the same link asks anew, under a payment of its own", async () => {
  const order = reference();
  const { body: session } = await make({ reference: order });
  const first = (await press(session, payer("02"))).body.payment;
  expect((await outcome(session)).payment_details?.failure?.code).toBe("cancelled_by_customer");
  const second = await press(session, payer("00"));
  expect(second.body.payment).not.toBe(first);
  expect((await outcome(session)).status).toBe("complete");
  expect((await truthOf(order)).map(({ state }) => state).sort()).toEqual(["failed", "paid"]);
});

test("money that comes late completes the session that had failed", async () => {
  const { body: session } = await make();
  await press(session, payer("17"));
  expect((await outcome(session)).payment_details?.status).toBe("failed");
  const late = await until(
    async () => (await look(session)).body,
    ({ status }) => status === "complete",
  );
  expect(late.payment_details).toMatchObject({ status: "succeeded" });
});

test("a payment that the shop began is seen on its page by its own token, and paid there by nobody", async () => {
  const phone = newPhone();
  const { body: payment } = await call<PaymentBody>("POST", "/v1/payments", {
    headers: { "idempotency-key": randomUUID() },
    body: { amount: 1500, phone, reference: reference() },
  });
  const key = payment.checkout_url?.split("#")[1] ?? "";
  expect(payment.checkout_url).toBe(`${inject("gatewayUrl")}/checkout/${payment.id}#${key}`);
  const path = `/v1/checkout-sessions/${payment.id}`;
  const page = await call<SessionBody>("GET", path, { key });
  expect(page.body).toMatchObject({ status: "open", payment: payment.id, merchant: { name: "Malipo Demo Shop" } });
  expect((await call("POST", `${path}/payments`, { key, body: { phone } })).status).toBe(403);
  expect((await call("GET", path, { key: NEIGHBOUR })).status).toBe(404);
  await answerPhone(phone, "pay");
  const paid = await until(
    () => call<SessionBody>("GET", path, { key }),
    ({ body }) => body.status === "complete",
  );
  expect(paid.body.payment_details).toMatchObject({ status: "succeeded" });
});

describe("who may do what", () => {
  test("a session's token opens neither another session nor the payment behind it", async () => {
    const [mine, other] = [(await make()).body, (await make()).body];
    expect((await look(other, tokenOf(mine))).status).toBe(403);
    const payment = (await press(mine, payer("00"))).body.payment;
    expect((await call("GET", `/v1/payments/${payment}`, { key: tokenOf(mine) })).status).toBe(403);
    expect((await call("GET", `/v1/payments`, { key: tokenOf(mine) })).status).toBe(403);
  });

  test("another storefront finds nothing", async () => {
    const { body: session } = await make();
    expect((await look(session, NEIGHBOUR)).status).toBe(404);
    expect((await press(session, payer("00"), NEIGHBOUR)).status).toBe(404);
  });

  test("the same request makes the same link, and the same key for another order is refused", async () => {
    const [order, idempotencyKey] = [reference(), randomUUID()];
    const first = await make({ reference: order }, { idempotencyKey });
    const again = await make({ reference: order }, { idempotencyKey });
    expect(again.body).toMatchObject({ id: first.body.id, expires_at: first.body.expires_at });
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    const other = await make({ reference: order, amount: 1 }, { idempotencyKey });
    expect(other).toMatchObject({
      status: 422,
      body: { code: "idempotency_key_reused", checkout_session_id: first.body.id },
    });
  });

  test.each([
    ["success_url", "javascript:alert(1)"],
    ["success_url", "http://duka.co.ke/thanks"],
    ["success_url", "https://name:secret@duka.co.ke/"],
    ["expires_in_seconds", 10],
    ["amount", 0],
  ])("%s %j is refused", async (field, value) => {
    const { status, body } = await make({ [field]: value });
    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [{ pointer: `/${field}` }] });
  });
});
