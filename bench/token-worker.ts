/**
 * One of the processes that all want a token at once and have none: the real token source over the shared item, asked by
 * many callers in the same instant. Told what to do by its environment, told when by a message.
 */
import process from "node:process";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createTokenFetcher } from "../functions/daraja/oauth.ts";
import { createTokenSource } from "../functions/daraja/token-source.ts";
import { createSharedToken } from "../functions/store/coordination.ts";

const text = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is missing`);
  return value;
};

const clock = { now: (): number => Date.now() };
const patience = {
  wait: (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms)),
  random: (): number => Math.random(),
};
const dynamo = new DynamoDBClient({
  endpoint: text("DYNAMODB_URL"),
  region: "us-east-1",
  credentials: { accessKeyId: "bench", secretAccessKey: "bench" },
});
const source = createTokenSource({
  shared: createSharedToken({ dynamo, table: text("TABLE"), clock, ...patience }, text("APPLICATION")),
  fetchToken: createTokenFetcher({
    baseUrl: text("DARAJA_URL"),
    credentials: () => Promise.resolve({ consumerKey: "malipo", consumerSecret: "malipo" }),
    fetch,
    clock,
  }),
  clock,
  log: () => undefined,
  ...patience,
});

process.once("disconnect", () => process.exit());
process.once("message", (callers: number) => {
  const asked = Promise.all(Array.from({ length: callers }, () => source.get()));
  asked.then(
    (tokens) => process.send?.({ tokens }),
    (fault: unknown) => process.send?.({ fault: fault instanceof Error ? fault.message : "unknown" }),
  );
});
process.send?.("ready");
