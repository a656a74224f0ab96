import { describe, expect, test } from "vitest";
import { readStkCallback } from "../../../functions/daraja/stk-callback.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { START } from "../../exhaustive/books.ts";
import { stkTarget } from "../../fuzz/callback-targets.ts";
import { AMOUNT } from "../../fuzz/documents.ts";
import { doorTarget } from "../../fuzz/door-targets.ts";
import { NO_BUG } from "../../fuzz/gateway.ts";
import { IDS } from "../../fuzz/kept-intents.ts";
import { routeTarget } from "../../fuzz/route-targets.ts";
import { TARGETS, fuzz, mutate } from "../../fuzz/fuzz.ts";

const SEED = 1;

/** What reads of money that moves, or begins to move it. */
const MOVING = [
  ...["STK callback", "B2C result", "status result", "reversal result", "C2B confirmation"],
  ...["STK door", "B2C door", "payout status door", "reversal door", "refund status door", "receipt door", "C2B door"],
  ...["start of a payment", "start of a payout", "start of a refund", "start of a batch"],
];

describe("documents that somebody got wrong", () => {
  test("make no parser throw, no callback a fault of ours, and credit nothing that they do not say", async () => {
    const { counts, found } = await fuzz({ seed: SEED, mutations: 10_000 });
    expect(found).toEqual([]);
    expect([...counts.keys()]).toHaveLength(TARGETS.length);
    for (const { mutations } of counts.values()) expect(mutations).toBeGreaterThan(40);
    // Were everything refused, nothing would have been shown.
    for (const name of MOVING) expect(counts.get(name)?.credited, name).toBeGreaterThan(5);
  });

  test("are the same for the same seed and number", async () => {
    for (const number of [0, 3, 100, 4_711]) expect(await mutate(SEED, number)).toEqual(await mutate(SEED, number));
    expect(await mutate(SEED, 0)).not.toEqual(await mutate(SEED + 1, 0));
  });
});

describe("a bug that was planted in the reader of callbacks is found", () => {
  test("when it takes the intent's amount for the callback's", async () => {
    const credulous: typeof readStkCallback = (body) => {
      const read = readStkCallback(body);
      if (!read.readable || read.finding.finding !== "paid") return read;
      return { ...read, finding: { ...read.finding, amount: shillings(AMOUNT) } };
    };
    const { found } = await fuzz({ seed: SEED, mutations: 2_000, mostFound: 1, only: stkTarget(credulous) });
    expect(found[0]?.wrong).toBe("credited another amount");
  });

  test("when it does not look at the result code", async () => {
    const blind: typeof readStkCallback = (body) =>
      readStkCallback(body.replace(/"ResultCode":"?\d+"?/, '"ResultCode":0'));
    const { found } = await fuzz({ seed: SEED, mutations: 2_000, mostFound: 1, only: stkTarget(blind) });
    expect(found[0]?.wrong).toBe("credited what does not say 0");
  });

  test("when it throws", async () => {
    const fragile: typeof readStkCallback = (body) => {
      JSON.parse(body);
      return readStkCallback(body);
    };
    const { found } = await fuzz({ seed: SEED, mutations: 2_000, mostFound: 1, only: stkTarget(fragile) });
    expect(found[0]?.wrong).toMatch(/^threw /);
  });
});

describe("a bug that was planted in a door is found", () => {
  test("when it believes a stranger's address", async () => {
    const credulous = doorTarget("B2C door", { ...NO_BUG, isSafaricom: () => true });
    const { found } = await fuzz({ seed: SEED, mutations: 500, mostFound: 1, only: credulous });
    expect(found[0]?.wrong).toBe("a stranger ended something");
  });

  test("when it takes a queue timeout for a result", async () => {
    const hasty = doorTarget("B2C timeout door", { ...NO_BUG, takenFor: () => "b2c" });
    const { found } = await fuzz({ seed: SEED, mutations: 500, mostFound: 1, only: hasty });
    expect(found[0]?.wrong).toBe("something ended that it is not about");
  });
});

describe("a bug that was planted in front of a route is found", () => {
  test("when it writes before it looks", async () => {
    const hasty = routeTarget("start of a payout", (answer, { payments }) => async (request) => {
      const at = { at: START, by: "key:fuzz", requestId: "fuzz" };
      await payments().record(IDS.payment, { finding: "unverified", source: "callback", raw: "early", ...at });
      return answer(request);
    });
    const { found } = await fuzz({ seed: SEED, mutations: 500, mostFound: 1, only: hasty });
    expect(found[0]?.wrong).toBe("written although it was refused");
  });

  test("when it makes shillings of whatever stands there", async () => {
    const generous = routeTarget("start of a payment", (answer) => (request) => {
      const body = (request.body ?? "").replace(/"amount":"?(\d+)(\.\d+)?"?/, '"amount":$1');
      return answer({ ...request, body });
    });
    const { found } = await fuzz({ seed: SEED, mutations: 500, mostFound: 1, only: generous });
    expect(found[0]?.wrong).toBe("taken over other money");
  });
});
