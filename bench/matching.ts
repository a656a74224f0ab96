/** What it takes to match a day of a million transactions with its statement, in a process of its own. */
import { execFile } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as z from "zod";
import { bundleOwn } from "./bundles.ts";

const run = promisify(execFile);
const TIMEOUT_MS = 120_000;

/** What was promised. */
export const MATCHING_PROMISES = { seconds: 10, megabytes: 1_500, rows: 1_000_000 } as const;

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
export type MeasuredMatching = z.infer<typeof Measured>;

/** Bundles into `directory`. Rejects when the child did not find exactly what was planted: then its time means nothing. */
export const measureMatching = async (directory: string): Promise<MeasuredMatching> => {
  const { url } = bundleOwn("matching-main", directory);
  const { stdout } = await run(process.execPath, [fileURLToPath(url)], { timeout: TIMEOUT_MS });
  const measured = Measured.parse(JSON.parse(stdout));
  const missed = measured.findings.filter(({ exact }) => !exact).map(({ fault }) => fault);
  if (missed.length > 0) throw new Error(`the matching did not find exactly what was planted: ${missed.join(", ")}`);
  if (!measured.nothingElse) throw new Error("the matching reported something that was not planted");
  const { rows, lines } = measured;
  if (rows !== MATCHING_PROMISES.rows || lines !== rows)
    throw new Error("the benchmark's day is not of the size it says");
  return measured;
};
