/** What has come due in one partition of the index, and the right to look after it. */
import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { persist } from "./attempts.ts";
import { CorruptItem, number, readNumber, readText, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import type { Check, DuePageQuery, DuePlace } from "./ledger.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { readItems } from "./read.ts";
import { AT } from "./transaction-item.ts";
import { update } from "./transact.ts";

/** The most that one call hands out. */
const MOST = 100;

/** Ids whose time has come, the longest waiting first, and where to go on. */
export const dueIds = async (
  deps: LedgerDeps,
  { partition, now }: { readonly partition: string; readonly now: number },
  { limit, after }: DuePageQuery,
): Promise<{ readonly ids: readonly string[]; readonly next: DuePlace | null }> => {
  const request = new QueryCommand({
    TableName: deps.tables.transactions,
    IndexName: "due",
    KeyConditionExpression: "d = :partition AND u <= :now",
    ExpressionAttributeValues: { ":partition": text(partition), ":now": number(now) },
    Limit: Math.min(limit, MOST),
    ...(after && { ExclusiveStartKey: { [AT.id]: text(after.id), d: text(partition), u: number(after.at) } }),
  });
  const { Items = [], LastEvaluatedKey: last } = await persist(deps, () => deps.dynamo.send(request));
  return {
    ids: Items.map((item) => readText(item, AT.id)),
    next: last ? { id: readText(last, AT.id), at: readNumber(last, "u") } : null,
  };
};

/** A transaction that is asked about. */
interface Checked {
  readonly check: Check | null;
}

/** What is due, and what can't be read: that must not stop the others. */
export interface Due<T> {
  readonly due: readonly (T & { readonly check: Check })[];
  readonly unreadable: readonly string[];
}

/** The transactions behind `ids` that are still due: the index lags behind its table. */
export const readDue = async <T extends Checked>(
  deps: LedgerDeps,
  { ids, now }: { readonly ids: readonly string[]; readonly now: number },
  read: (item: Item) => T,
): Promise<Due<T>> => {
  const due: (T & { readonly check: Check })[] = [];
  const unreadable: string[] = [];
  for (const item of await readItems(deps, ids)) {
    try {
      const checked = read(item);
      const { check } = checked;
      if (check !== null && check.at <= now) due.push({ ...checked, check });
    } catch (fault) {
      if (!(fault instanceof CorruptItem)) throw fault;
      unreadable.push(readText(item, AT.id));
    }
  }
  return { due, unreadable };
};

/** Moves a check of a payment or payout from `expected` to `next`, unless somebody else moved it or it ended. */
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
