/** Refunds: whole, in part, asked for twice, and everything that can get lost on the way. M-PESA's own books are the judge. */
import { randomUUID } from "node:crypto";
import { expect, inject, test } from "vitest";
import { FINANCE_KEYS } from "./finance.ts";
import {
  call,
  ended,
  exceptionsOf,
  newPhone,
  answerPhone,
  payer,
  read,
  reference,
  start,
  startInTurn,
  until,
} from "./storefront.ts";
import type { Answer, PaymentBody } from "./storefront.ts";

interface RefundBody {
  readonly id: string;
  readonly status: string;
  readonly stage: string | null;
  readonly payment: string;
  readonly amount: number;
  readonly receipt: string | null;
  readonly payment_receipt: string;
  readonly failure: { readonly code: string; readonly refund_again: string } | null;
  readonly code?: string;
  readonly refund_id?: string;
}

interface Reversal {
  readonly state: string;
  readonly amount: number;
  readonly receipt: string | null;
  readonly original_transaction_id: string;
  readonly remarks: string;
}

const refund = (payment: string, body: object, key: string = randomUUID()): Promise<Answer<RefundBody>> =>
  call<RefundBody>("POST", `/v1/payments/${payment}/refunds`, {
    headers: { "idempotency-key": key },
    body: { reason: "story", ...body },
  });

const settled = (id: string, timeoutMs = 120_000): Promise<RefundBody> =>
  until(
    async () => (await call<RefundBody>("GET", `/v1/refunds/${id}`)).body,
    ({ status }) => status !== "pending",
    timeoutMs,
  );

/** A payment that somebody has made. */
const paid = async (amount: number): Promise<PaymentBody> => {
  const phone = newPhone();
  const started = await start({ phone, amount, reference: reference() });
  await answerPhone(phone, "pay");
  const payment = await ended(started.body.id);
  expect(payment).toMatchObject({ status: "succeeded", amount });
  return payment;
};

const simulator = async <T>(method: string, path: string, body?: object): Promise<T> => {
  const response = await fetch(`${inject("simulatorUrl")}/simulator${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`the simulator answered ${response.status}: ${text}`);
  return (text === "" ? null : JSON.parse(text)) as T;
};

/** What M-PESA gave back, or did not, of this payment. */
const reversalsOf = async ({ receipt }: Pick<PaymentBody, "receipt">): Promise<readonly Reversal[]> => {
  const { data } = await simulator<{ data: Reversal[] }>("GET", "/transactions?kind=reversal&limit=1000");
  return data.filter((reversal) => reversal.original_transaction_id === receipt);
};

/** Makes something go wrong with the next reversal of this payment. */
const fault = ({ receipt }: Pick<PaymentBody, "receipt">, what: object): Promise<unknown> =>
  simulator("POST", "/faults", {
    match: { path: "/mpesa/reversal/v1/request", reference: receipt },
    times: 1,
    fault: what,
  });

test("a payment is given back whole, under a receipt of its own", async () => {
  const payment = await paid(500);
  const started = await refund(payment.id, {});
  expect(started.status).toBe(201);
  expect(started.body).toMatchObject({ status: "pending", amount: 500, payment_receipt: payment.receipt });
  const done = await settled(started.body.id);
  expect(done).toMatchObject({ status: "succeeded", failure: null });
  const [reversal, ...others] = await reversalsOf(payment);
  expect(others).toEqual([]);
  expect(reversal).toMatchObject({ state: "paid", amount: 500, receipt: done.receipt, remarks: done.id });
  expect(await read(payment.id)).toMatchObject({ status: "reversed", refunded_amount: 500 });
  expect(await exceptionsOf(done.id)).toEqual([]);
  const again = await refund(payment.id, {});
  expect(again).toMatchObject({ status: 409, body: { code: "not_refundable" } });
});

test("a part is given back, and no more than the rest after it", async () => {
  const payment = await paid(900);
  const part = await settled((await refund(payment.id, { amount: 400 })).body.id);
  expect(part).toMatchObject({ status: "succeeded", amount: 400 });
  expect(await read(payment.id)).toMatchObject({ status: "succeeded", refunded_amount: 400 });
  expect(await refund(payment.id, { amount: 501 })).toMatchObject({
    status: 409,
    body: { code: "refund_exceeds_payment" },
  });
  const listed = await call<{ data: RefundBody[] }>("GET", `/v1/payments/${payment.id}/refunds`);
  expect(listed.body.data.map(({ id }) => id)).toEqual([part.id]);
  expect((await reversalsOf(payment)).map(({ amount }) => amount)).toEqual([400]);
});

test("ten requests with one key are one refund, and another body under it is refused", async () => {
  const payment = await paid(300);
  const key = randomUUID();
  const answers = await Promise.all(Array.from({ length: 10 }, () => refund(payment.id, { amount: 100 }, key)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  const other = await refund(payment.id, { amount: 101 }, key);
  expect(other).toMatchObject({
    status: 422,
    body: { code: "idempotency_key_reused", refund_id: answers[0]!.body.id },
  });
  await settled(answers[0]!.body.id);
  expect((await reversalsOf(payment)).map(({ state, amount }) => [state, amount])).toEqual([["paid", 100]]);
});

test("refunds asked for at once never reserve more than was paid", async () => {
  const payment = await paid(1_000);
  const answers = await Promise.all(Array.from({ length: 4 }, () => refund(payment.id, { amount: 600 })));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
});

test("an answer that gets lost is no second refund: the result says how it ended", async () => {
  const payment = await paid(250);
  await fault(payment, { when: "after_execution", reset: true });
  const started = await refund(payment.id, {});
  expect(started.status).toBe(201);
  const done = await settled(started.body.id);
  expect(done).toMatchObject({ status: "succeeded", amount: 250 });
  expect(await reversalsOf(payment)).toHaveLength(1);
});

test("a result that never comes is asked for, by the name that Daraja gave to the request", async () => {
  const payment = await paid(260);
  await fault(payment, { callback: { drop: true } });
  const done = await settled((await refund(payment.id, {})).body.id);
  const [reversal] = await reversalsOf(payment);
  expect(done).toMatchObject({ status: "succeeded", receipt: reversal?.receipt });
  expect(await read(payment.id)).toMatchObject({ status: "reversed", refunded_amount: 260 });
});

test("what was not paid, or is somebody else's, is not given back", async () => {
  const cancelled = await ended((await startInTurn({ phone: payer("02") })).body.id);
  expect(await refund(cancelled.id, {})).toMatchObject({ status: 409, body: { code: "not_refundable" } });
  const payment = await paid(120);
  const neighbour = await call<RefundBody>("POST", `/v1/payments/${payment.id}/refunds`, {
    key: FINANCE_KEYS.neighbour,
    headers: { "idempotency-key": randomUUID() },
    body: { reason: "not mine" },
  });
  expect(neighbour.status === 403 || neighbour.status === 404).toBe(true);
  expect(await reversalsOf(payment)).toEqual([]);
});
