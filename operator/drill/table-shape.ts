/**
 * A table's keys, indexes and stream: what a restored table needs to be the same table. What must stay true: a table is
 * made without its stream, which comes when it is full: a stream that saw the filling would tell everybody everything
 * again.
 */
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  ResourceInUseException,
  UpdateTableCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import { NotDone } from "../refusal.ts";

const Keys = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(["HASH", "RANGE"]) }));
const Index = z.object({
  IndexName: z.string(),
  KeySchema: Keys,
  Projection: z.object({
    ProjectionType: z.enum(["ALL", "KEYS_ONLY", "INCLUDE"]),
    NonKeyAttributes: z.array(z.string()).optional(),
  }),
});

/** The words are DescribeTable's, and CreateTable's. */
export const TableShape = z.object({
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(["S", "N", "B"]) })),
  KeySchema: Keys,
  GlobalSecondaryIndexes: z.array(Index).optional(),
  StreamSpecification: z
    .object({
      StreamEnabled: z.boolean(),
      StreamViewType: z.enum(["NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"]).optional(),
    })
    .optional(),
});
export type TableShape = z.infer<typeof TableShape>;

const ACTIVE_WITHIN_SECONDS = 600;

export const readShape = async (dynamo: DynamoDBClient, table: string): Promise<TableShape> => {
  const { Table } = await dynamo.send(new DescribeTableCommand({ TableName: table }));
  return TableShape.parse(Table);
};

const untilActive = (client: DynamoDBClient, table: string): Promise<unknown> =>
  waitUntilTableExists({ client, maxWaitTime: ACTIVE_WITHIN_SECONDS, minDelay: 1 }, { TableName: table });

/** An empty table without a stream. @throws NotDone when there is a table of that name, which is left as it is. */
export const makeTable = async (dynamo: DynamoDBClient, table: string, shape: TableShape): Promise<void> => {
  const { StreamSpecification: _later, ...keys } = shape;
  try {
    await dynamo.send(new CreateTableCommand({ TableName: table, BillingMode: "PAY_PER_REQUEST", ...keys }));
  } catch (fault) {
    if (!(fault instanceof ResourceInUseException)) throw fault;
    throw new NotDone(`There is a table ${table} already, and a restore fills only a new one. Choose another name.`);
  }
  await untilActive(dynamo, table);
};

/** From now on the table tells of its writes, if the first one did. */
export const openStream = async (dynamo: DynamoDBClient, table: string, shape: TableShape): Promise<void> => {
  if (shape.StreamSpecification?.StreamEnabled !== true) return;
  const { StreamSpecification } = shape;
  await dynamo.send(new UpdateTableCommand({ TableName: table, StreamSpecification }));
  await untilActive(dynamo, table);
};

export const dropTable = async (dynamo: DynamoDBClient, table: string): Promise<void> => {
  await dynamo.send(new DeleteTableCommand({ TableName: table }));
};
