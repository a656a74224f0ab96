/** What the sweep needs: which payments are due to be asked about, and the right to ask about one. */
import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { persist } from "./attempts.ts";
import { CorruptItem, number, readNumber, readText, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { keys } from "./keys.ts";
import type { Check, DueCheck, DuePage, DuePageQuery, DuePlace } from "./ledger.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { AT, readPayment } from "./payment-item.ts";
import { readItems } from "./read.ts";
import { update } from "./transact.ts";

/** The most checks that one call hands out. */
const MOST = 100;

/** One item as a check; null when nothing is due about it any more, its id when it can't be read. */
const readCheck = (item: Item, now: number): DueCheck | string | null => {
  try {
    const { id, storefront, shortcode, state, push, createdAt, check } = readPayment(item);
    // The index lags behind its table: what was settled or postponed a moment ago is left out here.
    if (!check || check.at > now) return null;
    return { id, storefront, shortcode, state, checkoutId: push?.checkoutId ?? null, createdAt, ...check };
  } catch (fault) {
    if (fault instanceof CorruptItem) return readText(item, AT.id);
    throw fault;
  }
};

const startKey = (shard: number, after: DuePlace | null) =>
  after && {
    ExclusiveStartKey: { [AT.id]: text(after.id), d: text(keys.due(shard)), u: number(after.at) },
  };

export const createDue =
  (deps: LedgerDeps) =>
  async (now: number, shard: number, { limit, after }: DuePageQuery): Promise<DuePage> => {
    const request = new QueryCommand({
      TableName: deps.tables.transactions,
      IndexName: "due",
      KeyConditionExpression: "d = :shard AND u <= :now",
      ExpressionAttributeValues: { ":shard": text(keys.due(shard)), ":now": number(now) },
      Limit: Math.min(limit, MOST),
      ...startKey(shard, after),
    });
    const { Items = [], LastEvaluatedKey: last } = await persist(deps, () => deps.dynamo.send(request));
    const items = await readItems(
      deps,
      Items.map((item) => readText(item, AT.id)),
    );
    const read = items.map((item) => readCheck(item, now)).filter((check) => check !== null);
    return {
      checks: read.filter((check) => typeof check !== "string"),
      unreadable: read.filter((check) => typeof check === "string"),
      next: last ? { id: readText(last, AT.id), at: readNumber(last, "u") } : null,
    };
  };

export const createPostpone =
  (deps: LedgerDeps) =>
  async (id: string, expected: Check, next: Check): Promise<boolean> => {
    const attempt =
      expected.attempt === 0
        ? `(attribute_not_exists(${AT.attempt}) OR ${AT.attempt} = :attempt)`
        : `${AT.attempt} = :attempt`;
    const result = await update(deps, {
      TableName: deps.tables.transactions,
      Key: { [AT.id]: text(id) },
      UpdateExpression: `SET ${AT.checkAt} = :nextAt, ${AT.attempt} = :nextAttempt ADD ${AT.version} :one`,
      ConditionExpression: `${AT.checkAt} = :at AND ${attempt}`,
      ExpressionAttributeValues: {
        ":at": number(expected.at),
        ":attempt": number(expected.attempt),
        ":nextAt": number(next.at),
        ":nextAttempt": number(next.attempt),
        ":one": number(1),
      },
    });
    return result.written;
  };
