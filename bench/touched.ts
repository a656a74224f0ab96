/** Which items a DynamoDB call touches, read from the call as it crosses the wire, and how those items stand. */
import { DescribeTableCommand, GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import type { Item, PricedTable } from "./units.ts";

export type Tables = ReadonlyMap<string, PricedTable>;

export interface Touched {
  readonly tableName: string;
  readonly table: PricedTable;
  readonly key: Record<string, AttributeValue>;
  readonly transactional: boolean;
}

const Text = z.object({ S: z.string() });
const Attributes = z.record(z.string(), z.unknown());
const One = z.object({ TableName: z.string(), Key: Attributes.optional(), Item: Attributes.optional() });
const Many = z.object({
  TransactItems: z.array(z.partialRecord(z.enum(["Put", "Update", "Delete", "ConditionCheck"]), One)),
});
const Subject = z.union([
  z.object({ TableName: z.string() }).transform(({ TableName }) => TableName),
  z.object({ SecretId: z.string() }).transform(({ SecretId }) => SecretId),
  Many.transform(({ TransactItems }) =>
    TransactItems.flatMap((item) => Object.values(item).map(({ TableName }) => TableName)).join("+"),
  ),
]);

const WRITES: ReadonlySet<string> = new Set(["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"]);

/** The table, tables or secret that a call is about. */
export const subjectOf = (body: string): string => Subject.parse(JSON.parse(body));

const operationOf = (target: string): string => target.slice(target.indexOf(".") + 1);

/** Whether a call reads or writes DynamoDB; null when it does neither. */
export const directionOf = (target: string): "read" | "write" | null => {
  if (!target.startsWith("DynamoDB_")) return null;
  return WRITES.has(operationOf(target)) ? "write" : "read";
};

/** The items that a write touches; none for a read. */
export const touchedBy = (call: { readonly target: string; readonly body: string }, tables: Tables): Touched[] => {
  if (directionOf(call.target) !== "write") return [];
  const transactional = operationOf(call.target) === "TransactWriteItems";
  const parsed: unknown = JSON.parse(call.body);
  const writes = transactional
    ? Many.parse(parsed).TransactItems.flatMap((item) => Object.values(item))
    : [One.parse(parsed)];
  return writes.map(({ TableName, Key, Item }) => {
    const table = tables.get(TableName);
    if (!table) throw new Error(`a write to ${TableName}, which is not one of the stage's tables`);
    const named = Key ?? Item ?? {};
    const key = Object.fromEntries(table.keyNames.map((name) => [name, Text.parse(named[name])]));
    return { tableName: TableName, table, key, transactional };
  });
};

/** The touched items as they stand now, in order. */
export const snapshot = (dynamo: DynamoDBClient, touched: readonly Touched[]): Promise<readonly (Item | null)[]> =>
  Promise.all(
    touched.map(async ({ tableName, key }) => {
      const { Item } = await dynamo.send(new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: true }));
      return Item ?? null;
    }),
  );

const keyNames = (schema: readonly { readonly AttributeName?: string | undefined }[] | undefined): string[] =>
  (schema ?? []).flatMap(({ AttributeName }) => (AttributeName === undefined ? [] : [AttributeName]));

/** The tables of these names as the engine describes them. Throws for an index that holds more than keys. */
export const describeTables = async (dynamo: DynamoDBClient, names: readonly string[]): Promise<Tables> => {
  const described = await Promise.all(
    names.map(async (name): Promise<readonly [string, PricedTable]> => {
      const { Table } = await dynamo.send(new DescribeTableCommand({ TableName: name }));
      const indexes = (Table?.GlobalSecondaryIndexes ?? []).map((index) => {
        if (index.Projection?.ProjectionType !== "KEYS_ONLY")
          throw new Error(
            `the index ${index.IndexName ?? "?"} of ${name} holds more than keys, which is not priced here`,
          );
        return { name: index.IndexName ?? "", keyNames: keyNames(index.KeySchema) };
      });
      return [name, { keyNames: keyNames(Table?.KeySchema), indexes }];
    }),
  );
  return new Map(described);
};
