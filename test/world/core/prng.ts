/**
 * One source of chance for a whole world (mulberry32, as the simulator's), and ways to draw from it. What must stay true:
 * the same seed draws the same, and a source that was split off never changes what its origin draws later.
 */
import { seededRandom } from "../../../sandbox/daraja/core/random.ts";

export interface Chance {
  /** In [0, 1). */
  readonly next: () => number;
  /** Whether something of this rate happens; a rate of 0 draws nothing. */
  readonly happens: (rate: number) => boolean;
  /** An integer, both ends inclusive. */
  readonly between: (least: number, most: number) => number;
  readonly pick: <T>(choices: readonly [T, ...T[]]) => T;
  /** A seed for a source of its own. */
  readonly split: () => number;
}

const SEEDS = 2 ** 32;

export const createChance = (seed: number): Chance => {
  const next = seededRandom(seed);
  // The first draws of neighbouring seeds are alike; later ones are not.
  for (let skipped = 0; skipped < 4; skipped += 1) next();
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    happens: (rate) => rate > 0 && next() < rate,
    between,
    pick: (choices) => choices[between(0, choices.length - 1)] ?? choices[0],
    split: () => Math.floor(next() * SEEDS),
  };
};
