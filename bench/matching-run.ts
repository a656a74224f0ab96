/** The matching's measurement alone, as a person reads it: `npx tsx bench/matching-run.ts`. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { matchingLines } from "./matching.ts";
import { asText } from "./report.ts";

const directory = mkdtempSync(join(tmpdir(), "malipo-matching-"));
try {
  process.stdout.write(`${asText(await matchingLines(directory))}\n`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
