/**
 * The functions that tell others, as they are deployed: so long may each run, behind the ledger's stream, its queue, its
 * door or the clock.
 */
import type { StreamedWrite } from "../../../functions/runtime/stream.ts";
import { FUNCTIONS } from "../../../lib/functions.ts";
import { createChance } from "../core/prng.ts";
import { createStream } from "../dynamo/stream.ts";
import { createLambda } from "../payments/lambda.ts";
import type { Surroundings } from "../payments/lambda.ts";
import { startMapping } from "../queue/mapping.ts";
import { START } from "./bare-world.ts";
import type { BareWorld } from "./bare-world.ts";
import {
  INTERVAL_MS,
  archiveProcess,
  deliverProcess,
  ledgerProcess,
  liveProcess,
  notifyProcess,
  rootProcess,
  webhooksProcess,
} from "./gateway.ts";
import type { Outside } from "./gateway.ts";

/** As deployed (lib/constructs/webhook-pipeline.ts, archive-pipeline.ts, ledger-follower.ts). */
const SENDERS = 20;
const MESSAGES_AT_ONCE = 10;
const TELLER_BATCH = 50;
const ARCHIVE_BATCH = 1_000;
const TRIES = 60;
const TOLD_OF = /^(pay|pyo|rfd|bat|exc)_/;

export const deploy = (world: BareWorld, outside: Outside) => {
  const { time, note, rates } = world;
  const chance = createChance(world.chance.split());
  const lambda = <I, O>(
    name: keyof typeof FUNCTIONS,
    start: (surroundings: Surroundings) => (input: I) => Promise<O>,
  ) => {
    const timeoutMs = FUNCTIONS[name].timeoutSeconds * 1_000;
    return createLambda({ name, start, timeoutMs, time, chance, note, faults: () => rates().lambda });
  };
  return {
    ledger: lambda("start-payment", ledgerProcess(outside)),
    teller: lambda("notify", notifyProcess(outside)),
    archiver: lambda("archive", archiveProcess(outside)),
    rooter: lambda("daily-root", rootProcess(outside)),
    deliverer: lambda("deliver-webhooks", deliverProcess(outside)),
    owners: lambda("webhooks", webhooksProcess(outside)),
    live: lambda("live", liveProcess(outside)),
  };
};
export type Deployed = ReturnType<typeof deploy>;

type Write = StreamedWrite & { readonly key: string };

const shardOf = (key: string, shards: number): number => Buffer.from(key).reduce((sum, byte) => sum + byte, 0) % shards;

/** Sequence numbers as long as DynamoDB's. */
const FIRST_SEQUENCE = 100_000_000_000_000_000_000n;

/** Has the ledger's stream followed. Gives how often the teller has run. */
export const followLedger = (world: BareWorld, { teller, archiver }: Deployed) => {
  const { time, rates, scenario, books, followers, lost, note } = world;
  let [tellings, writes] = [0, 0];

  const follower = (mostPerBatch: number, listener: (batch: readonly Write[]) => Promise<void>) => {
    const random = createChance(world.chance.split()).next;
    const givingUp = { tries: TRIES, lost: ({ key }: Write) => void lost.push(key) };
    const shards = Array.from({ length: scenario.shards }, () =>
      createStream<Write>({ wait: time.wait, random, habits: () => rates().stream, listener, mostPerBatch, givingUp }),
    );
    return (write: Write): void => shards[shardOf(write.key, shards.length)]?.(write);
  };

  const tell = follower(TELLER_BATCH, async (batch) => {
    tellings += 1;
    await teller(batch);
    note(`notify took ${batch.length} writes`);
    books.tellerDone(batch);
  });
  const keep = follower(ARCHIVE_BATCH, async (batch) => {
    await archiver(batch);
  });
  followers.push(({ key, before, after }) => {
    writes += 1;
    const write: Write = { key, before, after, sequence: String(FIRST_SEQUENCE + BigInt(writes)) };
    if (TOLD_OF.test(key) && after?.["v"]?.N !== undefined) tell(write);
    keep(write);
  });
  return { tellings: () => tellings };
};

/** Begins to work the queue off. */
export const startQueue = (world: BareWorld, { deliverer }: Deployed): void => {
  const { time, note, line } = world;
  const chance = createChance(world.chance.split());
  const sizes = { batchSize: MESSAGES_AT_ONCE, maxConcurrency: SENDERS };
  startMapping({ ...sizes, time, note, chance, line, invoke: deliverer });
};

const LOOK = JSON.stringify({ look: "due" });
const MOST_LATE_MS = 50_000;

/** The clock that has what is due put back each minute. Minutes in which nothing would be found are left out. */
export const startClock = ({ time, rates, line, dues, chance: origin, whenDue }: BareWorld): void => {
  const chance = createChance(origin.split());
  const planned = new Set<number>();
  const look = (): void => line.put(LOOK, 0);
  const tick = (minute: number): void => {
    planned.delete(minute);
    if (![...dues.values()].some((due) => due <= time.now())) return;
    const { scheduleLate, scheduleTwice } = rates();
    const late = chance.happens(scheduleLate) ? chance.between(0, MOST_LATE_MS) : 0;
    time.after(late, look);
    if (chance.happens(scheduleTwice)) time.after(late + chance.between(0, MOST_LATE_MS), look);
    plan(time.now());
  };
  const plan = (due: number): void => {
    const minute = Math.ceil((Math.max(due, time.now()) - START + 1) / INTERVAL_MS);
    if (planned.has(minute)) return;
    planned.add(minute);
    time.after(START + minute * INTERVAL_MS - time.now(), () => tick(minute));
  };
  whenDue.push(plan);
};

/** 00:30 in Nairobi of the first night, milliseconds after the world begins. */
const FIRST_NIGHT_MS = 12.5 * 3_600_000;
const DAY_MS = 86_400_000;

/** The clock that closes each day with a root, but in some nights. */
export const startNights = (world: BareWorld, { rooter }: Deployed): void => {
  const { time, scenario } = world;
  const run = (): void => void rooter(undefined).catch(() => undefined);
  for (const { night, twice } of scenario.nights) {
    time.after(START + FIRST_NIGHT_MS + night * DAY_MS - time.now(), run);
    if (twice) time.after(START + FIRST_NIGHT_MS + night * DAY_MS - time.now() + 40, run);
  }
};
