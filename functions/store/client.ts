/**
 * The DynamoDB client. Timeouts are short and attempts few, because a person or Safaricom waits behind every call; one
 * connection pool lives as long as its process.
 */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** What the store needs of a client. */
export type Dynamo = Pick<DynamoDBClient, "send">;

/** Region, endpoint and credentials come from the Lambda environment, as everywhere in the SDK. */
export const createDynamo = (): DynamoDBClient =>
  new DynamoDBClient({
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
  });
