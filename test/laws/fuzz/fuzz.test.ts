import { describe, expect, test } from "vitest";
import { readStkCallback } from "../../../functions/daraja/stk-callback.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { stkTarget } from "../../fuzz/callback-targets.ts";
import { AMOUNT } from "../../fuzz/documents.ts";
import { TARGETS, fuzz, mutate } from "../../fuzz/fuzz.ts";

const SEED = 1;

describe("documents that somebody got wrong", () => {
  test("make no parser throw, no callback a fault of ours, and credit nothing that they do not say", async () => {
    const { counts, found } = await fuzz({ seed: SEED, mutations: 10_000 });
    expect(found).toEqual([]);
    expect([...counts.keys()]).toHaveLength(TARGETS.length);
    for (const { mutations } of counts.values()) expect(mutations).toBeGreaterThan(50);
    // Were everything refused, nothing would have been shown.
    for (const name of [
      "STK callback",
      "B2C result",
      "status result",
      "reversal result",
      "C2B confirmation",
      "STK door",
    ])
      expect(counts.get(name)?.credited, name).toBeGreaterThan(10);
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
