/** How long a call waits, until when it may begin, and what it leaves in the log. */
import { describe, expect, test } from "vitest";
import type { CallDeps } from "../../../functions/daraja/call.ts";
import { TokenUnavailable } from "../../../functions/daraja/token.ts";
import { accepted, bare401, deadToken, inTime, setUp, throttled, turns } from "./call-rig.ts";

const LAST_START = 9_500;
const TIME = { attemptMs: 500, totalMs: 10_000 };

/** A rig whose waits, logs and slots' deadlines are kept. */
const watched = (...given: Parameters<typeof setUp>) => {
  const rig = setUp(given[0]);
  const kept = { waits: [] as number[], logs: [] as unknown[], deadlines: [] as number[] };
  const slots: CallDeps["slots"] = {
    take: (_, deadline) => {
      kept.deadlines.push(deadline);
      return Promise.resolve("go");
    },
    throttled: () => Promise.resolve(),
  };
  const wait = (ms: number) => {
    kept.waits.push(ms);
    rig.seen.now += ms;
    return Promise.resolve();
  };
  Object.assign(rig.deps, { slots, wait, log: (...entry: unknown[]) => kept.logs.push(entry) });
  return { ...rig, kept };
};

describe("the last moment at which an attempt may begin", () => {
  test("leaves time for a whole answer, and is what the lane is told", async () => {
    const { call, seen, kept } = watched([accepted]);
    seen.now = 70_000;
    await call({ time: TIME });
    expect(kept.deadlines).toEqual([70_000 + LAST_START]);
  });

  test.each([
    [LAST_START, "answer"],
    [LAST_START + 1, "no_token"],
  ])("holds for the token: one that comes at %i ends in %s", async (at, came) => {
    const { call, seen, deps } = setUp([accepted]);
    const get = () => {
      seen.now = at;
      return Promise.resolve("t1");
    };
    Object.assign(deps, { token: { ...deps.token, get } });
    expect(await call()).toMatchObject({ came });
    expect(seen.sent).toHaveLength(came === "answer" ? 1 : 0);
  });

  test.each([
    [LAST_START, "answer", 2],
    [LAST_START + 1, "setback", 1],
  ])("holds for another attempt: at %i it ends in %s after %i sendings", async (at, came, sendings) => {
    const { call, seen, deps } = setUp([throttled, accepted]);
    const wait = () => Promise.resolve(void (seen.now = at));
    Object.assign(deps, { wait });
    expect(await call()).toMatchObject({ came });
    expect(seen.sent).toHaveLength(sendings);
  });

  test.each([
    [LAST_START, "answer", 1],
    [LAST_START + 1, "no_slot", 0],
  ])("holds for a slot that is had anew: at %i it ends in %s", async (at, came, sendings) => {
    const { call, seen, deps } = setUp([accepted]);
    const missed = { at: 0, start: () => Promise.resolve((seen.now = at) < 0) };
    Object.assign(deps, turns([missed, inTime(true)]));
    expect(await call()).toMatchObject({ came });
    expect(seen.sent).toHaveLength(sendings);
  });

  test("is not passed by the release of a request whose slot needs no start", async () => {
    const { call, seen } = setUp([accepted]);
    const release = () => {
      seen.now = LAST_START;
      return Promise.resolve(true);
    };
    expect(await call({ release })).toMatchObject({ came: "answer" });
    expect(seen.sent).toHaveLength(1);
  });
});

describe("a request that is throttled", () => {
  test("waits twice as long each time, up to three seconds, more or less by chance", async () => {
    const waits = async (random: number) => {
      const { call, kept, deps } = watched([throttled]);
      Object.assign(deps, { random: () => random });
      await call({ throttleRetries: 5, time: { attemptMs: 500, totalMs: 60_000 } });
      return kept.waits;
    };
    expect(await waits(0.5)).toEqual([400, 800, 1_600, 3_000, 3_000]);
    expect(await waits(0)).toEqual([200, 400, 800, 1_500, 1_500]);
  });

  test("slows its lane each time, and is waited for only when it goes again", async () => {
    const { call, kept, deps } = watched([throttled]);
    const slowed: string[] = [];
    Object.assign(deps.slots, { throttled: (lane: string) => Promise.resolve(void slowed.push(lane)) });
    expect(await call({ lane: "bulk", throttleRetries: 1 })).toMatchObject({ came: "setback" });
    expect(slowed).toEqual(["bulk", "bulk"]);
    expect(kept.waits).toEqual([400]);
  });

  test("and then meets a dead token gets a new one, once, and no wait for it", async () => {
    const { call, seen, kept } = watched([throttled, deadToken, throttled, deadToken, accepted]);
    expect(await call()).toMatchObject({ came: "setback", setback: { kind: "token_dead" } });
    expect(seen).toMatchObject({ sent: ["Bearer t1", "Bearer t1", "Bearer t2", "Bearer t2"], replaced: ["t1"] });
    expect(kept.waits).toEqual([400, 800]);
  });
});

describe("a token under suspicion", () => {
  test("is suspected again from the very end of the quiet spell, counted from its replacement", async () => {
    for (const [at, replaced] of [
      [5 * 60_000 - 1, ["t1"]],
      [5 * 60_000, ["t1", "t2"]],
    ] as const) {
      const { call, seen } = setUp([bare401]);
      await call();
      seen.now = 1_000;
      await call();
      seen.now = 1_000 + at;
      await call();
      await call();
      expect(seen.replaced).toEqual(replaced);
    }
  });

  test("that a call finds dead as well is replaced for all calls by that one replacement", async () => {
    const { call, seen, deps } = setUp([deadToken, accepted]);
    deps.suspicion.token = null;
    const first = call();
    deps.suspicion.token = "t1";
    await first;
    await call();
    expect(seen).toMatchObject({ sent: ["Bearer t1", "Bearer t2", "Bearer t2"], replaced: ["t1"] });
    expect(deps.suspicion).toEqual({ token: null, quietUntil: 5 * 60_000 });
  });

  test("stays so when only another, dead token was replaced", async () => {
    const { call, deps } = setUp([deadToken, accepted]);
    const first = call();
    deps.suspicion.token = "another process's";
    await first;
    expect(deps.suspicion).toEqual({ token: "another process's", quietUntil: 0 });
  });
});

describe("the log of a call", () => {
  const called = (entry: { attempt: number; outcome: string; status: number; tookMs: number }) => [
    "daraja.called",
    { operation: "stk_push", ...entry },
  ];

  test("says of each attempt which it was, what came of it and how long it took", async () => {
    const { call, seen, kept, deps } = watched([deadToken, throttled, accepted]);
    const { fetch } = deps;
    Object.assign(deps, { fetch: (...given: Parameters<typeof fetch>) => ((seen.now += 30), fetch(...given)) });
    await call();
    expect(kept.logs).toEqual([
      called({ attempt: 1, outcome: "token_dead", status: 404, tookMs: 30 }),
      called({ attempt: 2, outcome: "throttled", status: 429, tookMs: 30 }),
      called({ attempt: 3, outcome: "accepted", status: 200, tookMs: 30 }),
    ]);
  });

  test("says that nothing came back, and by what", async () => {
    const { call, kept, deps } = watched([]);
    const cause = { code: "ECONNRESET", syscall: "read" };
    Object.assign(deps, { fetch: () => Promise.reject(new TypeError("fetch failed", { cause })) });
    expect(await call()).toEqual({ came: "nothing", sent: "maybe", because: "ECONNRESET" });
    expect(kept.logs).toEqual([called({ attempt: 1, outcome: "ECONNRESET", status: 0, tookMs: 0 })]);
  });

  const noToken = (fault: Error) => ({
    token: { get: () => Promise.reject(fault), replace: () => Promise.reject(fault) },
  });
  test.each([
    {
      wanted: "a token",
      change: noToken(new TokenUnavailable("rate_limited", "why")),
      came: { came: "no_token", failure: "rate_limited", because: "why" },
    },
    {
      wanted: "anything else",
      change: noToken(new Error("hush")),
      came: { came: "no_token", failure: "daraja_unavailable", because: "no token" },
    },
    { wanted: "a slot", change: turns([]), came: { came: "no_slot" } },
  ])("says of a request that was not sent that it was for want of $wanted", async ({ change, came }) => {
    const { call, seen, kept, deps } = watched([accepted]);
    Object.assign(deps, change);
    expect(await call()).toEqual(came);
    const because = came.because ?? "no slot in time";
    expect(kept.logs).toEqual([["daraja.not_sent", { operation: "stk_push", because }]]);
    expect(seen.sent).toEqual([]);
  });

  test("says of one that was withheld that it was not released", async () => {
    const { call, kept } = watched([accepted]);
    await call({ release: () => Promise.resolve(false) });
    expect(kept.logs).toEqual([["daraja.not_sent", { operation: "stk_push", because: "not released" }]]);
  });
});

test("every attempt has a body of its own moment, is posted to its path, and its answer is read without the token", async () => {
  const { call, deps, kept } = watched([]);
  const sent: unknown[] = [];
  const read: string[] = [];
  const echo = () => Promise.resolve(new Response(`Bearer t1, t1`, { status: sent.length === 1 ? 429 : 200 }));
  Object.assign(deps, { fetch: (url: string, init: object) => (sent.push([url, init]), echo()) });
  const failure = { code: "rate_limited", resultCode: null, resultDesc: null } as const;
  await call({
    body: (at) => `at ${at}`,
    read: ({ status, body }) => {
      read.push(body);
      return status === 429
        ? { setback: { kind: "throttled", failure, raw: body } }
        : { answer: { answer: "unknown", because: "x", push: null, raw: body }, unlistedCode: null };
    },
  });
  const headers = { authorization: "Bearer t1", "content-type": "application/json" };
  expect(sent).toMatchObject([
    ["http://daraja.invalid/push", { method: "POST", headers, body: "at 0" }],
    ["http://daraja.invalid/push", { method: "POST", headers, body: "at 400" }],
  ]);
  expect(read).toEqual(["Bearer ***, ***", "Bearer ***, ***"]);
  expect(kept.waits).toEqual([400]);
});
