/** Closed days on DynamoDB: one function per promise of day-ledger.ts. */
import { number } from "./attributes.ts";
import { newDayItem, readDayItem } from "./day-item.ts";
import type { DayLedger } from "./day-ledger.ts";
import { keys } from "./keys.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { readItem, readItems } from "./read.ts";
import { put } from "./transact.ts";
import { AT } from "./transaction-item.ts";

export const createDayLedger = (deps: LedgerDeps): DayLedger => ({
  read: async (shortcode, day) => {
    const item = await readItem(deps, keys.day(shortcode, day));
    return item && readDayItem(item);
  },

  readMany: async (shortcode, days) => {
    const items = await readItems(
      deps,
      days.map((day) => keys.day(shortcode, day)),
    );
    return items.map(readDayItem);
  },

  write: async (day) => {
    const isFirst = day.version === 1;
    const { written } = await put(deps, {
      TableName: deps.tables.transactions,
      Item: newDayItem(day),
      ConditionExpression: isFirst ? `attribute_not_exists(${AT.id})` : `${AT.version} = :before`,
      ...(isFirst ? {} : { ExpressionAttributeValues: { ":before": number(day.version - 1) } }),
    });
    return written;
  },
});
