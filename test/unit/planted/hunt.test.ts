/** The hunt for planted bugs says what is true: found by what, not found, or not a bug that a test was needed for. */
import { describe, expect, test } from "vitest";
import type { Bug, Check } from "../../../scripts/planted/bugs.ts";
import { nameOf } from "../../../scripts/planted/bugs.ts";
import type { Verdict } from "../../../scripts/planted/checks.ts";
import { clean, hunt } from "../../../scripts/planted/hunt.ts";
import { markdown, table } from "../../../scripts/planted/table.ts";

const LAW: Check = { check: "tests", kind: "laws", file: "test/laws/money.test.ts" };
const WORLD: Check = { check: "world", world: "payments", seeds: 200 };
const BUG: Bug = {
  number: "07",
  name: "made-up",
  says: "Money is made up.",
  patch: "test/planted/07-made-up.patch",
  touches: ["functions/domain/money.ts"],
  checks: [LAW, WORLD],
};

const FOUND: Verdict = { verdict: "found", by: "seed 3: money was made up", seeds: 3 };
const NOTHING: Verdict = { verdict: "nothing" };
const BROKEN: Verdict = { verdict: "broken", because: "it did not end in time" };

/** A tree in memory, in which checks say what they are told to. */
const groundWith = (verdicts: Readonly<Record<string, Verdict | Error>>, complaint: string | null = null) => {
  const planted = new Set<string>();
  const ran: string[] = [];
  const said: string[] = [];
  const ground = {
    scratch: {
      root: "/nowhere",
      plant: ({ name }: Bug) => Promise.resolve(void planted.add(name)),
      pull: ({ name }: Bug) => Promise.resolve(void planted.delete(name)),
    },
    types: { complaint: () => complaint },
    runChecks: (_: string, checks: readonly Check[]) => {
      ran.push(checks.map(nameOf).join(" + "));
      const verdict = verdicts[nameOf(checks[0]!)] ?? NOTHING;
      return verdict instanceof Error ? Promise.reject(verdict) : Promise.resolve(verdict);
    },
    say: (line: string) => void said.push(line),
  };
  return { ground, planted, ran, said };
};

describe("a planted bug", () => {
  test("is found by the first check that says what is wrong, and no other is run", async () => {
    const { ground, ran, planted } = groundWith({ [LAW.file]: { ...FOUND, seeds: null } });
    const { found } = await hunt(ground, BUG);
    expect(found).toEqual({ check: LAW, by: "seed 3: money was made up", seeds: null });
    expect(ran).toEqual([LAW.file]);
    expect(planted.size).toBe(0);
  });

  test("that the first check does not see is looked for by the next", async () => {
    const { ground, ran } = groundWith({ "world payments 200": FOUND });
    expect((await hunt(ground, BUG)).found).toMatchObject({ check: WORLD, seeds: 3 });
    expect(ran).toEqual([LAW.file, "world payments 200"]);
  });

  test("that no check sees is not found, and the line says so", async () => {
    const { ground, said } = groundWith({});
    expect((await hunt(ground, BUG)).found).toBeNull();
    expect(said.at(-1)).toMatch(/NOT FOUND/);
  });

  test("is not found by checks that could not be run", async () => {
    const { ground } = groundWith({ [LAW.file]: BROKEN, "world payments 200": BROKEN });
    expect((await hunt(ground, BUG)).found).toBeNull();
  });

  test("that the compiler sees proves nothing, and no check is run", async () => {
    const { ground, ran } = groundWith({ [LAW.file]: FOUND }, "money.ts: 'parsed' is declared but never read");
    expect((await hunt(ground, BUG)).found).toBeNull();
    expect(ran).toEqual([]);
  });

  test("is taken out again even when its check throws", async () => {
    const { ground, planted } = groundWith({ [LAW.file]: new Error("the disk is full") });
    await expect(hunt(ground, BUG)).rejects.toThrow("the disk is full");
    expect(planted.size).toBe(0);
  });
});

describe("a tree without a bug", () => {
  const others: Bug = { ...BUG, checks: [{ ...WORLD, seeds: 50 }, LAW] };

  test("has each file looked at once and each world lived through as long as anybody asks", async () => {
    const { ground, ran } = groundWith({});
    expect(await clean(ground, [BUG, others])).toBe(true);
    expect(ran).toEqual([`${LAW.file} + ${LAW.file}`, "world payments 200"]);
  });

  test.each([
    ["that finds something", FOUND],
    ["that could not be run", BROKEN],
  ])("is not clean with a check %s, whatever the others say", async (_, verdict) => {
    const { ground, ran } = groundWith({ [LAW.file]: verdict });
    expect(await clean(ground, [BUG])).toBe(false);
    expect(ran).toHaveLength(2);
  });
});

test("the table says by what, after how many seeds, and shouts what was not found", () => {
  const hunted = [
    { bug: BUG, found: { check: WORLD, by: "", seeds: 3 } },
    { bug: { ...BUG, number: "08" }, found: { check: LAW, by: "", seeds: null } },
    { bug: { ...BUG, number: "09" }, found: null },
  ];
  expect(table(hunted).split("\n")).toEqual([
    "07  world of payments        3 seeds  Money is made up.",
    "08  test/laws/money.test.ts           Money is made up.",
    "09  NOTHING                           Money is made up.",
  ]);
  expect(markdown(hunted)).toContain("| Money is made up. | world of payments | 3 seeds |");
});
