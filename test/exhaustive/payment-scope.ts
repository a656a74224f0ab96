/**
 * The payment, small and whole: two starts under one key, a payer, two callbacks, one question and one sweep, all of them
 * the gateway's own functions, against M-PESA as it is known to behave. Any of them may die before any call, and any call
 * may fail or be carried out unheard. Clocks differ by as much as the order of things can be turned around.
 */
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Context } from "aws-lambda";
import type { Call as ApiCall } from "../../functions/api/endpoint.ts";
import type { ROUTES } from "../../functions/api/contract.ts";
import { startPayment } from "../../functions/api/start-payment.ts";
import { verifyPayment } from "../../functions/api/verify-payment.ts";
import { stkCallback } from "../../functions/callbacks/stk-callback.ts";
import { callbackToken, checkCallbackToken } from "../../functions/daraja/callback-url.ts";
import type { Daraja } from "../../functions/daraja/client.ts";
import { PAYMENT_MOVES } from "../../functions/domain/payment-states.ts";
import { transactionId } from "../../functions/domain/ids.ts";
import { DEFAULT_PROMPT_LIMITS } from "../../functions/domain/prompts.ts";
import { askAbout } from "../../functions/payments/ask-about.ts";
import { recordEvidence } from "../../functions/payments/record-evidence.ts";
import { createReplay } from "../../functions/runtime/idempotency.ts";
import { createLedger } from "../../functions/store/dynamo-ledger.ts";
import { sweep } from "../../functions/workers/sweep.ts";
import { START, TABLE_NAMES, asDynamo, createBooks, silent, unhindered } from "./books.ts";
import type { Books, Send } from "./books.ts";
import type { Scope } from "./explore.ts";
import type { Actor, Gate, Life } from "./machine.ts";
import { paymentViolations } from "./payment-ending.ts";
import { SHILLINGS, createPushDesk } from "./push-desk.ts";
import type { PushDesk } from "./push-desk.ts";

/** How a planted bug changes what the processes are made of. */
export interface PaymentBug {
  readonly dynamo?: (send: Send) => Send;
  readonly daraja?: (daraja: Daraja) => Daraja;
  readonly acknowledgesEarly?: boolean;
}

/** Who acts. */
export interface PaymentCast {
  readonly starts: 1 | 2;
  readonly callbacks: 0 | 1 | 2;
  readonly query: boolean;
  readonly sweep: boolean;
  /** A payer who may also pay after M-PESA said that nobody had. */
  readonly payerMayBeLate: boolean;
  /** The two starts and the two callbacks come at one instant, and nothing tells one from the other. */
  readonly hasTwins?: boolean;
}

const PHONE = "254712345678";
const SECRET = "a signing secret of the small scopes";
const SHORTCODE = "600638";
const MINUTE_MS = 60_000;
const REMAINING_MS = 60_000;

/** A key whose payment lies in the first shard of what is due, which spares the sweep three empty looks. */
const KEY = Array.from({ length: 64 }, (_, number) => `order-${number}`).find((key) => {
  const id = transactionId("pay", { storefront: "shop", operation: "start_payment", key });
  return (id.codePointAt(id.length - 1) ?? 0) % 4 === 0;
})!;
const PAYMENT = transactionId("pay", { storefront: "shop", operation: "start_payment", key: KEY });

interface Outside {
  readonly books: Books;
  readonly desk: PushDesk;
  readonly bug: PaymentBug;
}

/** What one process holds, put together as functions/wiring.ts does it. */
const process = ({ books, desk, bug }: Outside, name: string, { gate, at }: { gate: Gate; at: number }) => {
  const honest = books.send(gate);
  const send = bug.dynamo?.(honest) ?? honest;
  const dynamo = asDynamo(send);
  const clock = { now: () => at };
  const ledger = createLedger(books.ledgerDeps(name, { dynamo, now: clock.now }));
  const plainDaraja = desk.daraja(gate);
  const daraja = bug.daraja?.(plainDaraja) ?? plainDaraja;
  const record = recordEvidence({ ledger, log: silent, count: () => undefined });
  const ask = askAbout({ daraja, record, clock, log: silent });
  return { send, clock, ledger, daraja, record, ask };
};

const caller = { kind: "key", keyId: "key_scope", storefront: "shop", scopes: ["payments:write"] } as const;
const remainingMs = (): number => REMAINING_MS;

const startCall = (requestId: string): ApiCall<typeof ROUTES.startPayment> => ({
  caller: { ...caller, scopes: [...caller.scopes] },
  params: {},
  query: {},
  body: { amount: SHILLINGS, phone: PHONE, reference: "INV-1" },
  idempotencyKey: KEY,
  accept: "application/json",
  requestId,
  remainingMs,
});

/** When it is, and what its request is called. */
interface Invoked {
  readonly at: number;
  readonly requestId: string;
}

const starts =
  (outside: Outside, name: string, { at, requestId }: Invoked) =>
  (gate: Gate) => {
    const { send, clock, ledger, daraja, record } = process(outside, name, { gate, at });
    const client = {
      send,
      config: {},
      middlewareStack: { identify: () => [], addRelativeTo: () => undefined },
    } as unknown as DynamoDBClient;
    const replay = createReplay({
      table: () => TABLE_NAMES.idempotency,
      client: () => client,
      context: () => ({ getRemainingTimeInMillis: remainingMs }) as Context,
      down: () => undefined,
    });
    return startPayment({
      ledger: { ...ledger, record },
      daraja,
      replay,
      clock,
      log: silent,
      limits: () => DEFAULT_PROMPT_LIMITS,
      shortcode: () => Promise.resolve(SHORTCODE),
      clientToken: (id) => Promise.resolve(`ct_${id}`),
      checkoutBaseUrl: () => null,
      firstCheck: (createdAt) => createdAt + MINUTE_MS / 2,
    })(startCall(requestId));
  };

const hears =
  (outside: Outside, name: string, { at, requestId, place }: Invoked & { readonly place: number }) =>
  (gate: Gate) => {
    const { clock, ledger, record, ask } = process(outside, name, { gate, at });
    const door = stkCallback({
      ledger,
      record,
      ask,
      checkToken: ({ id, token }) => Promise.resolve(checkCallbackToken({ kind: "stk", id, token, secrets: [SECRET] })),
      isSafaricom: () => true,
      onUnlistedCode: () => undefined,
      clock,
      log: silent,
      count: () => undefined,
    });
    const answered = door({
      method: "POST",
      route: "/callbacks/v1/stk/{id}/{token}",
      params: { id: PAYMENT, token: callbackToken({ kind: "stk", id: PAYMENT, secret: SECRET }) },
      query: {},
      headers: {},
      body: outside.desk.message(place),
      sourceAddress: "196.201.214.200",
      requestId,
      authoriser: {},
      remainingMs,
    });
    return outside.bug.acknowledgesEarly === true ? Promise.resolve({ status: 200 }) : answered;
  };

const asks = (outside: Outside, name: string, at: number) => (gate: Gate) => {
  const { ledger, ask } = process(outside, name, { gate, at });
  return verifyPayment({ ledger, ask })({
    caller: { ...caller, scopes: [...caller.scopes] },
    params: { id: PAYMENT },
    query: {},
    body: undefined,
    idempotencyKey: "",
    accept: "application/json",
    requestId: name,
    remainingMs,
  } as never);
};

const sweeps = (outside: Outside, name: string, at: number) => (gate: Gate) => {
  const { clock, ledger, record, ask } = process(outside, name, { gate, at });
  const run = sweep({
    ...{ ledger, ask, record, clock, log: silent },
    measure: () => undefined,
    random: () => 0.5,
    intervalMs: () => MINUTE_MS,
    shards: 1,
    atOnce: 20,
  });
  return run({ requestId: name, remainingMs });
};

const actors = (outside: Outside, cast: PaymentCast): readonly Actor[] => {
  const { desk } = outside;
  const lambda = (name: string, live: Actor["live"], isReady = (): boolean => true): Actor => ({
    ...{ name, live, isReady },
    isMortal: true,
  });
  const { hasTwins = false } = cast;
  /** The second of two, which is later than the first and has a name of its own, unless it is a twin. */
  const invoked = (name: string, at: number, laterMs: number): Invoked =>
    hasTwins ? { at, requestId: name.split(" ", 1).join() } : { at: at + laterMs, requestId: name };
  const twin = (actor: Actor): Actor => (hasTwins ? { ...actor, twin: actor.name.split(" ", 1).join() } : actor);
  const start = (name: string, laterMs: number): Actor =>
    twin(lambda(name, starts(outside, name, invoked(name, START, laterMs))));
  const callback = (name: string, place: number): Actor => {
    const told = { ...invoked(name, START + 20_000, place * 1_000), place };
    return twin(lambda(name, hears(outside, name, told), () => desk.hasMessage(place)));
  };
  const all = [
    start("start A", 0),
    start("start B", 1_000),
    callback("callback 1", 0),
    callback("callback 2", 1),
    lambda("query", asks(outside, "query", START + 30_000), () => desk.isAsked()),
    lambda("sweep", sweeps(outside, "sweep", START + 90_000)),
  ];
  const plays: Readonly<Record<string, boolean>> = {
    "start B": cast.starts === 2,
    "callback 1": cast.callbacks >= 1,
    "callback 2": cast.callbacks === 2,
    query: cast.query,
    sweep: cast.sweep,
  };
  const payer: Actor = {
    name: "payer",
    isMortal: false,
    isReady: desk.isAsked,
    live: desk.payer(cast.payerMayBeLate),
  };
  return [...all.filter(({ name }) => plays[name] ?? true), payer];
};

/** Two sweeps long after the last fault: one that asks, one that hands over what nobody told. */
const comeToRest = async (outside: Outside): Promise<void> => {
  const calm = { ...outside, bug: { ...outside.bug } };
  await sweeps(calm, "sweep, 2 hours later", START + 120 * MINUTE_MS)(unhindered);
  await sweeps(calm, "sweep, 3 days later", START + 4_320 * MINUTE_MS)(unhindered);
};

export const paymentScope = (cast: PaymentCast, bug: PaymentBug = {}): Scope => ({
  name: "the payment",
  begin: (): Promise<Life> => {
    const books = createBooks({ prefix: "pay_", moves: PAYMENT_MOVES });
    const desk = createPushDesk(books.wrong);
    const outside = { books, desk, bug };
    return Promise.resolve({
      actors: actors(outside, cast),
      fingerprint: () => `${desk.fingerprint()}\n${books.fingerprint()}`,
      wrong: books.wrong,
      end: async (endings) => {
        await comeToRest(outside);
        return [...books.wrong, ...paymentViolations({ items: books.all(), desk, endings })];
      },
    });
  },
});
