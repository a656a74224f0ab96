/** Queries of an index: one partition, a stretch of its sort key, forwards or backwards, page by page. */
import type { QueryCommandInput } from "@aws-sdk/client-dynamodb";
import type { Item } from "../../../functions/store/attributes.ts";
import type { IndexSchema } from "../../../functions/store/table.ts";
import { readCondition } from "./condition.ts";
import { invalid } from "./reader.ts";
import { byChance } from "./table.ts";
import { compareValues } from "./values.ts";
import type { TableOf } from "./writes.ts";

/** What a key condition may look like: the partition by `=`, and one statement about the sort key. */
const KEY_CONDITION = /^(#?\w+) = (:\w+)(?: AND (#?\w+) (?:(?:=|<=|>=|<|>) :\w+|BETWEEN :\w+ AND :\w+))?$/;

/** The partition that is asked for. Throws a ValidationException for a condition of another shape. */
const partitionIn = (
  { KeyConditionExpression = "", ExpressionAttributeNames = {}, ExpressionAttributeValues = {} }: QueryCommandInput,
  index: IndexSchema,
): string => {
  const [, partition = "", wanted = "", sort] = KEY_CONDITION.exec(KeyConditionExpression) ?? [];
  const named = (name: string): string => ExpressionAttributeNames[name] ?? name;
  if (named(partition) !== index.partitionKey.name) throw invalid("Query condition missed key schema element");
  if (sort !== undefined && named(sort) !== index.sortKey?.name) throw invalid("Query key condition not supported");
  const value = ExpressionAttributeValues[wanted];
  return value?.S ?? value?.N ?? "";
};

const KNOWN = new Set([
  "TableName",
  "IndexName",
  "KeyConditionExpression",
  "ExpressionAttributeNames",
  "ExpressionAttributeValues",
  "Limit",
  "ScanIndexForward",
  "ExclusiveStartKey",
  "ReturnConsumedCapacity",
]);

/** Whether `keys` come after `start` in the index's order. */
const isAfter = (keys: Item, start: Item, { sortKey }: IndexSchema): boolean => {
  const order = sortKey ? (compareValues(keys[sortKey.name]!, start[sortKey.name] ?? { NULL: true }) ?? 0) : 0;
  return order > 0 || (order === 0 && byChance(keys["pk"]?.S ?? "", start["pk"]?.S ?? "") > 0);
};

export const queryIndex = (tableOf: TableOf, input: QueryCommandInput): object => {
  const unknown = Object.keys(input).find((name) => !KNOWN.has(name));
  if (unknown !== undefined) throw invalid(`the stand-in for DynamoDB knows no ${unknown}`);
  const table = tableOf(input.TableName);
  const schema = table.index(input.IndexName ?? "");
  const partition = partitionIn(input, schema);
  const { test } = readCondition(input.KeyConditionExpression ?? "");
  const names = input.ExpressionAttributeNames ?? {};
  const values = input.ExpressionAttributeValues ?? {};
  const backwards = input.ScanIndexForward === false;
  const start = input.ExclusiveStartKey;
  const found = table
    .partition(input.IndexName ?? "", partition)
    .map(({ keys }) => keys)
    .filter((item) => test({ item, names, values }));
  if (backwards) found.reverse();
  const rest = start
    ? found.filter((keys) => (backwards ? isAfter(start, keys, schema) : isAfter(keys, start, schema)))
    : found;
  const Items = rest.slice(0, input.Limit ?? rest.length);
  // A page that is full says where it ended, even when nothing comes after it.
  const last = input.Limit !== undefined && Items.length === input.Limit ? Items.at(-1) : undefined;
  return { Items, Count: Items.length, ...(last ? { LastEvaluatedKey: last } : {}) };
};
