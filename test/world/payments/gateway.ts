/**
 * The gateway's payment functions, put together as functions/wiring.ts puts them together, with the world in the place of
 * AWS. What must stay true: nothing here decides anything; a process that starts has a token, slots and caches of its own.
 */
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Context } from "aws-lambda";
import { startPayment } from "../../../functions/api/start-payment.ts";
import type { StartPaymentDeps } from "../../../functions/api/start-payment.ts";
import { stkCallback } from "../../../functions/callbacks/stk-callback.ts";
import type { StkCallbackDeps } from "../../../functions/callbacks/stk-callback.ts";
import { callbackUrl, checkCallbackToken } from "../../../functions/daraja/callback-url.ts";
import { createDaraja } from "../../../functions/daraja/client.ts";
import type { DarajaDeps } from "../../../functions/daraja/client.ts";
import type { Credentials } from "../../../functions/daraja/credentials.ts";
import type { Fetch } from "../../../functions/daraja/exchange.ts";
import { createTokenFetcher } from "../../../functions/daraja/oauth.ts";
import { createSlots } from "../../../functions/daraja/slots.ts";
import { createTokenSource } from "../../../functions/daraja/token-source.ts";
import { nextCheck } from "../../../functions/domain/check-schedule.ts";
import { DEFAULT_PROMPT_LIMITS } from "../../../functions/domain/prompts.ts";
import { askAbout } from "../../../functions/payments/ask-about.ts";
import { recordEvidence } from "../../../functions/payments/record-evidence.ts";
import { createReplay } from "../../../functions/runtime/idempotency.ts";
import type { Log } from "../../../functions/runtime/logger.ts";
import type { Dynamo } from "../../../functions/store/client.ts";
import { createSharedToken, createSlotItems } from "../../../functions/store/coordination.ts";
import { createLedger } from "../../../functions/store/dynamo-ledger.ts";
import { DUE_SHARDS } from "../../../functions/store/table.ts";
import { sweep } from "../../../functions/workers/sweep.ts";
import type { SweepDeps } from "../../../functions/workers/sweep.ts";
import { sandboxPaybill } from "../../../sandbox/daraja/core/merchants.ts";
import { TABLE_NAMES } from "../dynamo/lagging-engine.ts";
import type { Surroundings } from "./lambda.ts";
import { asNewer } from "./newer.ts";
import { vault } from "./phones.ts";
import type { Planted } from "./planted.ts";

export const SWEEP_INTERVAL_MS = 60_000;
export const SIGNING_SECRET = "a signing secret of the world, long enough";
const BASE_URL = "http://daraja.world";
export const CALLBACK_BASE_URL = "https://callbacks.world";
/** The one address that callbacks are believed from. */
const SAFARICOM = "127.0.0.1";
export const isSafaricom = (address: string): boolean => address === SAFARICOM;

export const credentials: Credentials = {
  consumerKey: "malipo",
  consumerSecret: "malipo",
  shortcode: sandboxPaybill.shortcode,
  passkey: sandboxPaybill.passkey,
  transactionType: "CustomerPayBillOnline",
  receiver: sandboxPaybill.shortcode,
  initiator: null,
  initiatorLacks: ["initiator_name", "initiator_password", "initiator_certificate"],
};

/** Everything outside of the processes. */
export interface Outside {
  readonly send: (command: unknown) => Promise<unknown>;
  readonly fetch: Fetch;
  readonly wait: (ms: number) => Promise<void>;
  readonly random: () => number;
  /** A name that was never given before. */
  readonly newName: () => string;
  readonly log: Log;
  readonly planted: Planted;
}

/** What one process holds; the same for each kind of function. */
export const holdings = (outside: Outside, { gate, now, isNewer = false }: Surroundings) => {
  const { random, log, planted } = outside;
  const clock = { now };
  const wait = (ms: number): Promise<void> => gate(() => outside.wait(ms));
  const bare = planted.send((command) => gate(() => outside.send(command)));
  const send = isNewer ? asNewer(bare) : bare;
  const dynamo = { send } as unknown as Dynamo;
  const fetch: Fetch = (url, init) => gate(() => outside.fetch(url, init));
  const coordination = { dynamo, table: TABLE_NAMES.coordination, clock, wait, random };
  const told = (code: Parameters<Log["debug"]>[0], facts?: Parameters<Log["debug"]>[1]): void => log.debug(code, facts);
  const rate = (perSecond: number) => ({ perSecond, jitterMs: 100 });
  const ledgerDeps = { dynamo, tables: TABLE_NAMES, vault, clock, newToken: outside.newName, wait, random };
  const ledger = planted.ledger(createLedger(ledgerDeps));
  const known = (): Promise<Credentials> => Promise.resolve(credentials);
  const darajaDeps: DarajaDeps = {
    environment: "sandbox",
    baseUrl: BASE_URL,
    credentials: known,
    suspicion: { token: null, quietUntil: 0 },
    token: createTokenSource({
      shared: createSharedToken(coordination, "sandbox"),
      fetchToken: createTokenFetcher({ baseUrl: BASE_URL, credentials: known, fetch, clock }),
      clock,
      log: told,
      wait,
      random,
    }),
    slots: createSlots({
      items: createSlotItems(coordination, "sandbox"),
      rates: { stk: rate(20), query: rate(5), bulk: rate(10) },
      clock,
      wait,
      log: told,
    }),
    callbackUrl: (kind, id) =>
      Promise.resolve(callbackUrl({ baseUrl: CALLBACK_BASE_URL, kind, id, secret: SIGNING_SECRET })),
    fetch,
    clock,
    log: told,
    wait,
    random,
  };
  const daraja = planted.daraja(createDaraja(darajaDeps));
  const record = recordEvidence({ ledger, log, count: () => undefined });
  const ask = askAbout({ daraja, record, clock, log });
  return { clock, wait, dynamo, coordination, ledgerDeps, ledger, darajaDeps, daraja, record, ask };
};

/** POST /v1/payments. */
export const startPaymentProcess = (outside: Outside) => (surroundings: Surroundings) => {
  const { clock, dynamo, ledger, daraja, record } = holdings(outside, surroundings);
  const client = {
    send: dynamo.send,
    config: {},
    middlewareStack: { identify: () => [], addRelativeTo: () => undefined },
  } as unknown as DynamoDBClient;
  const deps: StartPaymentDeps = {
    ledger: { ...ledger, record },
    daraja,
    replay: createReplay({
      table: () => TABLE_NAMES.idempotency,
      client: () => client,
      context: () => ({ getRemainingTimeInMillis: surroundings.remainingMs }) as Context,
      down: () => undefined,
    }),
    clock,
    log: outside.log,
    limits: () => DEFAULT_PROMPT_LIMITS,
    shortcode: () => Promise.resolve(credentials.shortcode),
    clientToken: (id) => Promise.resolve(`ct_${id}`),
    checkoutBaseUrl: () => null,
    firstCheck: (createdAt) =>
      nextCheck({
        createdAt,
        attempt: 0,
        now: createdAt,
        intervalMs: SWEEP_INTERVAL_MS,
        jitter: outside.random(),
      }) ?? createdAt,
  };
  return startPayment(deps);
};

/** POST /callbacks/v1/stk/{id}/{token}. */
export const stkCallbackProcess = (outside: Outside) => (surroundings: Surroundings) => {
  const { clock, ledger, record, ask } = holdings(outside, surroundings);
  const deps: StkCallbackDeps = {
    ledger,
    record,
    ask,
    checkToken: ({ id, token }) =>
      Promise.resolve(checkCallbackToken({ kind: "stk", id, token, secrets: [SIGNING_SECRET] })),
    isSafaricom,
    onUnlistedCode: () => undefined,
    clock,
    log: outside.log,
    count: () => undefined,
  };
  return outside.planted.callback(stkCallback(deps));
};

/** The sweep, on the clock. */
export const sweepProcess = (outside: Outside) => (surroundings: Surroundings) => {
  const { clock, ledger, record, ask } = holdings(outside, surroundings);
  const deps: SweepDeps = {
    ledger,
    ask,
    record,
    clock,
    log: outside.log,
    measure: () => undefined,
    random: outside.random,
    intervalMs: () => SWEEP_INTERVAL_MS,
    shards: DUE_SHARDS,
    atOnce: 20,
  };
  const run = sweep(deps);
  return (requestId: string) => run({ requestId, remainingMs: surroundings.remainingMs });
};
