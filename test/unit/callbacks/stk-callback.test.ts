/** The order of things at Safaricom's door: token before reading, storing before acknowledging, asking before believing. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MAX_CALLBACK_BYTES } from "../../../functions/callbacks/door.ts";
import { stkCallback } from "../../../functions/callbacks/stk-callback.ts";
import type { StkCallbackDeps } from "../../../functions/callbacks/stk-callback.ts";
import { callbackToken, checkCallbackToken } from "../../../functions/daraja/callback-url.ts";
import type { PaymentIntent } from "../../../functions/domain/payment.ts";
import { recordEvidence } from "../../../functions/payments/record-evidence.ts";
import type { HttpRequest } from "../../../functions/runtime/http.ts";
import type { Log } from "../../../functions/runtime/logger.ts";
import { LIMITS } from "../store/database.ts";
import type { TestLedger } from "../store/database.ts";
import { startLedgerInMemory } from "../store/in-memory.ts";
import { acceptedText, evidence, intent, paidText, pushOf } from "../store/samples.ts";

const SECRETS = { current: "the secret in force, long enough", previous: "the secret before it, long enough" };
const LISTED = "196.201.214.200";

let books: TestLedger;
let wanted: PaymentIntent;
let asked: string[];
let logged: string[];
let counted: string[];

beforeEach(async () => {
  books = await startLedgerInMemory();
  wanted = intent();
  asked = [];
  logged = [];
  counted = [];
  await books.ledger.open(wanted, LIMITS);
  const push = pushOf(wanted);
  await books.ledger.record(
    wanted.id,
    evidence({ finding: "accepted", push }, { source: "submit", raw: acceptedText(push) }),
  );
  books.calls.length = 0;
});
afterEach(() => books.close());

const door = (overrides: Partial<StkCallbackDeps> = {}) => {
  const note = (code: string): void => void logged.push(code);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const count = (metric: string): void => void counted.push(metric);
  return stkCallback({
    ledger: books.ledger,
    record: recordEvidence({ ledger: books.ledger, log, count }),
    ask: ({ paymentId }) => {
      asked.push(paymentId);
      return Promise.resolve({ asked: "not_told" });
    },
    checkToken: ({ id, token }) =>
      Promise.resolve(checkCallbackToken({ kind: "stk", id, token, secrets: [SECRETS.current, SECRETS.previous] })),
    isSafaricom: (address) => address === LISTED,
    onUnlistedCode: (code) => note(`unlisted ${code}`),
    clock: { now: () => books.time.now },
    log,
    count,
    ...overrides,
  });
};

const request = (overrides: Partial<HttpRequest> & { secret?: string } = {}): HttpRequest => ({
  method: "POST",
  route: "/callbacks/v1/stk/{id}/{token}",
  params: {
    id: wanted.id,
    token: callbackToken({ kind: "stk", id: wanted.id, secret: overrides.secret ?? SECRETS.current }),
  },
  query: {},
  headers: {},
  body: paidText(wanted, "UKL1AB2CD3"),
  sourceAddress: LISTED,
  requestId: "request",
  authoriser: {},
  remainingMs: () => 20_000,
  ...overrides,
});

test("a good callback is one write and no read, answered 200 in Safaricom's words", async () => {
  const answer = await door()(request());
  expect(answer).toMatchObject({ status: 200, body: { ResultCode: 0 } });
  expect(books.calls).toEqual(["TransactWriteItems"]);
  expect(await books.ledger.read(wanted.id)).toMatchObject({ state: "succeeded", receipt: "UKL1AB2CD3" });
});

test("a token under the previous signing secret is honoured", async () => {
  expect(await door()(request({ secret: SECRETS.previous }))).toMatchObject({ status: 200 });
  expect(await books.ledger.read(wanted.id)).toMatchObject({ state: "succeeded" });
});

describe("nothing is read or written for", () => {
  test.each([
    ["a wrong token", { id: "", token: "0".repeat(26) }],
    ["no token", { id: "", token: "" }],
    ["an id that is none", { id: "pay_../../etc", token: "x" }],
  ])("%s: 404", async (_what, params) => {
    const asPath = { ...params, id: params.id === "" ? wanted.id : params.id };
    expect(await door()(request({ params: asPath }))).toMatchObject({ status: 404 });
    expect(books.calls).toEqual([]);
    expect(logged).toEqual(["callback.refused"]);
  });

  test("a body larger than any callback: 413, before the token is looked at", async () => {
    const never = () => Promise.reject(new Error("the token was looked at"));
    const body = "x".repeat(MAX_CALLBACK_BYTES + 1);
    expect(await door({ checkToken: never })(request({ body }))).toMatchObject({ status: 413 });
    expect(books.calls).toEqual([]);
  });
});

test("from an address that is not Safaricom's, it is kept, not believed, and Daraja is asked at once", async () => {
  const answer = await door()(request({ sourceAddress: "41.90.1.1" }));
  expect(answer).toMatchObject({ status: 200 });
  expect(await books.ledger.read(wanted.id)).toMatchObject({ state: "pending", receipt: null });
  expect(asked).toEqual([wanted.id]);
  expect(counted).toContain("UnverifiedCallback");
  const history = await books.ledger.history(wanted.id);
  expect(history?.raws.map(({ text }) => text)).toContain(paidText(wanted, "UKL1AB2CD3"));
});

test("the same message later, from Safaricom itself, is believed", async () => {
  await door()(request({ sourceAddress: "41.90.1.1" }));
  await door()(request());
  expect(await books.ledger.read(wanted.id)).toMatchObject({ state: "succeeded", receipt: "UKL1AB2CD3" });
});

test.each(["", "{", "[]", "null", `{"Body":{}}`, "\u0000\uffff"])(
  "a body that says nothing (%j) is kept, acknowledged, and Daraja is asked",
  async (body) => {
    expect(await door()(request({ body }))).toMatchObject({ status: 200 });
    expect(await books.ledger.read(wanted.id)).toMatchObject({ state: "pending" });
    expect(asked).toEqual([wanted.id]);
    expect(logged).toContain("callback.unreadable");
  },
);

test("what can't be stored is not acknowledged: 503, and an alarm", async () => {
  const down = () => Promise.reject(new Error("the ledger is down"));
  expect(await door({ record: down })(request())).toMatchObject({ status: 503 });
  expect(counted).toEqual(["CallbackNotStored"]);
});

test("a Daraja that can't be asked does not turn a stored callback into a refusal", async () => {
  const broken = door({ ask: () => Promise.reject(new Error("no")) });
  expect(await broken(request({ sourceAddress: "41.90.1.1" }))).toMatchObject({ status: 200 });
});

test("for a transaction that is not on the ledger it is kept all the same", async () => {
  const stranger = intent();
  const token = callbackToken({ kind: "stk", id: stranger.id, secret: SECRETS.current });
  expect(await door()(request({ params: { id: stranger.id, token } }))).toMatchObject({ status: 200 });
  expect(logged).toContain("callback.unknown_transaction");
});
