/**
 * One table with its indexes. What must stay true: the table itself is always up to date; an index may lag behind it, for
 * as long as whoever made the table wishes, but it never goes back to an older state of an item; every change is told once,
 * in the order in which it was made.
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Item } from "../../../functions/store/attributes.ts";
import type { IndexSchema, KeyAttribute, TableSchema } from "../../../functions/store/table.ts";
import { invalid } from "./reader.ts";
import { compareValues, itemBytes } from "./values.ts";

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
}

interface Index {
  readonly schema: IndexSchema;
  readonly entries: Map<string, Entry>;
}

const attributesOf = ({ partitionKey, sortKey }: Pick<IndexSchema, "partitionKey" | "sortKey">): KeyAttribute[] =>
  sortKey ? [partitionKey, sortKey] : [partitionKey];

/** What the index shows of an item: null when the item lacks one of its keys. */
const entryOf = ({ partitionKey }: TableSchema, index: IndexSchema, item: Item | null): Entry | null => {
  const attributes = [partitionKey, ...attributesOf(index)];
  if (!item || attributes.some((attribute) => item[attribute.name] === undefined)) return null;
  const keys = Object.fromEntries(attributes.map(({ name }) => [name, item[name]!]));
  return { keys, id: item[partitionKey.name]?.S ?? "" };
};

/** Where an item stands among those that share its sort key (FNV-1a). */
const shuffled = (id: string): number => {
  let hash = 0x811c9dc5;
  for (let place = 0; place < id.length; place += 1) hash = Math.imul(hash ^ id.charCodeAt(place), 0x01000193) >>> 0;
  return hash;
};

/** The order of items that share their sort key. */
export const byChance = (a: string, b: string): number => shuffled(a) - shuffled(b) || (a < b ? -1 : a > b ? 1 : 0);

/** Ascending by sort key; what shares one is in an order that follows from nothing, as in DynamoDB. */
const inOrder =
  (sortKey: KeyAttribute | null) =>
  (a: Entry, b: Entry): number => {
    const first = sortKey === null ? null : compareValues(a.keys[sortKey.name]!, b.keys[sortKey.name]!);
    return first === null || first === 0 ? byChance(a.id, b.id) : first;
  };

export type Table = ReturnType<typeof createTable>;

export const createTable = ({ name, schema, lag, changed }: TableParts) => {
  const items = new Map<string, Item>();
  const indexes = schema.indexes.map((index): Index => ({ schema: index, entries: new Map() }));
  const writes = new Map<string, number>();
  const shown = new Map<string, number>();

  const check = (item: Item): void => {
    const id = item[schema.partitionKey.name]?.S ?? "";
    if (id === "" || Buffer.byteLength(id) > KEY_LIMIT)
      throw invalid("The provided key element does not match the schema");
    if (itemBytes(item) > ITEM_LIMIT) throw invalid("Item size has exceeded the maximum allowed size");
    for (const attribute of schema.indexes.flatMap(attributesOf))
      if (item[attribute.name] !== undefined && !isKeyOf(item[attribute.name], attribute))
        throw invalid(`Type mismatch for Index Key ${attribute.name}`);
  };

  /** Shows the indexes the item as it was after its `write`th write, unless they know a later one. */
  const sync = (key: string, write: number, item: Item | null): void => {
    if ((shown.get(key) ?? 0) >= write) return;
    shown.set(key, write);
    for (const { schema: index, entries } of indexes) {
      const entry = entryOf(schema, index, item);
      if (entry) entries.set(key, entry);
      else entries.delete(key);
    }
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
    /** Everything in an index, in its order. */
    index(wanted: string): { readonly schema: IndexSchema; readonly entries: readonly Entry[] } {
      const index = indexes.find((one) => one.schema.name === wanted);
      if (!index) throw invalid(`The table does not have the specified index: ${wanted}`);
      return { schema: index.schema, entries: [...index.entries.values()].sort(inOrder(index.schema.sortKey)) };
    },
    all: (): readonly Item[] => [...items.values()],
  };
};
