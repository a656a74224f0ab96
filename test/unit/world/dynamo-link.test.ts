/** What the way to DynamoDB does to a request, and what a stream does to its listener. */
import { GetItemCommand, PutItemCommand, QueryCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import { TABLES } from "../../../functions/store/table.ts";
import { createChance } from "../../world/core/prng.ts";
import { createVirtualTime } from "../../world/core/virtual-time.ts";
import { createEngine } from "../../world/dynamo/engine.ts";
import { NO_FAULTS, createLink } from "../../world/dynamo/link.ts";
import type { LinkFaults } from "../../world/dynamo/link.ts";
import { createStream } from "../../world/dynamo/stream.ts";
import type { Change } from "../../world/dynamo/table.ts";

const START = Date.UTC(2026, 10, 21, 9, 0, 0);

const startLink = (faults: Partial<LinkFaults>) => {
  const time = createVirtualTime(START);
  const engine = createEngine({ schemas: { t: TABLES.transactions }, now: time.now });
  const noted: string[] = [];
  const send = createLink({
    engine,
    wait: time.wait,
    random: createChance(1).next,
    faults: () => ({ ...NO_FAULTS, ...faults }),
    note: (what) => noted.push(what),
  });
  const bump = () =>
    send(
      new UpdateItemCommand({
        TableName: "t",
        Key: { pk: { S: "a" } },
        UpdateExpression: "ADD v :one",
        ExpressionAttributeValues: { ":one": { N: "1" } },
      }),
    );
  /** What became of one update, and the value that it left behind. */
  const outcome = async (): Promise<readonly [string, string | undefined]> => {
    const ended = bump().then(
      () => "answered",
      (fault: unknown) => (fault instanceof Error ? fault.name : "thrown"),
    );
    await time.run({ until: START + 60_000, mostEvents: 1_000 });
    return [await ended, engine.all("t")[0]?.["v"]?.N];
  };
  return { outcome, noted };
};

describe("the way to DynamoDB", () => {
  test("a request that gets lost leaves nothing, and an answer that gets lost leaves everything, once per attempt", async () => {
    expect(await startLink({}).outcome()).toEqual(["answered", "1"]);
    expect(await startLink({ lostRequest: 1 }).outcome()).toEqual(["TimeoutError", undefined]);
    expect(await startLink({ lostAnswer: 1 }).outcome()).toEqual(["TimeoutError", "4"]);
  });

  test("a throttled request is tried four times and has left nothing", async () => {
    const link = startLink({ throttled: 1 });
    expect(await link.outcome()).toEqual(["ProvisionedThroughputExceededException", undefined]);
    expect(link.noted).toHaveLength(4);
  });
});

test("an index that lags shows an item later, and never an older state of it after a newer one", () => {
  const late: (() => void)[] = [];
  const engine = createEngine({
    schemas: { t: TABLES.transactions },
    now: () => START,
    lag: (sync) => late.push(sync),
  });
  const put = (u: number) =>
    engine.execute(
      new PutItemCommand({ TableName: "t", Item: { pk: { S: "a" }, d: { S: "due" }, u: { N: String(u) } } }),
    );
  const seen = () =>
    engine.execute(
      new QueryCommand({
        TableName: "t",
        IndexName: "due",
        KeyConditionExpression: "d = :d",
        ExpressionAttributeValues: { ":d": { S: "due" } },
      }),
    );
  put(1);
  put(2);
  expect(seen()).toMatchObject({ Count: 0 });
  expect(engine.execute(new GetItemCommand({ TableName: "t", Key: { pk: { S: "a" } } }))).toMatchObject({
    Item: { u: { N: "2" } },
  });
  late[1]?.();
  late[0]?.();
  expect(seen()).toMatchObject({ Items: [{ u: { N: "2" } }] });
});

test("a stream tells every change at least once, in order, and again to a listener that failed", async () => {
  const time = createVirtualTime(START);
  const chance = createChance(3);
  const heard: string[] = [];
  const listener = (batch: readonly Change[]): Promise<void> => {
    if (chance.happens(0.3)) return Promise.reject(new Error("not now"));
    heard.push(...batch.map(({ key }) => key));
    return Promise.resolve();
  };
  const habits = () => ({ again: 0.3, longestDelayMs: 500 });
  const tell = createStream({ wait: time.wait, random: chance.next, habits, listener });
  const keys = Array.from({ length: 40 }, (_, place) => String(place).padStart(2, "0"));
  keys.forEach((key, place) => time.after(place * 50, () => tell({ table: "t", key, before: null, after: null })));
  await time.run({ until: START + 600_000, mostEvents: 10_000 });
  const firsts = heard.filter((key, place) => heard.indexOf(key) === place);
  expect(firsts).toEqual(keys);
  expect(heard.length).toBeGreaterThan(keys.length);
});
