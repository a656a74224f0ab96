/** What it takes to validate the largest file of payouts that is accepted, in a process of its own. */
import { execFile } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as z from "zod";
import { bundleOwn } from "./bundles.ts";
import { atMost } from "./line.ts";
import type { Line } from "./line.ts";

const run = promisify(execFile);
const TIMEOUT_MS = 120_000;
const MOST_SECONDS = 30;
const MOST_MEGABYTES = 512;

const Measured = z.object({
  seconds: z.number().positive(),
  peakMegabytes: z.number().positive(),
  count: z.int(),
  rejectedCount: z.int(),
});

/** Bundles into `directory`. Rejects when the child does not judge every row. */
export const batchLines = async (directory: string): Promise<readonly Line[]> => {
  const { url } = bundleOwn("rows-main", directory);
  const { stdout } = await run(process.execPath, [fileURLToPath(url)], { timeout: TIMEOUT_MS });
  const { seconds, peakMegabytes, count, rejectedCount } = Measured.parse(JSON.parse(stdout));
  if (count + rejectedCount !== 100_000) throw new Error("the benchmark's file was not judged row by row");
  const what = "100,000-row CSV of payouts validated";
  return [
    atMost(
      { section: "Batches", what, note: `${count} accepted and frozen, ${rejectedCount} rejected and listed` },
      { measured: seconds, most: MOST_SECONDS, show: (value) => `${value.toFixed(1)} s` },
    ),
    atMost(
      { section: "Batches", what: `${what}: peak memory`, note: "resident, of the whole process" },
      { measured: peakMegabytes, most: MOST_MEGABYTES, show: (value) => `${value.toFixed(0)} MB` },
    ),
  ];
};
