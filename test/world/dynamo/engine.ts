/**
 * A stand-in for DynamoDB: the commands that functions/store and Powertools send, answered in memory and at once. What must
 * stay true: it answers as DynamoDB Local does (test/unit/world/dynamo-contract.test.ts asks both), and it refuses whatever
 * it does not know rather than guess.
 */
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  IdempotentParameterMismatchException,
  PutItemCommand,
  QueryCommand,
  ResourceNotFoundException,
  TransactWriteItemsCommand,
  TransactionCanceledException,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type {
  BatchGetItemCommandInput,
  BatchWriteItemCommandInput,
  TransactWriteItemsCommandInput,
  UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { isDeepStrictEqual } from "node:util";
import type { Item } from "../../../functions/store/attributes.ts";
import type { TableSchema } from "../../../functions/store/table.ts";
import { queryIndex } from "./query.ts";
import { invalid } from "./reader.ts";
import { createTable } from "./table.ts";
import type { Table, TableParts } from "./table.ts";
import { itemBytes, mayWeigh } from "./values.ts";
import { REFUSED, readDelete, readPut, readTransacted, readUpdateItem, reasonOf } from "./writes.ts";
import type { TableOf, Write } from "./writes.ts";

export interface EngineParts extends Partial<Pick<TableParts, "lag" | "changed">> {
  /** Tables by their physical names. */
  readonly schemas: Readonly<Record<string, TableSchema>>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Items and bytes of one transaction, and keys and items of one batch (developer guide, quotas). */
const LIMITS = { transacted: 100, transactedBytes: 4_194_304, read: 100, written: 25 } as const;
/** So many of the largest items are no transaction that is too large. */
const FEW_ITEMS = 10;
/** How long a transaction's token is remembered. */
const TOKEN_MS = 10 * 60_000;

const $metadata = {};

const commit = ({ table, key }: Write, after: Item | null): void => table.put(key, after);

const writeAlone = (write: Write): Item | null => {
  if (!write.holds)
    throw new ConditionalCheckFailedException({
      $metadata,
      message: REFUSED,
      ...(write.tells && write.before ? { Item: { ...write.before } } : {}),
    });
  const after = write.after();
  commit(write, after);
  return after;
};

/** A write that answers nothing. */
const silent = (write: Write): object => {
  writeAlone(write);
  return {};
};

const updateItem = (tableOf: TableOf, input: UpdateItemCommandInput): object => {
  const after = writeAlone(readUpdateItem(tableOf, input));
  if (input.ReturnValues !== undefined && input.ReturnValues !== "ALL_NEW" && input.ReturnValues !== "NONE")
    throw invalid(`the stand-in for DynamoDB knows no ReturnValues ${input.ReturnValues}`);
  return input.ReturnValues === "ALL_NEW" ? { Attributes: after } : {};
};

const transactOnce = (tableOf: TableOf, { TransactItems = [] }: TransactWriteItemsCommandInput): void => {
  if (TransactItems.length === 0 || TransactItems.length > LIMITS.transacted)
    throw invalid("Member must have length less than or equal to 100");
  const writes = TransactItems.map((item) => readTransacted(tableOf, item));
  const places = new Set(writes.map(({ table, key }) => `${table.name} ${key}`));
  if (places.size < writes.length) throw invalid("Transaction request cannot include multiple operations on one item");
  if (writes.some((write) => !write.holds)) {
    const CancellationReasons = writes.map(reasonOf);
    const codes = CancellationReasons.map(({ Code }) => Code).join(", ");
    const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
    throw new TransactionCanceledException({ $metadata, message, CancellationReasons });
  }
  const afters = writes.map((write) => write.after());
  const weigh = (bytes: typeof itemBytes): number => afters.reduce((sum, item) => sum + (item ? bytes(item) : 0), 0);
  const isNearLimit = afters.length > FEW_ITEMS && weigh(mayWeigh) > LIMITS.transactedBytes;
  if (isNearLimit && weigh(itemBytes) > LIMITS.transactedBytes) throw invalid("The transaction is larger than 4 MB");
  writes.forEach((write, place) => commit(write, afters[place] ?? null));
};

interface Remembered {
  readonly input: TransactWriteItemsCommandInput;
  readonly until: number;
}

const transactOncePerToken = (tableOf: TableOf, now: () => number) => {
  const tokens = new Map<string, Remembered>();
  return (input: TransactWriteItemsCommandInput): object => {
    const token = input.ClientRequestToken;
    const before = token === undefined ? undefined : tokens.get(token);
    if (before && before.until > now()) {
      if (isDeepStrictEqual(before.input.TransactItems, input.TransactItems)) return {};
      throw new IdempotentParameterMismatchException({ $metadata, message: "another request had this token" });
    }
    transactOnce(tableOf, input);
    if (token !== undefined) tokens.set(token, { input, until: now() + TOKEN_MS });
    return {};
  };
};

const batchGet = (tableOf: TableOf, { RequestItems = {} }: BatchGetItemCommandInput): object => {
  const Responses: Record<string, Item[]> = {};
  for (const [name, { Keys = [] }] of Object.entries(RequestItems)) {
    const table = tableOf(name);
    const keys = Keys.map((key) => table.keyIn(key));
    if (keys.length > LIMITS.read) throw invalid("Too many items requested for the BatchGetItem call");
    if (new Set(keys).size < keys.length) throw invalid("Provided list of item keys contains duplicates");
    Responses[name] = keys.map((key) => table.get(key)).filter((item) => item !== null);
  }
  return { Responses, UnprocessedKeys: {} };
};

const batchWrite = (tableOf: TableOf, { RequestItems = {} }: BatchWriteItemCommandInput): object => {
  for (const [TableName, requests] of Object.entries(RequestItems)) {
    if (requests.length > LIMITS.written) throw invalid("Too many items requested for the BatchWriteItem call");
    const writes = requests.map(({ PutRequest }) => readPut(tableOf, { TableName, Item: PutRequest?.Item }));
    if (new Set(writes.map(({ key }) => key)).size < writes.length)
      throw invalid("Provided list of item keys contains duplicates");
    writes.forEach(writeAlone);
  }
  return { UnprocessedItems: {} };
};

/** Answers one command, or throws what the SDK would throw. */
const createAnswer = (tableOf: TableOf, now: () => number) => {
  const transact = transactOncePerToken(tableOf, now);
  return (command: unknown): object => {
    if (command instanceof GetItemCommand) {
      const table = tableOf(command.input.TableName);
      const item = table.get(table.keyIn(command.input.Key));
      return item ? { Item: item } : {};
    }
    if (command instanceof UpdateItemCommand) return updateItem(tableOf, command.input);
    if (command instanceof TransactWriteItemsCommand) return transact(command.input);
    if (command instanceof QueryCommand) return queryIndex(tableOf, command.input);
    if (command instanceof BatchGetItemCommand) return batchGet(tableOf, command.input);
    if (command instanceof BatchWriteItemCommand) return batchWrite(tableOf, command.input);
    if (command instanceof PutItemCommand) return silent(readPut(tableOf, command.input));
    if (command instanceof DeleteItemCommand) return silent(readDelete(tableOf, command.input));
    throw new TypeError("the stand-in for DynamoDB does not know this command");
  };
};

export type Engine = ReturnType<typeof createEngine>;

export const createEngine = ({ schemas, now, lag = (sync) => sync(), changed = () => undefined }: EngineParts) => {
  const tables = new Map<string, Table>(
    Object.entries(schemas).map(([name, schema]) => [name, createTable({ name, schema, lag, changed })]),
  );
  const tableOf: TableOf = (name) => {
    const table = tables.get(name ?? "");
    if (!table) throw new ResourceNotFoundException({ $metadata, message: "Requested resource not found" });
    return table;
  };
  return {
    /** Executes a command at this instant. */
    execute: createAnswer(tableOf, now),
    /** What the table holds, for whoever checks the books. */
    all: (name: string): readonly Item[] => tableOf(name).all(),
  };
};
