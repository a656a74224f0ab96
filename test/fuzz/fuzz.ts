/**
 * Has every parser and callback read mutated documents. What must stay true: the same seed and number make the same
 * mutation, whatever else is run, so that what is found can be looked at again.
 */
import { createChance } from "../world/core/prng.ts";
import { ANSWER_TARGETS } from "./answer-targets.ts";
import { CALLBACK_TARGETS } from "./callback-targets.ts";
import { DOOR_TARGETS } from "./door-targets.ts";
import { FILE_TARGETS } from "./file-targets.ts";
import { REQUEST_TARGETS } from "./request-targets.ts";
import { ROUTE_TARGETS } from "./route-targets.ts";
import type { Outcome, Target } from "./target.ts";

export const TARGETS: readonly Target[] = [
  ...CALLBACK_TARGETS,
  ...ANSWER_TARGETS,
  ...REQUEST_TARGETS,
  ...FILE_TARGETS,
  ...DOOR_TARGETS,
  ...ROUTE_TARGETS,
];

/** Each target as often as it weighs. */
const turns = TARGETS.flatMap((target) => Array.from({ length: target.weight }, () => target));

export interface Mutated {
  readonly number: number;
  readonly target: string;
  readonly wrong: string;
  readonly text: string;
}

export interface Fuzzed {
  /** Mutations by target, and how many of them were read as money that moved. */
  readonly counts: ReadonlyMap<string, { readonly mutations: number; readonly credited: number }>;
  readonly found: readonly Mutated[];
}

const TURN = 0x9e3779b1;

const outcomeOf = async (target: Target, seed: number): Promise<Outcome> => {
  try {
    return await target.run(createChance(seed));
  } catch (fault) {
    return { wrong: `threw ${fault instanceof Error ? fault.message : String(fault)}`, text: "", credited: false };
  }
};

/** One mutation: which target read it, and what came of it. */
export const mutate = async (
  seed: number,
  number: number,
  among: readonly Target[] = turns,
): Promise<{ target: string; outcome: Outcome }> => {
  const target = among[number % among.length];
  if (!target) throw new RangeError("there is nothing to fuzz");
  return { target: target.name, outcome: await outcomeOf(target, (Math.imul(number + 1, TURN) ^ seed) >>> 0) };
};

export interface Fuzzing {
  readonly seed: number;
  readonly mutations: number;
  /** Findings after which to stop. */
  readonly mostFound?: number;
  /** Instead of all targets. */
  readonly only?: Target;
}

export const fuzz = async ({ seed, mutations, mostFound = 10, only }: Fuzzing): Promise<Fuzzed> => {
  const among = only ? [only] : turns;
  const counts = new Map((only ? [only] : TARGETS).map(({ name }) => [name, { mutations: 0, credited: 0 }]));
  const found: Mutated[] = [];
  for (let number = 0; number < mutations && found.length < mostFound; number += 1) {
    const { target, outcome } = await mutate(seed, number, among);
    const count = counts.get(target);
    if (count) count.mutations += 1;
    if (count && outcome.credited) count.credited += 1;
    if (outcome.wrong !== null) found.push({ number, target, wrong: outcome.wrong, text: outcome.text });
  }
  return { counts, found };
};
