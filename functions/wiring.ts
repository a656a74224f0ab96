/**
 * The composition root: what each part is made of, made when first needed. Only `*.lambda.ts` imports it, and takes just
 * what its function uses; the bundler drops the rest, which is why everything here is marked as free of side effects.
 */
import { randomBytes, randomUUID } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CLIENT_TOKEN_MS, mintClientToken } from "./api/client-token.ts";
import { addressSecrets, callbackUrl, checkCallbackToken } from "./daraja/callback-url.ts";
import type { CallbackKind } from "./daraja/callback-url.ts";
import type { ClientDeps } from "./daraja/client-call.ts";
import { createDaraja } from "./daraja/client.ts";
import type { Daraja } from "./daraja/client.ts";
import type { Log as DarajaLog } from "./daraja/log.ts";
import { Credentials } from "./daraja/credentials.ts";
import { DARAJA } from "./daraja/environment.ts";
import { createTokenFetcher } from "./daraja/oauth.ts";
import type { Lane } from "./daraja/pacing.ts";
import { createSlots } from "./daraja/slots.ts";
import { createTokenSource } from "./daraja/token-source.ts";
import { nextCheck } from "./domain/check-schedule.ts";
import type { Clock } from "./domain/clock.ts";
import { Rotating, Signing } from "./domain/rotating.ts";
import { askAbout } from "./payments/ask-about.ts";
import { recordEvidence } from "./payments/record-evidence.ts";
import { env } from "./runtime/env.ts";
import { lazy } from "./runtime/lazy.ts";
import { log } from "./runtime/logger.ts";
import { createCount, createMeasure } from "./runtime/metrics.ts";
import type { Count, Measure, MeasureName } from "./runtime/metrics.ts";
import { createSqs } from "./runtime/queue.ts";
import { secret } from "./runtime/secrets.ts";
import { createDynamo } from "./store/client.ts";
import { createSharedToken, createSlotItems } from "./store/coordination.ts";
import { createDirectory } from "./store/dynamo-directory.ts";
import { createExceptionLedger } from "./store/dynamo-exceptions.ts";
import { createLedger, createPayments } from "./store/dynamo-ledger.ts";
import type { LedgerDeps } from "./store/ledger-deps.ts";
import { PhoneKeysSecret, createPhoneVault } from "./store/phone-vault.ts";
import { DUE_SHARDS } from "./store/table.ts";
import type { SweepDeps } from "./workers/sweep.ts";

export { log };
export const clock: Clock = { now: () => Date.now() };
export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
export const random = (): number => Math.random();
const patience = { wait, random };

/** Jitter of a call on its way to Daraja, milliseconds: what the slots leave as a margin. */
const JITTER_MS = 100;
/** How long before its slot a payout gets its turn, to ask whether it may leave and to be claimed, milliseconds. */
const AHEAD_MS = 100;
/** How late payouts are taken to start until that is measured, and at most, milliseconds. */
const FIRST_LATE_MS = 55;
const MOST_LATE_MS = 205;
/** How long a sweep lets a question wait for its slot: more questions at once would only wait in vain. */
const SLOT_PATIENCE_S = 4;

export const count: Count = (metric) => createCount({ clock, service: env.service, write: console.log })(metric);
export const measure: Measure = (measured) => createMeasure({ service: env.service, write: console.log })(measured);

/** How old a cached secret may be when a token does not fit it: a bound on look-ups that strangers can cause. */
const ROTATION_NOTICE_MS = 5_000;
/** Credentials that a person has changed, or put back, are followed within a minute. */
const CREDENTIALS_KEPT_MS = 60_000;

export const dynamo = /* @__PURE__ */ lazy<DynamoDBClient>(createDynamo);
export const sqs = /* @__PURE__ */ lazy(createSqs);

const signing = /* @__PURE__ */ lazy(() => secret({ arn: env.signingSecret, schema: Signing, clock }));
const pepper = /* @__PURE__ */ lazy(() => secret({ arn: env.pepperSecret, schema: Rotating, clock }));
const phoneKeys = /* @__PURE__ */ lazy(() => secret({ arn: env.phoneKeysSecret, schema: PhoneKeysSecret, clock }));
const credentials = /* @__PURE__ */ lazy(() =>
  secret({ arn: env.darajaSecret, schema: Credentials, clock, keptMs: CREDENTIALS_KEPT_MS }),
);

/** What processes agree through. */
export const coordination = /* @__PURE__ */ lazy(() => ({
  dynamo: dynamo(),
  table: env.coordinationTable(),
  clock,
  ...patience,
}));

/** What every part of the ledger is made of. */
export const ledgerDeps = /* @__PURE__ */ lazy((): LedgerDeps => ({
  dynamo: dynamo(),
  tables: {
    transactions: env.transactionsTable(),
    // Not everybody needs it, and who does not is not told its name.
    get coordination() {
      return env.coordinationTable();
    },
  },
  vault: createPhoneVault(phoneKeys()),
  clock,
  newToken: randomUUID,
  ...patience,
}));

/** As much of the ledger as one payment needs; `ledger` also lists, finds and tells histories. */
export const payments = /* @__PURE__ */ lazy(() => createPayments(ledgerDeps()));
export const ledger = /* @__PURE__ */ lazy(() => createLedger(ledgerDeps()));
export const exceptions = /* @__PURE__ */ lazy(() => createExceptionLedger(ledgerDeps()));

export const directory = /* @__PURE__ */ lazy(() =>
  createDirectory({
    dynamo: dynamo(),
    table: env.directoryTable(),
    pepper: pepper(),
    clock,
    randomBytes,
    newToken: randomUUID,
    ...patience,
  }),
);

/** Whether a secret that callers are known by has rotated since it was cached. Asked when a caller is not known. */
export const secretsChanged = async (): Promise<boolean> => {
  const current = async (maxAgeMs?: number): Promise<string> =>
    (await Promise.all([pepper()(maxAgeMs), signing()(maxAgeMs)])).map((secret) => secret.current).join();
  return (await current()) !== (await current(ROTATION_NOTICE_MS));
};

/** Daraja's own log lines; a code that no table lists is an alarm, whoever meets it. */
const tellOfDaraja: DarajaLog = (code, facts) => {
  if (code === "daraja.called") log.debug(code, facts);
  else if (code === "token.fetched") log.info(code, facts);
  else log.warn(code, facts);
  if (code === "daraja.unlisted_code") count("UnclassifiedCode");
};

const SLOTS_TAKEN = { stk: "StkSlots", query: "QuerySlots", bulk: "BulkSlots" } as const satisfies Record<
  Lane,
  MeasureName
>;

/** How much of each lane is used. */
const tellOfSlots = (lane: Lane, slots: number): void =>
  measure({ values: { [SLOTS_TAKEN[lane]]: slots }, code: null, at: clock.now() });

export const onUnlistedCode = (resultCode: string): void =>
  tellOfDaraja("daraja.unlisted_code", { operation: "callback", resultCode });

/** What a client of Daraja is made of; one process's clients share its token, its slots and its suspicion. */
export const darajaDeps = /* @__PURE__ */ lazy((): ClientDeps => {
  const environment = env.darajaEnvironment();
  const baseUrl = env.darajaBaseUrl() ?? DARAJA[environment].baseUrl;
  const lanes = env.lanes();
  const askForToken = createTokenFetcher({ baseUrl, credentials: credentials(), fetch, clock });
  const fetchToken: typeof askForToken = async () => {
    try {
      return await askForToken();
    } catch (fault) {
      credentials().forget();
      throw fault;
    }
  };
  const rate = (perSecond: number) => ({ perSecond, jitterMs: JITTER_MS });
  const bulk = {
    perSecond: lanes.bulk,
    jitterMs: lanes.apartMs + FIRST_LATE_MS,
    measured: { aheadMs: AHEAD_MS, apartMs: lanes.apartMs, mostJitterMs: lanes.apartMs + MOST_LATE_MS },
  };
  return {
    environment,
    baseUrl,
    credentials: credentials(),
    suspicion: { token: null, quietUntil: 0 },
    token: createTokenSource({
      shared: createSharedToken(coordination(), environment),
      fetchToken,
      clock,
      log: tellOfDaraja,
      ...patience,
    }),
    slots: createSlots({
      items: createSlotItems(coordination(), environment),
      rates: { stk: rate(lanes.stk), query: rate(lanes.query), bulk },
      clock,
      wait,
      log: tellOfDaraja,
      onTaken: tellOfSlots,
    }),
    callbackUrl: async (kind, id) =>
      callbackUrl({
        baseUrl: env.callbackBaseUrl(),
        kind,
        id,
        secret: addressSecrets(kind, await signing()()).signsWith,
      }),
    fetch,
    clock,
    log: tellOfDaraja,
    ...patience,
  };
});

export const daraja = /* @__PURE__ */ lazy((): Daraja => createDaraja(darajaDeps()));

export const record = /* @__PURE__ */ lazy(() => recordEvidence({ ledger: payments(), log, count }));
export const ask = /* @__PURE__ */ lazy(() => askAbout({ daraja: daraja(), record: record(), clock, log }));

export const signingSecret = (): Promise<Signing> => signing()();
/** Daraja's credentials; not older than `maxAgeMs`, where that matters. */
export const darajaCredentials = (maxAgeMs?: number): Promise<Credentials> => credentials()(maxAgeMs);
export const shortcode = async (): Promise<string> => (await darajaCredentials()).shortcode;

/** A token with which a browser may read one payment for a while. */
export const clientToken = async (paymentId: string): Promise<string> =>
  mintClientToken(paymentId, clock.now() + CLIENT_TOKEN_MS, await signingSecret());

/** A token that no known secret made is looked at again with a fresh one: the secret may have rotated this minute. */
export const checkToken = async (callback: {
  readonly kind: CallbackKind;
  readonly id: string;
  readonly token: string;
}): Promise<boolean> => {
  const fits = (secrets: Signing): boolean =>
    checkCallbackToken({ ...callback, secrets: addressSecrets(callback.kind, secrets).honoured });
  return fits(await signingSecret()) || fits(await signing()(ROTATION_NOTICE_MS));
};

export const checkStkToken = (callback: { readonly id: string; readonly token: string }): Promise<boolean> =>
  checkToken({ kind: "stk", ...callback });

export const isSafaricom = (address: string): boolean => env.safaricomAddresses().includes(address);

export const intervalMs = (): number => env.sweepIntervalSeconds() * 1000;

export const firstCheck = (createdAt: number): number =>
  nextCheck({ createdAt, attempt: 0, now: createdAt, intervalMs: intervalMs(), jitter: random() }) ?? createdAt;

/** As many as the query lane answers within a few seconds. */
export const questionsAtOnce = (): number => Math.min(25, Math.max(1, Math.round(env.lanes().query * SLOT_PATIENCE_S)));

/** What a sweep works with. */
export const sweepDeps = (): SweepDeps => ({
  ledger: ledger(),
  ask: ask(),
  record: record(),
  clock,
  log,
  measure,
  random,
  intervalMs,
  shards: DUE_SHARDS,
  atOnce: questionsAtOnce(),
});
