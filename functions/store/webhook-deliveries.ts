/**
 * Webhook deliveries on DynamoDB. What must stay true: adding one twice adds it once; a page never skips a delivery, and a
 * month of one endpoint is one partition of the index.
 */
import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { persist } from "./attempts.ts";
import { CorruptItem, number, readNumber, readText, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import type { Position } from "./cursor.ts";
import { keys } from "./keys.ts";
import { readBatch } from "./read.ts";
import { put, update } from "./transact.ts";
import { KEPT_MS, readDelivery, writeDelivery } from "./webhook-delivery-item.ts";
import type { WebhookDeps } from "./webhook-deps.ts";
import type { DeliveryWalk, KeptDelivery, WebhookDeliveries } from "./webhook-ledger.ts";

const MOST_DUE = 100;
const FIRST_VERSION = 1;

const createChanges = (deps: WebhookDeps): Pick<WebhookDeliveries, "add" | "replace" | "claim"> => ({
  add: async (delivery) => {
    const { written } = await put(deps, {
      TableName: deps.table,
      Item: writeDelivery(delivery, FIRST_VERSION),
      ConditionExpression: "attribute_not_exists(pk)",
    });
    return written;
  },
  replace: async (seen, next) => {
    const version = seen.version + 1;
    const { written } = await put(deps, {
      TableName: deps.table,
      Item: writeDelivery(next, version),
      ConditionExpression: "v = :seen",
      ExpressionAttributeValues: { ":seen": number(seen.version) },
    });
    return written ? { ...next, version } : null;
  },
  claim: async (id, now, until) => {
    const result = await update(deps, {
      TableName: deps.table,
      Key: { pk: text(id) },
      UpdateExpression: "SET u = :until ADD v :one",
      ConditionExpression: "u <= :now",
      ExpressionAttributeValues: { ":until": number(until), ":now": number(now), ":one": number(1) },
    });
    return result.written ? readDelivery(result.item) : null;
  },
});

const createDue =
  (deps: WebhookDeps): WebhookDeliveries["due"] =>
  async (now, shard, { limit, after }) => {
    const partition = text(keys.dueDeliveries(shard));
    const request = new QueryCommand({
      TableName: deps.table,
      IndexName: "due",
      KeyConditionExpression: "d = :partition AND u <= :now",
      ExpressionAttributeValues: { ":partition": partition, ":now": number(now) },
      Limit: Math.min(limit, MOST_DUE),
      ...(after && { ExclusiveStartKey: { pk: text(after.id), d: partition, u: number(after.at) } }),
    });
    const { Items = [], LastEvaluatedKey: last } = await persist(deps, () => deps.dynamo.send(request));
    return {
      ids: Items.map((item) => readText(item, "pk")),
      next: last ? { id: readText(last, "pk"), at: readNumber(last, "u") } : null,
    };
  };

/** The first millisecond of the UTC month that lies `months` after that of `at`. */
const monthStart = (at: number, months: number): number => {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months);
};

/** One month of an endpoint, as far as the walk reaches into it. */
const walkMonth = async (
  deps: WebhookDeps,
  { endpoint, from, to, order, after, limit }: DeliveryWalk,
): Promise<{ readonly keys: readonly Position[]; readonly more: boolean }> => {
  const partition = text(keys.deliveriesOf(endpoint, from));
  const request = new QueryCommand({
    TableName: deps.table,
    IndexName: "by_endpoint",
    KeyConditionExpression: "t = :partition AND s BETWEEN :from AND :to",
    ExpressionAttributeValues: { ":partition": partition, ":from": number(from), ":to": number(to) },
    ScanIndexForward: order === "oldest_first",
    Limit: limit,
    ...(after && { ExclusiveStartKey: { pk: text(after.id), t: partition, s: number(after.at) } }),
  });
  const { Items = [], LastEvaluatedKey } = await persist(deps, () => deps.dynamo.send(request));
  const found = Items.map((item) => ({ at: readNumber(item, "s"), id: readText(item, "pk") }));
  return { keys: found, more: LastEvaluatedKey !== undefined };
};

/** The months of a walk, in its order. What lies farther back than deliveries are kept has none. */
const monthsOf = ({ from, to, order }: DeliveryWalk, now: number): readonly { from: number; to: number }[] => {
  const until = Math.min(to, now);
  const months: { from: number; to: number }[] = [];
  for (let at = Math.max(from, now - KEPT_MS); at <= until; at = monthStart(at, 1))
    months.push({ from: at, to: Math.min(until, monthStart(at, 1) - 1) });
  return order === "oldest_first" ? months : months.toReversed();
};

const createWalk =
  (deps: WebhookDeps): WebhookDeliveries["walk"] =>
  async (walk) => {
    const found: Position[] = [];
    const { after } = walk;
    const isAhead = (month: { from: number; to: number }): boolean =>
      after === null || (walk.order === "oldest_first" ? month.to >= after.at : month.from <= after.at);
    for (const month of monthsOf(walk, deps.clock.now()).filter(isAhead)) {
      if (found.length >= walk.limit) return { keys: found, next: found.at(-1) ?? null };
      const begin = after !== null && after.at >= month.from && after.at <= month.to ? after : null;
      const part = await walkMonth(deps, { ...walk, ...month, after: begin, limit: walk.limit - found.length });
      found.push(...part.keys);
      if (part.more) return { keys: found, next: found.at(-1) ?? null };
    }
    return { keys: found, next: null };
  };

/** One that can't be read stops no other. It stays due, and whoever claims it says so. */
const readIfReadable = (item: Item): readonly KeptDelivery[] => {
  try {
    return [readDelivery(item)];
  } catch (fault) {
    if (!(fault instanceof CorruptItem)) throw fault;
    return [];
  }
};

export const createWebhookDeliveries = (deps: WebhookDeps): WebhookDeliveries => ({
  ...createChanges(deps),
  read: async (ids) => (await readBatch(deps, deps.table, ids)).flatMap(readIfReadable),
  due: createDue(deps),
  walk: createWalk(deps),
});
