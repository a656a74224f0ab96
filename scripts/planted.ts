/**
 * `npm run test:planted`: plants each bug of test/planted in a copy of the tree and shows which check finds it, after how
 * many seeds. First the same checks run on the copy as it is: one that fails without a bug proves nothing.
 *
 *   npm run test:planted                      all of them
 *   npm run test:planted -- --only 07,21      these two
 *   npm run test:planted -- --markdown        with the table as test/planted/README.md has it
 *
 * Ends with 1 when a bug is found by nothing, or a check fails without one.
 */
import { parseArgs } from "node:util";
import { readBugs } from "./planted/bugs.ts";
import type { Bug } from "./planted/bugs.ts";
import { runChecks } from "./planted/checks.ts";
import { clean, hunt } from "./planted/hunt.ts";
import type { Hunted } from "./planted/hunt.ts";
import { killAll } from "./planted/programs.ts";
import { createScratch } from "./planted/scratch.ts";
import { markdown, table } from "./planted/table.ts";
import { createTypes } from "./planted/types.ts";

const { values } = parseArgs({
  options: { only: { type: "string" }, markdown: { type: "boolean", default: false } },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const chosen = (bugs: readonly Bug[], only: string | undefined): readonly Bug[] => {
  if (only === undefined) return bugs;
  const numbers = only.split(",").map((number) => number.trim().padStart(2, "0"));
  const unknown = numbers.find((number) => !bugs.some((bug) => bug.number === number));
  if (unknown !== undefined) throw new RangeError(`no planted bug has the number ${unknown}; see test/planted`);
  return bugs.filter(({ number }) => numbers.includes(number));
};

const root = process.cwd();
const bugs = chosen(await readBugs(root), values.only);
const scratch = await createScratch(root);
const leave = (): void => {
  killAll();
  void scratch.remove().finally(() => process.exit(130));
};
process.once("SIGINT", leave).once("SIGTERM", leave);

const all = async (): Promise<boolean> => {
  say(`Checks without a bug, in ${scratch.root}:`);
  const ground = { scratch, types: createTypes(scratch.root), runChecks, say };
  if (!(await clean(ground, bugs))) return false;
  const hunted: Hunted[] = [];
  for (const bug of bugs) hunted.push(await hunt(ground, bug));
  say("");
  say(values.markdown ? markdown(hunted) : table(hunted));
  const found = hunted.filter(({ found }) => found !== null).length;
  say(`\n${found} of ${hunted.length} planted bugs found`);
  return found === hunted.length;
};

try {
  process.exitCode = (await all()) ? 0 : 1;
} finally {
  await scratch.remove();
}
