/**
 * The composition root: what each part is made of, made when first needed. Only `*.lambda.ts` imports it, and takes just
 * what its function uses; the bundler drops the rest, which is why everything here is marked as free of side effects.
 */
import { randomBytes, randomUUID } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Context } from "aws-lambda";
import { CLIENT_TOKEN_MS, mintClientToken } from "./api/client-token.ts";
import { serve } from "./api/endpoint.ts";
import type { Mounted } from "./api/endpoint.ts";
import { problem, toResponse } from "./api/reply.ts";
import { callbackUrl, checkCallbackToken } from "./daraja/callback-url.ts";
import { createDaraja } from "./daraja/client.ts";
import type { Daraja } from "./daraja/client.ts";
import type { Log as DarajaLog } from "./daraja/log.ts";
import { Credentials } from "./daraja/credentials.ts";
import { DARAJA } from "./daraja/environment.ts";
import { createTokenFetcher } from "./daraja/oauth.ts";
import { createSlots } from "./daraja/slots.ts";
import { createTokenSource } from "./daraja/token-source.ts";
import { nextCheck } from "./domain/check-schedule.ts";
import type { Clock } from "./domain/clock.ts";
import { Rotating } from "./domain/rotating.ts";
import { askAbout } from "./payments/ask-about.ts";
import { recordEvidence } from "./payments/record-evidence.ts";
import { asTokenAuthoriser } from "./runtime/authoriser.ts";
import { env } from "./runtime/env.ts";
import { overHttp } from "./runtime/http.ts";
import type { HttpHandler, HttpRequest, HttpResponse } from "./runtime/http.ts";
import { createReplay } from "./runtime/idempotency.ts";
import type { Replay } from "./runtime/idempotency.ts";
import { onSchedule } from "./runtime/schedule.ts";
import { lazy } from "./runtime/lazy.ts";
import { beginLog, log } from "./runtime/logger.ts";
import { createCount } from "./runtime/metrics.ts";
import type { Count } from "./runtime/metrics.ts";
import { SecretNotConfigured, secret } from "./runtime/secrets.ts";
import { createDynamo } from "./store/client.ts";
import { createSharedToken, createSlotItems } from "./store/coordination.ts";
import { createDirectory } from "./store/dynamo-directory.ts";
import { createLedger } from "./store/dynamo-ledger.ts";
import { PhoneKeysSecret, createPhoneVault } from "./store/phone-vault.ts";
import { DUE_SHARDS } from "./store/table.ts";
import type { SweepDeps } from "./workers/sweep.ts";

export { log };
export const clock: Clock = { now: () => Date.now() };
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const random = (): number => Math.random();
const patience = { wait, random };

/** Jitter of a call on its way to Daraja, milliseconds: what the slots leave as a margin. */
const JITTER_MS = 100;
/** How long a sweep lets a question wait for its slot: more questions at once would only wait in vain. */
const SLOT_PATIENCE_S = 4;

export const count: Count = (metric) => createCount({ clock, service: env.service, write: console.log })(metric);

/** How old a cached secret may be when a token does not fit it: a bound on look-ups that strangers can cause. */
const ROTATION_NOTICE_MS = 5_000;

const dynamo = /* @__PURE__ */ lazy<DynamoDBClient>(createDynamo);

const signing = /* @__PURE__ */ lazy(() => secret({ arn: env.signingSecret, schema: Rotating, clock }));
const pepper = /* @__PURE__ */ lazy(() => secret({ arn: env.pepperSecret, schema: Rotating, clock }));
const phoneKeys = /* @__PURE__ */ lazy(() => secret({ arn: env.phoneKeysSecret, schema: PhoneKeysSecret, clock }));
const credentials = /* @__PURE__ */ lazy(() => secret({ arn: env.darajaSecret, schema: Credentials, clock }));

const coordination = /* @__PURE__ */ lazy(() => ({
  dynamo: dynamo(),
  table: env.coordinationTable(),
  clock,
  ...patience,
}));

export const ledger = /* @__PURE__ */ lazy(() =>
  createLedger({
    dynamo: dynamo(),
    tables: {
      transactions: env.transactionsTable(),
      // Only who opens payments needs it, so only they are told its name.
      get coordination() {
        return env.coordinationTable();
      },
    },
    vault: createPhoneVault(phoneKeys()),
    clock,
    newToken: randomUUID,
    ...patience,
  }),
);

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

export const onUnlistedCode = (resultCode: string): void =>
  tellOfDaraja("daraja.unlisted_code", { operation: "callback", resultCode });

export const daraja = /* @__PURE__ */ lazy((): Daraja => {
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
  return createDaraja({
    environment,
    baseUrl,
    credentials: credentials(),
    token: createTokenSource({
      shared: createSharedToken(coordination(), environment),
      fetchToken,
      clock,
      log: tellOfDaraja,
      ...patience,
    }),
    slots: createSlots({
      items: createSlotItems(coordination(), environment),
      rates: { stk: rate(lanes.stk), query: rate(lanes.query), bulk: rate(lanes.bulk) },
      clock,
      wait,
      log: tellOfDaraja,
    }),
    callbackUrl: async (kind, id) =>
      callbackUrl({ baseUrl: env.callbackBaseUrl(), kind, id, secret: (await signing()()).current }),
    fetch,
    clock,
    log: tellOfDaraja,
    ...patience,
  });
});

export const record = /* @__PURE__ */ lazy(() => recordEvidence({ ledger: ledger(), log, count }));
export const ask = /* @__PURE__ */ lazy(() => askAbout({ daraja: daraja(), record: record(), clock, log }));

let invocation: Context;

const begin = (request: HttpRequest, context: Context): void => {
  invocation = context;
  beginLog(context, { api_request_id: request.requestId, route: request.route });
};

const broken = (fault: unknown, request: HttpRequest): HttpResponse => {
  if (fault instanceof SecretNotConfigured) {
    log.error("secret.not_configured", {}, fault);
    return toResponse(problem("daraja_not_configured"), request.requestId);
  }
  log.error("request.fault", {}, fault);
  return toResponse(problem("internal_error"), request.requestId);
};

/** The handler of a function of the storefront's door. */
export const overApi = (mounted: readonly Mounted[]): HttpHandler =>
  overHttp({ allowedOrigins: env.allowedOrigins, begin, broken })(serve(mounted));

/** The handler of a function of Safaricom's door: no browser comes here, and a fault asks to be called again. */
export const overCallbacks = (answer: (request: HttpRequest) => Promise<HttpResponse>): HttpHandler =>
  overHttp({
    allowedOrigins: () => [],
    begin,
    broken: (fault) => {
      log.error("callback.not_stored", {}, fault);
      count("CallbackNotStored");
      return { status: 503, body: null };
    },
  })(answer);

/** The handler of the authoriser. */
export const overAuthoriser = /* @__PURE__ */ asTokenAuthoriser((context) => beginLog(context, {}));

/** The handler of a function that a schedule starts. */
export const overSchedule = /* @__PURE__ */ onSchedule((context) => beginLog(context, {}));

export const replay = (): Replay =>
  createReplay({
    table: env.idempotencyTable,
    client: dynamo,
    context: () => invocation,
    down: (fault) => log.warn("replay.cache_down", { fault: fault instanceof Error ? fault.name : "unknown" }),
  });

export const signingSecret = (): Promise<Rotating> => signing()();
export const shortcode = async (): Promise<string> => (await credentials()()).shortcode;

/** A token with which a browser may read one payment for a while. */
export const clientToken = async (paymentId: string): Promise<string> =>
  mintClientToken(paymentId, clock.now() + CLIENT_TOKEN_MS, await signingSecret());

/** A token that no known secret made is looked at again with a fresh one: the secret may have rotated this minute. */
export const checkStkToken = async (callback: { readonly id: string; readonly token: string }): Promise<boolean> => {
  const fits = ({ current, previous = current }: Rotating): boolean =>
    checkCallbackToken({ kind: "stk", ...callback, secrets: [current, previous] });
  return fits(await signingSecret()) || fits(await signing()(ROTATION_NOTICE_MS));
};

export const isSafaricom = (address: string): boolean => env.safaricomAddresses().includes(address);

const intervalMs = (): number => env.sweepIntervalSeconds() * 1000;

export const firstCheck = (createdAt: number): number =>
  nextCheck({ createdAt, attempt: 0, now: createdAt, intervalMs: intervalMs(), jitter: random() }) ?? createdAt;

/** What a sweep works with; as many questions at once as the query lane answers within a few seconds. */
export const sweepDeps = (): SweepDeps => ({
  ledger: ledger(),
  ask: ask(),
  record: record(),
  clock,
  log,
  random,
  intervalMs,
  shards: DUE_SHARDS,
  atOnce: Math.min(25, Math.max(1, Math.round(env.lanes().query * SLOT_PATIENCE_S))),
});
