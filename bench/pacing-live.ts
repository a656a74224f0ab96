/**
 * Pacing on the real clock: dispatchers that share their slots through DynamoDB Local and call a server over loopback
 * HTTP, which counts what arrives. It holds the runs in virtual time honest: here timers are late, writes queue up and
 * connections take their time.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import { marginOf } from "../functions/daraja/gcra.ts";
import type { LanePace, SlotItems } from "../functions/daraja/pacing.ts";
import { createSlots } from "../functions/daraja/slots.ts";
import { createSlotItems } from "../functions/store/coordination.ts";
import { startDynamoDbLocal } from "../sandbox/aws/dynamodb/dynamodb-local.ts";
import { seededRandom } from "../test/unit/daraja/virtual-time.ts";
import { countWindows, dispatch } from "./pacing-payouts.ts";

const TABLE = "coordination";
const SHORTCODE = "live";
/** All dispatchers run on one machine, so their clocks are one; connecting and loopback take a moment. */
const MEASURED = { aheadMs: 100, apartMs: 30, mostJitterMs: 250 } as const;

export interface LiveScene {
  readonly perSecond: number;
  readonly dispatchers: number;
  /** What has to be done before a call is written takes up to this long. */
  readonly jitterMs: number;
  /** The margin that the lane begins with, as a lane in use has learned it. */
  readonly marginMs: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

const clock = { now: (): number => Date.now() };
const time = { ...clock, wait: (ms: number) => wait(ms) };

const startEngine = async () => {
  const engine = await startDynamoDbLocal();
  const credentials = { accessKeyId: "bench", secretAccessKey: "bench" };
  const dynamo = new DynamoDBClient({ endpoint: engine.url, region: "us-east-1", credentials });
  const close = async (): Promise<void> => {
    dynamo.destroy();
    await engine.close();
  };
  const key = { AttributeName: "pk" } as const;
  await dynamo.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ ...key, KeyType: "HASH" }],
      AttributeDefinitions: [{ ...key, AttributeType: "S" }],
    }),
  );
  return { dynamo, close };
};

const COUNTER = fileURLToPath(new URL("pacing-counter.ts", import.meta.url));
const Port = z.int();
const Arrivals = z.array(z.number());

/** A Daraja in a process of its own, so that the dispatchers' own delays don't reach its clock. */
const startCounter = async () => {
  const child = fork(COUNTER, { execArgv: ["--import", "tsx"] });
  const [port] = await once(child, "message");
  const url = `http://127.0.0.1:${Port.parse(port)}`;
  return {
    url,
    arrivals: async () => Arrivals.parse(await (await fetch(url)).json()),
    close: () => void child.kill(),
  };
};

/** The items, how often they are written to, and the pace as it was last seen. */
const counting = (items: SlotItems) => {
  let writes = 0;
  let pace: LanePace | null = null;
  const seen = <T extends { readonly pace: LanePace | null }>(result: T): T => {
    pace = result.pace;
    return result;
  };
  const counted: SlotItems = {
    advance: async (lane, request) => {
      writes += 1;
      return seen(await items.advance(lane, request));
    },
    swap: async (lane, change) => {
      writes += 1;
      return seen(await items.swap(lane, change));
    },
  };
  return { items: counted, writes: () => writes, pace: () => pace };
};

/** Plays a scene as long as it lasts. */
export const playLive = async (scene: LiveScene) => {
  const { perSecond, jitterMs, marginMs } = scene;
  const engine = await startEngine();
  const counter = await startCounter();
  try {
    const random = seededRandom(1);
    const store = { dynamo: engine.dynamo, table: TABLE, clock, wait: time.wait, random };
    const counted = counting(createSlotItems(store, SHORTCODE));
    const rate = { perSecond, jitterMs: marginMs, measured: MEASURED };
    await counted.items.advance("query", { byMs: 0, slowedAt: 0, from: 0, to: 0 }); // the connection is made
    await counter.arrivals();
    const began = clock.now();
    const until = began + scene.seconds * 1_000;
    const dispatchers = Array.from({ length: scene.dispatchers }, () => {
      const rates = { stk: rate, query: rate, bulk: rate };
      const slots = createSlots({ items: counted.items, rates, clock, wait: time.wait, log: () => undefined });
      return dispatch({ slots, fetch: (_, init) => fetch(counter.url, init), time, random, jitterMs }, until);
    });
    await Promise.all(dispatchers);
    const arrivals = await counter.arrivals();
    const steady = arrivals.filter((at) => at >= began + scene.warmUpSeconds * 1_000 && at < until).length;
    return {
      utilisation: steady / (scene.seconds - scene.warmUpSeconds) / perSecond,
      starts: arrivals.length,
      ...countWindows(arrivals, perSecond),
      marginMs: marginOf(rate, counted.pace()),
      writesPerStart: counted.writes() / arrivals.length,
    };
  } finally {
    counter.close();
    await engine.close();
  }
};
