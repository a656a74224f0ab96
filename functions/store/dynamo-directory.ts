/**
 * The directory on DynamoDB. A key lies under its keyed hash, so finding one is one read by key and the table alone opens
 * nothing. What must stay true: the text of a key is never written anywhere.
 */
import { createHmac } from "node:crypto";
import { GetItemCommand, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import type { Clock } from "../domain/clock.ts";
import { encode32, randomId } from "../domain/ids.ts";
import type { Rotating } from "../domain/rotating.ts";
import { isScope } from "../domain/scopes.ts";
import { persist } from "./attempts.ts";
import { list, maybeNumber, number, readList, readNumber, readText, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import type { ApiKey, Directory, NewKey } from "./directory.ts";
import { readBatch } from "./read.ts";
import { listStorefronts, readStorefront, storefrontPlace, writeStorefront } from "./storefront-item.ts";
import { transact, update } from "./transact.ts";
import type { Writer } from "./transact.ts";

export interface DirectoryDeps extends Writer {
  /** Physical name of the directory table. */
  readonly table: string;
  /** The secret that keys are hashed with. A new one takes over while keys under the one before are still found. */
  readonly pepper: () => Promise<Rotating>;
  readonly clock: Clock;
  readonly randomBytes: (count: number) => Uint8Array;
}

/** 160 random bits as 32 characters. */
const KEY_BYTES = 20;
const ID_BYTES = 20;
const KEYS_LISTED = 100;
/** Longer texts are not keys; they are not even hashed. */
const LONGEST_KEY = 200;

const keyPlace = (clearText: string, pepper: string): string =>
  `key#${createHmac("sha256", pepper).update(clearText).digest("base64url")}`;
const idPlace = (id: string): string => `id#${id}`;

const writeKey = (place: string, key: ApiKey): Record<string, Item[string]> => ({
  pk: text(place),
  sf: text(key.storefront),
  id: text(key.id),
  name: text(key.name),
  scopes: list(key.scopes.map(text)),
  tier: text(key.tier),
  usage: text(key.usageIdentifier),
  mode: text(key.mode),
  created: number(key.createdAt),
});

const readKey = (item: Item): ApiKey => ({
  id: readText(item, "id"),
  storefront: readText(item, "sf"),
  name: readText(item, "name"),
  // A scope that a later version has taken away opens nothing.
  scopes: readList(item, "scopes").flatMap(({ S: scope }) => (scope !== undefined && isScope(scope) ? [scope] : [])),
  tier: readText(item, "tier"),
  usageIdentifier: readText(item, "usage"),
  mode: readText(item, "mode") === "live" ? "live" : "test",
  createdAt: readNumber(item, "created"),
  revokedAt: maybeNumber(item, "revoked"),
});

/** Where the directory lies: reads and writes that both halves need. */
const createShelf = (deps: DirectoryDeps) => {
  const { table, dynamo } = deps;
  return {
    get: async (place: string): Promise<Item | null> => {
      const request = new GetItemCommand({ TableName: table, Key: { pk: text(place) }, ConsistentRead: true });
      const { Item: item } = await persist(deps, () => dynamo.send(request));
      return item ?? null;
    },
    put: async (item: Record<string, Item[string]>): Promise<void> => {
      await persist(deps, () => dynamo.send(new PutItemCommand({ TableName: table, Item: item })));
    },
    /** A key lies under the hash of its text; a pointer under its id leads there. */
    keep: async (key: ApiKey, clearText: string): Promise<void> => {
      const place = keyPlace(clearText, (await deps.pepper()).current);
      const pointer = { pk: text(idPlace(key.id)), place: text(place) };
      await transact(deps, [
        { Put: { TableName: table, Item: writeKey(place, key) } },
        { Put: { TableName: table, Item: pointer } },
      ]);
    },
  };
};

type Shelf = ReturnType<typeof createShelf>;

const keyMaking = (deps: DirectoryDeps, shelf: Shelf): Pick<Directory, "createKey" | "plantKey"> => {
  const newKey = (wanted: NewKey, idBytes: Uint8Array): ApiKey => ({
    ...wanted,
    id: randomId("key", idBytes),
    createdAt: deps.clock.now(),
    revokedAt: null,
  });
  return {
    createKey: async (wanted) => {
      const clearText = `sk_${wanted.mode}_${encode32(deps.randomBytes(KEY_BYTES))}`;
      const key = newKey(wanted, deps.randomBytes(ID_BYTES));
      await shelf.keep(key, clearText);
      return { key, clearText };
    },
    plantKey: async (wanted, clearText) => {
      const digest = createHmac("sha256", (await deps.pepper()).current)
        .update(`id of ${clearText}`)
        .digest();
      const key = newKey(wanted, digest.subarray(0, ID_BYTES));
      await shelf.keep(key, clearText);
      return key;
    },
  };
};

const keyKeeping = (deps: DirectoryDeps, shelf: Shelf): Pick<Directory, "findKey" | "revokeKey" | "listKeys"> => ({
  findKey: async (clearText) => {
    if (clearText.length > LONGEST_KEY) return null;
    const { current, previous } = await deps.pepper();
    const item =
      (await shelf.get(keyPlace(clearText, current))) ??
      (previous === undefined ? null : await shelf.get(keyPlace(clearText, previous)));
    const key = item && readKey(item);
    return key?.revokedAt === null ? key : null;
  },
  revokeKey: async (id) => {
    const pointer = await shelf.get(idPlace(id));
    if (!pointer) return false;
    const revoked = await update(deps, {
      TableName: deps.table,
      Key: { pk: text(readText(pointer, "place")) },
      UpdateExpression: "SET revoked = if_not_exists(revoked, :now)",
      ConditionExpression: "attribute_exists(pk)",
      ExpressionAttributeValues: { ":now": number(deps.clock.now()) },
    });
    return revoked.written;
  },
  listKeys: async (storefront) => {
    const request = new QueryCommand({
      TableName: deps.table,
      IndexName: "by_storefront",
      KeyConditionExpression: "sf = :storefront",
      ExpressionAttributeValues: { ":storefront": text(storefront) },
      Limit: KEYS_LISTED,
    });
    const { Items = [] } = await persist(deps, () => deps.dynamo.send(request));
    const places = Items.map((item) => readText(item, "pk"));
    return (await readBatch(deps, deps.table, places)).map(readKey);
  },
});

export const createDirectory = (deps: DirectoryDeps): Directory => {
  const shelf = createShelf(deps);
  return {
    ...keyMaking(deps, shelf),
    ...keyKeeping(deps, shelf),
    putStorefront: (storefront) => shelf.put(writeStorefront(storefront)),
    storefront: async (id) => {
      const item = await shelf.get(storefrontPlace(id));
      return item && readStorefront(item);
    },
    storefronts: () => listStorefronts(deps),
  };
};
