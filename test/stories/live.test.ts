/** Live status: a page that listens is told how its payment stands, first what is known and then every change, at once. */
import { randomUUID } from "node:crypto";
import { expect, inject, test } from "vitest";
import { connectControl } from "../../sandbox/control/client.ts";
import { refusal, socketUrl, watchLive } from "./sockets.ts";
import type { Told } from "./sockets.ts";
import type { PaymentBody } from "./storefront.ts";
import { answerPhone, call, ended, newPhone, reference, until } from "./storefront.ts";

const start = async (phone = newPhone()): Promise<PaymentBody & { client_token: string }> => {
  const { body } = await call<PaymentBody>("POST", "/v1/payments", {
    headers: { "idempotency-key": randomUUID() },
    body: { amount: 100, phone, reference: reference() },
  });
  if (body.client_token === undefined) throw new Error("a payment came without a token");
  return { ...body, client_token: body.client_token };
};

const is =
  (status: string) =>
  ({ payment }: Told): boolean =>
    payment?.status === status;

test("who listens with the payment's token is told that it was paid, as the API shows it to that token", async () => {
  const phone = newPhone();
  const { id, client_token: token } = await start(phone);
  const watching = watchLive(token);
  const first = await watching.hears(is("pending"));
  await answerPhone(phone, "pay");
  const last = await watching.hears(is("succeeded"));
  expect(last.type).toBe("payment.updated");
  expect(last.sequence).toBeGreaterThan(first.sequence ?? 0);
  const { body } = await call<PaymentBody>("GET", `/v1/payments/${id}`, { key: token });
  expect(last.payment).toEqual(body);
  expect(JSON.stringify(watching.told)).not.toContain(phone);
});

test("who connects when all is over is told so, and each of two windows is told", async () => {
  const phone = newPhone();
  const { id, client_token: token } = await start(phone);
  await answerPhone(phone, "cancel");
  await ended(id);
  const [one, two] = [watchLive(token), watchLive(token)];
  expect((await one.hears(is("failed"))).payment?.failure?.code).toBe("cancelled_by_customer");
  await two.hears(is("failed"));
});

test("who is cut off while the phone rings finds out what happened meanwhile", async () => {
  const phone = newPhone();
  const { client_token: token } = await start(phone);
  const watching = watchLive(token);
  await watching.hears(is("pending"));
  const before = watching.opened();
  await connectControl(inject("controlUrl")).cutSockets();
  await answerPhone(phone, "pay");
  await watching.hears(is("succeeded"));
  expect(watching.opened()).toBeGreaterThan(before);
});

test("without a token, or with one that nobody gave out, no socket is opened", async () => {
  const { client_token: token } = await start();
  expect(await refusal(socketUrl(null))).toBe(401);
  expect(await refusal(socketUrl(`${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`))).toBe(401);
  expect(await refusal(socketUrl("sk_test_storefront"))).toBe(401);
});

test("a payment link's token is told of its own session's payments, one try after the other, and of nobody else's", async () => {
  const make = async () => {
    const { body } = await call<{ id: string; url: string }>("POST", "/v1/checkout-sessions", {
      headers: { "idempotency-key": randomUUID() },
      body: { amount: 100, reference: reference() },
    });
    return { path: `/v1/checkout-sessions/${body.id}/payments`, token: body.url.split("#")[1] ?? "" };
  };
  const [mine, others] = [await make(), await make()];
  const [watching, elsewhere] = [watchLive(mine.token), watchLive(others.token)];
  await watching.hears(({ type }) => type === "payment.none");
  await elsewhere.hears(({ type }) => type === "payment.none");
  const phone = newPhone();
  const press = () => call(`POST`, mine.path, { key: mine.token, body: { phone } });
  await press();
  await answerPhone(phone, "cancel");
  const failed = await watching.hears(is("failed"));
  await press();
  await answerPhone(phone, "pay");
  const paid = await watching.hears(is("succeeded"));
  expect(paid.payment?.id).not.toBe(failed.payment?.id);
  expect(elsewhere.told.filter(({ type }) => type === "payment.updated")).toEqual([]);
});

test("a ping is answered, and what nobody understands is told so", async () => {
  const { client_token: token } = await start();
  const watching = watchLive(token);
  await watching.hears(is("pending"));
  await until(
    () => {
      watching.say(JSON.stringify({ action: "ping" }));
      watching.say("hello");
      return Promise.resolve(watching.told);
    },
    (told) => ["pong", "error"].every((wanted) => told.some(({ type }) => type === wanted)),
  );
  expect(watching.told.find(({ type }) => type === "error")).toMatchObject({ code: "not_understood" });
});

test("the functions behind it are allowed all that they do", async () => {
  const denials = await connectControl(inject("controlUrl")).denials();
  expect(denials.filter(({ caller }) => /^(Live|Notify)/.test(caller))).toEqual([]);
});
