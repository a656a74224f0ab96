/**
 * Runs checks on a copy of the tree and says whether they found something wrong. What must stay true: a check counts as
 * having found a bug only when it ran and said what is wrong; one that could not run, or did not end, has found nothing.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import type { Check } from "./bugs.ts";
import { run } from "./programs.ts";
import type { Ended } from "./programs.ts";

export type Verdict =
  | {
      readonly verdict: "found";
      readonly by: string;
      /** Of a world: which one was wrong. */ readonly seeds: number | null;
    }
  | { readonly verdict: "nothing" }
  /** It could not be run, or did not end. */
  | { readonly verdict: "broken"; readonly because: string };

type WorldCheck = Extract<Check, { check: "world" }>;
type TestsCheck = Extract<Check, { check: "tests" }>;

/** The longest that a world's search may take, and each of some files of tests, on a slow machine. */
const WORLD_MS = 600_000;
const FILE_MS = 120_000;

const broken = (because: string): Verdict => ({ verdict: "broken", because: because.trim().slice(-2_000) });

const unfinished = ({ timedOut, code, said }: Ended): Verdict =>
  broken(timedOut ? `it did not end in time: ${said}` : `it ended with ${code ?? "a signal"}: ${said}`);

const Searched = z.object({ seeds: z.int(), violation: z.string().nullable() });

const search = async (root: string, { world, seeds }: WorldCheck): Promise<Verdict> => {
  const args = ["--import", "tsx", join("test", "planted", "search.ts"), world, String(seeds)];
  const ended = await run({ file: process.execPath, args, cwd: root, limitMs: WORLD_MS });
  if (ended.code !== 0) return unfinished(ended);
  const searched = Searched.parse(JSON.parse(ended.said.trim().split("\n").at(-1) ?? ""));
  return searched.violation === null
    ? { verdict: "nothing" }
    : { verdict: "found", by: searched.violation, seeds: searched.seeds };
};

const Report = z.object({
  testResults: z.array(
    z.object({
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
});

/** What a report of vitest, as JSON, says. */
export const readReport = (text: string): Verdict => {
  const files = Report.parse(JSON.parse(text)).testResults;
  const [failed] = files.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === "failed"),
  );
  if (failed) return { verdict: "found", by: failed.fullName.trim(), seeds: null };
  const unread = files.find(({ status, assertionResults }) => status === "failed" || assertionResults.length === 0);
  if (unread || files.length === 0)
    return broken(`the tests could not be read: ${unread?.message ?? "there are none"}`);
  return { verdict: "nothing" };
};

const runTests = async (root: string, checks: readonly TestsCheck[]): Promise<Verdict> => {
  const folder = await mkdtemp(join(tmpdir(), "malipo-planted-report-"));
  const outputFile = join(folder, "report.json");
  const kinds = [...new Set(checks.map(({ kind }) => kind))].flatMap((kind) => ["--project", kind]);
  const files = [...new Set(checks.map(({ file }) => file))];
  const vitest = [join("node_modules", "vitest", "vitest.mjs"), "run", "--maxWorkers=2"];
  const args = [...vitest, ...kinds, "--reporter=json", `--outputFile=${outputFile}`, ...files];
  try {
    const ended = await run({ file: process.execPath, args, cwd: root, limitMs: FILE_MS * files.length });
    const report = await readFile(outputFile, "utf8").catch(() => null);
    return ended.timedOut || report === null ? unfinished(ended) : readReport(report);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Runs some checks in the tree at `root`: worlds one by one, all files of tests in one go. */
export type RunChecks = (root: string, checks: readonly Check[]) => Promise<Verdict>;

export const runChecks: RunChecks = async (root, checks) => {
  for (const check of checks) {
    if (check.check !== "world") continue;
    const verdict = await search(root, check);
    if (verdict.verdict !== "nothing") return verdict;
  }
  const tests = checks.filter((check) => check.check === "tests");
  return tests.length === 0 ? { verdict: "nothing" } : runTests(root, tests);
};
