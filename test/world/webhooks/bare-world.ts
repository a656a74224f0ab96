/**
 * One world of webhooks before anything happens in it: its clock, its chance, its database, its queue and archive, its log
 * and the story that is told of it. What must stay true: the seed decides all of it, and every write and every log line is
 * looked at as it is made.
 */
import type { Item } from "../../../functions/store/attributes.ts";
import { begin, createNames } from "../core/beginning.ts";
import { moveOf } from "../core/moves.ts";
import { createChance } from "../core/prng.ts";
import { watchedLog } from "../core/watched-log.ts";
import { TABLE_NAMES, createLaggingEngine } from "../dynamo/lagging-engine.ts";
import type { Change } from "../dynamo/table.ts";
import type { LiveOptions } from "../lived.ts";
import { createSqsStandIn } from "../queue/sqs.ts";
import { createWaitingLine } from "../queue/waiting-line.ts";
import { createArchiveBucket } from "./archive-bucket.ts";
import { createBooks } from "./books.ts";
import { createDeliveriesSeen } from "./deliveries-seen.ts";
import { createEndpointsSeen } from "./endpoints-seen.ts";
import { QUEUE_URL } from "./gateway.ts";
import { NONE } from "./planted.ts";
import type { Planted } from "./planted.ts";
import { ratesAt } from "./rates.ts";
import type { Rates } from "./rates.ts";
import { drawScenario } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

export interface WorldOptions extends LiveOptions<Scenario> {
  readonly planted?: Planted;
}

/** When every world begins. */
export const START = Date.UTC(2026, 10, 21, 9, 0, 0);
/** The most payments of a world that nobody gave another number. */
export const ORDERS = 6;
/** As deployed (lib/constructs/webhook-pipeline.ts). */
const MESSAGE_TRIES = 200;
const HIDDEN_MS = 6 * 60_000;

/** The scenario that a seed draws. */
export const draw = (seed: number, orders: number): Scenario => drawScenario(createChance(seed), orders);

export const createBareWorld = (options: WorldOptions) => {
  const { seed, orders = ORDERS, planted = NONE, isTold = true } = options;
  const scenario = options.scenario ?? draw(seed, orders);
  const { chance, time, story, wrong, note } = begin({ seed, start: START, isTold });
  const lost: string[] = [];
  const alarms: number[] = [];
  const phones = [...scenario.payments, ...scenario.menu].map(({ msisdn }) => msisdn.slice(-9));
  const secrets = [...phones];
  const followers: ((change: Change) => void)[] = [];
  /** When each delivery is due, and who wants to hear of it. */
  const dues = new Map<string, number>();
  const whenDue: ((at: number) => void)[] = [];
  const webhooks = new Map<string, Item>();

  const rates = (): Rates => ratesAt(scenario, time.now() - START);
  const newName = createNames(seed);
  const books = createBooks({ now: time.now, wrong, phones });
  const endpoints = createEndpointsSeen({ now: time.now, secrets, note });
  const deliveries = createDeliveriesSeen({ now: time.now, wrong, books, endpoints, note });

  const tell = (change: Change): void => {
    const move = moveOf(change);
    if (move !== null) note(move.said);
  };
  const changedWebhooks = (change: Change): void => {
    const { key, after } = change;
    const due = after?.["u"]?.N;
    if (after) webhooks.set(key, after);
    if (due === undefined) dues.delete(key);
    else {
      dues.set(key, Number(due));
      for (const plan of whenDue) plan(Number(due));
    }
    endpoints.changed(change);
    deliveries.changed(change);
  };
  const changed = (change: Change): void => {
    if (change.table === TABLE_NAMES.webhooks) changedWebhooks(change);
    if (change.table !== TABLE_NAMES.transactions) return;
    books.changed(change);
    if (isTold) tell(change);
    for (const follow of followers) follow(change);
  };
  const engine = createLaggingEngine({ time, chance, lagMs: () => rates().lagMs, changed });
  const own = () => createChance(chance.split());
  const line = createWaitingLine({
    name: "webhooks",
    hiddenMs: HIDDEN_MS,
    maxReceives: MESSAGE_TRIES,
    time,
    chance: own(),
    habits: () => rates().queue,
    note,
  });
  return {
    seed,
    chance,
    scenario,
    time,
    story,
    wrong,
    lost,
    /** When it was counted that an endpoint was disabled. */
    alarms,
    /** What nobody is shown twice, and no log line tells. */
    secrets,
    note,
    rates,
    newName,
    books,
    endpoints,
    deliveries,
    followers,
    dues,
    whenDue,
    webhooks,
    engine,
    line,
    sqs: createSqsStandIn({ lines: { [QUEUE_URL]: line }, time, chance: own(), faults: () => rates().sqs, note }),
    archive: createArchiveBucket({ time, chance: own(), faults: () => rates().archive, note }),
    log: watchedLog(secrets, wrong),
    planted,
  };
};
export type BareWorld = ReturnType<typeof createBareWorld>;
