/**
 * The directory on DynamoDB; key-item.ts says how a key lies in it. What must stay true: the text of a key is never written
 * anywhere; a revoked key is revoked in every place where it lies.
 */
import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Clock } from "../domain/clock.ts";
import { encode32, randomId } from "../domain/ids.ts";
import type { Rotating } from "../domain/rotating.ts";
import { persist } from "./attempts.ts";
import { list, number, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import type { ApiKey, Directory, NewKey } from "./directory.ts";
import { digestOf, keyPlace, pointerPlace, readKey, readPlaces, writeKey, writePointer } from "./key-item.ts";
import { keyRows } from "./key-rows.ts";
import { listStorefronts, readStorefront, storefrontPlace, writeStorefront } from "./storefront-item.ts";
import { transact } from "./transact.ts";
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
/** How often a rotation may move a key that is being revoked. */
const ROUNDS = 5;
/** Longer texts are not keys; they are not even hashed. */
const LONGEST_KEY = 200;

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
      const digest = digestOf(clearText);
      const place = keyPlace(digest, (await deps.pepper()).current);
      await transact(deps, [
        { Put: { TableName: table, Item: writeKey(place, key, digest) } },
        { Put: { TableName: table, Item: writePointer(key.id, [place]) } },
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
      const key = newKey(wanted, digestOf(`id of ${clearText}`).subarray(0, ID_BYTES));
      await shelf.keep(key, clearText);
      return key;
    },
  };
};

/** Revokes a key in all of its places; false when it lies in others by now. */
const revokeAt = async (deps: DirectoryDeps, id: string, places: readonly string[]): Promise<boolean> => {
  const revoke = (place: string, condition: string, seen: Record<string, Item[string]> = {}) => ({
    Update: {
      TableName: deps.table,
      Key: { pk: text(place) },
      UpdateExpression: "SET revoked = if_not_exists(revoked, :now)",
      ConditionExpression: condition,
      ExpressionAttributeValues: { ":now": number(deps.clock.now()), ...seen },
    },
  });
  const revoked = await transact(deps, [
    revoke(pointerPlace(id), "places = :seen", { ":seen": list(places.map(text)) }),
    ...places.map((place) => revoke(place, "attribute_exists(pk)")),
  ]);
  return revoked.written;
};

const keyKeeping = (deps: DirectoryDeps, shelf: Shelf): Pick<Directory, "findKey" | "revokeKey" | "listKeys"> => ({
  findKey: async (clearText) => {
    if (clearText.length > LONGEST_KEY) return null;
    const { current, previous } = await deps.pepper();
    const digest = digestOf(clearText);
    const item =
      (await shelf.get(keyPlace(digest, current))) ??
      (previous === undefined ? null : await shelf.get(keyPlace(digest, previous)));
    const key = item && readKey(item);
    return key?.revokedAt === null ? key : null;
  },
  revokeKey: async (id) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const pointer = await shelf.get(pointerPlace(id));
      if (!pointer) return false;
      if (await revokeAt(deps, id, readPlaces(pointer))) return true;
    }
    throw new Error(`the key ${id} is changed by others all the time; it is safe to revoke it again`);
  },
  listKeys: async (storefront) => {
    const keys = new Map<string, ApiKey>();
    for await (const rows of keyRows(deps, storefront)) {
      for (const key of rows.map(readKey)) keys.set(key.id, key);
      if (keys.size >= KEYS_LISTED) break;
    }
    return [...keys.values()].slice(0, KEYS_LISTED);
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
