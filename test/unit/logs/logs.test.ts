/**
 * Nothing that must not be seen reaches the output: every fixture and four thousand generated requests, phones and secrets
 * in every place where a caller could put them, through every handler.
 */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { callbackToken } from "../../../functions/daraja/callback-url.ts";
import { MESSAGES } from "../../../functions/runtime/logger.ts";
import { SPELLINGS } from "../../fixtures/phone-spellings.ts";
import { seededRandom } from "../daraja/virtual-time.ts";
import { SECRETS, context, startLambdaWorld } from "./lambda-world.ts";

const GENERATED = 2_000;
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const AT_ONCE = 20;

let world: Awaited<ReturnType<typeof startLambdaWorld>>;
beforeAll(async () => {
  world = await startLambdaWorld();
}, 60_000);
afterAll(async () => {
  world.output.restore();
  await world.close();
});

const random = seededRandom(20_261_121);
const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;

/** Phones and keys that were handed to a handler; none may come out again. */
const used = new Set<string>();
const phone = (): string => {
  const national = `7${String(Math.floor(random() * 1e8)).padStart(8, "0")}`;
  used.add(national);
  return national;
};
const spelt = (national: string): string =>
  pick([
    `254${national}`,
    `+254${national}`,
    `0${national}`,
    `0${national.slice(0, 3)} ${national.slice(3, 6)} ${national.slice(6)}`,
    `+254-${national.slice(0, 3)}-${national.slice(3)}`,
    `ws_CO_21112026120000123${national}`,
  ]);
const apiKey = (): string => {
  const key = `sk_${pick(["test", "live"])}_${randomUUID().replaceAll("-", "")}`;
  used.add(key.slice(8));
  return key;
};

/** A place where a phone number has no business, filled with one. */
const nasty = (): string =>
  pick([
    () => spelt(phone()),
    () => `call ${spelt(phone())} or ${spelt(phone())}`,
    () => apiKey(),
    () => `Bearer ${apiKey()}`,
    () => JSON.stringify({ PhoneNumber: Number(`254${phone()}`), password: `secret-${phone()}` }),
    () => "x".repeat(Math.floor(random() * 100)),
    () => "\u0000\ud800{[",
  ])();

const CALLER = {
  kind: "key",
  key_id: "key_0123456789abcdfghijknpqrst",
  storefront: "demo",
  scopes: "payments:write payments:read audit:read reconciliation:read",
};

const event = (route: string, method: string, rest: Record<string, unknown> = {}): unknown => ({
  resource: route,
  path: `/${nasty()}`,
  httpMethod: method,
  headers: { Authorization: `Bearer ${apiKey()}`, "User-Agent": nasty() },
  multiValueQueryStringParameters: null,
  pathParameters: null,
  body: null,
  isBase64Encoded: false,
  requestContext: { requestId: randomUUID(), identity: { sourceIp: "127.0.0.1" }, authorizer: CALLER },
  ...rest,
});

const startBody = (): string =>
  pick([
    () =>
      JSON.stringify({
        amount: 10,
        phone: spelt(phone()),
        reference: "INV-1",
        metadata: { note: nasty(), [nasty().slice(0, 40)]: nasty() },
      }),
    () => JSON.stringify({ amount: nasty(), phone: nasty(), reference: nasty(), description: nasty() }),
    () => JSON.stringify({ [nasty()]: nasty(), amount: 10 }),
    () => `{"amount":10,"phone":"${spelt(phone())}"`,
    () => nasty(),
  ])();

const start = (body = startBody()): Promise<unknown> =>
  world.handlers.start(
    event("/v1/payments", "POST", {
      body,
      headers: { "idempotency-key": pick([randomUUID(), `order of ${phone()}`]) },
    }),
    context(),
  );

const started: { id: string; national: string }[] = [];
const startGood = async (): Promise<void> => {
  const national = phone();
  const body = JSON.stringify({ amount: 10, phone: `0${national}`, reference: "INV-1" });
  const answer = (await start(body)) as { body: string };
  started.push({ id: (JSON.parse(answer.body) as { id: string }).id, national });
};

const callbackJson = (national: string): string =>
  JSON.stringify({
    Body: {
      stkCallback: {
        MerchantRequestID: "29115-34620561-1",
        CheckoutRequestID: `ws_CO_21112026120000123${national}`,
        ResultCode: pick([0, 1, 1032, 1037, "ZX-9", 2001]),
        ResultDesc: `[STK_CB - ] of ${spelt(national)}`,
        CallbackMetadata: {
          Item: [
            { Name: "Amount", Value: pick([10, 1, "10.00"]) },
            { Name: "MpesaReceiptNumber", Value: `UKL${String(Math.floor(random() * 1e7)).padStart(7, "0")}` },
            { Name: "TransactionDate", Value: 20261121120012 },
            { Name: "PhoneNumber", Value: Number(`254${national}`) },
          ],
        },
      },
    },
  });

const callback = (): Promise<unknown> => {
  const { id, national } = pick(started);
  const good = callbackToken({ kind: "stk", id, secret: SECRETS.signing });
  const text = callbackJson(pick([national, phone()]));
  const cut = text.slice(0, Math.floor(random() * text.length));
  return world.handlers.callback(
    event("/callbacks/v1/stk/{id}/{token}", "POST", {
      pathParameters: { id: pick([id, id, id, nasty()]), token: pick([good, good, good, nasty()]) },
      body: pick([text, text, cut, nasty(), nasty()]),
      requestContext: {
        requestId: randomUUID(),
        identity: { sourceIp: pick(["127.0.0.1", "127.0.0.1", "127.0.0.2"]) },
      },
    }),
    context(),
  );
};

const reading = (): Promise<unknown> => {
  const id = pick([pick(started).id, nasty()]);
  const query = { phone: [nasty()], cursor: [nasty()], reference: [nasty()] };
  return pick([
    () => world.handlers.payments(event("/v1/payments/{id}", "GET", { pathParameters: { id } }), context()),
    () => world.handlers.payments(event("/v1/payments", "GET", { multiValueQueryStringParameters: query }), context()),
    () =>
      world.handlers.audit(event("/v1/audit", "GET", { multiValueQueryStringParameters: { q: [nasty()] } }), context()),
    () => world.handlers.audit(event("/v1/transactions/{id}/history", "GET", { pathParameters: { id } }), context()),
    () => world.handlers.audit(event("/v1/exceptions", "GET"), context()),
    () => world.handlers.verify(event("/v1/payments/{id}/verify", "POST", { pathParameters: { id } }), context()),
    () => world.handlers.meta(event("/health", "GET"), context()),
  ])();
};

const authorising = (): Promise<unknown> =>
  world.handlers.authorise(
    {
      type: "TOKEN",
      authorizationToken: pick([`Bearer ${apiKey()}`, nasty(), `Bearer ct_pay_${phone()}.abc.def`]),
      methodArn: "arn:aws:execute-api:eu-west-1:0:a/prod/GET/v1/payments",
    },
    context(),
  );

/** What comes back does not matter here, only what is written; a handler that throws is a handler like any other. */
const quietly = (running: Promise<unknown>): Promise<unknown> => running.catch(() => undefined);

const pour = async (total: number, one: () => Promise<unknown>): Promise<void> => {
  for (let done = 0; done < total; done += AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, total - done) }, () => quietly(one())));
};

test("no phone number, token, password or key reaches the output", { timeout: 240_000 }, async () => {
  await pour(60, startGood);
  for (const [, text] of SPELLINGS) {
    await quietly(start(JSON.stringify({ amount: 10, phone: text, reference: "INV-1" })));
    await quietly(start(JSON.stringify({ amount: 10, phone: "0799000000", reference: text, description: text })));
    await quietly(
      world.handlers.audit(event("/v1/audit", "GET", { multiValueQueryStringParameters: { q: [text] } }), context()),
    );
  }
  used.add("712345678");
  const poured = GENERATED / 10;
  await pour(poured * 2, () => start());
  await pour(poured * 4, callback);
  await pour(poured * 2.5, reading);
  await pour(poured * 1.5, authorising);
  await quietly(world.handlers.sweep({}, context()));
  world.output.restore();

  const lines = world.output.lines;
  const codes = new Set(lines.flatMap((line) => /"code":"([^"]+)"/.exec(line)?.[1] ?? []));
  expect(codes.size).toBeGreaterThanOrEqual(10);
  expect([...codes].filter((code) => !(code in MESSAGES))).toEqual([]);

  const written = lines.join("\n");
  expect(written.length).toBeGreaterThan(500_000);
  const { passkey, phoneKeys, pepper, signing } = SECRETS;
  const password = Buffer.from(`174379${passkey}`).toString("base64").slice(0, 60);
  const secrets = [passkey, phoneKeys, pepper, signing, password, "Basic bWFsaXBvOm1hbGlwbw"];
  expect(secrets.filter((secret) => written.includes(secret))).toEqual([]);
  // Every window that could be a phone number, separators taken out, and every run that could be a key.
  // Among thousands of request ids and moments, one spells some phone now and then; nobody put it there.
  const meant = written.replaceAll(UUID, "").replaceAll(/"Timestamp":\d+/g, "");
  const digits = meant.replaceAll(/[^0-9A-Za-z\n"]/g, "");
  const seen = [...digits.matchAll(/(?=(7\d{8}))/g), ...written.matchAll(/([0-9a-f]{32})/g)].map(
    ([, text]) => text ?? "",
  );
  const leaked = [...new Set(seen)].filter((text) => used.has(text));
  expect(leaked.slice(0, 5).map((text) => lines.find((line) => line.includes(text)) ?? text)).toEqual([]);
});
