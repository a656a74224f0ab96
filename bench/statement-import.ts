/**
 * What it takes to import the largest statement that is accepted, in a process of its own: parsed, checked, packed and
 * kept, and then read back line by line as a day that is closed reads it.
 */
import { execFile } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as z from "zod";
import { bundleOwn } from "./bundles.ts";
import { atMost, plain } from "./line.ts";
import type { Line } from "./line.ts";

const run = promisify(execFile);
const TIMEOUT_MS = 900_000;
const ROWS = 1_000_000;
const MOST_SECONDS = 120;
const MOST_MEGABYTES = 512;

const Measured = z.object({
  importSeconds: z.number().positive(),
  readSeconds: z.number().positive(),
  peakMegabytes: z.number().positive(),
  lines: z.literal(ROWS),
  found: z.literal(ROWS),
  unreadable: z.literal(0),
});

const perSecond = (seconds: number): string => `${Math.round(ROWS / seconds).toLocaleString("en")} rows per second`;

/** Bundles into `directory`. Rejects when the child does not keep every row. */
export const statementImportLines = async (directory: string): Promise<readonly Line[]> => {
  const program = fileURLToPath(bundleOwn("statement-import-main", directory).url);
  const { stdout } = await run(process.execPath, [program, "current", String(ROWS), directory], {
    timeout: TIMEOUT_MS,
  });
  const { importSeconds, readSeconds, peakMegabytes } = Measured.parse(JSON.parse(stdout));
  const title = `${ROWS.toLocaleString("en")}-row statement imported`;
  return [
    atMost(
      { section: "Statements", what: title, note: `${perSecond(importSeconds)}, parsed, checked, packed and kept` },
      { measured: importSeconds, most: MOST_SECONDS, show: (value) => `${value.toFixed(1)} s` },
    ),
    atMost(
      { section: "Statements", what: `${title}: peak memory`, note: "resident, of the whole process" },
      { measured: peakMegabytes, most: MOST_MEGABYTES, show: (value) => `${value.toFixed(0)} MB` },
    ),
    plain(
      { section: "Statements", what: "its kept lines read back and checked" },
      `${readSeconds.toFixed(1)} s`,
      perSecond(readSeconds),
    ),
  ];
};
