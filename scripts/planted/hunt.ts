/**
 * Plants bugs one by one and lets their checks look for them. What must stay true: every check has held on the same tree
 * without the bug, and a check that could not run has found nothing.
 */
import { nameOf } from "./bugs.ts";
import type { Bug, Check } from "./bugs.ts";
import type { RunChecks, Verdict } from "./checks.ts";
import type { Scratch } from "./scratch.ts";
import type { Types } from "./types.ts";

export interface Hunted {
  readonly bug: Bug;
  /** Null when no check found it. */
  readonly found: { readonly check: Check; readonly by: string; readonly seeds: number | null } | null;
}

/** Where bugs are planted, and who looks for them. */
export interface Ground {
  readonly scratch: Pick<Scratch, "root" | "plant" | "pull">;
  readonly types: Types;
  readonly runChecks: RunChecks;
  readonly say: (line: string) => void;
}

const secondsSince = (began: number): string => `${((performance.now() - began) / 1_000).toFixed(1)} s`;

const words = (verdict: Verdict): string => {
  switch (verdict.verdict) {
    case "found":
      return verdict.seeds === null ? `found: ${verdict.by}` : `found by seed ${verdict.seeds}: ${verdict.by}`;
    case "nothing":
      return "finds nothing";
    case "broken":
      return `could not be run: ${verdict.because}`;
  }
};

/** Of each world the longest search that any bug asks for: it holds for the shorter ones too. */
const longestOf = (checks: readonly Check[]): readonly Check[] => {
  const longest = new Map<string, Extract<Check, { check: "world" }>>();
  for (const check of checks)
    if (check.check === "world" && check.seeds > (longest.get(check.world)?.seeds ?? 0))
      longest.set(check.world, check);
  return [...longest.values()];
};

/** Whether all checks of these bugs hold in the tree as it is. All of them run, whatever the others say. */
export const clean = async ({ scratch, runChecks, say }: Ground, bugs: readonly Bug[]): Promise<boolean> => {
  const checks = bugs.flatMap((bug) => bug.checks);
  const tests = checks.filter(({ check }) => check === "tests");
  const looks: readonly (readonly [name: string, checks: readonly Check[]])[] = [
    [`${new Set(tests.map(nameOf)).size} files of tests`, tests],
    ...longestOf(checks).map((check): [string, readonly Check[]] => [nameOf(check), [check]]),
  ];
  let holds = true;
  for (const [name, looked] of looks) {
    if (looked.length === 0) continue;
    const began = performance.now();
    const verdict = await runChecks(scratch.root, looked);
    holds = verdict.verdict === "nothing" && holds;
    say(`   ${name}: ${verdict.verdict === "nothing" ? "holds" : words(verdict)} (${secondsSince(began)})`);
  }
  if (!holds) say("A check fails without any bug, so it would prove nothing: mend that first.");
  return holds;
};

/** Runs the bug's checks until one finds it. */
const search = async ({ scratch, types, runChecks, say }: Ground, bug: Bug): Promise<Hunted["found"]> => {
  const complaint = types.complaint(bug.touches);
  if (complaint !== null) {
    say(`   DOES NOT COMPILE, which needs no test to be found: ${complaint}`);
    return null;
  }
  for (const check of bug.checks) {
    const began = performance.now();
    const verdict = await runChecks(scratch.root, [check]);
    say(`   ${nameOf(check)}: ${words(verdict)} (${secondsSince(began)})`);
    if (verdict.verdict === "found") return { check, by: verdict.by, seeds: verdict.seeds };
  }
  say("   NOT FOUND");
  return null;
};

/** Plants `bug`, has it looked for, and takes it out again. */
export const hunt = async (ground: Ground, bug: Bug): Promise<Hunted> => {
  ground.say(`${bug.number} ${bug.says}`);
  await ground.scratch.plant(bug);
  try {
    return { bug, found: await search(ground, bug) };
  } finally {
    await ground.scratch.pull(bug);
  }
};
