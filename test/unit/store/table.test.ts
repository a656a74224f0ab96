import { describe, expect, it } from "vitest";
import { codes } from "../../../functions/store/attributes.ts";
import { keys } from "../../../functions/store/keys.ts";
import { BATCH_AT } from "../../../functions/store/batch-item.ts";
import { PAYMENT_AT } from "../../../functions/store/payment-item.ts";
import { PAYOUT_AT } from "../../../functions/store/payout-item.ts";
import { AT } from "../../../functions/store/transaction-item.ts";
import { DUE_SHARDS, TABLES, TIME_SHARDS } from "../../../functions/store/table.ts";
import type { TableSchema } from "../../../functions/store/table.ts";

describe("the tables", () => {
  it("have the keys that the ledger writes", () => {
    const { partitionKey, indexes } = TABLES.transactions;
    expect(partitionKey.name).toBe(AT.id);
    expect(
      Object.fromEntries(indexes.map((index) => [index.name, [index.partitionKey.name, index.sortKey.name]])),
    ).toEqual({
      by_time: [AT.timeKey, AT.createdAt],
      by_phone: [AT.phoneKey, AT.createdAt],
      by_reference: [AT.referenceKey, AT.createdAt],
      by_push: [AT.pushKey, AT.createdAt],
      due: [AT.dueKey, AT.checkAt],
    });
  });

  it("keep money's history for good, and let nothing else outlive its use", () => {
    const tables: readonly TableSchema[] = Object.values(TABLES);
    const forGood = tables.filter((table) => table.ttl === null);
    expect(forGood.map((table) => table.name).sort()).toEqual(["directory", "transactions"]);
    expect(forGood.every((table) => table.lasting)).toBe(true);
  });

  it.each(Object.entries({ payment: PAYMENT_AT, payout: PAYOUT_AT }))(
    "never give two attributes of a %s one name",
    (_kind, names) => {
      expect(new Set(Object.values(names)).size).toBe(Object.keys(names).length);
    },
  );

  it("give two names of a batch to one attribute only where it takes the place of M-PESA's name", () => {
    const { liveKey, ...names } = BATCH_AT;
    expect(new Set(Object.values(names)).size).toBe(Object.keys(names).length);
    expect(liveKey).toBe(AT.pushKey);
  });
});

describe("the keys", () => {
  const ids = Array.from({ length: 400 }, (_, index) => `pay_${"0123456789abcdfghijknpqrstuvwxyz".charAt(index % 32)}`);

  it("spread listings and checks over all their shards", () => {
    const listings = new Set(ids.map((id) => keys.timeOf("shop", id, 0)));
    expect([...listings].sort()).toEqual([...keys.timeShards("shop", 0)].sort());
    expect(listings.size).toBe(TIME_SHARDS);
    expect(new Set(ids.map((id) => keys.dueOf(id)))).toEqual(
      new Set(Array.from({ length: DUE_SHARDS }, (_, shard) => keys.due(shard))),
    );
  });

  it("put an instant into its UTC month", () => {
    expect(keys.exceptions("shop", Date.UTC(2026, 11, 31, 23, 59, 59, 999))).toBe("shop#exceptions#2026-12");
    expect(keys.exceptions("shop", Date.UTC(2027, 0, 1))).toBe("shop#exceptions#2027-01");
  });
});

describe("storage codes", () => {
  it("refuse two words with one code, and a code that no word has", () => {
    expect(() => codes({ one: "a", two: "a" })).toThrow("share a storage code");
    const read = codes({ one: "a", two: "b" });
    expect(read.read({ x: { S: "b" } }, "x")).toBe("two");
    expect(() => read.read({ x: { S: "c" } }, "x")).toThrow('"x"');
    expect(() => read.read({}, "x")).toThrow('"x"');
    expect(read.maybe({}, "x")).toBeNull();
  });
});
