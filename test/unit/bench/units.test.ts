import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import { readUnits, writeUnits } from "../../../bench/units.ts";
import { directionOf, subjectOf, touchedBy } from "../../../bench/touched.ts";

const TABLE = { keyNames: ["pk"], indexes: [{ name: "due", keyNames: ["d", "u"] }] };

/** An item of about so many bytes. */
const item = (bytes: number, more: Record<string, AttributeValue> = {}): Record<string, AttributeValue> => ({
  pk: { S: "pay_1" },
  x: { S: "x".repeat(bytes) },
  ...more,
});
const due = (at: string): Record<string, AttributeValue> => ({ d: { S: "shard" }, u: { N: at } });

describe("a write's units", () => {
  const units = (
    before: ReturnType<typeof item> | null,
    after: ReturnType<typeof item> | null,
    transactional = false,
  ) => writeUnits({ table: TABLE, before, after, transactional });

  it("are the started kilobytes of the larger item, before or after", () => {
    expect(units(null, item(100)).item).toBe(1);
    expect(units(null, item(1_100)).item).toBe(2);
    expect(units(item(2_100), item(100)).item).toBe(3);
    expect(units(item(100), null).item).toBe(1);
  });

  it("are one for a write that changed nothing: a refused condition is paid for too", () => {
    expect(units(null, null)).toEqual({ item: 1, indexes: 0 });
  });

  it("double inside a transaction, but not those of the indexes", () => {
    expect(units(null, item(100, due("1")), true)).toEqual({ item: 2, indexes: 1 });
  });

  it("count an index entry that is made or removed once, one that moves twice, one that stays not at all", () => {
    expect(units(null, item(1, due("1"))).indexes).toBe(1);
    expect(units(item(1, due("1")), item(1)).indexes).toBe(1);
    expect(units(item(1, due("1")), item(1, due("2"))).indexes).toBe(2);
    expect(units(item(1, due("1")), item(900, due("1"))).indexes).toBe(0);
  });

  it("leave an item out of an index that lacks one of its keys", () => {
    expect(units(null, item(1, { d: { S: "shard" } })).indexes).toBe(0);
  });
});

describe("a read's units", () => {
  it("are started four kilobytes of all items together, half of them when old data will do", () => {
    expect(readUnits([item(100)], true)).toBe(1);
    expect(readUnits([item(3_000), item(3_000)], true)).toBe(2);
    expect(readUnits([item(100)], false)).toBe(0.5);
    expect(readUnits([], true)).toBe(1);
  });
});

describe("a call as it crosses the wire", () => {
  const tables = new Map([["payments", TABLE]]);
  const call = (operation: string, body: unknown) => ({
    target: `DynamoDB_20120810.${operation}`,
    body: JSON.stringify(body),
  });

  it("is a read, a write or neither", () => {
    expect(directionOf("DynamoDB_20120810.Query")).toBe("read");
    expect(directionOf("DynamoDB_20120810.TransactWriteItems")).toBe("write");
    expect(directionOf("secretsmanager.GetSecretValue")).toBeNull();
  });

  it("touches the items that it puts, updates and deletes", () => {
    const put = call("PutItem", { TableName: "payments", Item: { pk: { S: "a" }, x: { N: "1" } } });
    const both = call("TransactWriteItems", {
      TransactItems: [
        { Put: { TableName: "payments", Item: { pk: { S: "a" } } } },
        { Update: { TableName: "payments", Key: { pk: { S: "b" } } } },
      ],
    });
    expect(touchedBy(put, tables)).toMatchObject([{ key: { pk: { S: "a" } }, transactional: false }]);
    expect(touchedBy(both, tables)).toMatchObject([
      { key: { pk: { S: "a" } }, transactional: true },
      { key: { pk: { S: "b" } }, transactional: true },
    ]);
    expect(touchedBy(call("GetItem", { TableName: "payments", Key: { pk: { S: "a" } } }), tables)).toEqual([]);
  });

  it("is about a table, several, or a secret", () => {
    expect(subjectOf('{"TableName":"payments"}')).toBe("payments");
    expect(subjectOf('{"SecretId":"arn:1"}')).toBe("arn:1");
    expect(subjectOf('{"TransactItems":[{"Put":{"TableName":"a"}},{"Update":{"TableName":"b"}}]}')).toBe("a+b");
  });

  it("is refused when it writes to a table that nobody described", () => {
    const stray = call("PutItem", { TableName: "other", Item: { pk: { S: "a" } } });
    expect(() => touchedBy(stray, tables)).toThrow("not one of the stage's tables");
  });
});
