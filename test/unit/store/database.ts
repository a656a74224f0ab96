/**
 * A ledger on a real DynamoDB engine for tests: tables made from the store's own description of them, every call counted,
 * and faults put between the store and the engine on demand.
 */
import { randomUUID } from "node:crypto";
import { CreateTableCommand, DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { inject } from "vitest";
import * as z from "zod";
import { PromptLimits } from "../../../functions/domain/prompts.ts";
import type { Dynamo } from "../../../functions/store/client.ts";
import { createBatchLedger } from "../../../functions/store/dynamo-batches.ts";
import { createExceptionLedger } from "../../../functions/store/dynamo-exceptions.ts";
import { createLaneLedger } from "../../../functions/store/dynamo-lanes.ts";
import { createLedger } from "../../../functions/store/dynamo-ledger.ts";
import { createPayoutLedger } from "../../../functions/store/dynamo-payouts.ts";
import { createRefundLedger } from "../../../functions/store/dynamo-refunds.ts";
import type { LedgerDeps } from "../../../functions/store/ledger-deps.ts";
import { createPhoneVault, PhoneKeysSecret } from "../../../functions/store/phone-vault.ts";
import { TABLES } from "../../../functions/store/table.ts";
import type { TableKey, TableSchema } from "../../../functions/store/table.ts";

export const NOW = Date.UTC(2026, 10, 21, 9, 0, 0);

export const connect = (): DynamoDBClient =>
  new DynamoDBClient({
    endpoint: inject("dynamoDbUrl"),
    region: "eu-west-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });

const keySchema = ({ partitionKey, sortKey }: Pick<TableSchema["indexes"][number], "partitionKey" | "sortKey">) => [
  { AttributeName: partitionKey.name, KeyType: "HASH" as const },
  ...(sortKey ? [{ AttributeName: sortKey.name, KeyType: "RANGE" as const }] : []),
];

/** Makes one of the tables under a name of its own and returns that name. */
export const makeTable = async (client: DynamoDBClient, key: TableKey): Promise<string> => {
  const schema: TableSchema = TABLES[key];
  const TableName = `${schema.name}-${randomUUID()}`;
  const attributes = [
    schema.partitionKey,
    ...schema.indexes.flatMap((index) => [index.partitionKey, ...(index.sortKey ? [index.sortKey] : [])]),
  ];
  const types = new Map(attributes.map((attribute) => [attribute.name, attribute.type]));
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
      KeySchema: keySchema({ partitionKey: schema.partitionKey, sortKey: null }),
      ...(schema.indexes.length === 0
        ? {}
        : {
            GlobalSecondaryIndexes: schema.indexes.map((index) => ({
              IndexName: index.name,
              KeySchema: keySchema(index),
              Projection: { ProjectionType: index.projection },
            })),
          }),
    }),
  );
  return TableName;
};

/**
 * Decides what happens to one call: goes through, is answered with a fault, is done and its answer lost, or is done and
 * asked once more, as the SDK does when an answer does not come.
 */
export type Interference = (command: string) => Fault | Promise<Fault>;
type Fault = { before?: Error; after?: Error; again?: boolean } | null;

const Capacity = z.object({ CapacityUnits: z.number() });
const Answer = z.object({ ConsumedCapacity: z.union([Capacity.transform((one) => [one]), z.array(Capacity)]) });

/**
 * The units that a call cost by the engine's own count. It is right for a single write; of a transaction it doubles index
 * writes too, and counts items of equal size once.
 */
const unitsOf = (answer: unknown): number => {
  const parsed = Answer.safeParse(answer);
  return parsed.success ? parsed.data.ConsumedCapacity.reduce((sum, table) => sum + table.CapacityUnits, 0) : 0;
};

const Key = z.object({ pk: z.object({ S: z.string() }) }).transform(({ pk }) => pk.S);
const Transaction = z.object({
  TransactItems: z.array(
    z.union([
      z.object({ Update: z.object({ Key }) }).transform(({ Update }) => Update.Key),
      z.object({ Put: z.object({ Item: Key }) }).transform(({ Put }) => Put.Item),
    ]),
  ),
});

/** The keys of the items that a transaction writes; none for any other call. */
export const transactedKeys = (input: unknown): readonly string[] =>
  Transaction.safeParse(input).data?.TransactItems ?? [];

const isIndexQuery = (input: object): boolean => "IndexName" in input;
const isEmpty = (answer: unknown): boolean => Found.safeParse(answer).data?.Count === 0;
const Found = z.object({ Count: z.number() });

/** A machine on which a query takes longer is busy, and what follows a table there follows it late. */
const BUSY_MS = 25;

/** An index follows its table a little later, and later still on a busy machine: what is not there is looked for again. */
const caughtUp = async (ask: () => Promise<unknown>): Promise<unknown> => {
  const began = performance.now();
  let answer = await ask();
  const waits = performance.now() - began < BUSY_MS ? [10, 40] : [10, 40, 150];
  for (const ms of waits) {
    if (!isEmpty(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, ms));
    answer = await ask();
  }
  return answer;
};

/**
 * The client as the store sees it, with every call's name in order, what it cost, and what transactions wrote.
 * @param lags whether indexes follow their tables later
 */
export const watched = (client: DynamoLike, lags = true) => {
  const calls: string[] = [];
  const units: number[] = [];
  const transacted: (readonly string[])[] = [];
  const state: { interfere: Interference } = { interfere: () => null };
  const send = async (command: { constructor: { name: string }; input: object }) => {
    Object.assign(command.input, { ReturnConsumedCapacity: "TOTAL" });
    const name = command.constructor.name.replace("Command", "");
    calls.push(name);
    const fault = await state.interfere(name);
    if (fault?.before) throw fault.before;
    const once = () => (client.send as (c: unknown) => Promise<unknown>).call(client, command);
    const ask = () => (lags && isIndexQuery(command.input) ? caughtUp(once) : once());
    if (fault?.again) await ask();
    const answer = await ask();
    units.push(unitsOf(answer));
    if (name === "TransactWriteItems") transacted.push(transactedKeys(command.input));
    if (fault?.after) throw fault.after;
    return answer;
  };
  return { dynamo: { send } as unknown as Dynamo, calls, units, transacted, state };
};

const vault = () => {
  const keys = PhoneKeysSecret.parse({ current: "a secret that only tests know, 64 letters or so in real life" });
  return createPhoneVault(() => Promise.resolve(keys));
};

export const LIMITS: PromptLimits = PromptLimits.parse({
  perWindow: 3,
  windowMs: 300_000,
  uncompletedInRow: 5,
  uncompletedWindowMs: 86_400_000,
  promptOpenMs: 120_000,
});

/** Whatever answers the commands of DynamoDB. */
export type DynamoLike = Pick<DynamoDBClient, "send" | "destroy">;

interface Tables {
  readonly transactions: string;
  readonly coordination: string;
}

/** A ledger on these tables with a clock that only moves when told; `lags` as of `watched`. */
export const ledgerOn = (client: DynamoLike, tables: Tables, lags = true) => {
  const { dynamo, calls, units, transacted, state } = watched(client, lags);
  const time = { now: NOW };
  const waits: number[] = [];
  const deps: LedgerDeps = {
    dynamo,
    tables,
    vault: vault(),
    clock: { now: () => time.now },
    wait: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    random: () => 0.5,
    newToken: randomUUID,
  };
  const item = async (pk: string, table = tables.transactions): Promise<Record<string, AttributeValue> | undefined> => {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: { pk: { S: pk } }, ConsistentRead: true }),
    );
    return Item;
  };
  return {
    ledger: createLedger(deps),
    payouts: createPayoutLedger(deps),
    refunds: createRefundLedger(deps),
    batches: createBatchLedger(deps),
    exceptions: createExceptionLedger(deps),
    lanes: createLaneLedger(deps),
    deps,
    client,
    calls,
    units,
    transacted,
    state,
    time,
    waits,
    item,
    close: () => client.destroy(),
  };
};
export type TestLedger = ReturnType<typeof ledgerOn>;

export type EngineLedger = TestLedger & { readonly client: DynamoDBClient };

/** A ledger on fresh tables of DynamoDB Local. */
export const startLedger = async (): Promise<EngineLedger> => {
  const client = connect();
  const [transactions, coordination] = await Promise.all([
    makeTable(client, "transactions"),
    makeTable(client, "coordination"),
  ]);
  return { ...ledgerOn(client, { transactions, coordination }), client };
};
