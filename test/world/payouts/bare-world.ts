/**
 * One world of payouts before anything happens in it: its clock, its chance, its database, its queues and files, its log
 * and the story that is told of it. What must stay true: the seed decides all of it, and every write and every log line is
 * looked at as it is made.
 */
import { begin, createNames } from "../core/beginning.ts";
import { moveOf } from "../core/moves.ts";
import { createChance } from "../core/prng.ts";
import { watchedLog } from "../core/watched-log.ts";
import { createLaggingEngine, TABLE_NAMES } from "../dynamo/lagging-engine.ts";
import type { Change } from "../dynamo/table.ts";
import { createSqsStandIn } from "../queue/sqs.ts";
import { createWaitingLine } from "../queue/waiting-line.ts";
import { createBooks } from "./books.ts";
import { createBucket } from "./bucket.ts";
import { QUEUE_URLS } from "./holdings.ts";
import { NONE } from "./planted.ts";
import type { Planted } from "./planted.ts";
import { ratesAt } from "./rates.ts";
import type { Rates } from "./rates.ts";
import { drawScenario } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

export interface WorldOptions {
  readonly seed: number;
  /** The most payouts and refunds that are asked for. */
  readonly orders?: number;
  /** What the world is about, in place of what its seed would draw. */
  readonly scenario?: Scenario;
  /** Whether somebody reads the story; it is empty otherwise. */
  readonly isTold?: boolean;
  readonly planted?: Planted;
}

/** When every world begins. */
export const START = Date.UTC(2026, 10, 21, 9, 0, 0);
/** The most payouts and refunds of a world that nobody gave another number. */
export const ORDERS = 20;
/** As deployed (lib/constructs/payout-pipeline.ts). */
const TRIES = { payouts: 100, batches: 5 } as const;
const BATCHES_HIDDEN_MS = 1_800_000;

const phonesOf = ({ singles, batches, payments }: Scenario): readonly string[] =>
  [...singles, ...batches.flatMap(({ rows }) => rows), ...payments].map(({ msisdn }) => msisdn.slice(-9));

/** The scenario that a seed draws. */
export const draw = (seed: number, orders: number): Scenario => drawScenario(createChance(seed), orders);

const KINDS = /^(pyo|bat|rfd|exc|pay)_/;

export const createBareWorld = (options: WorldOptions) => {
  const { seed, orders = ORDERS, planted = NONE, isTold = true } = options;
  const scenario = options.scenario ?? draw(seed, orders);
  const { chance, time, story, wrong, note } = begin({ seed, start: START, isTold });

  const rates = (): Rates => ratesAt(scenario, time.now() - START);
  const newName = createNames(seed, "first");
  const books = createBooks({ now: time.now, wrong });

  const changed = (change: Change): void => {
    if (change.table !== TABLE_NAMES.transactions) return;
    books.changed(change);
    if (!KINDS.test(change.key)) return;
    const move = moveOf(change);
    if (move !== null) note(move.said);
  };
  const engine = createLaggingEngine({ time, chance, lagMs: () => rates().lagMs, changed });
  const own = () => createChance(chance.split());
  const lineOf = (name: string, hiddenMs: number, maxReceives: number) =>
    createWaitingLine({ name, hiddenMs, maxReceives, time, chance: own(), habits: () => rates().queue, note });
  const lines = {
    payouts: lineOf("payouts", scenario.hiddenMs, TRIES.payouts),
    batches: lineOf("batches", BATCHES_HIDDEN_MS, TRIES.batches),
  };
  const byUrl = { [QUEUE_URLS.payouts]: lines.payouts, [QUEUE_URLS.batches]: lines.batches };
  const sqs = createSqsStandIn({ lines: byUrl, time, chance: own(), faults: () => rates().sqs, note });
  const bucket = createBucket({ time, chance: own(), down: () => rates().filesDown, note });
  const log = watchedLog(phonesOf(scenario), wrong);
  return {
    seed,
    chance,
    scenario,
    time,
    story,
    wrong,
    note,
    rates,
    newName,
    log,
    engine,
    books,
    lines,
    sqs,
    bucket,
    planted,
  };
};
export type BareWorld = ReturnType<typeof createBareWorld>;
