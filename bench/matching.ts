/** What it takes to match a day of a million transactions with its statement, in a process of its own. */
import { execFile } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as z from "zod";
import { bundleOwn } from "./bundles.ts";
import { atMost, exactly, plain } from "./line.ts";
import type { Line } from "./line.ts";

const run = promisify(execFile);
const TIMEOUT_MS = 120_000;
/**
 * A heap that is held to less than what was promised: given all of a large machine, Node collects late and takes more than
 * the matching needs.
 */
const NODE_OPTIONS = ["--max-semi-space-size=32", "--max-old-space-size=1100"];

/** What was promised. */
const MATCHING_PROMISES = { seconds: 10, megabytes: 1_500, rows: 1_000_000 } as const;

const Spent = z.object({ seconds: z.number().positive(), cpuSeconds: z.number().positive() });

const Measured = z.object({
  /** What it took to make both sides alone, which is part of what was spent. */
  making: Spent,
  spent: Spent,
  peakMegabytes: z.number().positive(),
  rows: z.int(),
  lines: z.int(),
  matched: z.int(),
  findings: z.array(
    z.object({ fault: z.string(), as: z.string(), planted: z.int().positive(), found: z.int(), exact: z.boolean() }),
  ),
  nothingElse: z.boolean(),
});
type MeasuredMatching = z.infer<typeof Measured>;

/** Bundles into `directory`. Rejects when the child did not find exactly what was planted: then its time means nothing. */
const measureMatching = async (directory: string): Promise<MeasuredMatching> => {
  const { url } = bundleOwn("matching-main", directory);
  const { stdout } = await run(process.execPath, [...NODE_OPTIONS, fileURLToPath(url)], { timeout: TIMEOUT_MS });
  const measured = Measured.parse(JSON.parse(stdout));
  const missed = measured.findings.filter(({ exact }) => !exact).map(({ fault }) => fault);
  if (missed.length > 0) throw new Error(`the matching did not find exactly what was planted: ${missed.join(", ")}`);
  if (!measured.nothingElse) throw new Error("the matching reported something that was not planted");
  const { rows, lines } = measured;
  if (rows !== MATCHING_PROMISES.rows || lines !== rows)
    throw new Error("the benchmark's day is not of the size it says");
  return measured;
};

const seconds = (value: number): string => `${value.toFixed(1)} s`;
const megabytes = (value: number): string => `${value.toFixed(0)} MB`;

/** Time and memory of matching, and that it found what was planted and nothing else. */
export const matchingLines = async (directory: string): Promise<readonly Line[]> => {
  const { making, spent, peakMegabytes, rows, matched, findings } = await measureMatching(directory);
  const section = "Reconciliation" as const;
  const what = `matching ${rows.toLocaleString("en")} ledger rows with as many statement lines`;
  const note = `${seconds(spent.cpuSeconds - making.cpuSeconds)} of CPU time on all threads; ${matched.toLocaleString("en")} matched`;
  const planted = findings.reduce((sum, { planted: count }) => sum + count, 0);
  const found = findings.reduce((sum, { found: count }) => sum + count, 0);
  return [
    atMost(
      { section, what, note },
      { measured: spent.seconds - making.seconds, most: MATCHING_PROMISES.seconds, show: seconds },
    ),
    atMost(
      { section, what: "its peak memory" },
      { measured: peakMegabytes, most: MATCHING_PROMISES.megabytes, show: megabytes },
    ),
    exactly({ section, what: "planted faults found, each under its own kind" }, found, planted),
    plain({ section, what: "what was planted" }, findings.map(({ fault }) => fault.replaceAll("_", " ")).join(", ")),
  ];
};
