/**
 * `npm run world`: lives through worlds of payments and says what must not be and was.
 *
 *   npm run world -- --seeds 2000            seeds 1 to 2000
 *   npm run world -- --seeds 500 --from 9000 seeds 9000 to 9499
 *   npm run world -- --seed 17               one world, told event by event
 *
 * Ends with 1 when any world is wrong.
 */
import { parseArgs } from "node:util";
import { live } from "./payments/world.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "200" },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
    orders: { type: "string", default: "10" },
  },
});

const whole = (text: string, name: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new RangeError(`--${name} takes a whole number, not "${text}"`);
  return Number(text);
};
const orders = whole(values.orders, "orders");
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const tell = async (seed: number): Promise<boolean> => {
  const { story, violations, payments, events } = await live({ seed, orders });
  story.forEach(say);
  say(`seed ${seed}: ${payments} payments, ${events} events, ${violations.length} violations`);
  violations.forEach((violation) => say(`  ${violation}`));
  return violations.length === 0;
};

/** The most broken seeds that one run reports. */
const MOST_BROKEN = 10;

const search = async (from: number, count: number): Promise<boolean> => {
  const began = performance.now();
  let [payments, broken, lived] = [0, 0, 0];
  for (let seed = from; seed < from + count && broken < MOST_BROKEN; seed += 1) {
    const world = await live({ seed, orders });
    lived += 1;
    payments += world.payments;
    if (world.violations.length === 0) continue;
    broken += 1;
    say(`seed ${seed} (replay it with --seed ${seed}):`);
    world.violations.forEach((violation) => say(`  ${violation}`));
  }
  const seconds = (performance.now() - began) / 1000;
  const rate = (lived / seconds).toFixed(1);
  say(`${lived} seeds, ${payments} payments, ${broken} broken; ${seconds.toFixed(1)} s, ${rate} seeds per second`);
  return broken === 0;
};

const held =
  values.seed === undefined
    ? await search(whole(values.from, "from"), whole(values.seeds, "seeds"))
    : await tell(whole(values.seed, "seed"));
process.exitCode = held ? 0 : 1;
