/**
 * `npm run world`: lives through worlds of every kind, and says what must not be and was.
 *
 *   npm run world -- --seeds 2000              seeds 1 to 2000, of each kind of world, on every core
 *   npm run world -- --world payments --from 9000 --workers 1
 *   npm run world -- --seeds 1000000 --book .cache/million.ndjson    broken off, it goes on where it was
 *   npm run world -- --world payments --seed 17    one world, told event by event
 *   npm run world -- --forever                 until something is wrong
 *
 * A world that is wrong is made as small as it can be and kept as a file in test/world/regressions, which `npm test`
 * lives through from then on (`--keep no` leaves it out). Ends with 1 when any world is wrong.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { keepRegression } from "./regressions.ts";
import { openBook } from "./search/book.ts";
import { bundleWorld } from "./search/bundle.ts";
import { search } from "./search/search.ts";
import type { BrokenSeed } from "./search/tally.ts";
import { isWorldName, WORLDS, WORLD_NAMES } from "./worlds.ts";
import type { WorldName } from "./worlds.ts";

const { values } = parseArgs({
  options: {
    world: { type: "string" },
    seeds: { type: "string", default: "200" },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
    orders: { type: "string" },
    workers: { type: "string", default: String(availableParallelism()) },
    book: { type: "string" },
    keep: { type: "string", default: "yes" },
    forever: { type: "boolean", default: false },
  },
});

const whole = (text: string, name: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new RangeError(`--${name} takes a whole number, not "${text}"`);
  return Number(text);
};
const positive = (text: string, name: string): number => Math.max(1, whole(text, name));

const named = (text: string | undefined): readonly WorldName[] => {
  if (text === undefined) return WORLD_NAMES;
  if (!isWorldName(text)) throw new RangeError(`--world takes one of ${WORLD_NAMES.join(", ")}, not "${text}"`);
  return [text];
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

const report = async (name: WorldName, { seed, violations }: BrokenSeed): Promise<void> => {
  say(`${name}, seed ${seed} (replay it with --world ${name} --seed ${seed}):`);
  violations.forEach((violation) => say(`  ${violation}`));
  const small = values.keep === "no" ? null : await WORLDS[name].shrink({ ...size, seed });
  if (small) say(`  kept as test/world/regressions/${keepRegression({ world: name, ...small })}`);
};

const hunt = async (names: readonly WorldName[], from: number, count: number): Promise<boolean> => {
  const how = {
    workers: positive(values.workers, "workers"),
    book: values.book === undefined ? null : openBook(values.book),
    say,
  };
  let broken = 0;
  for (let next = from; ; next += count) {
    for (const world of names) {
      const found = await search({ ...size, world, from: next, count }, { ...how, bundle: await bundleWorld(world) });
      for (const seed of found) await report(world, seed);
      broken += found.length;
    }
    if (!values.forever || broken > 0) return broken === 0;
  }
};

const tellAll = async (names: readonly WorldName[], seed: number): Promise<boolean> => {
  const held = [];
  for (const name of names) held.push(await tell(name, seed));
  return held.every(Boolean);
};

const names = named(values.world);
const held =
  values.seed === undefined
    ? await hunt(names, whole(values.from, "from"), positive(values.seeds, "seeds"))
    : await tellAll(names, whole(values.seed, "seed"));
process.exitCode = held ? 0 : 1;
