/**
 * DynamoDB for tests of what stands on the store: the stand-in of the worlds (test/world/dynamo), which answers as DynamoDB
 * Local does (test/unit/world/dynamo-*.test.ts) and at once. What must stay true: the store itself is tested on the engine,
 * never on this; here indexes are always up to date and no call has a price.
 */
import { setImmediate } from "node:timers/promises";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { TABLES } from "../../../functions/store/table.ts";
import type { TableKey } from "../../../functions/store/table.ts";
import { createEngine } from "../../world/dynamo/engine.ts";
import { ledgerOn } from "./database.ts";
import type { DynamoLike, TestLedger } from "./database.ts";

const KEYS = ["transactions", "coordination", "idempotency", "directory", "webhooks"] as const satisfies TableKey[];

/** An empty database with all tables, each under its key; what may expire goes by `now`, epoch milliseconds. */
export const databaseInMemory = (now: () => number): DynamoDBClient => {
  const engine = createEngine({ schemas: Object.fromEntries(KEYS.map((key) => [key, TABLES[key]])), now });
  const send = async (command: unknown): Promise<unknown> => {
    await setImmediate(); // others get their turn, as they do while a call is on its way
    return engine.execute(command);
  };
  const client: Record<keyof DynamoLike, unknown> = { send, destroy: () => undefined };
  return client as unknown as DynamoDBClient;
};

/** A ledger on an empty database of its own; a promise, as of one on the engine. */
export const startLedgerInMemory = (): Promise<TestLedger> => {
  const ledger: TestLedger = ledgerOn(
    databaseInMemory(() => ledger.time.now),
    { transactions: "transactions", coordination: "coordination" },
    false,
  );
  return Promise.resolve(ledger);
};
