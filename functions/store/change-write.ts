/**
 * One change of a payment, payout or batch as DynamoDB writes it: fields, history and indexes move in one update
 * expression, and the condition says for which item the change was decided. What must stay true: whoever writes a
 * receipt claims it in the same transaction, and whoever opens an exception writes it there too.
 */
import { isDeepStrictEqual } from "node:util";
import type { TransactWriteItem, UpdateItemCommandInput } from "@aws-sdk/client-dynamodb";
import { hex, list, number, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { writeEntry } from "./history-item.ts";
import type { NewEntry } from "./history-item.ts";
import { keys } from "./keys.ts";
import { AT } from "./transaction-item.ts";

/** A condition and the values it names. */
export interface Condition {
  readonly text: string;
  readonly values: Item;
}

/** It is still the version that was decided on. */
export const asRead = ({ version }: { readonly version: number }): Condition => ({
  text: `${AT.version} = :seen`,
  values: { ":seen": number(version) },
});

/** What an update sets and removes besides what every change does. */
export interface Edit {
  readonly set: Item;
  readonly remove: readonly string[];
}

/** What leads from the attributes `before` to those `after`. */
export const editBetween = (before: Item, after: Item): Edit => ({
  set: Object.fromEntries(Object.entries(after).filter(([name, value]) => !isDeepStrictEqual(before[name], value))),
  remove: Object.keys(before).filter((name) => after[name] === undefined),
});

export type UpdateInput = Pick<
  UpdateItemCommandInput,
  "Key" | "ConditionExpression" | "ExpressionAttributeNames" | "ExpressionAttributeValues"
> & { readonly UpdateExpression: string };

export interface EditWrite {
  readonly id: string;
  readonly edit: Edit;
  readonly condition: Condition;
}

const expression = (edit: Edit, set: readonly string[]): string => {
  const sets = [...set, ...Object.keys(edit.set).map((name, index) => `${name} = :f${index}`)];
  return [
    ...(sets.length > 0 ? [`SET ${sets.join(", ")}`] : []),
    ...(edit.remove.length > 0 ? [`REMOVE ${edit.remove.join(", ")}`] : []),
    `ADD ${AT.version} :one`,
  ].join(" ");
};

const editValues = ({ edit, condition }: EditWrite): Item => ({
  ":one": number(1),
  ...Object.fromEntries(Object.values(edit.set).map((value, index) => [`:f${index}`, value])),
  ...condition.values,
});

/** An update that the history says nothing about: where a batch has got to, when to look next. */
export const quietUpdate = (write: EditWrite): UpdateInput => ({
  Key: { [AT.id]: text(write.id) },
  UpdateExpression: expression(write.edit, []),
  ConditionExpression: write.condition.text,
  ExpressionAttributeValues: editValues(write),
});

/** An update that appends `entry`, with the sealed text behind it when it is kept there. */
export const chainedUpdate = (write: EditWrite, entry: NewEntry, sealedRaw: Uint8Array | null): UpdateInput => ({
  Key: { [AT.id]: text(write.id) },
  UpdateExpression: expression(write.edit, [
    `${AT.history} = list_append(${AT.history}, :entry)`,
    `${AT.digests} = list_append(${AT.digests}, :digest)`,
  ]),
  ConditionExpression: write.condition.text,
  ExpressionAttributeValues: {
    ":entry": list([writeEntry(entry, sealedRaw)]),
    ":digest": list([hex(entry.digest)]),
    ...editValues(write),
  },
});

/** The claim on a receipt: one transaction of whatever kind has it, for good. Claiming it again is harmless. */
export const receiptClaim = (table: string, receipt: string, id: string): TransactWriteItem => ({
  Put: {
    TableName: table,
    Item: { [AT.id]: text(keys.receiptClaim(receipt)), id: text(id) },
    ConditionExpression: "attribute_not_exists(pk) OR id = :id",
    ExpressionAttributeValues: { ":id": text(id) },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  },
});
