/**
 * One world before anything happens in it: its clock, its chance, its database, its log and the story that is told of it.
 * What must stay true: the seed decides all of it, and every write and every log line is looked at as it is made.
 */
import { OPEN_STATES } from "../../../functions/domain/payment-states.ts";
import { begin, createNames } from "../core/beginning.ts";
import { moveOf } from "../core/moves.ts";
import { createChance } from "../core/prng.ts";
import { watchedLog } from "../core/watched-log.ts";
import { createLaggingEngine } from "../dynamo/lagging-engine.ts";
import type { Change } from "../dynamo/table.ts";
import type { LiveOptions } from "../lived.ts";
import { wrongWith } from "./invariants.ts";
import { NONE } from "./planted.ts";
import type { Planted } from "./planted.ts";
import { START, ratesAt } from "./rates.ts";
import type { Rates } from "./rates.ts";
import { drawScenario } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

export interface WorldOptions extends LiveOptions<Scenario> {
  readonly planted?: Planted;
}

/** What a kind of world that stands on this one has of its own. */
export interface Own {
  readonly ratesAt: (scenario: Scenario, at: number) => Rates;
  /** Told of every write. */
  readonly changed: (change: Change) => void;
  /** Whether streams of the machine may be at work. */
  readonly isBusy?: () => boolean;
}

/** The most orders that come to a world that nobody gave another number. */
export const ORDERS = 10;

const OPEN: ReadonlySet<unknown> = new Set(OPEN_STATES);

/** The scenario that a seed draws. */
export const draw = (seed: number, orders: number): Scenario => drawScenario(createChance(seed), orders);

export const createBareWorld = (options: WorldOptions, own: Own = { ratesAt, changed: () => undefined }) => {
  const { seed, orders = ORDERS, planted = NONE, isTold = true } = options;
  const scenario = options.scenario ?? draw(seed, orders);
  const { chance, time, story, wrong, note } = begin({ seed, start: START, isTold, isBusy: own.isBusy });
  const phones = [...new Set([...scenario.orders, ...scenario.menu].map(({ msisdn }) => msisdn.slice(-9)))];
  const restedAt = new Map<string, number>();

  const rates = (): Rates => own.ratesAt(scenario, time.now() - START);
  const newName = createNames(seed);

  const lines = watchedLog(phones, wrong);

  const changed = (change: Change): void => {
    const broken = wrongWith(change);
    if (broken !== null) wrong.push(broken);
    own.changed(change);
    const { key, before } = change;
    if (key.startsWith("exc_") && !before) {
      note(`${key} opened`);
      restedAt.set(key, time.now());
    }
    if (!key.startsWith("pay_")) return;
    const move = moveOf(change);
    if (move === null) return;
    note(move.said);
    if (!OPEN.has(move.is)) restedAt.set(key, Math.min(time.now(), restedAt.get(key) ?? Infinity));
  };
  const engine = createLaggingEngine({ time, chance, lagMs: () => rates().lagMs, changed });
  return { seed, chance, scenario, time, story, wrong, restedAt, note, rates, newName, lines, engine, planted };
};
export type BareWorld = ReturnType<typeof createBareWorld>;
