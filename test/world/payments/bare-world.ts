/**
 * One world before anything happens in it: its clock, its chance, its database, its log and the story that is told of it.
 * What must stay true: the seed decides all of it, and every write and every log line is looked at as it is made.
 */
import type { Log, LogFacts } from "../../../functions/runtime/logger.ts";
import { maskDeep } from "../../../functions/domain/deep-masking.ts";
import { STATE_CODES } from "../../../functions/store/history-item.ts";
import { TABLES } from "../../../functions/store/table.ts";
import { AT } from "../../../functions/store/transaction-item.ts";
import { createChance } from "../core/prng.ts";
import { createVirtualTime } from "../core/virtual-time.ts";
import { createEngine } from "../dynamo/engine.ts";
import type { Change } from "../dynamo/table.ts";
import { TABLE_NAMES } from "./gateway.ts";
import { wrongWith } from "./invariants.ts";
import { NONE } from "./planted.ts";
import type { Planted } from "./planted.ts";
import { drawScenario, ratesAt } from "./scenario.ts";
import type { Rates } from "./scenario.ts";

export interface WorldOptions {
  readonly seed: number;
  /** The most orders that come. */
  readonly orders?: number;
  readonly planted?: Planted;
}

/** When every world begins. */
export const START = Date.UTC(2026, 10, 21, 9, 0, 0);
const ORDERS = 10;

const seconds = (ms: number): string => `+${(ms / 1000).toFixed(3)}s`.padStart(13);

export const createBareWorld = ({ seed, orders = ORDERS, planted = NONE }: WorldOptions) => {
  const chance = createChance(seed);
  const scenario = drawScenario(chance, orders);
  const time = createVirtualTime(START);
  const story: string[] = [];
  const wrong: string[] = [];
  const phones = scenario.orders.map(({ msisdn }) => msisdn.slice(-9));
  let names = 0;

  const note = (what: string): void => void story.push(`${seconds(time.now() - START)}  ${what}`);
  const rates = (): Rates => ratesAt(scenario, time.now() - START);
  const newName = (): string => {
    names += 1;
    return `${seed.toString(16).padStart(8, "0")}-0000-4000-8000-${names.toString(16).padStart(12, "0")}`;
  };

  const log = (code: string, facts: LogFacts = {}): void => {
    const tells = (line: string): boolean => phones.some((phone) => line.includes(phone));
    // Masking sits under the logger (runtime/logger.ts); what has nothing to mask is not masked here, for speed.
    if (tells(JSON.stringify(facts)) && tells(JSON.stringify(maskDeep(facts))))
      wrong.push(`the log line ${code} tells a phone number`);
  };
  const lines: Log = { debug: log, info: log, warn: log, error: log };

  const changed = (change: Change): void => {
    const broken = wrongWith(change);
    if (broken !== null) wrong.push(broken);
    const [was, is] = [change.before, change.after].map((item) => item?.[AT.state] && STATE_CODES.read(item, AT.state));
    if (change.key.startsWith("pay_") && was !== is) note(`${change.key} ${was ?? "nothing"} -> ${is ?? "nothing"}`);
    if (change.key.startsWith("exc_") && !change.before) note(`${change.key} opened`);
  };
  const lag = (sync: () => void): void => {
    const { lagMs } = rates();
    if (lagMs === 0) sync();
    else time.after(chance.next() * lagMs, sync);
  };
  const engine = createEngine({
    schemas: {
      [TABLE_NAMES.transactions]: TABLES.transactions,
      [TABLE_NAMES.coordination]: TABLES.coordination,
      [TABLE_NAMES.idempotency]: TABLES.idempotency,
    },
    now: time.now,
    lag,
    changed,
  });
  return { seed, chance, scenario, time, story, wrong, note, rates, newName, lines, engine, planted };
};
export type BareWorld = ReturnType<typeof createBareWorld>;
