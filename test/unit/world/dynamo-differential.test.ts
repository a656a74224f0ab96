/** Whatever the store's own shapes of commands are mixed into, the stand-in and DynamoDB Local end at the same items. */
import { randomUUID } from "node:crypto";
import {
  BatchGetItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { receiptClaim } from "../../../functions/store/change-write.ts";
import { guardWrite } from "../../../functions/store/prompt-guard.ts";
import { LIMITS, NOW } from "../store/database.ts";
import { answerOf, number, startBoth, text } from "./both-engines.ts";
import type { Both } from "./both-engines.ts";

let both: Both;
beforeAll(async () => {
  both = await startBoth();
});
afterAll(() => both.close());

/** A story's few items, so that its steps meet. */
const places = fc.integer({ min: 0, max: 2 });
const versions = fc.integer({ min: 1, max: 4 });
const versionsOrNone = fc.option(versions, { nil: null });

type Tables = Both["engines"][number]["tables"];
/** One step of a story, for the tables and the prefix of its items. */
type Step = (tables: Tables, id: string) => { readonly input: object };

const opening = fc.record({ place: places, seen: versionsOrNone }).map(({ place, seen }): Step => (tables, id) => {
  const Item = {
    pk: text(`${id}-${place}`),
    x: text("i"),
    v: number(1),
    h: { L: [text("opened")] },
    d: text(id),
    u: number(NOW + place),
  };
  const put: TransactWriteItem = {
    Put: {
      TableName: tables.transactions,
      Item,
      ConditionExpression: "attribute_not_exists(pk)",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    },
  };
  const prompts = [{ paymentId: `${id}-${place}`, at: NOW }];
  const guard = guardWrite({
    table: tables.coordination,
    key: `${id}-guard`,
    next: prompts,
    seen,
    now: NOW,
    limits: LIMITS,
  });
  return new TransactWriteItemsCommand({ TransactItems: [put, guard], ClientRequestToken: randomUUID() });
});

const change = { place: places, from: fc.constantFrom("i", "p", "s"), to: fc.constantFrom("p", "s") };

const moving = fc.record({ ...change, ends: fc.boolean(), seen: versionsOrNone }).map(
  ({ place, from, to, ends, seen }): Step =>
    (tables, id) =>
      new UpdateItemCommand({
        TableName: tables.transactions,
        Key: { pk: text(`${id}-${place}`) },
        UpdateExpression: `SET h = list_append(h, :entry), x = :to${ends ? " REMOVE d, u" : ""} ADD v :one`,
        ConditionExpression:
          seen === null ? "x IN (:from, :other) AND attribute_not_exists(z)" : "v = :seen AND x = :from",
        ExpressionAttributeValues: {
          ":entry": { L: [text(to)] },
          ":to": text(to),
          ":one": number(1),
          ":from": text(from),
          ...(seen === null ? { ":other": text("i") } : { ":seen": number(seen) }),
        },
        ReturnValues: "ALL_NEW",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
);

const paying = fc.record({ ...change, receipt: places }).map(
  ({ place, from, receipt }): Step =>
    (tables, id) =>
      new TransactWriteItemsCommand({
        ClientRequestToken: randomUUID(),
        TransactItems: [
          {
            Update: {
              TableName: tables.transactions,
              Key: { pk: text(`${id}-${place}`) },
              UpdateExpression: "SET x = :paid REMOVE d, u ADD v :one",
              ConditionExpression: "x = :from",
              ExpressionAttributeValues: { ":paid": text("s"), ":from": text(from), ":one": number(1) },
              ReturnValuesOnConditionCheckFailure: "ALL_OLD",
            },
          },
          receiptClaim(tables.transactions, `${id}-receipt-${receipt}`, `${id}-${place}`),
        ],
      }),
);

const postponing = fc.record({ place: places, from: places, to: places }).map(
  ({ place, from, to }): Step =>
    (tables, id) =>
      new UpdateItemCommand({
        TableName: tables.transactions,
        Key: { pk: text(`${id}-${place}`) },
        UpdateExpression: "SET u = :next ADD v :one",
        ConditionExpression: "u = :at AND (attribute_not_exists(n) OR n <= :one)",
        ExpressionAttributeValues: { ":at": number(NOW + from), ":next": number(NOW + 10 * to), ":one": number(1) },
        ReturnValues: "ALL_NEW",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
);

const looking = fc.constant<Step>(
  (tables, id) =>
    new BatchGetItemCommand({
      RequestItems: {
        [tables.transactions]: {
          Keys: [0, 1, 2].map((place) => ({ pk: text(`${id}-${place}`) })),
          ConsistentRead: true,
        },
      },
    }),
);

const due = fc.integer({ min: 0, max: 20 }).map(
  (until): Step =>
    (tables, id) =>
      new QueryCommand({
        TableName: tables.transactions,
        IndexName: "due",
        KeyConditionExpression: "d = :partition AND u <= :now",
        ExpressionAttributeValues: { ":partition": text(id), ":now": number(NOW + until) },
      }),
);

/** Items of one instant come in no order that anybody may rely on. */
const unordered = (answer: unknown): unknown => {
  const items: unknown = Reflect.get(answer as object, "Items");
  return Array.isArray(items) ? items.map((item) => JSON.stringify(item, ["pk", "S", "u", "N"])).toSorted() : answer;
};

test("random stories of the store's own commands are told the same by both", { timeout: 60_000 }, async () => {
  const steps = fc.array(fc.oneof(opening, moving, paying, postponing, looking, due), { minLength: 4, maxLength: 16 });
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (story) => {
      const id = `story-${randomUUID()}`;
      const told = both.engines.map(async ({ send, tables }) => {
        const answers: unknown[] = [];
        for (const step of story) answers.push(unordered(await answerOf(() => send(step(tables, id)), id)));
        return answers;
      });
      const [mine, amazons] = await Promise.all(told);
      refused += mine!.filter((answer) => "fault" in (answer as object)).length;
      expect(mine).toEqual(amazons);
    }),
    { numRuns: 25 },
  );
  // Stories in which every condition holds would compare nothing of worth.
  expect(refused).toBeGreaterThan(15);
});
