/**
 * Conditional writes whose refusals are answers, not faults: a refused write says what it found instead, so nobody has
 * to read before writing.
 */
import {
  ConditionalCheckFailedException,
  PutItemCommand,
  TransactWriteItemsCommand,
  TransactionCanceledException,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type {
  AttributeValue,
  PutItemCommandInput,
  TransactWriteItem,
  UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { persist } from "./attempts.ts";
import type { Patience } from "./attempts.ts";
import type { Item } from "./attributes.ts";
import type { Dynamo } from "./client.ts";

export interface Writer extends Patience {
  readonly dynamo: Dynamo;
  /** A fresh name for one transaction, so that the SDK may repeat it without doing it twice. */
  readonly newToken: () => string;
}

/** Why one item of a transaction was refused; `found` is null when there is no such item. Null: this one was fine. */
export type Refusal = { readonly found: Item | null } | null;

export type Transacted =
  | { readonly written: true }
  | { readonly written: false; readonly refusals: readonly Refusal[] };

const REFUSED = "ConditionalCheckFailed";

/** All of `items` or none. A refusal for each item, in order, when any condition does not hold. */
export const transact = async (writer: Writer, items: readonly TransactWriteItem[]): Promise<Transacted> => {
  const command = new TransactWriteItemsCommand({ TransactItems: [...items], ClientRequestToken: writer.newToken() });
  try {
    await persist(writer, () => writer.dynamo.send(command));
    return { written: true };
  } catch (fault) {
    if (!(fault instanceof TransactionCanceledException)) throw fault;
    const reasons = fault.CancellationReasons ?? [];
    if (!reasons.some((reason) => reason.Code === REFUSED)) throw fault;
    return {
      written: false,
      refusals: items.map((_, index) => {
        const reason = reasons[index];
        return reason?.Code === REFUSED ? { found: reason.Item ?? null } : null;
      }),
    };
  }
};

export type Updated =
  /** `item` is the item after the write. */
  { readonly written: true; readonly item: Item } | { readonly written: false; readonly found: Item | null };

type Sender = Pick<Writer, "dynamo" | keyof Patience>;

const refusable = async (attempt: () => Promise<Item>): Promise<Updated> => {
  try {
    return { written: true, item: await attempt() };
  } catch (fault) {
    if (!(fault instanceof ConditionalCheckFailedException)) throw fault;
    return { written: false, found: fault.Item ?? null };
  }
};

/** One conditional update of one item. */
export const update = (
  writer: Sender,
  input: Omit<UpdateItemCommandInput, "ReturnValues" | "ReturnValuesOnConditionCheckFailure">,
): Promise<Updated> =>
  refusable(async () => {
    const command = new UpdateItemCommand({
      ...input,
      ReturnValues: "ALL_NEW",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    const { Attributes } = await persist(writer, () => writer.dynamo.send(command));
    return Attributes ?? {};
  });

/** One conditional put of one item. */
export const put = (
  writer: Sender,
  input: PutItemCommandInput & { readonly Item: Record<string, AttributeValue> },
): Promise<Updated> =>
  refusable(async () => {
    const command = new PutItemCommand({ ...input, ReturnValuesOnConditionCheckFailure: "ALL_OLD" });
    await persist(writer, () => writer.dynamo.send(command));
    return input.Item;
  });
