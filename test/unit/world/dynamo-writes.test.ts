/** One write at a time: the stand-in for DynamoDB and Amazon's own engine answer the same to every case. */
import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { number, put, read, startBoth, text, update, values } from "./both-engines.ts";
import type { Both, Make } from "./both-engines.ts";

let both: Both;
let play: Both["play"];
beforeAll(async () => {
  both = await startBoth();
  play = both.play;
});
afterAll(() => both.close());

describe("conditions", () => {
  test("a put that must be the first is refused the second time, and brings the first along", async () => {
    const first = { ConditionExpression: "attribute_not_exists(pk)", ReturnValuesOnConditionCheckFailure: "ALL_OLD" };
    const [, second] = await play(put(first), put(first), read);
    expect(second).toMatchObject({ fault: "ConditionalCheckFailedException", found: { v: { N: 1 } } });
  });

  test.each([
    ["v = :a", true],
    ["v = :b", false],
    ["v <> :b", true],
    ["gone <> :b", true],
    ["gone = :b", false],
    ["gone < :b", false],
    ["v < :b AND v <= :a", true],
    ["v > :a OR v >= :b", false],
    ["NOT v = :b AND :a = :a", true],
    ["v BETWEEN :a AND :b", true],
    ["v IN (:b, :a)", true],
    ["v IN (:b)", false],
    ["v = :a AND (gone = :b OR attribute_exists(h))", true],
    ["attribute_not_exists(gone) AND size(h) < :b", true],
    ["size(gone) < :b", false],
    ["contains(h, :first)", true],
    ["contains(h, :a)", false],
    ["begins_with(pk, :item)", true],
    ["begins_with(pk, :first)", false],
    ["pk < :a", false],
    ["v = :a OR v = :b AND gone = :a", true],
  ])("%s holds: %s", async (ConditionExpression, holds) => {
    const all = { ":a": number(1), ":b": number(2), ":first": text("first"), ":item": text("item-") };
    const used = Object.fromEntries(
      Object.entries(all).filter(([name]) => RegExp(`${name}\\b`).test(ConditionExpression)),
    );
    const condition = { ConditionExpression, ...values({ ...used, ":one": number(1) }) };
    const [, answer] = await play(put(), update("ADD v :one", condition), read);
    expect(answer).toMatchObject(
      holds ? { Attributes: { v: { N: 2 } } } : { fault: "ConditionalCheckFailedException" },
    );
  });

  test("a condition on nothing at all is refused without an item", async () => {
    const [answer] = await play(
      update("SET a = :x", { ConditionExpression: "v = :x", ...values({ ":x": number(1) }) }),
    );
    expect(answer).toEqual({ fault: "ConditionalCheckFailedException" });
  });

  test("a delete goes by its condition too", async () => {
    const remove: Make = (TableName, id) => new DeleteItemCommand({ TableName, Key: { pk: text(id) } });
    await play(put(), remove, read, remove);
  });
});

describe("updates", () => {
  test.each([
    ["SET a = :n, b = v REMOVE h ADD v :n", { ":n": number(5) }],
    ["SET a = v + :n, b = v - :n", { ":n": { N: "0.25" } }],
    ["SET a = v + :n", { ":n": { N: "-1.50" } }],
    ["SET a = if_not_exists(v, :n), b = if_not_exists(gone, :n)", { ":n": number(7) }],
    [
      "SET h = list_append(h, :more), g = list_append(if_not_exists(g, :none), :more)",
      { ":more": { L: [text("x")] }, ":none": { L: [] } },
    ],
    ["ADD w :n, people :people", { ":n": number(3), ":people": { SS: ["b", "a"] } }],
    ["REMOVE gone, h", {}],
    ["SET a = gone", {}],
    ["SET a = :n, a = :n", { ":n": number(1) }],
    ["ADD pk :n", { ":n": number(1) }],
    ["SET a = h + :n", { ":n": number(1) }],
    ["ADD h :n", { ":n": number(1) }],
    ["SET a = :n SET b = :n", { ":n": number(1) }],
    ["SET a = :n", { ":n": number(1), ":unused": number(2) }],
    ["SET a = :missing", { ":n": number(1) }],
    ["SET t = :n, s = :n", { ":n": number(1) }],
    ["SET s = :n", { ":n": text("no number") }],
    ["SET t = :n", { ":n": text("") }],
  ])("%s does the same in both", async (expression, given) => {
    const more = Object.keys(given).length === 0 ? {} : values(given);
    await play(put(), update(expression, more), read);
  });

  test("what is taken out of a set leaves the rest, and an empty set leaves nothing", async () => {
    const names = (SS: string[]) => values({ ":names": { SS } });
    await play(update("ADD n :names", names(["a", "b"])), update("DELETE n :names", names(["a"])), read);
    await play(update("ADD n :names", names(["a"])), update("DELETE n :names", names(["a", "z"])), read);
  });

  test("an update makes the item where there is none", async () => {
    const [answer] = await play(
      update("SET #n = :x ADD v :x", { ExpressionAttributeNames: { "#n": "name" }, ...values({ ":x": number(1) }) }),
    );
    expect(answer).toMatchObject({ Attributes: { name: { N: 1 }, v: { N: 1 } } });
  });

  test.each(["007", "1.50", "-0.0", "1e3", "12345678901234567890", "0.1", "1E-3", "100", "0"])(
    "the number %s is kept in one spelling",
    async (N) => {
      await play(
        update("SET a = :n", values({ ":n": { N } })),
        read,
        update("ADD a :n", values({ ":n": { N: "0.2" } })),
      );
    },
  );

  test("an item beyond 400 KB is refused, and what it would have replaced stays", async () => {
    const large = values({ ":x": text("x".repeat(410_000)) });
    const [, answer] = await play(put(), update("SET a = :x", large), read);
    expect(answer).toMatchObject({ fault: "ValidationException" });
  });
});
