/**
 * The planted bugs: patches in test/planted, each with a header that says in one sentence what is wrong and by which checks
 * it has to be found, in the order in which they are tried. What must stay true: a patch that can't be understood is an
 * error and never left out, because a bug that nobody tries would look like one that was found.
 *
 *   Bug: A push whose answer was lost is sent again.
 *   Found by: test/unit/api/start-payment.test.ts
 *   Found by: world payments 200
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Where the patches are, below the root. */
const PLANTED = join("test", "planted");

/** More seeds than this would make the whole run long, and a bug that needs them hardly seen. */
const MOST_SEEDS = 2_000;

export type Check =
  /** Lives through the worlds of seeds 1 to `seeds`. */
  | { readonly check: "world"; readonly world: string; readonly seeds: number }
  /** Runs one file of tests; `kind` is its project in vitest.config.ts. */
  | { readonly check: "tests"; readonly kind: string; readonly file: string };

export interface Bug {
  /** Two digits. */
  readonly number: string;
  readonly name: string;
  /** What is wrong, in one sentence. */
  readonly says: string;
  /** The patch, below the root. */
  readonly patch: string;
  /** What it changes, below the root. */
  readonly touches: readonly string[];
  /** At least one. */
  readonly checks: readonly Check[];
}

const NAME = /^(\d\d)-([a-z0-9-]+)[.]patch$/;
const WORLD = /^world ([a-z]+) (\d{1,4})$/;
const TOUCHED = /^[+]{3} b\/(\S+)$/gm;
const TESTS = /^test\/([a-z]+)\/[\w/-]+[.]test[.]ts$/;

const checkOf = (text: string): Check | null => {
  const [, world, seeds] = WORLD.exec(text) ?? [];
  if (world !== undefined && Number(seeds) >= 1 && Number(seeds) <= MOST_SEEDS)
    return { check: "world", world, seeds: Number(seeds) };
  const [, kind] = TESTS.exec(text) ?? [];
  return kind === undefined ? null : { check: "tests", kind, file: text };
};

/** How a check is written in a header, and shown. */
export const nameOf = (check: Check): string =>
  check.check === "world" ? `world ${check.world} ${check.seeds}` : check.file;

/** The values of the header's lines that begin with `label`. */
const values = (header: string, label: string): readonly string[] =>
  header.split("\n").flatMap((line) => (line.startsWith(`${label}: `) ? [line.slice(label.length + 2).trim()] : []));

/** Reads one patch. Throws when its name or header says too little. */
export const readBug = (file: string, text: string): Bug => {
  const wrong = (what: string): Error =>
    new Error(`${PLANTED}/${file} ${what}; scripts/planted/bugs.ts shows how a patch begins`);
  const [, number, name] = NAME.exec(file) ?? [];
  if (number === undefined || name === undefined) throw wrong("is not named NN-name.patch");
  const header = text.slice(0, Math.max(0, text.indexOf("--- a/")));
  const [says, ...others] = values(header, "Bug");
  if (!says?.endsWith(".") || others.length > 0) throw wrong("does not say its bug in one sentence");
  const checks = values(header, "Found by").map((by) => {
    const check = checkOf(by);
    if (check === null) throw wrong(`names "${by}", which is neither a file of tests nor a world with its seeds`);
    return check;
  });
  if (checks.length === 0) throw wrong("does not say what finds it");
  const touches = [...text.matchAll(TOUCHED)].map(([, path = ""]) => path);
  if (touches.length === 0 || !touches.every((path) => path.startsWith("functions/")))
    throw wrong("changes something else than functions/");
  return { number, name, says, patch: join(PLANTED, file), touches, checks };
};

/** All planted bugs, in order. Throws when two have one number. */
export const readBugs = async (root: string): Promise<readonly Bug[]> => {
  const folder = join(root, PLANTED);
  const files = (await readdir(folder)).filter((file) => file.endsWith(".patch")).sort();
  const bugs = await Promise.all(files.map(async (file) => readBug(file, await readFile(join(folder, file), "utf8"))));
  const numbers = new Set(bugs.map(({ number }) => number));
  if (numbers.size < bugs.length) throw new Error(`two patches in ${PLANTED} have one number; give each its own`);
  return bugs;
};
