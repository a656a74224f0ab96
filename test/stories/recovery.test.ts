/** Functions that are killed and answers from the database that are lost: one prompt, one payment, nothing forgotten. */
import { randomUUID } from "node:crypto";
import { describe, expect, inject, test } from "vitest";
import { connectControl } from "../../sandbox/control/client.ts";
import {
  KEYS,
  answerPhone,
  call,
  ended,
  exceptionsOf,
  fault,
  newPhone,
  pushOf,
  reference,
  start,
  truthOf,
} from "./storefront.ts";

const control = connectControl(inject("controlUrl"));

/** The event that API Gateway would send for this request of the sandbox's storefront. */
const startEvent = (body: unknown, key: string): unknown => ({
  resource: "/v1/payments",
  path: "/v1/payments",
  httpMethod: "POST",
  headers: { "Idempotency-Key": key, "Content-Type": "application/json" },
  multiValueHeaders: {},
  queryStringParameters: null,
  multiValueQueryStringParameters: null,
  pathParameters: null,
  stageVariables: null,
  body: JSON.stringify(body),
  isBase64Encoded: false,
  requestContext: {
    requestId: randomUUID(),
    identity: { sourceIp: "127.0.0.1" },
    authorizer: { kind: "key", key_id: "key_story", storefront: "demo", scopes: "payments:write" },
  },
});

test("a function that Lambda kills while Daraja holds its answer: the same key again is the same payment, and one prompt", async () => {
  const phone = newPhone();
  const order = reference();
  const key = randomUUID();
  const body = { amount: 10, phone, reference: order, description: "story" };
  await fault(phone, { when: "after_execution", delay_answer_ms: 9_000 });
  const killed = await control.invoke("StartPaymentFunction", startEvent(body, key), { timeoutMs: 3_000 });
  expect(killed.ok ? null : killed.error.errorMessage).toMatch(/Task timed out after 3(\.0+)? seconds/);
  expect(await truthOf(order)).toHaveLength(1);

  const again = await start({ phone, key, reference: order });
  expect(again.status).toBe(201);
  expect(again.body).toMatchObject({ status: "pending", stage: "sending" });
  expect(await truthOf(order)).toHaveLength(1);

  await answerPhone(phone, "pay");
  const payment = await ended(again.body.id);
  expect(payment).toMatchObject({ status: "succeeded", receipt: (await pushOf(order)).receipt });
  expect(await truthOf(order)).toHaveLength(1);
});

describe("the database commits and its answer is lost", () => {
  test.each([
    ["opening a payment", "StartPayment", "TransactWriteItems"],
    ["recording the submit's answer", "StartPayment", "UpdateItem"],
    ["applying a callback", "StkCallback", "TransactWriteItems"],
  ])("while %s: the payment is made once and ends as it should", async (_what, caller, operation) => {
    const name = await control.nameOf("AWS::Lambda::Function", `${caller}Function`);
    await control.inject({
      match: { caller: name, service: "dynamodb", operation },
      fault: { kind: "lose_answer" },
      times: 1,
    });
    const phone = newPhone();
    const order = reference();
    const { status, body } = await start({ phone, reference: order });
    expect(status).toBe(201);
    await answerPhone(phone, "pay");
    const payment = await ended(body.id);
    expect(payment).toMatchObject({ status: "succeeded", receipt: (await pushOf(order)).receipt });
    expect(await exceptionsOf(body.id)).toEqual([]);
    expect(await truthOf(order)).toHaveLength(1);
    const history = await call<{ data: { finding: string }[]; chain: { intact: boolean } }>(
      "GET",
      `/v1/transactions/${body.id}/history`,
      { key: KEYS.finance },
    );
    expect(history.body.data.map(({ finding }) => finding)).toEqual(["created", "accepted", "paid"]);
    expect(history.body.chain.intact).toBe(true);
  });
});
