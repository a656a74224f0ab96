/** Reads by id: always consistent, because whoever asks may decide about money by the answer. */
import { BatchGetItemCommand, GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { Payment } from "../domain/payment.ts";
import { persist } from "./attempts.ts";
import type { Patience } from "./attempts.ts";
import { readText, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import type { Dynamo } from "./client.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { readPayment } from "./payment-item.ts";
import { AT } from "./transaction-item.ts";

/** What DynamoDB gives back in one request. */
const BATCH = 100;
/** How often the rest of a batch is asked for. */
const ROUNDS = 5;

/** Who reads. */
type Reader = Patience & { readonly dynamo: Dynamo };

/** One item of a table by its key; null when there is none. */
export const readTableItem = async (reader: Reader, table: string, id: string): Promise<Item | null> => {
  const request = new GetItemCommand({ TableName: table, Key: { pk: text(id) }, ConsistentRead: true });
  const { Item: item } = await persist(reader, () => reader.dynamo.send(request));
  return item ?? null;
};

/** One of the ledger's items. */
export const readItem = (deps: LedgerDeps, id: string): Promise<Item | null> =>
  readTableItem(deps, deps.tables.transactions, id);

/** At most 100 items of a table by their keys, in the keys' order; those that do not exist are left out. */
export const readBatch = async (reader: Reader, table: string, ids: readonly string[]): Promise<readonly Item[]> => {
  if (ids.length > BATCH) throw new RangeError("readBatch() takes at most 100 ids");
  const found = new Map<string, Item>();
  let wanted = [...new Set(ids)].map((id) => ({ pk: text(id) }));
  for (let round = 0; wanted.length > 0; round += 1) {
    if (round === ROUNDS) throw new Error("the database did not return all items in time; it is safe to try again");
    const request = new BatchGetItemCommand({ RequestItems: { [table]: { Keys: wanted, ConsistentRead: true } } });
    const { Responses, UnprocessedKeys } = await persist(reader, () => reader.dynamo.send(request));
    for (const item of Responses?.[table] ?? []) found.set(readText(item, "pk"), item);
    wanted = (UnprocessedKeys?.[table]?.Keys ?? []).map((key) => ({ pk: text(readText(key, "pk")) }));
    if (wanted.length > 0) await reader.wait(reader.random() * 50 * 2 ** round);
  }
  return ids.flatMap((id) => {
    const item = found.get(id);
    return item ? [item] : [];
  });
};

/** At most 100 of the ledger's items. */
export const readItems = (deps: LedgerDeps, ids: readonly string[]): Promise<readonly Item[]> =>
  readBatch(deps, deps.tables.transactions, ids);

/** What was found of `ids`, each in its place; null for what does not exist. */
export const inOrder = (ids: readonly string[], items: readonly Item[]): readonly (Item | null)[] => {
  const found = new Map(items.map((item) => [readText(item, AT.id), item]));
  return ids.map((id) => found.get(id) ?? null);
};

/** One payment; null for an id that names none. */
export const readOne = async (deps: LedgerDeps, id: string): Promise<Payment | null> => {
  const item = await readItem(deps, id);
  return item && readPayment(item);
};
