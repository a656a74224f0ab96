import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { expect, inject, test } from "vitest";

test("a test that asks for the database gets an engine that answers", async () => {
  const client = new DynamoDBClient({
    endpoint: inject("dynamoDbUrl"),
    region: "eu-west-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  expect((await client.send(new ListTablesCommand({}))).TableNames).toBeInstanceOf(Array);
  expect(process.env["DYNAMODB_LOCAL_URL"]).toBe(inject("dynamoDbUrl"));
});
