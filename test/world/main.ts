/**
 * `npm run world`: lives through worlds of payments and of payouts, and says what must not be and was.
 *
 *   npm run world -- --seeds 2000              seeds 1 to 2000, of each kind of world
 *   npm run world -- --world payments --from 9000
 *   npm run world -- --world payments --seed 17    one world, told event by event
 *   npm run world -- --forever                 until something is wrong
 *
 * A world that is wrong is made as small as it can be and kept as a file in test/world/regressions, which `npm test`
 * lives through from then on (`--keep no` leaves it out). Ends with 1 when any world is wrong.
 */
import { parseArgs } from "node:util";
import { keepRegression } from "./regressions.ts";
import { WORLDS, WORLD_NAMES } from "./worlds.ts";
import type { WorldName } from "./worlds.ts";

const { values } = parseArgs({
  options: {
    world: { type: "string" },
    seeds: { type: "string", default: "200" },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
    orders: { type: "string" },
    keep: { type: "string", default: "yes" },
    forever: { type: "boolean", default: false },
  },
});

const whole = (text: string, name: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new RangeError(`--${name} takes a whole number, not "${text}"`);
  return Number(text);
};

const named = (text: string | undefined): readonly WorldName[] => {
  if (text === undefined) return WORLD_NAMES;
  const found = WORLD_NAMES.filter((name) => name === text);
  if (found.length === 0) throw new RangeError(`--world takes one of ${WORLD_NAMES.join(", ")}, not "${text}"`);
  return found;
};

const size = values.orders === undefined ? {} : { orders: whole(values.orders, "orders") };
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const tell = async (name: WorldName, seed: number): Promise<boolean> => {
  const { story, violations, payments, events } = await WORLDS[name].live({ ...size, seed });
  story.forEach(say);
  say(`${name}, seed ${seed}: ${payments} payments, ${events} events, ${violations.length} violations`);
  violations.forEach((violation) => say(`  ${violation}`));
  return violations.length === 0;
};

const report = async (name: WorldName, seed: number, violations: readonly string[]): Promise<void> => {
  say(`${name}, seed ${seed} (replay it with --world ${name} --seed ${seed}):`);
  violations.forEach((violation) => say(`  ${violation}`));
  const small = values.keep === "no" ? null : await WORLDS[name].shrink({ ...size, seed });
  if (small) say(`  kept as test/world/regressions/${keepRegression({ world: name, ...small })}`);
};

/** The most broken seeds that one run reports. */
const MOST_BROKEN = 10;

/** Lives through the worlds of one kind; how many of them were wrong. */
const search = async (name: WorldName, from: number, count: number): Promise<number> => {
  const began = { at: performance.now(), cpu: process.cpuUsage() };
  let [payments, broken, lived] = [0, 0, 0];
  for (let seed = from; seed < from + count && broken < MOST_BROKEN; seed += 1) {
    const world = await WORLDS[name].live({ ...size, seed, isTold: false });
    lived += 1;
    payments += world.payments;
    if (world.violations.length === 0) continue;
    broken += 1;
    await report(name, seed, world.violations);
  }
  const cpu = process.cpuUsage(began.cpu).user / 1_000_000;
  const seconds = (performance.now() - began.at) / 1000;
  const rates = `${(lived / seconds).toFixed(1)} seeds per second, ${(lived / cpu).toFixed(1)} per CPU second`;
  say(`${name}: ${lived} seeds, ${payments} payments, ${broken} broken; ${seconds.toFixed(1)} s, ${rates}`);
  return broken;
};

const hunt = async (names: readonly WorldName[], from: number, count: number): Promise<boolean> => {
  let broken = 0;
  for (let next = from; ; next += count) {
    for (const name of names) broken += await search(name, next, count);
    if (!values.forever || broken > 0) return broken === 0;
  }
};

const names = named(values.world);
const tellAll = async (seed: number): Promise<boolean> => {
  const held = [];
  for (const name of names) held.push(await tell(name, seed));
  return held.every(Boolean);
};

const held =
  values.seed === undefined
    ? await hunt(names, whole(values.from, "from"), Math.max(1, whole(values.seeds, "seeds")))
    : await tellAll(whole(values.seed, "seed"));
process.exitCode = held ? 0 : 1;
