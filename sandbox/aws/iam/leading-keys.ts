/**
 * The partition keys that a call to DynamoDB names, as AWS tells them to a policy (`dynamodb:LeadingKeys`): of the items it
 * reads and writes, and for a query of the index that it asks.
 */
import * as z from "zod";

import type { Deployment } from "../../template/deployment.ts";

const KeySchema = z
  .array(z.object({ AttributeName: z.string(), KeyType: z.enum(["HASH", "RANGE"]) }))
  .transform((keys) => keys.find(({ KeyType }) => KeyType === "HASH")?.AttributeName ?? "");
const Indexes = z.array(z.object({ IndexName: z.string(), KeySchema })).default([]);
const Table = z.object({ KeySchema, GlobalSecondaryIndexes: Indexes, LocalSecondaryIndexes: Indexes });

const Attributes = z.record(z.string(), z.record(z.string(), z.unknown()));
export type Attributes = z.infer<typeof Attributes>;

/** A query's condition on the keys. */
export const KeyCondition = z.looseObject({
  KeyConditionExpression: z.string().default(""),
  ExpressionAttributeNames: z.record(z.string(), z.string()).default({}),
  ExpressionAttributeValues: Attributes.default({}),
});

export type LeadingKeys = {
  /** Of an item, or of what names one. */
  ofItem(table: string, item: Attributes): string;
  /** Of a query on a table or on one of its indexes. Empty when the condition does not say which. */
  ofQuery(table: string, index: string | undefined, query: z.infer<typeof KeyCondition>): string;
};

/** Reads the template's tables. A table that is not in it has no key to name. */
export const readLeadingKeys = (deployment: Deployment): LeadingKeys => {
  const hashKeys = new Map<string, string>();
  for (const table of deployment.ofType("AWS::DynamoDB::Table")) {
    const { KeySchema: own, GlobalSecondaryIndexes: global, LocalSecondaryIndexes: local } = table.properties(Table);
    hashKeys.set(table.ref, own);
    for (const index of [...global, ...local]) hashKeys.set(`${table.ref}/${index.IndexName}`, index.KeySchema);
  }
  return {
    ofItem: (table, item) => text(item[hashKeys.get(table) ?? ""]),
    ofQuery(table, index, query) {
      const wanted = hashKeys.get(index === undefined ? table : `${table}/${index}`);
      const { KeyConditionExpression, ExpressionAttributeNames: names, ExpressionAttributeValues: values } = query;
      for (const [, name = "", value = ""] of KeyConditionExpression.matchAll(/([#\w]+)\s*=\s*(:\w+)/g))
        if ((names[name] ?? name) === wanted) return text(values[value]);
      return "";
    },
  };
};

const text = (value: Attributes[string] | undefined): string => {
  const [content] = Object.values(value ?? {});
  return typeof content === "string" ? content : "";
};
