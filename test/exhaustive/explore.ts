/**
 * Lives through every life of a small scope, depth first. A life can't be stopped and copied, so each is lived from its
 * beginning along a list of choices, up to a state that was seen before: from equal states everything goes on alike, so
 * what is known of the first holds for the second. What must stay true: nothing but equal states is left out, and the
 * number of interleavings counts every one of them, those that were only recognised too.
 *
 * Twins trade places. Two actors with the same functions, clock and names are moved by nothing but their answers, and what
 * they leave in the world outside does not say which of them it was. So a state in which one has gone as far as the other
 * has in a second state, and the other way round, with the world outside equal, is that state with the names exchanged: to
 * each life that goes on from the one belongs a life that goes on from the other, with the same calls and the same end, and
 * what must be true names no twin. One of the two is lived through, and counted for both. What a choice's code means is
 * exchanged too: where a life has come to a state with its twins the other way round, nothing is foreseen from there.
 */
import { commute, startMachine } from "./machine.ts";
import type { Choice, Faults, Life, Machine } from "./machine.ts";

export interface Scope {
  readonly name: string;
  /** Begins anew, always in the same way. */
  readonly begin: () => Promise<Life>;
}

export interface Explored {
  /** Lives that differ in the order of calls or in what became of one. */
  readonly interleavings: bigint;
  /** States that differ. */
  readonly states: number;
  /** Lives that had to be begun. */
  readonly runs: number;
  /** The first life in which something was that must not be; null when there is none. */
  readonly broken: { readonly violations: readonly string[]; readonly story: readonly string[] } | null;
}

export interface Bounds extends Faults {
  /** Lives after which to give up; the scope was too large then. */
  readonly mostRuns?: number;
}

/** What is known of the states that were seen. */
interface Known {
  readonly numbers: Map<string, number>;
  /** Which way round the twins were where a state was met first. */
  readonly oriented: string[];
  /** How many ways lead on from a state to an end; undefined while it is being searched. */
  readonly interleavings: (bigint | undefined)[];
  /** Where each choice, by its code, leads from a state. */
  readonly next: Map<number, Reached>[];
}

interface Reached {
  readonly state: number;
  /** The twins are the same way round as where it was met first, so that codes mean the same. */
  readonly isStraight: boolean;
}

/** A state on the way to where the search stands. */
interface Frame {
  readonly state: number;
  readonly choices: readonly Choice[];
  /** The place of the choice that is being searched. */
  at: number;
  interleavings: bigint;
}

const MOST_RUNS = 10_000_000;

/**
 * Where `choice` leads from the newest frame, when that follows from what is known: it could have been taken before the
 * choice that led here, was, and then that one was taken; the two commute, so it leads to the same state.
 */
const foreseen = (known: Known, parent: Frame | undefined, choice: Choice): Reached | undefined => {
  const before = parent?.choices[parent.at];
  if (!parent || !before || !commute(before, choice)) return undefined;
  const other = known.next[parent.state]?.get(choice.code);
  return other?.isStraight === true ? known.next[other.state]?.get(before.code) : undefined;
};

/** Moves the newest frame on to its first choice, from `at` on, that has to be lived through; false when none is left. */
const advance = (known: Known, path: readonly Frame[]): boolean => {
  const [frame, parent] = [path.at(-1), path.at(-2)];
  if (!frame) return false;
  for (; frame.at < frame.choices.length; frame.at += 1) {
    const choice = frame.choices[frame.at];
    const next = choice && foreseen(known, parent, choice);
    const ways = next === undefined ? undefined : known.interleavings[next.state];
    if (!choice || next === undefined || ways === undefined) return true;
    known.next[frame.state]?.set(choice.code, next);
    frame.interleavings += ways;
  }
  return false;
};

/** Closes every frame that has nothing left to live through; `reached` is the state that the last choice led to. */
const backtrack = (known: Known, path: Frame[], reached: Reached): void => {
  let below = reached;
  for (let top = path.at(-1); top; top = path.at(-1)) {
    const choice = top.choices[top.at];
    if (choice) {
      known.next[top.state]?.set(choice.code, below);
      top.interleavings += known.interleavings[below.state] ?? 0n;
      top.at += 1;
      if (advance(known, path)) return;
    }
    known.interleavings[top.state] = top.interleavings;
    below = { state: top.state, isStraight: true };
    path.pop();
  }
};

type Leaf = { readonly reached: Reached } | { readonly violations: readonly string[] };

/** Goes on from where `machine` stands until nothing is left to choose or the state is known. */
const descend = async (machine: Machine, path: Frame[], known: Known): Promise<Leaf> => {
  for (;;) {
    if (machine.wrong().length > 0) return { violations: machine.wrong() };
    const fingerprint = machine.fingerprint();
    const before = known.numbers.get(fingerprint.state);
    if (before !== undefined)
      return { reached: { state: before, isStraight: known.oriented[before] === fingerprint.oriented } };
    const state = known.numbers.size;
    const reached = { state, isStraight: true };
    known.numbers.set(fingerprint.state, state);
    known.oriented.push(fingerprint.oriented);
    known.next.push(new Map());
    const choices = machine.offered();
    if (choices.length === 0) {
      const violations = await machine.end();
      if (violations.length > 0) return { violations };
      known.interleavings[state] = 1n;
      return { reached };
    }
    const frame = { state, choices, at: 0, interleavings: 0n };
    path.push(frame);
    if (!advance(known, path)) {
      known.interleavings[state] = frame.interleavings;
      path.pop();
      return { reached };
    }
    await machine.take(choices[frame.at]?.code ?? Number.NaN);
  }
};

/** Throws a RangeError for a scope that is larger than its bounds. */
export const explore = async (
  { name, begin }: Scope,
  { mostRuns = MOST_RUNS, ...faults }: Bounds,
): Promise<Explored> => {
  const known: Known = { numbers: new Map(), oriented: [], interleavings: [], next: [] };
  const path: Frame[] = [];
  let runs = 0;
  const found = (): Omit<Explored, "broken"> => ({
    interleavings: known.interleavings[0] ?? 0n,
    states: known.numbers.size,
    runs,
  });
  do {
    if (runs >= mostRuns) throw new RangeError(`${name} has more than ${mostRuns} lives to begin`);
    runs += 1;
    const machine = await startMachine(await begin(), faults);
    for (const { choices, at } of path) await machine.take(choices[at]?.code ?? Number.NaN);
    const leaf = await descend(machine, path, known);
    if ("violations" in leaf) return { ...found(), broken: { ...leaf, story: machine.story() } };
    backtrack(known, path, leaf.reached);
  } while (path.length > 0);
  return { ...found(), broken: null };
};
