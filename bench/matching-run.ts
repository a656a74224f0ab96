/** The matching's measurement alone, as a person reads it: `npx tsx bench/matching-run.ts`. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { MATCHING_PROMISES, measureMatching } from "./matching.ts";

const directory = mkdtempSync(join(tmpdir(), "malipo-matching-"));
try {
  const { making, spent, peakMegabytes, rows, lines, matched, findings } = await measureMatching(directory);
  const wall = spent.seconds - making.seconds;
  const cpu = spent.cpuSeconds - making.cpuSeconds;
  const found = findings.map(
    ({ fault, as, planted }) => `  ${fault.padEnd(16)} ${planted} planted, ${planted} found, ${as}`,
  );
  process.stdout.write(
    [
      `${rows} rows of the ledger with ${lines} lines of the statement: ${matched} matched`,
      `  ${wall.toFixed(1)} s (<= ${MATCHING_PROMISES.seconds} s), ${cpu.toFixed(1)} s of CPU time on all threads`,
      `  ${making.seconds.toFixed(1)} s more to make both sides, ${making.cpuSeconds.toFixed(1)} s of CPU time`,
      `  peak ${peakMegabytes.toFixed(0)} MB (<= ${MATCHING_PROMISES.megabytes} MB)`,
      ...found,
      "",
    ].join("\n"),
  );
} finally {
  rmSync(directory, { recursive: true, force: true });
}
