/**
 * Worlds that were wrong once, kept as files: `npm run world` writes one for a seed that breaks, and `npm test` lives
 * through all of them. What must stay true: a file holds all that is needed, so it means the same world after scenarios have
 * learned to draw other things.
 */
import { readFileSync, readdirSync, writeFileSync } from "node:fs";

export interface Regression {
  /** Which kind of world. */
  readonly world: string;
  readonly seed: number;
  /** What was wrong, when it was. */
  readonly was: readonly string[];
  /** Plain data of the world's own kind. */
  readonly scenario: unknown;
  /** The planted bug that it went wrong with, where it was no bug of the gateway's own. */
  readonly planted?: string;
}

const PLACE = new URL("./regressions/", import.meta.url);

/** Keeps it; gives the file's name. */
export const keepRegression = (regression: Regression, place = PLACE): string => {
  const name = `${regression.world}-${regression.seed}.json`;
  writeFileSync(new URL(name, place), `${JSON.stringify(regression, null, 2)}\n`);
  return name;
};

/** All that are kept, each with its file's name. */
export const readRegressions = (place = PLACE): readonly (Regression & { readonly file: string })[] =>
  readdirSync(place)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => ({ ...(JSON.parse(readFileSync(new URL(file, place), "utf8")) as Regression), file }));
