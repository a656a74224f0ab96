/**
 * The next version of the code beside this one, as both run while a stage is deployed. All that this version knows of the next
 * is that it may write more: an attribute, a detail of a history entry. What must stay true: nothing that this version wrote
 * or reads is changed.
 */
import { TransactWriteItemsCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";

type Send = (command: unknown) => Promise<unknown>;
type Values = Record<string, AttributeValue>;

const MORE: Values = { zz: { S: "a word of the next version" } };
const HISTORY = "l";
const ENTRY = ":entry";

/** The entries of a history, each with one more detail. */
const withMore = (entries: AttributeValue | undefined): AttributeValue | undefined =>
  entries?.L ? { L: entries.L.map((entry) => (entry.M ? { M: { ...entry.M, ...MORE } } : entry)) } : entries;

const inside = (values: Values | undefined, name: string): Values | undefined => {
  const entries = withMore(values?.[name]);
  return values && entries ? { ...values, [name]: entries } : values;
};

const isTransaction = (values: Values | undefined): boolean => /^(pay|exc)_/.test(values?.["pk"]?.S ?? "");

interface Update {
  readonly Key?: Values | undefined;
  readonly ExpressionAttributeValues?: Values | undefined;
}

const updated = <U extends Update>(update: U): U =>
  isTransaction(update.Key)
    ? { ...update, ExpressionAttributeValues: inside(update.ExpressionAttributeValues, ENTRY) }
    : update;

const written = (command: unknown): unknown => {
  if (command instanceof UpdateItemCommand) return new UpdateItemCommand(updated(command.input));
  if (!(command instanceof TransactWriteItemsCommand)) return command;
  const TransactItems = command.input.TransactItems?.map((item) => {
    if (item.Update) return { Update: updated(item.Update) };
    if (!item.Put || !isTransaction(item.Put.Item)) return item;
    return { Put: { ...item.Put, Item: { ...inside(item.Put.Item, HISTORY), ...MORE } } };
  });
  return new TransactWriteItemsCommand({ ...command.input, TransactItems });
};

/** What a process of the next version sends to the ledger. */
export const asNewer =
  (send: Send): Send =>
  (command) =>
    send(written(command));
