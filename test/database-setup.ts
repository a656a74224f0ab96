/**
 * Gives every test the address of one DynamoDB Local, by `inject("dynamoDbUrl")` and as DYNAMODB_LOCAL_URL. The engine
 * starts with the first connection, so tests that need no database never wait for it.
 */
import type { TestProject } from "vitest/node";

import { startDynamoDbLocal } from "../sandbox/aws/dynamodb/dynamodb-local.ts";
import { startLazyForwarder } from "../sandbox/net/lazy-forwarder.ts";

declare module "vitest" {
  interface ProvidedContext {
    dynamoDbUrl: string;
  }
}

export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const database = await startLazyForwarder(() => startDynamoDbLocal());
  project.provide("dynamoDbUrl", database.url);
  process.env["DYNAMODB_LOCAL_URL"] = database.url;
  return () => database.close();
};
