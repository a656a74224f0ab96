/**
 * What one process of the gateway holds to move money out, put together as functions/wiring.ts, wiring-payouts.ts and
 * wiring-refunds.ts put it together, with the world in the place of AWS. What must stay true: nothing here decides
 * anything; a process that starts has a token, slots and caches of its own.
 */
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { Context } from "aws-lambda";
import { callbackUrl } from "../../../functions/daraja/callback-url.ts";
import type { ClientDeps } from "../../../functions/daraja/client-call.ts";
import type { Credentials } from "../../../functions/daraja/credentials.ts";
import type { Fetch } from "../../../functions/daraja/exchange.ts";
import { createTokenFetcher } from "../../../functions/daraja/oauth.ts";
import { createPayoutDaraja } from "../../../functions/daraja/payout-client.ts";
import { createReversalDaraja } from "../../../functions/daraja/reversal-client.ts";
import { initiatorFingerprint } from "../../../functions/daraja/security-credential.ts";
import { createSlots } from "../../../functions/daraja/slots.ts";
import { createTokenSource } from "../../../functions/daraja/token-source.ts";
import { firstPayoutCheck } from "../../../functions/domain/payout-schedule.ts";
import type { Gate } from "../../../functions/payouts/gate.ts";
import { createReplay } from "../../../functions/runtime/idempotency.ts";
import type { Files } from "../../../functions/runtime/files.ts";
import type { Log } from "../../../functions/runtime/logger.ts";
import { createQueue } from "../../../functions/runtime/queue.ts";
import type { Dynamo } from "../../../functions/store/client.ts";
import { createSharedToken, createSlotItems } from "../../../functions/store/coordination.ts";
import { createBatchLedger } from "../../../functions/store/dynamo-batches.ts";
import { createExceptionLedger } from "../../../functions/store/dynamo-exceptions.ts";
import { createLaneLedger } from "../../../functions/store/dynamo-lanes.ts";
import { createPayments } from "../../../functions/store/dynamo-ledger.ts";
import { createPayoutLedger } from "../../../functions/store/dynamo-payouts.ts";
import { createRefundLedger } from "../../../functions/store/dynamo-refunds.ts";
import { createToldLedger } from "../../../functions/store/dynamo-told.ts";
import { TABLE_NAMES } from "../dynamo/lagging-engine.ts";
import type { Surroundings } from "../payments/lambda.ts";
import { vault } from "../payments/phones.ts";
import type { Planted } from "./planted.ts";

export const QUEUE_URLS = { payouts: "https://sqs.world/payouts", batches: "https://sqs.world/batches" } as const;

export const SWEEP_INTERVAL_MS = 60_000;
export const SIGNING_SECRET = "a signing secret of the world, long enough";
const BASE_URL = "http://daraja.world";
const CALLBACK_BASE_URL = "https://callbacks.world";
/** How long a secret is good for once it was read (functions/runtime/secrets.ts). */
const SECRET_MS = 300_000;
/** What wiring-payouts.ts asks of the credential that is about to be proven. */
const NOTICE_MS = 5_000;
/** How much longer one request may be on its way to Daraja than another, and clocks be apart, milliseconds. */
const APART_MS = 420;
const [AHEAD_MS, FIRST_LATE_MS, MOST_LATE_MS, JITTER_MS] = [100, 55, 205, 100];
const QUERY_PER_SECOND = 5;
const WITHIN_A_REQUEST = { attemptMs: 12_000, totalMs: 20_000 } as const;

/** Everything outside of the processes. */
export interface Outside {
  readonly send: (command: unknown) => Promise<unknown>;
  readonly sqs: (command: unknown) => Promise<object>;
  readonly files: Files;
  readonly fetch: Fetch;
  /** What Secrets Manager holds now. */
  readonly secret: () => Credentials;
  readonly perSecond: number;
  readonly wait: (ms: number) => Promise<void>;
  readonly random: () => number;
  /** A name that was never given before. */
  readonly newName: () => string;
  readonly log: Log;
  readonly planted: Planted;
  /** Looks on while a gate decides. */
  readonly watching: (gate: Gate) => Gate;
}

/** The credentials as one process knows them. */
const knownCredentials = ({ secret }: Outside, { now }: Surroundings) => {
  let held: { readonly value: Credentials; readonly at: number } | null = null;
  return (maxAgeMs = SECRET_MS): Promise<Credentials> => {
    if (held === null || now() - held.at >= maxAgeMs) held = { value: secret(), at: now() };
    return Promise.resolve(held.value);
  };
};

/** What of the outside reaches a process: all of it through its gate. */
const within = (outside: Outside, { gate, now }: Surroundings) => {
  const { random, planted, files, newName } = outside;
  const gated = <A extends readonly unknown[], R>(act: (...given: A) => Promise<R>) => {
    return (...given: A): Promise<R> => gate(() => act(...given));
  };
  const wait = gated(outside.wait);
  const send = planted.send(gated(outside.send));
  const sqs = { send: gated(outside.sqs) } as unknown as SQSClient;
  const queueAt = (url: string) => createQueue({ sqs: () => sqs, url: () => url, wait, random });
  return {
    clock: { now },
    patience: { wait, random },
    dynamo: { send } as Dynamo,
    fetch: gated(outside.fetch),
    newName,
    files: {
      ...files,
      put: (key, body, type) => gate(() => files.put(key, body, type)),
      read: (key) => gate(() => files.read(key)),
    } satisfies Files,
    sqs,
    payoutQueue: queueAt(QUEUE_URLS.payouts),
    batchQueue: queueAt(QUEUE_URLS.batches),
  };
};

type Within = ReturnType<typeof within>;

/** The ledgers of one process. */
const ledgersOf = ({ planted }: Outside, { dynamo, clock, patience, newName }: Within) => {
  const deps = { dynamo, tables: TABLE_NAMES, vault, clock, newToken: newName, ...patience };
  return {
    payouts: planted.payouts(createPayoutLedger(deps)),
    batches: planted.batches(createBatchLedger(deps)),
    lanes: createLaneLedger(deps),
    refunds: planted.refunds(createRefundLedger(deps)),
    payments: createPayments(deps),
    exceptions: createExceptionLedger(deps),
    told: createToldLedger(deps),
  };
};

/** What the clients of Daraja are made of. */
const darajaDepsOf = (
  outside: Outside,
  { clock, patience, dynamo, fetch }: Within,
  credentials: () => Promise<Credentials>,
): ClientDeps => {
  const { log, planted } = outside;
  const told = (code: Parameters<Log["debug"]>[0], facts?: Parameters<Log["debug"]>[1]): void => log.debug(code, facts);
  const coordination = { dynamo, table: TABLE_NAMES.coordination, clock, ...patience };
  const rate = (perSecond: number) => ({ perSecond, jitterMs: JITTER_MS });
  const bulk = {
    perSecond: outside.perSecond,
    jitterMs: APART_MS + FIRST_LATE_MS,
    measured: { aheadMs: AHEAD_MS, apartMs: APART_MS, mostJitterMs: APART_MS + MOST_LATE_MS },
  };
  return {
    environment: "sandbox",
    baseUrl: BASE_URL,
    credentials,
    suspicion: { token: null, quietUntil: 0 },
    token: createTokenSource({
      shared: createSharedToken(coordination, "sandbox"),
      fetchToken: createTokenFetcher({ baseUrl: BASE_URL, credentials, fetch, clock }),
      clock,
      log: told,
      ...patience,
    }),
    slots: planted.slots(
      createSlots({
        items: createSlotItems(coordination, "sandbox"),
        rates: { stk: rate(1), query: rate(QUERY_PER_SECOND), bulk },
        clock,
        wait: patience.wait,
        log: told,
      }),
    ),
    callbackUrl: (kind, id) =>
      Promise.resolve(callbackUrl({ baseUrl: CALLBACK_BASE_URL, kind, id, secret: SIGNING_SECRET })),
    fetch,
    clock,
    log: told,
    ...patience,
  };
};

const clientOf = ({ dynamo }: Within): DynamoDBClient =>
  ({
    send: dynamo.send,
    config: {},
    middlewareStack: { identify: () => [], addRelativeTo: () => undefined },
  }) as unknown as DynamoDBClient;

export const holdings = (outside: Outside, surroundings: Surroundings) => {
  const reached = within(outside, surroundings);
  const { planted, random } = outside;
  const credentials = knownCredentials(outside, surroundings);
  const daraja = darajaDepsOf(outside, reached, () => credentials());
  return {
    ...reached,
    ...reached.patience,
    ...ledgersOf(outside, reached),
    log: outside.log,
    count: (): void => undefined,
    measure: (): void => undefined,
    daraja: planted.payoutDaraja(createPayoutDaraja(daraja)),
    reversals: planted.reversalDaraja(createReversalDaraja(daraja)),
    reversalsWithinARequest: planted.reversalDaraja(createReversalDaraja({ ...daraja, time: WITHIN_A_REQUEST })),
    shortcode: async () => (await credentials()).shortcode,
    merchant: () => credentials(),
    initiator: async () => initiatorFingerprint(await credentials()),
    newestInitiator: async () => initiatorFingerprint(await credentials(NOTICE_MS)),
    intervalMs: () => SWEEP_INTERVAL_MS,
    firstCheck: (at: number) => firstPayoutCheck({ at, intervalMs: SWEEP_INTERVAL_MS, jitter: random() }),
    replay: createReplay({
      table: () => TABLE_NAMES.idempotency,
      client: () => clientOf(reached),
      context: () => ({ getRemainingTimeInMillis: surroundings.remainingMs }) as Context,
      down: () => undefined,
    }),
    coordination: {
      ...reached.patience,
      dynamo: reached.dynamo,
      table: TABLE_NAMES.coordination,
      clock: reached.clock,
    },
    perSecond: outside.perSecond,
    planted,
    watching: outside.watching,
  };
};
export type Holdings = ReturnType<typeof holdings>;
