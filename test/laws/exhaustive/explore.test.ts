import { describe, expect, test } from "vitest";
import { explore } from "../../exhaustive/explore.ts";
import type { Scope } from "../../exhaustive/explore.ts";
import type { Actor, Gate, Life, Touches } from "../../exhaustive/machine.ts";

type Cell = { value: number };

const call = <T>(name: string, touches: Touches, act: () => T) => ({
  name,
  touches,
  ways: [{ name: "done", isFault: false, act }] as const,
});
const usual = { name: "done", isFault: false, act: (): null => null };
const NOTHING: Touches = { reads: [], writes: [] };

const actor = (name: string, live: (gate: Gate) => Promise<unknown>, isMortal = false): Actor => ({
  name,
  isMortal,
  isReady: () => true,
  live,
});

const scope = (actors: (cell: Cell) => readonly Actor[], wrongAtEnd: (cell: Cell) => readonly string[] = () => []) => {
  const begin = (): Promise<Life> => {
    const cell = { value: 0 };
    return Promise.resolve({
      actors: actors(cell),
      fingerprint: () => String(cell.value),
      wrong: [],
      end: () => Promise.resolve(wrongAtEnd(cell)),
    });
  };
  return { name: "test", begin } satisfies Scope;
};

/** Makes `times` calls that nobody can tell apart. */
const walker = (name: string, times: number, isMortal = false): Actor =>
  actor(
    name,
    async (gate) => {
      for (let step = 0; step < times; step += 1) await gate(call("steps", NOTHING, () => null));
    },
    isMortal,
  );

/** Reads, then writes one more than it read. */
const adder = (name: string, cell: Cell): Actor =>
  actor(name, async (gate) => {
    const seen = await gate(call("read", { reads: ["cell"], writes: [] }, () => cell.value));
    await gate(call("write", { reads: [], writes: ["cell"] }, () => void (cell.value = seen + 1)));
  });

describe("all lives of a small scope", () => {
  test.each([
    [3, 4, 35n],
    [5, 5, 252n],
    [0, 4, 1n],
  ])("of two who make %i and %i calls are as many as the ways to shuffle them", async (first, second, expected) => {
    const { interleavings, states, broken } = await explore(
      scope(() => [walker("a", first), walker("b", second)]),
      { faults: 0 },
    );
    expect({ interleavings, broken }).toEqual({ interleavings: expected, broken: null });
    expect(states).toBe((first + 1) * (second + 1));
  });

  test("of one who may die before each of three calls are four", async () => {
    const { interleavings } = await explore(
      scope(() => [walker("a", 3, true)]),
      { faults: 1 },
    );
    expect(interleavings).toBe(4n);
  });

  test("show an addition that was lost, with the steps that lead to it", async () => {
    const { broken } = await explore(
      scope(
        (cell) => [adder("a", cell), adder("b", cell)],
        ({ value }) => (value === 2 ? [] : [`the sum is ${value}`]),
      ),
      { faults: 0 },
    );
    expect(broken).toEqual({
      violations: ["the sum is 1"],
      story: ["a: read, done", "b: read, done", "a: write, done", "b: write, done"],
    });
  });

  test("are counted once for both twins, and once for either of them where they are told apart", async () => {
    const lives = async (twin?: string) => {
      const cell = { value: 0 };
      const named = (name: string): Actor => ({ ...walker(name, 3, true), ...(twin === undefined ? {} : { twin }) });
      const { interleavings, states } = await explore(
        scope(() => [named("a"), named("b"), adder("c", cell)]),
        { faults: 1 },
      );
      return { interleavings, states };
    };
    const [apart, alike] = [await lives(), await lives("walker")];
    expect(alike.interleavings).toBe(apart.interleavings);
    expect(alike.states).toBeLessThan(apart.states);
  });

  test("show what twins break together", async () => {
    const { broken } = await explore(
      scope(
        (cell) => [adder("a", cell), adder("b", cell)].map((each) => ({ ...each, twin: "adder" })),
        ({ value }) => (value === 2 ? [] : [`the sum is ${value}`]),
      ),
      { faults: 0 },
    );
    expect(broken?.violations).toEqual(["the sum is 1"]);
  });

  test("have no fault but deaths where nothing else may go wrong", async () => {
    const faulty = { name: "lost", isFault: true, act: (): null => null };
    const one = actor("a", (gate) => gate({ ...call("step", NOTHING, () => null), ways: [usual, faulty] }), true);
    const count = async (deathsOnly: boolean): Promise<bigint> =>
      (
        await explore(
          scope(() => [one]),
          { faults: 1, deathsOnly },
        )
      ).interleavings;
    expect(await count(false)).toBe(3n);
    expect(await count(true)).toBe(2n);
  });

  test("are not promised when there are more than the bounds allow", async () => {
    const large = scope(() => [walker("a", 9), walker("b", 9)]);
    await expect(explore(large, { faults: 0, mostRuns: 9 })).rejects.toThrow("more than 9 lives");
  });
});
