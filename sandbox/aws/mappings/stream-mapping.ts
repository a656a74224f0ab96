/**
 * A table's stream in front of a function, as the Lambda service runs it: each shard in order, a parent before its
 * children, several lanes of a shard side by side where the mapping wants them, and a checkpoint after what is done.
 */
import { createHash } from "node:crypto";

import type { Matches } from "./event-pattern.ts";
import { withinPayload } from "./payload.ts";
import type { Mapping } from "./queue-mapping.ts";
import { createSwitch } from "./switch.ts";
import type { Position, Shard, StreamReader, StreamRecord } from "./stream-reader.ts";

export type StreamMappingOptions = {
  readonly reader: StreamReader;
  readonly startingPosition: "TRIM_HORIZON" | "LATEST";
  readonly batchSize: number;
  readonly windowMs: number;
  /** Batches of one shard under way at a time; records of one key stay in order. */
  readonly lanes: number;
  readonly matches: Matches;
  /** Delivers one batch; false when the mapping ended first. */
  readonly deliver: (records: readonly StreamRecord[], from: DeliveredFrom) => Promise<boolean>;
  readonly lastHandled: (shardId: string) => string | null;
  readonly onHandled: (shardId: string, sequenceNumber: string) => void;
  readonly now: () => number;
  /** Waits between two reads that find nothing. */
  readonly idle: () => Promise<void>;
  readonly onTrouble: (sentence: string) => void;
};

export type DeliveredFrom = {
  readonly shardId: string;
  /** False once the mapping has ended; waits while it is stopped. */
  readonly mayGoOn: () => Promise<boolean>;
};

/** What one read may return at most. */
const MAX_PAGE = 1_000;
/** Shards end and begin rarely; so often are new ones looked for, in idle reads. */
const LOOK_FOR_SHARDS_EVERY = 20;

/** Resolves once the positions are fixed: what is written after that is delivered. */
export const startStreamMapping = async (options: StreamMappingOptions): Promise<Mapping> => {
  const { reader, onTrouble } = options;
  const power = createSwitch();
  const followed = new Map<string, Promise<void>>();

  const follow = async (shard: Shard, first: string | null): Promise<void> => {
    await followed.get(shard.parentId ?? "");
    let iterator = first;
    for (let ended = false; !ended && (await power.whenOn());) {
      try {
        iterator ??= await reader.iterator(shard.id, resume(shard.id, "TRIM_HORIZON", options));
        const { records, next } = await gather(iterator, options);
        if (!(await handle(records, { shardId: shard.id, mayGoOn: () => power.whenOn() }, options))) return;
        iterator = next;
        ended = next === null;
        if (records.length === 0 && !ended) await options.idle();
      } catch (error) {
        iterator = null; // an iterator expires; the checkpoint does not
        onTrouble(`The stream could not be read and is asked again: ${error instanceof Error ? error.message : "?"}`);
        await options.idle();
      }
    }
  };

  const adopt = async (position: Position): Promise<void> => {
    const shards = await reader.shards();
    for (const shard of shards.sort((a, b) => (a.id < b.id ? -1 : 1))) {
      // an id begins with its shard's birth
      if (followed.has(shard.id)) continue;
      const first = await reader.iterator(shard.id, resume(shard.id, position, options));
      followed.set(shard.id, follow(shard, first));
    }
  };

  const lookForShards = async (): Promise<void> => {
    for (let round = 1; await power.whenOn(); round += 1) {
      await options.idle();
      if (round % LOOK_FOR_SHARDS_EVERY === 0)
        await adopt("TRIM_HORIZON").catch(() => onTrouble("The stream's shards could not be listed; asked again."));
    }
  };

  await adopt(options.startingPosition);
  void lookForShards();
  return { start: () => power.turnOn(), stop: () => power.turnOff(), close: () => power.end() };
};

const resume = (shardId: string, otherwise: Position, { lastHandled }: StreamMappingOptions): Position => {
  const after = lastHandled(shardId);
  return after === null ? otherwise : { after };
};

type Gathered = { readonly records: StreamRecord[]; readonly next: string | null };

/** One page; with a window, pages until a batch is full or the window has passed since the first record. */
const gather = async (iterator: string, options: StreamMappingOptions): Promise<Gathered> => {
  const { reader, batchSize, windowMs, lanes, now, idle } = options;
  const limit = Math.min(MAX_PAGE, batchSize * lanes);
  let { records, next } = await reader.read(iterator, limit);
  const until = now() + windowMs;
  while (records.length > 0 && records.length < limit && next !== null && now() < until) {
    const page = await reader.read(next, limit - records.length);
    records = [...records, ...page.records];
    next = page.next;
    if (page.records.length === 0) await idle();
  }
  return { records, next };
};

const handle = async (
  records: readonly StreamRecord[],
  from: DeliveredFrom,
  options: StreamMappingOptions,
): Promise<boolean> => {
  const last = records.at(-1);
  if (last === undefined) return true;
  const wanted = records.filter((record) => options.matches(record));
  const done = await Promise.all(
    inLanes(wanted, options.lanes).map(async (lane) => {
      for (const batch of inBatches(lane, options.batchSize)) if (!(await options.deliver(batch, from))) return false;
      return true;
    }),
  );
  if (!done.every(Boolean)) return false;
  options.onHandled(from.shardId, last.dynamodb.SequenceNumber);
  return true;
};

const inLanes = (records: readonly StreamRecord[], lanes: number): StreamRecord[][] => {
  const cut = Array.from({ length: lanes }, (): StreamRecord[] => []);
  for (const record of records) {
    const digest = createHash("sha256").update(JSON.stringify(record.dynamodb.Keys)).digest();
    cut[digest.readUInt32BE() % lanes]?.push(record);
  }
  return cut;
};

const inBatches = (records: readonly StreamRecord[], size: number): StreamRecord[][] =>
  Array.from({ length: Math.ceil(records.length / size) }, (_unused, index) =>
    records.slice(index * size, (index + 1) * size),
  ).flatMap((batch) => withinPayload(batch));
