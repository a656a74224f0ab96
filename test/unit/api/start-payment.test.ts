/** What keeps one request from becoming two prompts: the ledger's item, with Powertools' cache in front of it. */
import { randomUUID } from "node:crypto";
import { DeleteItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Context } from "aws-lambda";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Call } from "../../../functions/api/endpoint.ts";
import type { ROUTES } from "../../../functions/api/contract.ts";
import type { Reply } from "../../../functions/api/reply.ts";
import { startPayment } from "../../../functions/api/start-payment.ts";
import type { StartPaymentDeps } from "../../../functions/api/start-payment.ts";
import type { PushRequest, SubmitAnswer } from "../../../functions/daraja/client.ts";
import { createReplay } from "../../../functions/runtime/idempotency.ts";
import type { Log } from "../../../functions/runtime/logger.ts";
import { LIMITS, connect, makeTable, startLedger } from "../store/database.ts";
import type { TestLedger } from "../store/database.ts";
import { freshPhone } from "../store/samples.ts";

const accepted = (push: PushRequest): SubmitAnswer => ({
  answer: "accepted",
  push: { checkoutId: `ws_CO_21112026120000123${push.phone.slice(3)}`, merchantId: "7071-4170-a0e5" },
  raw: JSON.stringify({ ResponseCode: "0", for: push.transactionId }),
});

let books: TestLedger;
let client: DynamoDBClient;
let cache: string;
let pushes: PushRequest[];
let answer: (push: PushRequest) => Promise<SubmitAnswer>;
let logged: string[];

beforeEach(async () => {
  books = await startLedger();
  client = connect();
  cache = await makeTable(client, "idempotency");
  pushes = [];
  answer = (push) => Promise.resolve(accepted(push));
  logged = [];
});
afterEach(() => {
  books.close();
  client.destroy();
});

const note = (code: string): void => void logged.push(code);
const log: Log = { debug: note, info: note, warn: note, error: note };

const endpoint = (overrides: Partial<StartPaymentDeps> = {}, options: { table?: string; remainingMs?: number } = {}) =>
  startPayment({
    ledger: books.ledger,
    daraja: {
      stkPush: (push) => {
        pushes.push(push);
        return answer(push);
      },
    },
    replay: createReplay({
      table: () => options.table ?? cache,
      client: () => client,
      context: () => ({ getRemainingTimeInMillis: () => options.remainingMs ?? 20_000 }) as Context,
      down: () => note("replay.cache_down"),
    }),
    clock: { now: () => books.time.now },
    log,
    limits: () => LIMITS,
    shortcode: () => Promise.resolve("174379"),
    clientToken: (id) => Promise.resolve(`ct_${id}`),
    checkoutBaseUrl: () => "https://pay.duka.co.ke",
    firstCheck: (at) => at + 30_000,
    ...overrides,
  });

const request = (overrides: Partial<Call<typeof ROUTES.startPayment>> = {}): Call<typeof ROUTES.startPayment> => ({
  caller: { kind: "key", keyId: "key_a", storefront: "shop", scopes: ["payments:write"] },
  params: {},
  query: {},
  body: { amount: 10, phone: freshPhone(), reference: "INV-1" },
  idempotencyKey: randomUUID(),
  accept: "application/json",
  requestId: randomUUID(),
  remainingMs: () => 20_000,
  ...overrides,
});

const payment = (reply: Reply): { id: string; status: string; stage: string | null } => {
  if (reply.reply !== "resource") throw new Error(`a payment was expected, not ${JSON.stringify(reply)}`);
  return reply.body as { id: string; status: string; stage: string | null };
};

describe("the payer's page", () => {
  test("is named in the answer, with the token behind the #", async () => {
    const reply = await endpoint()(request());
    const { id } = payment(reply);
    expect(reply).toMatchObject({ body: { checkout_url: `https://pay.duka.co.ke/checkout/${id}#ct_${id}` } });
  });

  test("is null while the stage has none", async () => {
    expect(await endpoint({ checkoutBaseUrl: () => null })(request())).toMatchObject({ body: { checkout_url: null } });
  });
});

describe("the same request again", () => {
  test("after a handler that threw once Daraja had accepted: still one prompt, and the payment it made", async () => {
    const call = request();
    const broken = endpoint({ clientToken: () => Promise.reject(new Error("out of luck")) });
    await expect(broken(call)).rejects.toThrow("out of luck");
    expect((await client.send(new ScanCommand({ TableName: cache }))).Count).toBe(0);
    const reply = await endpoint()(call);
    expect(pushes).toHaveLength(1);
    expect(payment(reply)).toMatchObject({
      id: pushes[0]!.transactionId,
      status: "pending",
      stage: "awaiting_customer",
    });
    expect(reply).toMatchObject({ replayed: true });
  });

  test("after a handler that was killed while it waited for Daraja: still one prompt", async () => {
    const call = request();
    answer = () => new Promise(() => undefined);
    void endpoint({}, { remainingMs: 50 })(call);
    await expect.poll(() => pushes.length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 60));
    const reply = await endpoint()(call);
    expect(pushes).toHaveLength(1);
    expect(payment(reply)).toMatchObject({ id: pushes[0]!.transactionId, status: "pending", stage: "sending" });
  });

  test("a year later, when nothing remembers it but the ledger: the same payment and no prompt", async () => {
    const call = request();
    const first = payment(await endpoint()(call));
    const { Items = [] } = await client.send(new ScanCommand({ TableName: cache }));
    for (const { id } of Items) await client.send(new DeleteItemCommand({ TableName: cache, Key: { id: id! } }));
    books.time.now += 365 * 86_400_000;
    const again = await endpoint()(call);
    expect(payment(again).id).toBe(first.id);
    expect(again).toMatchObject({ replayed: true });
    expect(pushes).toHaveLength(1);
  });

  test("with another body is refused with the first payment's id, whether the cache remembers or only the ledger", async () => {
    const call = request();
    const first = payment(await endpoint()(call));
    const other = { ...call, body: { ...call.body, amount: 11 } };
    const refused = { reply: "problem", code: "idempotency_key_reused", extra: { payment_id: first.id } };
    expect(await endpoint()(other)).toMatchObject(refused);
    const { Items = [] } = await client.send(new ScanCommand({ TableName: cache }));
    for (const { id } of Items) await client.send(new DeleteItemCommand({ TableName: cache, Key: { id: id! } }));
    expect(await endpoint()(other)).toMatchObject(refused);
    expect(pushes).toHaveLength(1);
  });

  test("twenty times at once: one prompt, and twenty answers that name one payment", async () => {
    const call = request();
    const replies = await Promise.all(Array.from({ length: 20 }, () => endpoint()(call)));
    expect(new Set(replies.map((reply) => payment(reply).id)).size).toBe(1);
    expect(replies.filter((reply) => reply.reply === "resource" && !reply.replayed)).toHaveLength(1);
    expect(pushes).toHaveLength(1);
  });

  test("under another key or from another storefront is another payment", async () => {
    const call = request();
    const neighbour = { ...call.caller, storefront: "neighbour" };
    const ids = [
      payment(await endpoint()(call)).id,
      payment(await endpoint()({ ...call, caller: neighbour, body: { ...call.body, phone: freshPhone() } })).id,
      payment(await endpoint()(request())).id,
    ];
    expect(new Set(ids).size).toBe(3);
  });
});

describe("when a part is down", () => {
  test("the cache: the payment is made all the same, once", async () => {
    const call = request();
    const first = payment(await endpoint({}, { table: "not-there" })(call));
    const again = payment(await endpoint({}, { table: "not-there" })(call));
    expect(again.id).toBe(first.id);
    expect(pushes).toHaveLength(1);
    expect(logged).toContain("replay.cache_down");
  });

  test("the ledger, after Daraja took the push: the answer is the payment, still being sent", async () => {
    const failing = { ...books.ledger, record: () => Promise.reject(new Error("the ledger is down")) };
    const reply = await endpoint({ ledger: failing })(request());
    expect(payment(reply)).toMatchObject({ status: "pending", stage: "sending" });
    expect(logged).toContain("submit.not_recorded");
  });

  test("the ledger, before anything was sent: nothing is sent", async () => {
    const failing = { ...books.ledger, open: () => Promise.reject(new Error("the ledger is down")) };
    await expect(endpoint({ ledger: failing })(request())).rejects.toThrow("the ledger is down");
    expect(pushes).toEqual([]);
  });
});

describe("what Daraja says", () => {
  test("refused: a payment that failed, with its reason", async () => {
    answer = () =>
      Promise.resolve({
        answer: "refused",
        failure: { code: "customer_busy", resultCode: "500.001.1001", resultDesc: "Unable to lock subscriber" },
        raw: "{}",
        unclassified: false,
      });
    expect(payment(await endpoint()(request()))).toMatchObject({
      status: "failed",
      failure: { code: "customer_busy" },
    });
  });

  test("nothing: a payment that is being confirmed, and no second push", async () => {
    answer = () => Promise.resolve({ answer: "unknown", because: "timeout", raw: null });
    expect(payment(await endpoint()(request()))).toMatchObject({ status: "pending", stage: "confirming" });
    expect(pushes).toHaveLength(1);
  });
});

test("a phone with an open prompt is not asked by a second payment", async () => {
  const call = request();
  const first = payment(await endpoint()(call));
  const second = await endpoint()({ ...request(), body: call.body });
  expect(second).toMatchObject({ reply: "problem", code: "payment_in_progress", extra: { payment_id: first.id } });
  expect(pushes).toHaveLength(1);
});
