/**
 * One table with its indexes. What must stay true: the table itself is always up to date; an index may lag behind it, for
 * as long as whoever made the table wishes, but it never goes back to an older state of an item; every change is told once,
 * in the order in which it was made.
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Item } from "../../../functions/store/attributes.ts";
import type { IndexSchema, KeyAttribute, TableSchema } from "../../../functions/store/table.ts";
import { invalid } from "./reader.ts";
import { compareValues, itemBytes, mayWeigh } from "./values.ts";

/** The item before and after one write; null where there was or is none. */
export interface Change {
  readonly table: string;
  readonly key: string;
  readonly before: Item | null;
  readonly after: Item | null;
}

export interface TableParts {
  /** Physical name. */
  readonly name: string;
  readonly schema: TableSchema;
  /** Lets the indexes know of a write, now or later. */
  readonly lag: (sync: () => void) => void;
  /** What the table's stream will show. */
  readonly changed: (change: Change) => void;
}

/** Most bytes of an item (developer guide, "Service, account, and table quotas"). */
const ITEM_LIMIT = 409_600;
const KEY_LIMIT = 2_048;

const isKeyOf = (value: AttributeValue | undefined, { type }: KeyAttribute): boolean =>
  type === "S" ? value?.S !== undefined && value.S !== "" : value?.N !== undefined;

/** An item's place in an index. */
interface Entry {
  readonly keys: Item;
  readonly id: string;
  /** Where it stands among those that share its sort key. */
  readonly place: number;
}

interface Index {
  readonly schema: IndexSchema;
  /** By the item's key. */
  readonly entries: Map<string, Entry>;
  /** The entries of a partition in their order, for as long as none of them changes. */
  readonly sorted: Map<string, readonly Entry[]>;
}

const attributesOf = ({ partitionKey, sortKey }: Pick<IndexSchema, "partitionKey" | "sortKey">): KeyAttribute[] =>
  sortKey ? [partitionKey, sortKey] : [partitionKey];

/** Where an item stands among those that share its sort key (FNV-1a). */
const shuffled = (id: string): number => {
  let hash = 0x811c9dc5;
  for (let place = 0; place < id.length; place += 1) hash = Math.imul(hash ^ id.charCodeAt(place), 0x01000193) >>> 0;
  return hash;
};

/** What the index shows of an item: null when the item lacks one of its keys. */
const entryOf = ({ partitionKey }: TableSchema, index: IndexSchema, item: Item | null): Entry | null => {
  const attributes = [partitionKey, ...attributesOf(index)];
  if (!item || attributes.some((attribute) => item[attribute.name] === undefined)) return null;
  const keys = Object.fromEntries(attributes.map(({ name }) => [name, item[name]!]));
  const id = item[partitionKey.name]?.S ?? "";
  return { keys, id, place: shuffled(id) };
};

/** The partition of an index that holds these keys. */
const partitionOf = ({ partitionKey }: IndexSchema, keys: Item): string => {
  const value = keys[partitionKey.name];
  return value?.S ?? value?.N ?? "";
};

/** The order of items that share their sort key. */
export const byChance = (a: string, b: string): number => shuffled(a) - shuffled(b) || (a < b ? -1 : a > b ? 1 : 0);

const byPlace = (a: Entry, b: Entry): number => a.place - b.place || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Ascending by sort key; what shares one is in an order that follows from nothing, as in DynamoDB. */
const inOrder =
  (sortKey: KeyAttribute | null) =>
  (a: Entry, b: Entry): number => {
    const first = sortKey === null ? null : compareValues(a.keys[sortKey.name]!, b.keys[sortKey.name]!);
    return first === null || first === 0 ? byPlace(a, b) : first;
  };

export type Table = ReturnType<typeof createTable>;

export const createTable = ({ name, schema, lag, changed }: TableParts) => {
  const items = new Map<string, Item>();
  const indexes = schema.indexes.map((index): Index => ({ schema: index, entries: new Map(), sorted: new Map() }));
  const writes = new Map<string, number>();
  const shown = new Map<string, number>();

  const indexed = schema.indexes.flatMap(attributesOf);

  const check = (item: Item): void => {
    const id = item[schema.partitionKey.name]?.S ?? "";
    if (id === "" || Buffer.byteLength(id) > KEY_LIMIT)
      throw invalid("The provided key element does not match the schema");
    if (mayWeigh(item) > ITEM_LIMIT && itemBytes(item) > ITEM_LIMIT)
      throw invalid("Item size has exceeded the maximum allowed size");
    for (const attribute of indexed)
      if (item[attribute.name] !== undefined && !isKeyOf(item[attribute.name], attribute))
        throw invalid(`Type mismatch for Index Key ${attribute.name}`);
  };

  /** Shows the indexes the item as it was after its `write`th write, unless they know a later one. */
  const sync = (key: string, write: number, item: Item | null): void => {
    if ((shown.get(key) ?? 0) >= write) return;
    shown.set(key, write);
    for (const { schema: index, entries, sorted } of indexes) {
      const entry = entryOf(schema, index, item);
      const old = entries.get(key);
      if (old) sorted.delete(partitionOf(index, old.keys));
      if (entry) sorted.delete(partitionOf(index, entry.keys));
      if (entry) entries.set(key, entry);
      else entries.delete(key);
    }
  };

  const indexNamed = (wanted: string): Index => {
    const index = indexes.find((one) => one.schema.name === wanted);
    if (!index) throw invalid(`The table does not have the specified index: ${wanted}`);
    return index;
  };

  return {
    name,
    schema,
    /** The item's key out of a `Key` or an item. Throws a ValidationException when it does not fit the table. */
    keyIn(given: Item | undefined): string {
      const id = given?.[schema.partitionKey.name]?.S;
      if (id === undefined || id === "") throw invalid("The provided key element does not match the schema");
      return id;
    },
    get: (key: string): Item | null => items.get(key) ?? null,
    /** Whether the table takes this item. Throws a ValidationException when not. */
    check,
    /** Writes an item that was checked; null deletes it. */
    put(key: string, after: Item | null): void {
      const before = items.get(key) ?? null;
      if (after) items.set(key, after);
      else items.delete(key);
      const write = (writes.get(key) ?? 0) + 1;
      writes.set(key, write);
      if (indexes.length > 0) lag(() => sync(key, write, after));
      changed({ table: name, key, before, after });
    },
    /** How an index is made. Throws a ValidationException when there is none of that name. */
    index: (wanted: string): IndexSchema => indexNamed(wanted).schema,
    /** One partition of an index, in its order. */
    partition(wanted: string, value: string): readonly Entry[] {
      const { schema: index, entries, sorted } = indexNamed(wanted);
      const known = sorted.get(value);
      if (known) return known;
      const found = [...entries.values()].filter(({ keys }) => partitionOf(index, keys) === value);
      found.sort(inOrder(index.sortKey));
      sorted.set(value, found);
      return found;
    },
    all: (): readonly Item[] => [...items.values()],
  };
};
