/** The template's tables, made in DynamoDB Local with their keys, indexes, expiry and stream. Tables of an earlier run stay. */
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceInUseException,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import * as z from "zod";

import type { Deployment, Resource } from "../../template/deployment.ts";

const KeySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(["HASH", "RANGE"]) }));
const Index = z.object({
  IndexName: z.string(),
  KeySchema,
  Projection: z.object({
    ProjectionType: z.enum(["ALL", "KEYS_ONLY", "INCLUDE"]),
    NonKeyAttributes: z.array(z.string()).optional(),
  }),
});

const TableProperties = z.object({
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(["S", "N", "B"]) })),
  KeySchema,
  GlobalSecondaryIndexes: z.array(Index).optional(),
  LocalSecondaryIndexes: z.array(Index).optional(),
  StreamSpecification: z
    .object({ StreamViewType: z.enum(["NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"]) })
    .optional(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string(), Enabled: z.boolean() }).optional(),
});

/** `url` is the engine's own address: making tables is not a function's doing and is not counted. */
export const createTables = async (deployment: Deployment, url: string): Promise<void> => {
  const client = new DynamoDBClient({
    endpoint: url,
    region: deployment.place.region,
    credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" },
  });
  try {
    for (const resource of deployment.ofType("AWS::DynamoDB::Table")) await createTable(client, resource);
  } finally {
    client.destroy();
  }
};

const createTable = async (client: DynamoDBClient, resource: Resource): Promise<void> => {
  const { StreamSpecification, TimeToLiveSpecification, ...keys } = resource.properties(TableProperties);
  const stream =
    StreamSpecification === undefined ? {} : { StreamSpecification: { StreamEnabled: true, ...StreamSpecification } };
  try {
    await client.send(
      new CreateTableCommand({ TableName: resource.ref, BillingMode: "PAY_PER_REQUEST", ...keys, ...stream }),
    );
    if (TimeToLiveSpecification !== undefined) {
      await client.send(new UpdateTimeToLiveCommand({ TableName: resource.ref, TimeToLiveSpecification }));
    }
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  const { Table } = await client.send(new DescribeTableCommand({ TableName: resource.ref }));
  if (Table?.LatestStreamArn !== undefined) resource.learn("StreamArn", Table.LatestStreamArn);
};
