/** Which permissions a call to DynamoDB needs: by table or index, and by the keys that it names. */
import * as z from "zod";

import type { Deployment } from "../../template/deployment.ts";
import { KeyCondition, readLeadingKeys } from "./leading-keys.ts";
import type { Attributes, LeadingKeys } from "./leading-keys.ts";
import type { Bare } from "./simulate.ts";

const AnAttribute = z.record(z.string(), z.unknown());
const Item = z.record(z.string(), AnAttribute);
const One = z.looseObject({ TableName: z.string(), Item: Item.optional(), Key: Item.optional() });
const Write = z.union([
  z.object({ PutRequest: z.object({ Item }) }).transform(({ PutRequest }) => PutRequest.Item),
  z.object({ DeleteRequest: z.object({ Key: Item }) }).transform(({ DeleteRequest }) => DeleteRequest.Key),
]);
const Input = z.looseObject({
  TableName: z.string().optional(),
  IndexName: z.string().optional(),
  Item: Item.optional(),
  Key: Item.optional(),
  /** Of BatchGetItem and BatchWriteItem, by table. */
  RequestItems: z
    .record(z.string(), z.union([z.looseObject({ Keys: z.array(Item) }).transform(({ Keys }) => Keys), z.array(Write)]))
    .default({}),
  /** Of TransactGetItems and TransactWriteItems, each by what is done. */
  TransactItems: z.array(z.record(z.string(), One)).default([]),
});

/** `Put`, `Update`, `Delete`, `Get` need the permission of the plain call; a condition has one of its own. */
const transacted = (what: string): string => `dynamodb:${what}Item`;

/** For a call's operation and body; throws a ZodError for a body that DynamoDB would not take either. */
export const readDynamoNeeds = (deployment: Deployment): ((operation: string, body: unknown) => readonly Bare[]) => {
  const { region, accountId } = deployment.place;
  const arn = (table: string): string => `arn:aws:dynamodb:${region}:${accountId}:table/${table}`;
  const keys = readLeadingKeys(deployment);
  return (operation, body) => {
    const input = Input.parse(body);
    if (input.TransactItems.length > 0)
      return input.TransactItems.flatMap(Object.entries<z.infer<typeof One>>).map(([what, one]) => ({
        action: transacted(what),
        resource: arn(one.TableName),
        context: { ...leading(keys, one), "dynamodb:EnclosingOperation": operation },
      }));
    const action = `dynamodb:${operation}`;
    const batches = Object.entries(input.RequestItems).map(([table, items]) => ({
      action,
      resource: arn(table),
      context: named(items.map((item) => keys.ofItem(table, item))),
    }));
    if (batches.length > 0) return batches;
    const { TableName: table, IndexName: index } = input;
    if (table === undefined) return [{ action, resource: "*" }];
    const resource = arn(index === undefined ? table : `${table}/index/${index}`);
    if (operation === "Query")
      return [{ action, resource, context: named([keys.ofQuery(table, index, KeyCondition.parse(body))]) }];
    return [{ action, resource, context: leading(keys, { ...input, TableName: table }) }];
  };
};

type OneItem = {
  readonly TableName: string;
  readonly Item?: Attributes | undefined;
  readonly Key?: Attributes | undefined;
};

const named = (leadingKeys: readonly string[]) => ({ "dynamodb:LeadingKeys": leadingKeys });

const leading = (keys: LeadingKeys, { TableName: table, Item: item, Key: key }: OneItem) => {
  const found = item ?? key;
  return found === undefined ? {} : named([keys.ofItem(table, found)]);
};
