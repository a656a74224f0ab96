/** A payer's socket: who may open one, and what it tells. */
import { expect, test } from "vitest";
import { paymentView } from "../../../functions/api/payment-view.ts";
import type { CheckoutSession } from "../../../functions/domain/checkout-session.ts";
import { Cents } from "../../../functions/domain/money.ts";
import type { Payment } from "../../../functions/domain/payment.ts";
import { answerSocket } from "../../../functions/live/answer.ts";
import { PAYMENT, SESSION, bookInMemory, paymentBegunBy, say } from "./sockets-in-memory.ts";

const NOW = Date.UTC(2026, 10, 21, 9);
const session: CheckoutSession = {
  id: SESSION,
  storefront: "demo",
  merchantName: "Demo",
  amount: Cents.parse(100),
  reference: "A",
  description: null,
  metadata: {},
  successUrl: null,
  fingerprint: "f",
  openedBy: "key:k",
  createdAt: NOW,
  expiresAt: NOW + 1_000_000,
  tries: 2,
};

const desk = (tries: readonly Payment[] = []) => {
  const { book, names } = bookInMemory();
  const tokens: Record<string, string> = { pays: PAYMENT, shops: SESSION, others: `pay_${"9".repeat(26)}` };
  const payment = paymentBegunBy("key:k", { version: 3 });
  const answer = answerSocket({
    sockets: book,
    ledger: { read: (id) => Promise.resolve(id === PAYMENT ? payment : null) },
    checkouts: { read: (id) => Promise.resolve(id === SESSION ? { session, tries } : null) },
    subjectOf: (token) => Promise.resolve(tokens[token] ?? null),
    say,
    clock: { now: () => NOW },
  });
  const open = (connection: string, token: string | null) => answer({ happened: "opened", connection, token });
  const hear = async (connection: string, text: string): Promise<unknown> => {
    const reply = await answer({ happened: "said", connection, text });
    return reply.text === null ? null : JSON.parse(reply.text);
  };
  const close = (connection: string) => answer({ happened: "closed", connection });
  return { open, hear, close, names, payment };
};

const STATE = JSON.stringify({ action: "state" });

test("without a token, or with one that is forged or over, nothing is opened and nothing noted", async () => {
  const { open, names } = desk();
  expect(await open("a", null)).toEqual({ status: 401, text: null });
  expect(await open("b", "forged")).toEqual({ status: 401, text: null });
  expect(names()).toEqual([]);
});

test("whoever connects late asks, and is told how the payment stands now, as the API would", async () => {
  const { open, hear, payment } = desk();
  expect(await open("a", "pays")).toEqual({ status: 200, text: null });
  expect(await hear("a", STATE)).toEqual({
    type: "payment.updated",
    payment: JSON.parse(JSON.stringify(paymentView(payment))) as unknown,
    sequence: 3,
  });
});

test("a session's token is told of the payment that the session stands for: the latest, or the one that paid it", async () => {
  const failed = paymentBegunBy("checkout:", { id: `pay_${"4".repeat(26)}`, state: "failed" });
  const paid = paymentBegunBy("checkout:", { id: `pay_${"5".repeat(26)}`, state: "succeeded" });
  const none = desk();
  await none.open("a", "shops");
  expect(await none.hear("a", STATE)).toEqual({ type: "payment.none" });
  const late = desk([paid, failed]);
  await late.open("a", "shops");
  expect(await late.hear("a", STATE)).toMatchObject({ payment: { id: paid.id, status: "succeeded" } });
});

test("a socket that nobody noted, or whose payment is not there, is told of none", async () => {
  const { open, hear } = desk();
  expect(await hear("stranger", STATE)).toEqual({ type: "payment.none" });
  await open("a", "others");
  expect(await hear("a", STATE)).toEqual({ type: "payment.none" });
});

test("a ping is answered, and what is not understood is told so", async () => {
  const { open, hear } = desk();
  await open("a", "pays");
  expect(await hear("a", JSON.stringify({ action: "ping" }))).toEqual({ type: "pong" });
  const odd = ["", "{", "null", "[]", JSON.stringify({ action: "pay" }), `${" ".repeat(1_000)}${STATE}`];
  for (const text of odd) expect(await hear("a", text)).toMatchObject({ type: "error", code: "not_understood" });
});

test("a socket that is closed is forgotten, also when it was never noted", async () => {
  const { open, close, names } = desk();
  await open("a", "pays");
  await open("b", "pays");
  expect(await close("a")).toEqual({ status: 200, text: null });
  expect(await close("stranger")).toEqual({ status: 200, text: null });
  expect(names()).toEqual(["b"]);
});
