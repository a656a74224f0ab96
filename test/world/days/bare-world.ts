/**
 * One world of days before anything happens in it: a world of payments, with a bucket, a queue of days, and somebody who
 * looks at every write about a day, a statement or an exception. What must stay true: the seed decides all of it.
 */
import { createChance } from "../core/prng.ts";
import type { Change } from "../dynamo/table.ts";
import type { LiveOptions } from "../lived.ts";
import { createBareWorld as createPayments } from "../payments/bare-world.ts";
import { createBucket } from "../payouts/bucket.ts";
import { createSqsStandIn } from "../queue/sqs.ts";
import { createWaitingLine } from "../queue/waiting-line.ts";
import { DAY_TRIES } from "../../../lib/close-functions.ts";
import { FUNCTIONS } from "../../../lib/functions.ts";
import { createWatch } from "./invariants-writes.ts";
import { DAY_QUEUE } from "./outside.ts";
import { NONE } from "./planted.ts";
import type { Planted } from "./planted.ts";
import { START, ratesAt } from "./rates.ts";
import type { Rates } from "./rates.ts";
import { drawScenario } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

export interface WorldOptions extends LiveOptions<Scenario> {
  readonly planted?: Planted;
}

/** The most orders that come to a world that nobody gave another number. */
export const ORDERS = 8;
/** Of what its function may take, so long a message stays hidden (lib/constructs/day-pipeline.ts). */
const HIDDEN_FACTOR = 6;
/** What happens in a world is drawn apart from what a world of payments draws for itself. */
const APART = 0x85ebca6b;

/** The scenario that a seed draws. */
export const draw = (seed: number, orders: number): Scenario => drawScenario(createChance(seed), orders);

export const createBareWorld = (options: WorldOptions) => {
  const { seed, orders = ORDERS, planted = NONE, isTold = true } = options;
  const scenario = options.scenario ?? draw(seed, orders);
  let streaming = 0;
  const listeners: ((change: Change) => void)[] = [];
  const payments = createPayments(
    { seed, scenario, isTold, planted: planted.payments },
    {
      isBusy: () => streaming > 0,
      ratesAt: (_, at) => ratesAt(scenario, at),
      changed: (change) => {
        for (const listen of listeners) listen(change);
      },
    },
  );
  const { time, note, wrong } = payments;
  const chance = createChance(seed ^ APART);
  const own = () => createChance(chance.split());
  const rates = (): Rates => ratesAt(scenario, time.now() - START);
  const line = createWaitingLine({
    name: "days",
    hiddenMs: HIDDEN_FACTOR * FUNCTIONS["close-day"].timeoutSeconds * 1_000,
    maxReceives: DAY_TRIES,
    time,
    chance: own(),
    habits: () => rates().queue,
    note,
  });
  const sqs = createSqsStandIn({
    lines: { [DAY_QUEUE]: line },
    time,
    chance: own(),
    faults: () => rates().sqs,
    note,
  });
  const bucket = createBucket({
    time,
    chance: own(),
    down: () => rates().filesDown,
    note,
  });
  const watch = createWatch({ wrong, note, now: time.now });
  listeners.push(watch.changed);
  /** What reads and writes files as streams. */
  const asStream = <I, O>(run: (input: I) => Promise<O>): ((input: I) => Promise<O>) => {
    return async (input) => {
      streaming += 1;
      try {
        return await run(input);
      } finally {
        streaming -= 1;
      }
    };
  };
  const whenChanged = (listen: (change: Change) => void): void => void listeners.push(listen);
  return {
    ...payments,
    scenario,
    rates,
    own,
    line,
    sqs,
    bucket,
    watch,
    whenChanged,
    asStream,
    bugs: planted,
  };
};
export type BareWorld = ReturnType<typeof createBareWorld>;
