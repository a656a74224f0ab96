/** The stand-in for DynamoDB and DynamoDB Local side by side, with the same tables, and what they answer in one form. */
import { randomUUID } from "node:crypto";
import {
  GetItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { expect } from "vitest";
import { TABLES } from "../../../functions/store/table.ts";
import { createEngine } from "../../world/dynamo/engine.ts";
import { NOW, connect, makeTable } from "../store/database.ts";

export const text = (S: string): AttributeValue => ({ S });
export const number = (value: number): AttributeValue => ({ N: String(value) });

/** A command of the SDK, whichever. */
export interface Command {
  readonly input: object;
}
type Send = (command: Command) => Promise<unknown>;

interface Side {
  readonly name: string;
  readonly send: Send;
  readonly tables: { readonly transactions: string; readonly coordination: string };
}

/** A command for a table and the id of one test's item. */
export type Make = (table: string, id: string) => Command;

export const values = (given: Record<string, unknown>) => ({ ExpressionAttributeValues: given });

export const put =
  (more: object = {}): Make =>
  (TableName, id) =>
    new PutItemCommand({ TableName, Item: { pk: text(id), v: number(1), h: { L: [text("first")] } }, ...more });

export const update =
  (UpdateExpression: string, more: object = {}): Make =>
  (TableName, id) =>
    new UpdateItemCommand({
      TableName,
      Key: { pk: text(id) },
      UpdateExpression,
      ReturnValues: "ALL_NEW",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      ...more,
    });

export const read: Make = (TableName, id) =>
  new GetItemCommand({ TableName, Key: { pk: text(id) }, ConsistentRead: true });

export const startBoth = async () => {
  const client = connect();
  const [transactions, coordination] = await Promise.all([
    makeTable(client, "transactions"),
    makeTable(client, "coordination"),
  ]);
  const tables = { transactions, coordination };
  const engine = createEngine({
    schemas: { [transactions]: TABLES.transactions, [coordination]: TABLES.coordination },
    now: () => NOW,
  });
  const standIn: Send = (command) => Promise.resolve().then(() => engine.execute(command));
  const engines: readonly Side[] = [
    { name: "stand-in", send: standIn, tables },
    { name: "DynamoDB Local", send: (command) => (client.send as Send).call(client, command), tables },
  ];

  /** What both answer to the steps, one after another, about items of their own. Fails where they differ. */
  const play = async (...steps: readonly Make[]): Promise<readonly unknown[]> => {
    const id = `item-${randomUUID()}`;
    const [mine = [], amazons] = await Promise.all(
      engines.map(async (side) => {
        const answers: unknown[] = [];
        for (const step of steps) answers.push(await answerOf(() => side.send(step(side.tables.transactions, id)), id));
        return answers;
      }),
    );
    expect(mine).toEqual(amazons);
    return mine;
  };
  return { engines, play, close: () => client.destroy() };
};
export type Both = Awaited<ReturnType<typeof startBoth>>;

/** What only a wire and a bill have. */
const UNSAID = new Set(["$metadata", "ScannedCount", "ConsumedCapacity"]);

/** Sets have no order. DynamoDB trims a number's zeros where DynamoDB Local keeps its spelling: a number is its value. */
const spelled = (type: string, value: unknown): unknown => {
  if (type === "SS" && Array.isArray(value)) return value.toSorted();
  return type === "N" && typeof value === "string" ? Number(value) + 0 : null;
};

/** An answer with bytes as text and one test's ids alike. */
const plain = (value: unknown, id: string): unknown => {
  if (value instanceof Uint8Array) return `bytes:${Buffer.from(value).toString("hex")}`;
  if (typeof value === "string") return value.replaceAll(id, "<id>");
  if (Array.isArray(value)) return value.map((one) => plain(one, id));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, one]) => !UNSAID.has(name) && one !== undefined)
      .map(([name, one]) => [name, spelled(name, one) ?? plain(one, id)]),
  );
};

const byKey = (a: { pk?: AttributeValue }, b: { pk?: AttributeValue }): number =>
  (a.pk?.S ?? "") < (b.pk?.S ?? "") ? -1 : 1;

/** The answer or the fault, comparable between the two. */
export const answerOf = async (ask: () => Promise<unknown>, id: string): Promise<unknown> => {
  try {
    const answer = (await ask()) as { Responses?: Record<string, { pk?: AttributeValue }[]> };
    const responses = Object.values(answer.Responses ?? {})
      .flat()
      .toSorted(byKey);
    return plain(answer.Responses ? { ...answer, Responses: responses } : answer, id);
  } catch (fault) {
    if (!(fault instanceof Error)) throw fault;
    const reasons = fault instanceof TransactionCanceledException ? fault.CancellationReasons : undefined;
    const found: unknown = Reflect.get(fault, "Item");
    return plain({ fault: fault.name, found, reasons: reasons?.map(({ Code, Item }) => ({ Code, Item })) }, id);
  }
};
