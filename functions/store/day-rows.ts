/**
 * A day's worth of the ledger: whole partitions of `by_time` and their items, a hundred at a time and several hundreds at
 * once. A listing would read one page after the other, and each of them with four queries.
 */
import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { isPaymentId, isPayoutId, isRefundId } from "../domain/ids.ts";
import type { LedgerKind } from "../domain/matching.ts";
import { persist } from "./attempts.ts";
import { number, readText, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { TooManyRows } from "./day-ledger.ts";
import type { DayReader, DayTransaction, Stretch } from "./day-ledger.ts";
import { keys } from "./keys.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { readPayment } from "./payment-item.ts";
import { readPayout } from "./payout-item.ts";
import { readItems } from "./read.ts";
import { readRefund } from "./refund-item.ts";
import { AT } from "./transaction-item.ts";
import { monthStart } from "./walk.ts";

/** What DynamoDB gives back in one request, and how many requests are out at a time. */
const BATCH = 100;
const AT_A_TIME = 4;

const SHARDS: Readonly<Record<LedgerKind, (storefront: string, at: number) => readonly string[]>> = {
  payment: keys.timeShards,
  payout: keys.timeShardsOfPayouts,
  refund: keys.timeShardsOfRefunds,
};

/** Every partition that a stretch touches: those of each UTC month in it. */
const partitionsOf = (kind: LedgerKind, { storefront, from, until }: Stretch): readonly string[] => {
  const found: string[] = [];
  for (let at = until - 1; at >= from; at = monthStart(at) - 1) found.push(...SHARDS[kind](storefront, at));
  return found;
};

/** All ids of one partition within the stretch: an index page holds thousands of them. */
async function* idsIn(deps: LedgerDeps, partition: string, { from, until }: Stretch) {
  let after: Record<string, Item[string]> | undefined;
  do {
    const request = new QueryCommand({
      TableName: deps.tables.transactions,
      IndexName: "by_time",
      KeyConditionExpression: `${AT.timeKey} = :key AND ${AT.createdAt} BETWEEN :from AND :to`,
      ExpressionAttributeValues: { ":key": text(partition), ":from": number(from), ":to": number(until - 1) },
      ...(after && { ExclusiveStartKey: after }),
    });
    const { Items = [], LastEvaluatedKey } = await persist(deps, () => deps.dynamo.send(request));
    yield Items.map((item) => readText(item, AT.id));
    after = LastEvaluatedKey;
  } while (after !== undefined);
}

const readTransaction = (item: Item): DayTransaction | null => {
  const id = readText(item, AT.id);
  if (isPaymentId(id)) return { kind: "payment", payment: readPayment(item) };
  if (isPayoutId(id)) return { kind: "payout", payout: readPayout(item) };
  return isRefundId(id) ? { kind: "refund", refund: readRefund(item) } : null;
};

const chunks = (ids: readonly string[], size: number): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(ids.length / size) }, (_, index) => ids.slice(index * size, (index + 1) * size));

/** The items of `ids`, some hundreds at a time; their memory is the caller's to give back. */
async function* itemsOf(deps: LedgerDeps, ids: readonly string[]): AsyncGenerator<readonly Item[], void, undefined> {
  for (const part of chunks(ids, BATCH * AT_A_TIME)) {
    const found = await Promise.all(chunks(part, BATCH).map((hundred) => readItems(deps, hundred)));
    yield found.flat();
  }
}

const transactionsOf = (items: readonly Item[]): readonly DayTransaction[] =>
  items.flatMap((item) => readTransaction(item) ?? []);

const gather = async (pages: AsyncIterable<readonly DayTransaction[]>): Promise<readonly DayTransaction[]> => {
  const found: DayTransaction[] = [];
  for await (const page of pages) found.push(...page);
  return found;
};

export const createDayReader = (deps: LedgerDeps): DayReader => {
  async function* between(
    kind: LedgerKind,
    stretch: Stretch,
    most: number,
  ): AsyncGenerator<readonly DayTransaction[], void, undefined> {
    const ids: string[] = [];
    for (const partition of partitionsOf(kind, stretch))
      for await (const page of idsIn(deps, partition, stretch)) {
        ids.push(...page);
        if (ids.length > most) throw new TooManyRows(most);
      }
    for await (const items of itemsOf(deps, ids)) yield transactionsOf(items);
  }
  async function* all(ids: readonly string[]): AsyncGenerator<readonly DayTransaction[], void, undefined> {
    for await (const items of itemsOf(deps, [...new Set(ids)])) yield transactionsOf(items);
  }
  const named = (ids: readonly string[]) => gather(all(ids));
  return {
    between,
    named,
    withReceipts: async (receipts) => {
      const owners: string[] = [];
      const claims = [...new Set(receipts.map((receipt) => keys.receiptClaim(receipt.toUpperCase())))];
      for await (const items of itemsOf(deps, claims)) owners.push(...items.map((claim) => readText(claim, "id")));
      return named(owners);
    },
  };
};
