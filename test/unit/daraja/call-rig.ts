/** Calls whose answers, tokens, slots and time are made to order. */
import { readSubmitAnswer } from "../../../functions/daraja/answers.ts";
import type { SubmitAnswer } from "../../../functions/daraja/answers.ts";
import { makeCall } from "../../../functions/daraja/call.ts";
import type { Call, CallDeps } from "../../../functions/daraja/call.ts";
import type { Turn } from "../../../functions/daraja/pacing.ts";
import { TokenUnavailable } from "../../../functions/daraja/token.ts";

const ACCEPTED = '{"MerchantRequestID":"m-1","CheckoutRequestID":"ws_CO_1","ResponseCode":"0"}';
export const accepted = () => new Response(ACCEPTED);
export const bare401 = () => new Response("", { status: 401 });
export const unlisted401 = () => new Response('{"errorCode":"401.777.01","errorMessage":"New"}', { status: 401 });

/** Calls that get `answers` in turn, the last one for ever. Tokens are t1, t2, ...: a replacement makes the next one. */
export const setUp = (answers: readonly (() => Response)[]) => {
  const seen = { now: 0, replaced: [] as string[], sent: [] as (string | null)[], tokenAvailable: true };
  const current = () => `t${seen.replaced.length + 1}`;
  const deps: CallDeps = {
    baseUrl: "http://daraja.invalid",
    suspicion: { token: null, quietUntil: 0 },
    token: {
      get: () => Promise.resolve(current()),
      replace: (dead) => {
        if (!seen.tokenAvailable) return Promise.reject(new TokenUnavailable("daraja_unavailable", "no"));
        if (dead === current()) seen.replaced.push(dead);
        return Promise.resolve(current());
      },
    },
    slots: { take: () => Promise.resolve("go"), throttled: () => Promise.resolve() },
    fetch: (_, init) => {
      seen.sent.push(new Headers(init.headers).get("authorization"));
      return Promise.resolve(answers[Math.min(seen.sent.length, answers.length) - 1]!());
    },
    clock: { now: () => seen.now },
    wait: () => Promise.resolve(),
    random: () => 0.5,
    log: () => undefined,
  };
  const call = (special: Partial<Call<SubmitAnswer>> = {}) =>
    makeCall(deps, {
      operation: "stk_push",
      lane: "stk",
      path: "/push",
      body: () => "{}",
      read: readSubmitAnswer,
      time: { attemptMs: 500, totalMs: 10_000 },
      throttleRetries: 2,
      ...special,
    });
  return { call, seen, deps };
};

/** Slots whose turns are given, in order; what they were asked is kept. */
export const turns = (given: readonly Turn[]) => {
  const asked: string[] = [];
  const left = [...given];
  const slots: CallDeps["slots"] = {
    take: (lane) => {
      asked.push(`take ${lane}`);
      return Promise.resolve(left.shift() ?? "too_late");
    },
    throttled: (lane) => {
      asked.push(`throttled ${lane}`);
      return Promise.resolve();
    },
  };
  return { slots, asked };
};
export const inTime = (yes: boolean): Turn => ({ at: 0, start: () => Promise.resolve(yes) });
export const throttled = () => new Response("", { status: 429 });
export const deadToken = () =>
  new Response('{"errorCode":"404.001.03","errorMessage":"Invalid Access Token"}', { status: 404 });
