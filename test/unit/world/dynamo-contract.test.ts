/** Many items at a time: the stand-in for DynamoDB and Amazon's own engine answer the same to every case. */
import { randomUUID } from "node:crypto";
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import type { QueryCommandOutput } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { number, put, read, startBoth, text, update, values } from "./both-engines.ts";
import type { Both, Command, Make } from "./both-engines.ts";

let both: Both;
let play: Both["play"];
beforeAll(async () => {
  both = await startBoth();
  play = both.play;
});
afterAll(() => both.close());

describe("transactions", () => {
  const token = randomUUID();
  const transaction =
    (items: (table: string, id: string) => object[], ClientRequestToken?: string): Make =>
    (table, id) =>
      new TransactWriteItemsCommand({
        TransactItems: items(table, id),
        ...(ClientRequestToken ? { ClientRequestToken } : {}),
      });
  const first = (TableName: string, id: string) => ({
    Put: {
      TableName,
      Item: { pk: text(id), v: number(1) },
      ConditionExpression: "attribute_not_exists(pk)",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    },
  });
  const beside = (TableName: string, id: string, ConditionExpression?: string) => ({
    Update: {
      TableName,
      Key: { pk: text(`${id}-beside`) },
      UpdateExpression: "ADD v :one",
      ...values({ ":one": number(1) }),
      ...(ConditionExpression ? { ConditionExpression } : {}),
    },
  });
  const readBeside: Make = (table, id) => read(table, `${id}-beside`);

  test("all of it happens, or none", async () => {
    const pair = transaction((table, id) => [first(table, id), beside(table, id)]);
    const [, again] = await play(pair, pair, read, readBeside);
    expect(again).toMatchObject({
      fault: "TransactionCanceledException",
      reasons: [{ Code: "ConditionalCheckFailed", Item: { v: { N: 1 } } }, { Code: "None" }],
    });
  });

  test("every refusal is told, with what was found only where it was asked for", async () => {
    const refused = transaction((table, id) => [first(table, id), beside(table, id, "v = :one")]);
    await play(put(), refused, readBeside);
  });

  test("the same token does it once, however often it is sent", async () => {
    const once = transaction((table, id) => [beside(table, id)], token);
    const answers = await play(once, once, readBeside);
    expect(answers.at(-1)).toMatchObject({ Item: { v: { N: 1 } } });
  });

  test("one token for two different transactions is refused", async () => {
    const shared = randomUUID();
    await play(
      transaction((table, id) => [beside(table, id)], shared),
      transaction((table, id) => [first(table, id)], shared),
      read,
    );
  });

  test("two writes of one item are refused, and so is an update of what is not there", async () => {
    await play(
      transaction((table, id) => [
        first(table, id),
        { ...beside(table, id), Update: { ...beside(table, id).Update, Key: { pk: text(id) } } },
      ]),
      read,
    );
    const broken = (TableName: string, id: string) => ({
      Update: { TableName, Key: { pk: text(id) }, UpdateExpression: "SET a = gone" },
    });
    await play(
      transaction((table, id) => [beside(table, id), broken(table, id)]),
      read,
      readBeside,
    );
  });

  test("a check and a delete take part", async () => {
    const part = (TableName: string, id: string) => [
      { ConditionCheck: { TableName, Key: { pk: text(id) }, ConditionExpression: "attribute_exists(pk)" } },
      { Delete: { TableName, Key: { pk: text(`${id}-beside`) } } },
    ];
    await play(put(), (table, id) => put()(table, `${id}-beside`), transaction(part), read, readBeside);
  });
});

describe("indexes and batches", () => {
  const owner =
    (table: string, name: string, at: number): ((id: string) => Command) =>
    (id) =>
      new PutItemCommand({ TableName: table, Item: { pk: text(id), d: text(name), u: number(at), v: number(1) } });
  const fill: readonly Make[] = [3, 1, 2, 4, 5].map(
    (at, place) => (table, id) => owner(table, id, at)(`${id}-${place}`),
  );
  const query =
    (more: object, until = 4): Make =>
    (TableName, id) =>
      new QueryCommand({
        TableName,
        IndexName: "due",
        KeyConditionExpression: "d = :d AND u <= :u",
        ...values({ ":d": text(id), ":u": number(until) }),
        ...more,
      } as never);
  const from = (at: number, place: number) => (table: string, id: string) =>
    query({ ExclusiveStartKey: { pk: text(`${id}-${place}`), d: text(id), u: number(at) } })(table, id);

  test("a query gives keys in order, page by page, in either direction", async () => {
    const [one] = (await play(...fill, query({ Limit: 2 }))).slice(-1);
    expect(one).toMatchObject({ Count: 2, LastEvaluatedKey: { u: { N: 2 } } });
    await play(
      ...fill,
      query({}),
      query({ ScanIndexForward: false }),
      query({ Limit: 4 }),
      query({ Limit: 9 }),
      query({}, 0),
    );
    await play(...fill, from(1, 1), from(3, 0), from(2.5, 9), from(0, 0));
  });

  test("of keys that share an instant, pages skip none and repeat none", async () => {
    const places = [0, 1, 2, 3, 4, 5, 6];
    for (const { send, tables } of both.engines) {
      const id = `item-${randomUUID()}`;
      for (const place of places) await send(owner(tables.transactions, id, 1)(`${id}-${place}`));
      const seen: string[] = [];
      let start: object = {};
      for (let page = 0; page < 9; page += 1) {
        const answer = await send(query({ Limit: 2, ...start })(tables.transactions, id));
        const { Items, LastEvaluatedKey } = answer as QueryCommandOutput;
        seen.push(...(Items ?? []).map(({ pk }) => pk?.S?.replace(`${id}-`, "") ?? ""));
        if (!LastEvaluatedKey) break;
        start = { ExclusiveStartKey: LastEvaluatedKey };
      }
      expect(seen.toSorted()).toEqual(places.map(String));
    }
  });

  test("an item is in an index while it carries the index's keys", async () => {
    const leave: Make = (table, id) => update("REMOVE d, u")(table, `${id}-0`);
    const move: Make = (table, id) => update("SET u = :u", values({ ":u": number(9) }))(table, `${id}-1`);
    await play(...fill, leave, move, query({}, 10));
  });

  test("a query without the partition, or of no index, is refused", async () => {
    await play(
      (TableName, id) =>
        new QueryCommand({
          TableName,
          IndexName: "due",
          KeyConditionExpression: "u = :u",
          ...values({ ":u": number(id.length) }),
        } as never),
    );
    await play(
      (TableName, id) =>
        new QueryCommand({
          TableName,
          IndexName: "none",
          KeyConditionExpression: "d = :d",
          ...values({ ":d": text(id) }),
        } as never),
    );
  });

  test("a batch reads what there is, and takes no key twice", async () => {
    const batch =
      (places: number[]): Make =>
      (table, id) =>
        new BatchGetItemCommand({
          RequestItems: {
            [table]: { Keys: places.map((place) => ({ pk: text(`${id}-${place}`) })), ConsistentRead: true },
          },
        });
    await play(...fill, batch([0, 7, 3]), batch([1, 1]));
  });

  test("a batch writes over whatever was there, and takes no key twice", async () => {
    const batch =
      (places: number[]): Make =>
      (table, id) =>
        new BatchWriteItemCommand({
          RequestItems: {
            [table]: places.map((place) => ({
              PutRequest: { Item: { pk: text(`${id}-${place}`), w: number(place) } },
            })),
          },
        });
    const readOne: Make = (table, id) => read(table, `${id}-1`);
    await play(...fill, batch([1, 8]), readOne, batch([2, 2]));
  });
});

test("a table that does not exist, and a key that does not fit, are refused", async () => {
  await play((_, id) => read("nowhere-at-all", id));
  await play((TableName) => new GetItemCommand({ TableName, Key: { pk: text("") } }));
  await play((TableName) => new GetItemCommand({ TableName, Key: { id: text("x") } }));
});
