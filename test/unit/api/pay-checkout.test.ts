/** The payer's button against a real ledger: one prompt at a time, however the presses fall. */
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Caller } from "../../../functions/api/caller.ts";
import { createCheckout } from "../../../functions/api/create-checkout.ts";
import { payCheckout } from "../../../functions/api/pay-checkout.ts";
import type { Reply } from "../../../functions/api/reply.ts";
import type { CheckoutSessionResource } from "../../../functions/api/responses-checkout.ts";
import type { PushRequest, SubmitAnswer } from "../../../functions/daraja/client.ts";
import type { Log } from "../../../functions/runtime/logger.ts";
import type { CheckoutLedger } from "../../../functions/store/checkout-ledger.ts";
import { createCheckoutLedger } from "../../../functions/store/dynamo-checkouts.ts";
import { LIMITS } from "../store/database.ts";
import type { TestLedger } from "../store/database.ts";
import { startLedgerInMemory } from "../store/in-memory.ts";
import { freshPhone } from "../store/samples.ts";

let books: TestLedger;
let checkouts: CheckoutLedger;
let pushes: PushRequest[];
let answer: (push: PushRequest) => SubmitAnswer;

const accepted = (push: PushRequest): SubmitAnswer => ({
  answer: "accepted",
  push: { checkoutId: `ws_CO_22112026${randomUUID().slice(0, 8)}${push.phone.slice(3)}`, merchantId: "7071-4170-a0e5" },
  raw: "{}",
});
const refused = (): SubmitAnswer => ({
  answer: "refused",
  failure: { code: "daraja_unavailable", resultCode: null, resultDesc: null },
  raw: "{}",
});

beforeEach(async () => {
  books = await startLedgerInMemory();
  checkouts = createCheckoutLedger(books.deps);
  pushes = [];
  answer = accepted;
});
afterEach(() => books.close());

const silent = (): void => undefined;
const log: Log = { debug: silent, info: silent, warn: silent, error: silent };
const clock = { now: () => books.time.now };
const SHOP = { kind: "key", keyId: "key_a", storefront: "shop", scopes: ["payments:write"] } as const;

const rest = { query: {}, accept: "", remainingMs: () => 20_000 };

const makeSession = async (key: string = randomUUID(), amount = 1500): Promise<Reply> =>
  createCheckout({
    checkouts,
    directory: {
      storefront: (id) => Promise.resolve({ id, name: "Duka", shortcode: null, references: [], isDefault: true }),
    },
    clock,
    baseUrl: () => "https://pay.duka.co.ke",
    token: (subject, until) => Promise.resolve(`ct_${subject}.${until}`),
  })({
    caller: SHOP,
    params: {},
    body: { amount, reference: "INV-1" },
    idempotencyKey: key,
    requestId: randomUUID(),
    ...rest,
  });

const idOf = (reply: Reply): string => (reply as unknown as { body: { id: string } }).body.id;
const session = async (): Promise<string> => idOf(await makeSession());

const press = (id: string, phone: string, caller: Caller = { kind: "browser", subject: id }): Promise<Reply> =>
  payCheckout({
    checkouts,
    ledger: books.ledger,
    daraja: {
      stkPush: (push) => {
        pushes.push(push);
        return Promise.resolve(answer(push));
      },
    },
    clock,
    log,
    limits: () => LIMITS,
    shortcode: () => Promise.resolve("174379"),
    firstCheck: (at) => at + 30_000,
  })({ caller, params: { id }, body: { phone }, idempotencyKey: null, requestId: randomUUID(), ...rest });

const shown = (reply: Reply): CheckoutSessionResource => {
  if (reply.reply !== "resource") throw new Error(`a session was expected, not ${JSON.stringify(reply)}`);
  return reply.body as CheckoutSessionResource;
};

describe("presses", () => {
  test("at once, with several numbers, ring one phone", async () => {
    const id = await session();
    const replies = await Promise.all([freshPhone(), freshPhone(), freshPhone()].map((phone) => press(id, phone)));
    expect(pushes).toHaveLength(1);
    expect(new Set(replies.map((reply) => shown(reply).payment)).size).toBe(1);
  });

  test("one after the other, while the phone rings, show what rings", async () => {
    const id = await session();
    const first = shown(await press(id, freshPhone()));
    expect(first).toMatchObject({ status: "open", payment_details: { status: "pending", stage: "awaiting_customer" } });
    expect(shown(await press(id, freshPhone())).payment).toBe(first.payment);
    expect(pushes).toHaveLength(1);
  });

  test("after a failure ring anew, as a payment of its own", async () => {
    const id = await session();
    answer = refused;
    const first = shown(await press(id, freshPhone()));
    expect(first.payment_details).toMatchObject({ status: "failed" });
    answer = accepted;
    const second = shown(await press(id, freshPhone()));
    expect(second).toMatchObject({ payment_details: { status: "pending" } });
    expect(second.payment).not.toBe(first.payment);
  });

  test("that died between counting and ringing are taken up by the next one, under the same name", async () => {
    const id = await session();
    expect(await checkouts.countTry(id, 0)).toBe(true);
    expect(shown(await press(id, freshPhone())).payment_details).toMatchObject({ status: "pending" });
    expect((await checkouts.read(id))?.session.tries).toBe(1);
  });

  test("on a phone that another payment rings are refused, and a payer is not told whose it is", async () => {
    const [one, other] = [await session(), await session()];
    const phone = freshPhone();
    const ringing = shown(await press(one, phone)).payment;
    expect(await press(other, phone)).toMatchObject({ code: "payment_in_progress", extra: {} });
    expect(JSON.stringify(await press(other, phone))).not.toContain(ringing);
    expect(await press(other, phone, SHOP)).toMatchObject({ extra: { payment_id: ringing } });
    expect((await checkouts.read(other))?.session.tries).toBe(1);
  });

  test("on a link that is over are refused, and so are another storefront's", async () => {
    const id = await session();
    expect(await press(id, freshPhone(), { ...SHOP, storefront: "neighbour" })).toMatchObject({ code: "not_found" });
    expect(await press(id, "12345")).toMatchObject({ code: "invalid_request" });
    books.time.now += 86_400_000;
    expect(await press(id, freshPhone())).toMatchObject({ code: "checkout_session_expired" });
    expect(pushes).toEqual([]);
  });

  test("take two writes and one read when nothing is in the way", async () => {
    const id = await session();
    books.calls.length = 0;
    await press(id, freshPhone());
    expect(books.calls).toEqual(["GetItem", "UpdateItem", "TransactWriteItems", "UpdateItem"]);
  });
});

describe("the same request for a session", () => {
  test("makes one, and the same answer, even after it was paid", async () => {
    const key = randomUUID();
    const first = await makeSession(key);
    await press(idOf(first), freshPhone());
    books.time.now += 60_000;
    expect(await makeSession(key)).toEqual({ ...first, replayed: true });
  });

  test("with another body names the first", async () => {
    const key = randomUUID();
    const first = await makeSession(key);
    expect(await makeSession(key, 20)).toMatchObject({
      code: "idempotency_key_reused",
      extra: { checkout_session_id: idOf(first) },
    });
  });
});
