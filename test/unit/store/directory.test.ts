import { randomBytes, randomUUID } from "node:crypto";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Rotating } from "../../../functions/domain/rotating.ts";
import type { Directory, NewKey } from "../../../functions/store/directory.ts";
import { createDirectory } from "../../../functions/store/dynamo-directory.ts";
import { connect, makeTable, NOW, watched } from "./database.ts";

const client = connect();
const { dynamo, calls } = watched(client);
let table: string;
let directory: Directory;
const pepperOf = (pepper: Rotating): Directory =>
  createDirectory({
    dynamo,
    table,
    pepper: () => Promise.resolve(pepper),
    clock: { now: () => NOW },
    randomBytes,
    wait: () => Promise.resolve(),
    random: () => 0.5,
    newToken: randomUUID,
  });
const OLD = "the pepper that was first";
const NEW = "the pepper that came next";
beforeAll(async () => {
  table = await makeTable(client, "directory");
  directory = pepperOf({ current: OLD });
});
beforeEach(() => {
  calls.length = 0;
});
afterAll(() => client.destroy());

const wanted = (overrides: Partial<NewKey> = {}): NewKey => ({
  storefront: "shop",
  name: "Checkout server",
  scopes: ["payments:read", "payments:write"],
  tier: "standard",
  usageIdentifier: "usage-1",
  mode: "test",
  ...overrides,
});

describe("an API key", () => {
  it("is shown once and found by its text in one read", async () => {
    const { key, clearText } = await directory.createKey(wanted({ mode: "live" }));
    expect(clearText).toMatch(/^sk_live_[0-9a-z]{32}$/);
    expect(key).toEqual({ ...wanted({ mode: "live" }), id: key.id, createdAt: NOW, revokedAt: null });
    calls.length = 0;
    expect(await directory.findKey(clearText)).toEqual(key);
    expect(calls).toEqual(["GetItem"]);
  });

  it("is nowhere in the table, nor is anything that opens without the pepper", async () => {
    const { clearText } = await directory.createKey(wanted());
    const { Items } = await client.send(new ScanCommand({ TableName: table }));
    expect(JSON.stringify(Items)).not.toContain(clearText.slice(8));
    expect(await pepperOf({ current: NEW }).findKey(clearText)).toBeNull();
  });

  it("is never the same twice", async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => directory.createKey(wanted())));
    expect(new Set(made.map((one) => one.clearText)).size).toBe(20);
    expect(new Set(made.map((one) => one.key.id)).size).toBe(20);
  });

  it("is not found when it is a stranger's, cut, in other letters, or endless", async () => {
    const { clearText } = await directory.createKey(wanted());
    for (const text of [
      "",
      "sk_test_",
      clearText.slice(0, -1),
      clearText.toUpperCase(),
      `${clearText} `,
      "k".repeat(100_000),
    ])
      expect(await directory.findKey(text)).toBeNull();
  });

  it("is not found any more once revoked, and stays in the list with its time", async () => {
    const { key, clearText } = await directory.createKey(wanted({ storefront: "revoking" }));
    expect(await directory.revokeKey(key.id)).toBe(true);
    expect(await directory.revokeKey(key.id)).toBe(true);
    expect(await directory.findKey(clearText)).toBeNull();
    expect(await directory.listKeys("revoking")).toEqual([{ ...key, revokedAt: NOW }]);
    expect(await directory.revokeKey("key_unknown")).toBe(false);
  });

  it("outlives one rotation of the pepper, at the price of a second read", async () => {
    const { key, clearText } = await directory.createKey(wanted());
    const rotated = pepperOf({ current: NEW, previous: OLD });
    calls.length = 0;
    expect(await rotated.findKey(clearText)).toEqual(key);
    expect(calls).toEqual(["GetItem", "GetItem"]);
    const { clearText: younger } = await rotated.createKey(wanted());
    calls.length = 0;
    expect(await rotated.findKey(younger)).not.toBeNull();
    expect(calls).toEqual(["GetItem"]);
  });

  it("is listed under its own storefront alone", async () => {
    const { key } = await directory.createKey(wanted({ storefront: "listed" }));
    expect(await directory.listKeys("listed")).toEqual([key]);
    expect(await directory.listKeys("nobody")).toEqual([]);
  });
});

describe("planting a given key", () => {
  it("makes it findable, and planting it again replaces it", async () => {
    const first = await directory.plantKey(wanted({ storefront: "seeded" }), "sk_test_storefront");
    expect(await directory.findKey("sk_test_storefront")).toEqual(first);
    const second = await directory.plantKey(
      wanted({ storefront: "seeded", scopes: ["audit:read"] }),
      "sk_test_storefront",
    );
    expect(second.id).toBe(first.id);
    expect(await directory.findKey("sk_test_storefront")).toMatchObject({ scopes: ["audit:read"] });
    expect(await directory.listKeys("seeded")).toHaveLength(1);
  });
});

describe("a storefront", () => {
  const shop = { id: "shop", name: "A shop", shortcode: null, references: ["INV", "ORD"], isDefault: false };

  it("is read as it was put, with a shortcode or without", async () => {
    await directory.putStorefront(shop);
    expect(await directory.storefront("shop")).toEqual(shop);
    await directory.putStorefront({ ...shop, shortcode: "174379", references: [], isDefault: true });
    expect(await directory.storefront("shop")).toMatchObject({ shortcode: "174379", references: [], isDefault: true });
    expect(await directory.storefront("nobody")).toBeNull();
  });

  it("is listed with all others, however many there are, and no key is taken for one", async () => {
    const ids = Array.from({ length: 120 }, (_, index) => `shop-${String(index).padStart(3, "0")}`);
    for (const id of ids) await directory.putStorefront({ ...shop, id });
    await directory.createKey(wanted({ storefront: "shop-007" }));
    const listed = (await directory.storefronts()).map(({ id }) => id);
    expect(listed.filter((id) => id.startsWith("shop-"))).toEqual(ids);
    expect(await directory.listKeys("shop-007")).toHaveLength(1);
  });
});
