/**
 * What a call costs in DynamoDB's request units, from the items as they were before and after it, by the rules of the
 * developer guide ("Read and write capacity", "Global secondary indexes", "Transactions"): a write is the larger of both
 * items in started kilobytes, twice that inside a transaction; each index entry that is made or removed is a write of
 * its own, one that moves is two, one that stays is none. Indexes follow later, so a transaction does not double them.
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { itemBytes } from "../test/unit/store/item-size.ts";

export type Item = Readonly<Record<string, AttributeValue>>;

/** What of a table's shape decides the price of a write. Indexes hold keys alone. */
export interface PricedTable {
  readonly keyNames: readonly string[];
  readonly indexes: readonly { readonly name: string; readonly keyNames: readonly string[] }[];
}

export interface Change {
  readonly table: PricedTable;
  readonly before: Item | null;
  readonly after: Item | null;
  readonly transactional: boolean;
}

export interface WriteUnits {
  readonly item: number;
  readonly indexes: number;
}

const WRITE_BYTES = 1_024;
const READ_BYTES = 4_096;

const started = (bytes: number, unitBytes: number): number => Math.max(1, Math.ceil(bytes / unitBytes));
const sizeOf = (item: Item | null): number => (item === null ? 0 : itemBytes(item));

/** The entry of an item in an index; null when it lacks one of the index's keys. */
const entryOf = (item: Item | null, names: { index: readonly string[]; table: readonly string[] }): Item | null => {
  if (item === null || names.index.some((name) => item[name] === undefined)) return null;
  const wanted = new Set([...names.index, ...names.table]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => wanted.has(name)));
};

const entryUnits = (before: Item | null, after: Item | null): number => {
  if (JSON.stringify(before) === JSON.stringify(after)) return 0;
  return [before, after].reduce((sum, entry) => sum + (entry === null ? 0 : started(sizeOf(entry), WRITE_BYTES)), 0);
};

/** Write request units of one item's change. */
export const writeUnits = ({ table, before, after, transactional }: Change): WriteUnits => {
  const whole = started(Math.max(sizeOf(before), sizeOf(after)), WRITE_BYTES);
  const indexes = table.indexes.map(({ keyNames }) => {
    const names = { index: keyNames, table: table.keyNames };
    return entryUnits(entryOf(before, names), entryOf(after, names));
  });
  return { item: transactional ? 2 * whole : whole, indexes: indexes.reduce((sum, units) => sum + units, 0) };
};

/** Read request units of items read together. */
export const readUnits = (items: readonly Item[], consistent: boolean): number =>
  started(
    items.reduce((sum, item) => sum + sizeOf(item), 0),
    READ_BYTES,
  ) * (consistent ? 1 : 0.5);
