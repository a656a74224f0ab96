/**
 * `npm run fuzz`: has every parser and callback read documents that somebody got wrong.
 *
 *   npm run fuzz -- --mutations 1000000          from seed 1
 *   npm run fuzz -- --mutations 100000 --seed 7
 *   npm run fuzz -- --seed 7 --number 4711       one mutation, shown
 *
 * Ends with 1 when a parser threw, a callback was answered as a fault of ours, or money was credited that should not be.
 */
import { parseArgs } from "node:util";
import { fuzz, mutate } from "./fuzz.ts";

const { values } = parseArgs({
  options: {
    mutations: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    number: { type: "string" },
  },
});

const whole = (text: string, name: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new RangeError(`--${name} takes a whole number, not "${text}"`);
  return Number(text);
};
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const LONGEST_SHOWN = 2_000;
const seed = whole(values.seed, "seed");

const showOne = async (number: number): Promise<boolean> => {
  const { target, outcome } = await mutate(seed, number);
  say(`${target}, seed ${seed}, number ${number}: ${outcome.wrong ?? "as it should be"}`);
  say(outcome.text.slice(0, LONGEST_SHOWN));
  return outcome.wrong === null;
};

const search = async (mutations: number): Promise<boolean> => {
  const began = performance.now();
  const { counts, found } = await fuzz({ seed, mutations });
  const seconds = (performance.now() - began) / 1000;
  for (const [target, count] of counts)
    say(
      `${target.padEnd(18)} ${String(count.mutations).padStart(9)} mutations, ${count.credited} read as money that moved`,
    );
  for (const { number, target, wrong, text } of found)
    say(`${target}: ${wrong} (--seed ${seed} --number ${number})\n  ${text.slice(0, LONGEST_SHOWN)}`);
  const made = [...counts.values()].reduce((sum, count) => sum + count.mutations, 0);
  say(`${made} mutations, ${found.length} found wrong; ${seconds.toFixed(1)} s`);
  return found.length === 0;
};

const held =
  values.number === undefined
    ? await search(whole(values.mutations, "mutations"))
    : await showOne(whole(values.number, "number"));
process.exitCode = held ? 0 : 1;
