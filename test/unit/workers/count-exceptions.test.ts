/** How many exceptions wait, by age: from the ledger's own index, each storefront's, and only what is open. */
import { beforeEach, describe, expect, it } from "vitest";
import type { Measured } from "../../../functions/runtime/metrics.ts";
import { createOpenedAt } from "../../../functions/store/open-exceptions.ts";
import { countExceptions } from "../../../functions/workers/count-exceptions.ts";
import { NOW } from "../store/database.ts";
import { startLedgerInMemory } from "../store/in-memory.ts";

const HOUR = 3_600_000;

let measured: Measured[];
beforeEach(() => {
  measured = [];
});

const counting = (opened: Readonly<Record<string, readonly number[]>>) =>
  countExceptions({
    storefronts: () => Promise.resolve(Object.keys(opened).map((id) => ({ id }))),
    openedAt: (storefront) => Promise.resolve(opened[storefront] ?? []),
    measure: (one) => void measured.push(one),
    clock: { now: () => NOW },
  });

const told = (): unknown => Object.fromEntries(measured.map(({ age, values }) => [age, values.OpenExceptions]));

describe("exceptions that wait", () => {
  it("are told by age over all storefronts, and a group without any as nought", async () => {
    await counting({ shop: [NOW - 1, NOW - 2 * HOUR], other: [NOW - 5 * HOUR, NOW - 100 * HOUR], empty: [] })();
    expect(told()).toEqual({ under_1_hour: 1, under_24_hours: 2, under_3_days: 0, older: 1 });
    expect(measured.every(({ code, at }) => code === null && at === NOW)).toBe(true);
  });

  it("are found on the ledger while they are open", async () => {
    const test = await startLedgerInMemory();
    const raise = (line: string, storefront: string) =>
      test.exceptions.raise({
        ...{ storefront, kind: "unreadable_callback", about: { line }, facts: {}, source: "sweep" },
        ...{ at: NOW - HOUR, by: "sweep", requestId: "r" },
      });
    await raise("one", "shop");
    await raise("two", "shop");
    await raise("three", "other");
    const openedAt = createOpenedAt(test.deps);
    expect(await openedAt("shop")).toEqual([NOW - HOUR, NOW - HOUR]);
    expect(await openedAt("nobody")).toEqual([]);
  });
});
