/** What it takes to read the largest statement that is accepted, in a process of its own: as CSV, and as a workbook. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { writeXlsx } from "hucre/xlsx";
import * as z from "zod";
import { bundleOwn } from "./bundles.ts";
import { atMost } from "./line.ts";
import type { Line } from "./line.ts";
import { statementCells } from "./statements-file.ts";

const run = promisify(execFile);
const TIMEOUT_MS = 600_000;
const CSV = { rows: 1_000_000, mostSeconds: 60, mostMegabytes: 512 } as const;
/** As many as the writer of the test's workbook can hold in memory at once with ease. */
const WORKBOOK = { rows: 200_000, mostSeconds: 30, mostMegabytes: 512 } as const;

const Measured = z.object({
  seconds: z.number().positive(),
  peakMegabytes: z.number().positive(),
  lines: z.int(),
  unreadable: z.literal(0),
  breaks: z.literal(0),
});

/** Bundles into `directory`. Rejects when the child does not read every row, or finds a break where there is none. */
export const statementLines = async (directory: string): Promise<readonly Line[]> => {
  const program = fileURLToPath(bundleOwn("statements-main", directory).url);
  const linesOf = async (
    what: string,
    statement: readonly string[],
    { rows, mostSeconds, mostMegabytes }: typeof CSV | typeof WORKBOOK,
  ): Promise<readonly Line[]> => {
    const { stdout } = await run(process.execPath, [program, ...statement], { timeout: TIMEOUT_MS });
    const { seconds, peakMegabytes, lines } = Measured.parse(JSON.parse(stdout));
    if (lines !== rows) throw new Error("the benchmark's statement was not read row by row");
    const title = `${rows.toLocaleString("en")}-row statement read, ${what}`;
    const perSecond = Math.round(rows / seconds).toLocaleString("en");
    return [
      atMost(
        { section: "Statements", what: title, note: `${perSecond} rows per second, every balance checked` },
        { measured: seconds, most: mostSeconds, show: (value) => `${value.toFixed(1)} s` },
      ),
      atMost(
        { section: "Statements", what: `${title}: peak memory`, note: "resident, of the whole process" },
        { measured: peakMegabytes, most: mostMegabytes, show: (value) => `${value.toFixed(0)} MB` },
      ),
    ];
  };
  const workbook = join(directory, "statement.xlsx");
  const rows = statementCells({ template: "classic", rows: WORKBOOK.rows });
  writeFileSync(workbook, await writeXlsx({ sheets: [{ name: "transaction", rows }], stringMode: "shared" }));
  return [
    ...(await linesOf("CSV, classic template", ["classic", String(CSV.rows)], CSV)),
    ...(await linesOf("CSV, current template", ["current", String(CSV.rows)], CSV)),
    ...(await linesOf("XLSX with its texts in a table", [workbook], WORKBOOK)),
  ];
};
