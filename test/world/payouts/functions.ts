/**
 * All functions of the gateway that move money out, as they are deployed: so long may each run, so many of it at a time,
 * behind its door, its queue or its clock.
 */
import { FUNCTIONS } from "../../../lib/functions.ts";
import { createChance } from "../core/prng.ts";
import { createLink } from "../dynamo/link.ts";
import { createLambda } from "../payments/lambda.ts";
import type { Surroundings } from "../payments/lambda.ts";
import { startMapping } from "../queue/mapping.ts";
import type { BareWorld } from "./bare-world.ts";
import { dispatchProcess, doorProcess, importProcess, resultsProcess, sweepProcess, tendProcess } from "./gateway.ts";
import type { Doors } from "./gateway.ts";
import type { Outside } from "./holdings.ts";

/** As deployed (lib/constructs/payout-pipeline.ts, lib/payout-rules.ts). */
const DISPATCHERS = 4;
const TENDERS = 2;
const MESSAGES_PER_DISPATCH = 10;

const timeoutMs = (name: keyof typeof FUNCTIONS): number => FUNCTIONS[name].timeoutSeconds * 1_000;

/** What lies outside of every process. */
export const outsideOf = (world: BareWorld, reached: Pick<Outside, "fetch" | "secret">): Outside => {
  const { chance, time, note, rates, newName, engine, log, planted, sqs, bucket, scenario } = world;
  const source = (): (() => number) => createChance(chance.split()).next;
  return {
    ...reached,
    send: createLink({ engine, wait: time.wait, random: source(), faults: () => rates().link, note }),
    sqs,
    files: bucket.files,
    perSecond: scenario.perSecond,
    wait: time.wait,
    random: source(),
    newName,
    log,
    planted,
    watching: world.books.watching,
  };
};

/** The functions, each ready to be invoked. */
export const deploy = (world: BareWorld, outside: Outside) => {
  const { time, note, rates } = world;
  const chance = createChance(world.chance.split());
  const lambda = <I, O>(
    name: keyof typeof FUNCTIONS,
    start: (surroundings: Surroundings) => (input: I) => Promise<O>,
  ) => createLambda({ name, start, timeoutMs: timeoutMs(name), time, chance, note, faults: () => rates().lambda });
  const door = <N extends keyof Doors>(name: N) => lambda(name, doorProcess(name, outside));
  return {
    payouts: door("start-payout"),
    batches: door("start-batch"),
    refunds: door("start-refund"),
    steering: door("steer-batch"),
    exceptions: door("work-exceptions"),
    results: lambda("results", resultsProcess(outside)),
    importer: lambda("import-batch", importProcess(outside)),
    sweeper: lambda("sweep-payouts", sweepProcess(outside)),
    dispatcher: lambda("dispatch-payouts", dispatchProcess(outside)),
    tender: lambda("tend-batch", tendProcess(outside)),
  };
};
export type Deployed = ReturnType<typeof deploy>;

/** Begins to work the queues off. */
export const startQueues = (world: BareWorld, { dispatcher, tender }: Deployed): void => {
  const { time, note, lines } = world;
  const shared = { time, note, chance: createChance(world.chance.split()) };
  startMapping({
    ...shared,
    line: lines.payouts,
    batchSize: MESSAGES_PER_DISPATCH,
    maxConcurrency: DISPATCHERS,
    invoke: dispatcher,
  });
  startMapping({ ...shared, line: lines.batches, batchSize: 1, maxConcurrency: TENDERS, invoke: tender });
};
