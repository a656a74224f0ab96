/**
 * Makes every living API key lie under the next pepper too, before that comes into force. What must stay true: a key never
 * stops being found under the pepper in force; a key that is revoked meanwhile stays revoked in every place; only a key that
 * lies where a pepper in force puts it is taken along, so that who can write to the table and knows no pepper plants none.
 */
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { Rotating } from "../domain/rotating.ts";
import { list, maybeNumber, readText, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { eachAtMost } from "./each-at-most.ts";
import { keyPlace, pointerPlace, readDigest, readPlaces } from "./key-item.ts";
import { keyRows } from "./key-rows.ts";
import type { Shelf } from "./key-rows.ts";
import { readBatch } from "./read.ts";
import { listStorefronts } from "./storefront-item.ts";
import { transact } from "./transact.ts";

export interface Peppers {
  readonly now: Rotating;
  readonly next: string;
}

/** Gives how many living keys there are, and how many of them did not lie under the next pepper before. */
export type KeySpreader = (peppers: Peppers) => Promise<{ readonly keys: number; readonly added: number }>;

/** A key lies where no pepper puts it. Somebody wrote to the table who should not. */
class KeyMisplaced extends Error {
  constructor(id: string) {
    super(
      `the API key ${id} lies where no pepper in force puts it; find out who wrote it, revoke it, then rotate again`,
    );
    this.name = "KeyMisplaced";
  }
}

/** Keys that are read together; each lies in four places at most. */
const READ_TOGETHER = 25;
/** Keys that are written at the same time. */
const AT_ONCE = 8;
/** How often somebody else may change a key before us until we give up. */
const ROUNDS = 5;

/** A key as it lies: its pointer, and the rows that it names. */
interface Lying {
  readonly id: string;
  readonly pointer: Item;
  readonly rows: readonly Item[];
}

const placeOf = (row: Item): string => readText(row, "pk");

/** In the order of `ids`. Throws for one that has no pointer. */
const readKeys = async (deps: Shelf, ids: readonly string[]): Promise<readonly Lying[]> => {
  const pointers = await readBatch(deps, deps.table, ids.map(pointerPlace));
  const found = new Map(pointers.map((pointer) => [placeOf(pointer), pointer]));
  const rows = await readBatch(deps, deps.table, pointers.flatMap(readPlaces));
  return ids.map((id) => {
    const pointer = found.get(pointerPlace(id));
    if (pointer === undefined) throw new KeyMisplaced(id);
    const places = readPlaces(pointer);
    return { id, pointer, rows: rows.filter((row) => places.includes(placeOf(row))) };
  });
};

/** The row that the pepper in force finds, or else the one before. */
const rowInForce = (rows: readonly Item[], { current, previous }: Rotating): Item | undefined => {
  const under = (pepper: string | undefined): Item | undefined =>
    pepper === undefined ? undefined : rows.find((row) => placeOf(row) === keyPlace(readDigest(row), pepper));
  return under(current) ?? under(previous);
};

/** What has to be written for a key to lie under the next pepper too, and no longer where none looks; null for nothing. */
const writesFor = (
  { id, pointer, rows }: Lying,
  { now, next }: Peppers,
  table: string,
): readonly TransactWriteItem[] | null => {
  if (maybeNumber(pointer, "revoked") !== null) return null;
  const seen = readPlaces(pointer);
  const row = rowInForce(rows, now);
  if (row === undefined) throw new KeyMisplaced(id);
  const target = keyPlace(readDigest(row), next);
  const kept = [target, placeOf(row)];
  if (seen.length === kept.length && kept.every((place) => seen.includes(place))) return null;
  const put = { TableName: table, Item: { ...row, pk: text(target) }, ConditionExpression: "attribute_not_exists(pk)" };
  const update = {
    TableName: table,
    Key: { pk: text(pointerPlace(id)) },
    UpdateExpression: "SET places = :kept",
    ConditionExpression: "places = :seen AND attribute_not_exists(revoked)",
    ExpressionAttributeValues: { ":kept": list(kept.map(text)), ":seen": list(seen.map(text)) },
  };
  const left = seen.filter((place) => !kept.includes(place));
  return [
    ...(seen.includes(target) ? [] : [{ Put: put }]),
    { Update: update },
    ...left.map((place) => ({ Delete: { TableName: table, Key: { pk: text(place) } } })),
  ];
};

/** One key; true when something had to be written. */
const spreadOne = async (deps: Shelf, read: Lying, peppers: Peppers): Promise<boolean> => {
  let lying: Lying | undefined = read;
  for (let round = 0; round < ROUNDS && lying; round += 1) {
    const writes = writesFor(lying, peppers, deps.table);
    if (writes === null) return false;
    if ((await transact(deps, writes)).written) return true;
    [lying] = await readKeys(deps, [read.id]);
  }
  throw new Error(`the API key ${read.id} is changed by others all the time; it is safe to rotate again`);
};

const livingIds = async (deps: Shelf, storefront: string): Promise<readonly string[]> => {
  const ids = new Set<string>();
  for await (const rows of keyRows(deps, storefront))
    for (const row of rows) if (maybeNumber(row, "revoked") === null) ids.add(readText(row, "id"));
  return [...ids];
};

/** Safe to repeat and to run twice at once. Throws KeyMisplaced for a key that can't be taken along. */
export const createKeySpreader =
  (deps: Shelf): KeySpreader =>
  async (peppers) => {
    let [keys, added] = [0, 0];
    for (const storefront of await listStorefronts(deps)) {
      const ids = await livingIds(deps, storefront.id);
      keys += ids.length;
      for (let from = 0; from < ids.length; from += READ_TOGETHER) {
        const lying = await readKeys(deps, ids.slice(from, from + READ_TOGETHER));
        await eachAtMost(AT_ONCE, lying, async (one) => {
          if (await spreadOne(deps, one, peppers)) added += 1;
        });
      }
    }
    return { keys, added };
  };
