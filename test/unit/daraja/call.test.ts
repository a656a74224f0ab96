import { describe, expect, test } from "vitest";
import { readSubmitAnswer } from "../../../functions/daraja/answers.ts";
import { makeCall } from "../../../functions/daraja/call.ts";
import type { CallDeps } from "../../../functions/daraja/call.ts";
import { TokenUnavailable } from "../../../functions/daraja/token.ts";

const MINUTE = 60_000;
const ACCEPTED = '{"MerchantRequestID":"m-1","CheckoutRequestID":"ws_CO_1","ResponseCode":"0"}';
const accepted = () => new Response(ACCEPTED);
const bare401 = () => new Response("", { status: 401 });
const unlisted401 = () => new Response('{"errorCode":"401.777.01","errorMessage":"New"}', { status: 401 });

/** Calls that get `answers` in turn, the last one for ever. Tokens are t1, t2, ...: a replacement makes the next one. */
const setUp = (answers: readonly (() => Response)[]) => {
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
  const call = () =>
    makeCall(deps, {
      operation: "stk_push",
      lane: "stk",
      path: "/push",
      body: () => "{}",
      read: readSubmitAnswer,
      time: { attemptMs: 500, totalMs: 10_000 },
      throttleRetries: 2,
    });
  return { call, seen };
};

describe("a token that meets a 401 which no table explains", () => {
  test.each([
    ["without a code", bare401],
    ["with an unlisted code", unlisted401],
  ])("%s ends that call as unknown, sent once, and is replaced by the next call", async (_, answer) => {
    const { call, seen } = setUp([answer, accepted]);
    expect(await call()).toMatchObject({ came: "answer", answer: { answer: "unknown" } });
    expect(seen).toMatchObject({ sent: ["Bearer t1"], replaced: [] });
    expect(await call()).toMatchObject({ came: "answer", answer: { answer: "accepted" } });
    await call();
    expect(seen).toMatchObject({ sent: ["Bearer t1", "Bearer t2", "Bearer t2"], replaced: ["t1"] });
  });

  test("is replaced once, however many calls come next at the same time", async () => {
    const { call, seen } = setUp([bare401, accepted]);
    await call();
    await Promise.all([call(), call(), call()]);
    expect(seen).toMatchObject({ sent: ["Bearer t1", "Bearer t2", "Bearer t2", "Bearer t2"], replaced: ["t1"] });
  });

  test("costs one new token in five minutes while it goes on, not one per call", async () => {
    const { call, seen } = setUp([bare401]);
    for (let time = 1; time <= 5; time += 1) await call();
    expect(seen.replaced).toEqual(["t1"]);
    seen.now += 5 * MINUTE;
    await call();
    await call();
    expect(seen.replaced).toEqual(["t1", "t2"]);
  });

  test("stays under suspicion until another token can be had, and nothing is sent with it", async () => {
    const { call, seen } = setUp([bare401, accepted]);
    await call();
    seen.tokenAvailable = false;
    expect(await call()).toMatchObject({ came: "no_token", failure: "daraja_unavailable" });
    seen.tokenAvailable = true;
    expect(await call()).toMatchObject({ came: "answer", answer: { answer: "accepted" } });
    expect(seen.sent).toEqual(["Bearer t1", "Bearer t2"]);
  });
});
