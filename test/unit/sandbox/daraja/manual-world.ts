/**
 * The simulator's core under a clock that moves only when told, with a client that speaks raw Daraja and a receiver that
 * notes every callback. Nothing here knows how the core works inside.
 */
import { createSimulator, type SimulatorParts } from "../../../../sandbox/daraja/core/simulator.ts";
import type { Answer, Outcome, OutgoingRequest } from "../../../../sandbox/daraja/core/exchange.ts";
import type { PushView } from "../../../../sandbox/daraja/core/push.ts";

/** 2026-09-21 12:00:00.000 in Nairobi. */
export const NOON_MS = Date.UTC(2026, 8, 21, 9);
const PASSKEY = "bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919";
export const PUSH_PATH = "/mpesa/stkpush/v1/processrequest";
export const QUERY_PATH = "/mpesa/stkpushquery/v1/query";
const TIMESTAMP = "20260921120000";

export type Json = Record<string, unknown>;
type Sent = { readonly atMs: number; readonly request: OutgoingRequest };

/** Lets every promise that can go on go on. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const createManualClock = (startMs = NOON_MS) => {
  let now = startMs;
  let waiting: { atMs: number; order: number; run: () => void }[] = [];
  let order = 0;
  return {
    now: () => now,
    after(ms: number, run: () => void) {
      order += 1;
      const entry = { atMs: now + ms, order, run };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((other) => other !== entry);
      };
    },
    waits: () => waiting.length,
    /** Moves `ms` ahead, stopping at every wait on the way. */
    async advance(ms: number): Promise<void> {
      const endMs = now + ms;
      await settled();
      for (let steps = 0; steps < 10_000; steps += 1) {
        const [next] = waiting.toSorted((a, b) => a.atMs - b.atMs || a.order - b.order);
        if (next === undefined || next.atMs > endMs) break;
        waiting = waiting.filter((other) => other !== next);
        now = Math.max(now, next.atMs);
        next.run();
        await settled();
      }
      now = endMs;
    },
  };
};

export const answerOf = (outcome: Outcome): Answer => {
  if (outcome.kind !== "answer") throw new Error(`expected an answer, got a ${outcome.kind}`);
  return outcome;
};
export const bodyOf = (outcome: Outcome): Json => JSON.parse(answerOf(outcome).body) as Json;

/** What a client most often looks at: status and body. */
export const seen = (outcome: Outcome) => {
  const { status, body } = answerOf(outcome);
  return { status, body: body === "" ? null : (JSON.parse(body) as Json) };
};

export const basic = (key = "malipo", secret = "malipo"): string =>
  `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}`;

export const passwordFor = (timestamp = TIMESTAMP, shortcode = "174379", passkey = PASSKEY): string =>
  Buffer.from(`${shortcode}${passkey}${timestamp}`).toString("base64");

/** A push Safaricom would take, as in its published sample. */
export const pushBody = (changes: Json = {}): Json => ({
  BusinessShortCode: 174379,
  Password: passwordFor(),
  Timestamp: TIMESTAMP,
  TransactionType: "CustomerPayBillOnline",
  Amount: "1",
  PartyA: "254712000111",
  PartyB: "174379",
  PhoneNumber: "254712000111",
  CallBackURL: "https://shop.example/payments/1",
  AccountReference: "INV-1",
  TransactionDesc: "Order 1",
  ...changes,
});

export const payer = (number: number): string => `2547000000${String(number).padStart(2, "0")}`;

export const createManualWorld = (options: Partial<SimulatorParts> = {}) => {
  const clock = createManualClock();
  const sent: Sent[] = [];
  /** What the receiver does with a callback; a test may replace it. */
  const receiver = {
    answer: (_request: OutgoingRequest): Promise<{ status: number }> => Promise.resolve({ status: 200 }),
  };
  const core = createSimulator({
    clock,
    seed: 1,
    deliver(request) {
      sent.push({ atMs: clock.now() - NOON_MS, request });
      return receiver.answer(request);
    },
    ...options,
  });
  const send = (method: string, path: string, extra: { headers?: Record<string, string>; body?: unknown } = {}) =>
    core.handle({
      method,
      path,
      headers: extra.headers ?? {},
      body: extra.body === undefined ? "" : typeof extra.body === "string" ? extra.body : JSON.stringify(extra.body),
      remoteAddress: "127.0.0.1",
    });
  const token = async (): Promise<string> => {
    const path = "/oauth/v1/generate?grant_type=client_credentials";
    return bodyOf(await send("GET", path, { headers: { authorization: basic() } }))["access_token"] as string;
  };
  const withToken = async (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Outcome> => {
    const authorization = `Bearer ${await token()}`;
    return send("POST", path, { headers: { authorization, "content-type": "application/json", ...headers }, body });
  };
  /** A push with a fresh token. */
  const push = (changes: Json = {}): Promise<Outcome> => withToken(PUSH_PATH, pushBody(changes));
  const query = (checkoutRequestId: unknown, changes: Json = {}): Promise<Outcome> =>
    withToken(QUERY_PATH, {
      BusinessShortCode: "174379",
      Password: passwordFor(),
      Timestamp: TIMESTAMP,
      CheckoutRequestID: checkoutRequestId,
      ...changes,
    });
  const control = async (method: string, path: string, body?: unknown) =>
    seen(await send(method, `/simulator/${path}`, { body }));
  const truth = async (): Promise<PushView[]> => (await control("GET", "transactions")).body?.["data"] as PushView[];
  return {
    clock,
    core,
    receiver,
    sent,
    send,
    token,
    /** Any Daraja path, with a fresh token. */
    post: withToken,
    push,
    /** A push to a payer or phone by number. */
    pushTo: (msisdn: string, changes: Json = {}) => push({ PartyA: msisdn, PhoneNumber: msisdn, ...changes }),
    query,
    control,
    truth,
    /** The callbacks so far: when each left, in milliseconds after noon, and what it said. */
    callbacks: () => sent.map(({ atMs, request }) => ({ atMs, ...callbackIn(request.body) })),
  };
};

/** An STK callback taken apart, leniently. */
const callbackIn = (body: string) => {
  const { Body } = JSON.parse(body) as { Body: { stkCallback: Json & { CallbackMetadata?: { Item: unknown } } } };
  const { ResultCode: code, ResultDesc: text, CheckoutRequestID: checkoutId, CallbackMetadata } = Body.stkCallback;
  const items = CallbackMetadata?.Item;
  const list = (items === undefined ? [] : Array.isArray(items) ? items : [items]) as {
    Name: string;
    Value?: unknown;
  }[];
  return { code, text, checkoutId, items: Object.fromEntries(list.map(({ Name, Value }) => [Name, Value])) };
};
