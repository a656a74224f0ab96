import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { json } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";

import { expect, onTestFinished, test, vi } from "vitest";

import { createCheckpoints } from "../../../../sandbox/aws/mappings/checkpoints.ts";
import { deliverBatch } from "../../../../sandbox/aws/mappings/stream-batch.ts";
import type { GivenUp } from "../../../../sandbox/aws/mappings/stream-batch.ts";
import { startStreamMapping } from "../../../../sandbox/aws/mappings/stream-mapping.ts";
import type { StreamMappingOptions } from "../../../../sandbox/aws/mappings/stream-mapping.ts";
import { createStreamReader } from "../../../../sandbox/aws/mappings/stream-reader.ts";
import type { StreamReader, StreamRecord } from "../../../../sandbox/aws/mappings/stream-reader.ts";
import { listen } from "../../../../sandbox/net/listen.ts";

const record = (number: number, { key = "k", at = 0 } = {}): StreamRecord => ({
  eventID: String(number),
  eventName: "INSERT",
  eventVersion: "1.1",
  dynamodb: { ApproximateCreationDateTime: at, Keys: { pk: { S: key } }, SequenceNumber: String(number) },
});

type FakeShard = { readonly id: string; readonly parentId: string | null; records: StreamRecord[]; closed: boolean };

/** A stream in memory. An iterator is "<shard>:<index>"; `expire` makes those given out so far useless. */
const memoryStream = (shards: FakeShard[]) => {
  let generation = 0;
  const named = (id: string): FakeShard => shards.find((shard) => shard.id === id)!;
  const reader: StreamReader = {
    shards: () => Promise.resolve(shards.map(({ id, parentId }) => ({ id, parentId }))),
    iterator(id, position) {
      const { records } = named(id);
      const after = typeof position === "string" ? null : position.after;
      const index =
        after !== null
          ? records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === after) + 1
          : position === "LATEST"
            ? records.length
            : 0;
      return Promise.resolve(`${id}:${index}:${generation}`);
    },
    read(iterator, limit) {
      const [id = "", index = "", made = ""] = iterator.split(":");
      if (Number(made) !== generation) return Promise.reject(new Error("ExpiredIteratorException"));
      const shard = named(id);
      const records = shard.records.slice(Number(index), Number(index) + limit);
      const next = Number(index) + records.length;
      const ended = shard.closed && next >= shard.records.length;
      return Promise.resolve({ records, next: ended ? null : `${id}:${next}:${generation}` });
    },
  };
  return { reader, expire: () => void (generation += 1) };
};

const follow = async (reader: StreamReader, options: Partial<StreamMappingOptions> = {}) => {
  const delivered: string[][] = [];
  const handled = new Map<string, string>();
  const troubles: string[] = [];
  const mapping = await startStreamMapping({
    reader,
    startingPosition: "TRIM_HORIZON",
    batchSize: 100,
    windowMs: 0,
    lanes: 1,
    matches: () => true,
    deliver(records) {
      delivered.push(records.map(({ eventID }) => eventID));
      return Promise.resolve(true);
    },
    lastHandled: () => null,
    onHandled: (shardId, sequenceNumber) => void handled.set(shardId, sequenceNumber),
    now: Date.now,
    idle: () => wait(1),
    onTrouble: (sentence) => void troubles.push(sentence),
    ...options,
  });
  onTestFinished(() => mapping.close());
  mapping.start();
  return { mapping, delivered, handled, troubles };
};

const shard = (id: string, records: StreamRecord[], rest: Partial<FakeShard> = {}): FakeShard => ({
  id,
  parentId: null,
  records,
  closed: false,
  ...rest,
});

test("TRIM_HORIZON begins with the oldest record and LATEST with the next one", async () => {
  const only = shard("a", [record(1), record(2)]);
  const { reader } = memoryStream([only]);
  const oldest = await follow(reader);
  const latest = await follow(reader, { startingPosition: "LATEST" });
  await vi.waitFor(() => expect(oldest.delivered).toEqual([["1", "2"]]));
  only.records.push(record(3));
  await vi.waitFor(() => expect(latest.delivered).toEqual([["3"]]));
  expect(oldest.delivered.flat()).toEqual(["1", "2", "3"]);
});

test("what was handled before a restart is not delivered again", async () => {
  const { reader } = memoryStream([shard("a", [record(1), record(2), record(3)])]);
  const { delivered, handled } = await follow(reader, { lastHandled: () => "2" });
  await vi.waitFor(() => expect(handled.get("a")).toBe("3"));
  expect(delivered).toEqual([["3"]]);
});

test("an iterator that has expired is replaced, and nothing is left out or read again", async () => {
  const only = shard("a", [record(1)]);
  const { reader, expire } = memoryStream([only]);
  const state = new Map<string, string>();
  const { delivered, troubles } = await follow(reader, {
    lastHandled: (id) => state.get(id) ?? null,
    onHandled: (id, sequenceNumber) => void state.set(id, sequenceNumber),
  });
  await vi.waitFor(() => expect(delivered.flat()).toEqual(["1"]));
  expire();
  only.records.push(record(2));
  await vi.waitFor(() => expect(delivered.flat()).toEqual(["1", "2"]));
  expect(troubles).toContainEqual(expect.stringContaining("ExpiredIteratorException"));
});

test("a shard's children wait until the shard is done, and one that appears later is found", async () => {
  const parent = shard("a", [record(1)], { closed: false });
  const shards = [shard("b", [record(2)], { parentId: "a" }), parent];
  const { delivered } = await follow(memoryStream(shards).reader);
  await vi.waitFor(() => expect(delivered.flat()).toEqual(["1"]));
  await wait(20);
  expect(delivered.flat()).toEqual(["1"]);
  parent.closed = true;
  await vi.waitFor(() => expect(delivered.flat()).toEqual(["1", "2"]));
  shards.push(shard("c", [record(3)], { parentId: "a" }));
  await vi.waitFor(() => expect(delivered.flat()).toEqual(["1", "2", "3"]));
});

test("a stopped mapping delivers nothing until it is started again", async () => {
  const only = shard("a", []);
  const { mapping, delivered } = await follow(memoryStream([only]).reader);
  mapping.stop();
  await wait(10);
  only.records.push(record(1));
  await wait(20);
  expect(delivered).toEqual([]);
  mapping.start();
  await vi.waitFor(() => expect(delivered).toEqual([["1"]]));
});

test("batches are no larger than asked for, and lanes keep each key's order", async () => {
  const records = Array.from({ length: 40 }, (_unused, index) => record(index, { key: `key ${index % 4}` }));
  const { delivered, handled } = await follow(memoryStream([shard("a", records)]).reader, { batchSize: 3, lanes: 4 });
  await vi.waitFor(() => expect(handled.get("a")).toBe("39"));
  expect(Math.max(...delivered.map((batch) => batch.length))).toBeLessThanOrEqual(3);
  for (const key of [0, 1, 2, 3]) {
    const numbers = delivered
      .flat()
      .map(Number)
      .filter((number) => number % 4 === key);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(numbers).toHaveLength(10);
  }
});

test("a window fills a batch over several reads", async () => {
  const only = shard("a", [record(1)]);
  const clock = { now: 0 };
  const { delivered } = await follow(memoryStream([only]).reader, {
    windowMs: 100,
    batchSize: 3,
    now: () => clock.now,
  });
  await wait(20);
  expect(delivered).toEqual([]);
  only.records.push(record(2));
  await wait(20);
  clock.now = 100;
  await vi.waitFor(() => expect(delivered).toEqual([["1", "2"]]));
});

test("records beyond their age are given up without the function", async () => {
  const given: GivenUp[] = [];
  const invoked: unknown[] = [];
  const done = await deliverBatch([record(1, { at: 10 }), record(2, { at: 90 })], {
    fn: {
      invoke(event) {
        invoked.push(event);
        return Promise.resolve({ ok: true, requestId: "r", payload: null });
      },
    },
    toLambda: ({ eventID }) => eventID,
    reportsFailures: false,
    bisects: false,
    maxRetries: 0,
    maxAgeMs: 60_000,
    now: () => 100_000,
    backOff: () => Promise.resolve(),
    mayGoOn: () => Promise.resolve(true),
    onGivenUp: (each) => Promise.resolve(void given.push(each)),
    onTrouble: () => undefined,
  });
  expect(done).toBe(true);
  expect(invoked).toEqual([{ Records: ["2"] }]);
  expect(given).toEqual([
    expect.objectContaining({ condition: "RecordAgeExceeded", records: [expect.objectContaining({ eventID: "1" })] }),
  ]);
});

test("a checkpoint that the stream has outlived is read from the oldest record that is left, and no other error is", async () => {
  const answers: Record<string, [status: number, body: unknown]> = {
    AFTER_SEQUENCE_NUMBER: [400, { __type: "com.amazonaws.dynamodb.v20120810#TrimmedDataAccessException" }],
    TRIM_HORIZON: [200, { ShardIterator: "oldest" }],
  };
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      const { ShardIteratorType } = body as { ShardIteratorType: string };
      const [status, answer] = answers[ShardIteratorType]!;
      response.writeHead(status).end(JSON.stringify(answer));
    });
  });
  const listening = await listen(server, 0);
  onTestFinished(() => listening.close());
  const streamArn = "arn:aws:dynamodb:x:1:table/T/stream/1";
  const reader = createStreamReader(listening.url, { streamArn, mayRead: () => undefined });
  expect(await reader.iterator("shard-1", { after: "1" })).toBe("oldest");
  answers["AFTER_SEQUENCE_NUMBER"] = [400, { __type: "com.amazonaws.dynamodb.v20120810#LimitExceededException" }];
  await expect(reader.iterator("shard-1", { after: "1" })).rejects.toThrow("LimitExceededException");
});

test("checkpoints outlive the process in a file, and one that is broken is named", () => {
  const directory = mkdtempSync(path.join(tmpdir(), "malipo-checkpoints-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = path.join(directory, "kept", "checkpoints.json");
  createCheckpoints(file).put("Notify", "shard-1", "42");
  expect(createCheckpoints(file).get("Notify", "shard-1")).toBe("42");
  expect(createCheckpoints(file).get("Notify", "shard-2")).toBeNull();
  writeFileSync(file, "{");
  expect(() => createCheckpoints(file)).toThrow("checkpoints.json can't be read");
});
