import { describe, expect, test } from "vitest";
import type { SubmitAnswer } from "../../../functions/daraja/answers.ts";
import { accepted, bare401, deadToken, inTime, setUp, throttled, turns, unlisted401 } from "./call-rig.ts";

const MINUTE = 60_000;

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

describe("a call that has to be released", () => {
  test("is, once a token and a slot are at hand, and is sent then", async () => {
    const { call, seen, deps } = setUp([accepted]);
    const { slots, asked } = turns([inTime(true)]);
    Object.assign(deps, { slots });
    const release = () => {
      asked.push(`release, ${seen.sent.length} sent`);
      return Promise.resolve(true);
    };
    expect(await call({ release, lane: "bulk" })).toMatchObject({ came: "answer" });
    expect(asked).toEqual(["take bulk", "release, 0 sent"]);
    expect(seen.sent).toHaveLength(1);
  });

  test("is not sent when it is withheld, nor when releasing it fails, and the failure is the caller's", async () => {
    const { call, seen } = setUp([accepted]);
    expect(await call({ release: () => Promise.resolve(false) })).toEqual({ came: "withheld" });
    const down = new Error("the ledger can't be reached");
    await expect(call({ release: () => Promise.reject(down) })).rejects.toBe(down);
    expect(seen.sent).toEqual([]);
  });

  test("is asked for neither without a slot nor without a token", async () => {
    const { call, seen, deps } = setUp([accepted]);
    let released = 0;
    const release = () => Promise.resolve((released += 1) > 0);
    Object.assign(deps, turns([]));
    expect(await call({ release })).toEqual({ came: "no_slot" });
    deps.suspicion.token = "t1";
    seen.tokenAvailable = false;
    expect(await call({ release })).toMatchObject({ came: "no_token" });
    expect(released).toBe(0);
  });

  test.each([
    ["throttled", throttled],
    ["turned away with a dead token", deadToken],
  ])("and was %s is sent again without being asked for again", async (_, setback) => {
    const { call, seen } = setUp([setback, accepted]);
    let released = 0;
    const release = () => Promise.resolve((released += 1) > 0);
    expect(await call({ release })).toMatchObject({ came: "answer", answer: { answer: "accepted" } });
    expect(seen.sent).toHaveLength(2);
    expect(released).toBe(1);
  });

  test("for so long that no time is left for an answer is not sent", async () => {
    const { call, seen } = setUp([accepted]);
    const release = () => {
      seen.now += 9_501;
      return Promise.resolve(true);
    };
    expect(await call({ release })).toEqual({ came: "no_slot" });
    expect(seen.sent).toEqual([]);
  });
});

describe("a slot that went by", () => {
  test("is not used: the call takes another, and is released once", async () => {
    const { call, seen, deps } = setUp([accepted]);
    const { slots, asked } = turns([inTime(false), inTime(false), inTime(true)]);
    Object.assign(deps, { slots });
    let released = 0;
    const release = () => Promise.resolve((released += 1) > 0);
    expect(await call({ release, lane: "bulk" })).toMatchObject({ came: "answer" });
    expect(asked).toHaveLength(3);
    expect(seen.sent).toHaveLength(1);
    expect(released).toBe(1);
  });

  test("five times over ends the call, and nothing was sent", async () => {
    const { call, seen, deps } = setUp([accepted]);
    const { slots, asked } = turns(Array.from({ length: 20 }, () => inTime(false)));
    Object.assign(deps, { slots });
    expect(await call()).toEqual({ came: "no_slot" });
    expect(asked.length).toBeLessThanOrEqual(6);
    expect(seen.sent).toEqual([]);
  });
});

test("an answer that says Daraja is busy slows the lane, and is the answer", async () => {
  const { call, seen, deps } = setUp([accepted]);
  const { slots, asked } = turns([inTime(true)]);
  Object.assign(deps, { slots });
  const busy: SubmitAnswer = { answer: "unknown", because: "busy", push: null, raw: "{}" };
  const read = () => ({ answer: busy, unlistedCode: null, slowDown: true }) as const;
  expect(await call({ lane: "bulk", read })).toEqual({ came: "answer", answer: busy, unlistedCode: null });
  expect(asked).toEqual(["take bulk", "throttled bulk"]);
  expect(seen.sent).toHaveLength(1);
});
