/** Whose turn it is to freeze: one of all who want it, until it is given up or has run out. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { createFreezeLease } from "../../../functions/store/freeze-lease.ts";
import type { FreezeLease } from "../../../functions/store/freeze-lease.ts";
import { startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";

let test: TestLedger;
let lease: FreezeLease;
beforeEach(async () => {
  test = await startLedger();
  lease = createFreezeLease({ ...test.deps, table: test.deps.tables.coordination });
});
afterEach(() => test.close());

const take = (holder: string, storefront = "shop"): Promise<boolean> =>
  lease.take(storefront, { holder, forMs: 30_000 });

it("is taken by one of many at once, and by one for each storefront", async () => {
  const taken = await Promise.all(Array.from({ length: 10 }, (_, index) => take(`holder-${index}`)));
  expect(taken.filter(Boolean)).toHaveLength(1);
  expect(await take("another", "elsewhere")).toBe(true);
});

it("is free again once it was given up, or by itself once it has run out", async () => {
  expect(await take("first")).toBe(true);
  expect(await take("second")).toBe(false);
  await lease.giveUp("shop", { holder: "first", afterMs: 0 });
  expect(await take("second")).toBe(true);
  test.time.now += 29_999;
  expect(await take("third")).toBe(false);
  test.time.now += 1;
  expect(await take("third")).toBe(true);
});

it("can be given up for a little later", async () => {
  await take("first");
  await lease.giveUp("shop", { holder: "first", afterMs: 5_000 });
  test.time.now += 4_999;
  expect(await take("second")).toBe(false);
  test.time.now += 1;
  expect(await take("second")).toBe(true);
});

it("is not given up by somebody who has it no more", async () => {
  await take("first");
  test.time.now += 30_000;
  await take("second");
  await lease.giveUp("shop", { holder: "first", afterMs: 0 });
  expect(await take("third")).toBe(false);
});

it("is the holder's when the write was repeated because its answer was lost", async () => {
  test.state.interfere = () => ({ again: true });
  expect(await take("first")).toBe(true);
});

it("leaves the table a day after it has run out", async () => {
  await take("first");
  const item = await test.item("freezing#shop", test.deps.tables.coordination);
  expect(Number(item?.["ttl"]?.N) * 1_000 - test.time.now).toBe(30_000 + 86_400_000);
});
