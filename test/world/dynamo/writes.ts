/**
 * What one write means, alone or in a transaction: the item it is about, the condition, and the item that comes of it.
 * Nothing here changes a table.
 */
import type {
  AttributeValue,
  CancellationReason,
  DeleteItemCommandInput,
  PutItemCommandInput,
  TransactWriteItem,
  UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import type { Item } from "../../../functions/store/attributes.ts";
import { readCondition } from "./condition.ts";
import { invalid } from "./reader.ts";
import type { Table } from "./table.ts";
import { readUpdate } from "./update.ts";
import { copyItem } from "./values.ts";

export type TableOf = (name: string | undefined) => Table;

/** A write that has been read and not been made. */
export interface Write {
  readonly table: Table;
  readonly key: string;
  readonly before: Item | null;
  /** Whether its condition holds. */
  readonly holds: boolean;
  /** Whether a refusal says what it found. */
  readonly tells: boolean;
  /** The item after the write; null when it goes. Throws a ValidationException. */
  readonly after: () => Item | null;
}

interface Expressions {
  readonly ConditionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue> | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: string | undefined;
}

const NO_USES: ReadonlySet<string> = new Set();

const noUnused = (given: object, condition: ReadonlySet<string>, change: ReadonlySet<string>): void => {
  for (const name in given)
    if (!condition.has(name) && !change.has(name))
      throw invalid(`Value provided in expression attributes unused in expressions: ${name}`);
};

const readWrite = (
  at: { readonly table: Table; readonly key: string },
  input: Expressions,
  change: { readonly uses?: ReadonlySet<string>; readonly after: (before: Item | null) => Item | null },
): Write => {
  const { table, key } = at;
  const names = input.ExpressionAttributeNames ?? {};
  const values = input.ExpressionAttributeValues ?? {};
  const condition = input.ConditionExpression === undefined ? null : readCondition(input.ConditionExpression);
  const [tested, changed] = [condition?.uses ?? NO_USES, change.uses ?? NO_USES];
  noUnused(names, tested, changed);
  noUnused(values, tested, changed);
  const before = table.get(key);
  const holds = condition?.test({ item: before ?? {}, names, values }) ?? true;
  const after = (): Item | null => {
    const item = change.after(before);
    if (item) table.check(item);
    return item;
  };
  return { table, key, before, holds, tells: input.ReturnValuesOnConditionCheckFailure === "ALL_OLD", after };
};

type PutInput = Pick<PutItemCommandInput, "TableName" | "Item"> & Expressions;
type UpdateInput = Pick<UpdateItemCommandInput, "TableName" | "Key" | "UpdateExpression"> & Expressions;
type KeyInput = Pick<DeleteItemCommandInput, "TableName" | "Key"> & Expressions;

export const readPut = (tableOf: TableOf, input: PutInput): Write => {
  const table = tableOf(input.TableName);
  const item = copyItem(input.Item ?? {});
  return readWrite({ table, key: table.keyIn(item) }, input, { after: () => item });
};

export const readUpdateItem = (tableOf: TableOf, input: UpdateInput): Write => {
  const table = tableOf(input.TableName);
  const key = table.keyIn(input.Key);
  const update = readUpdate(input.UpdateExpression ?? "");
  const names = input.ExpressionAttributeNames ?? {};
  const values = copyItem(input.ExpressionAttributeValues ?? {});
  const own = copyItem(input.Key ?? {});
  const after = (before: Item | null): Item => update.apply({ item: before ?? own, names, values });
  return readWrite({ table, key }, input, { uses: update.uses, after });
};

export const readDelete = (tableOf: TableOf, input: KeyInput): Write => {
  const table = tableOf(input.TableName);
  return readWrite({ table, key: table.keyIn(input.Key) }, input, { after: () => null });
};

const readCheck = (tableOf: TableOf, input: KeyInput): Write => {
  const table = tableOf(input.TableName);
  return readWrite({ table, key: table.keyIn(input.Key) }, input, { after: (before) => before });
};

/** One item of a transaction. */
export const readTransacted = (tableOf: TableOf, item: TransactWriteItem): Write => {
  if (item.Put) return readPut(tableOf, item.Put);
  if (item.Update) return readUpdateItem(tableOf, item.Update);
  if (item.Delete) return readDelete(tableOf, item.Delete);
  if (item.ConditionCheck) return readCheck(tableOf, item.ConditionCheck);
  throw invalid("A transaction's item is of no known kind");
};

export const REFUSED = "The conditional request failed";

/** What a transaction that was cancelled says of one of its writes. */
export const reasonOf = (write: Write): CancellationReason =>
  write.holds
    ? { Code: "None" }
    : {
        Code: "ConditionalCheckFailed",
        Message: REFUSED,
        ...(write.tells && write.before ? { Item: write.before } : {}),
      };
