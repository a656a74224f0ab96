/** The import's measurement alone, as a person reads it: `npx tsx bench/statement-import-run.ts`. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { asText } from "./report.ts";
import { statementImportLines } from "./statement-import.ts";

const directory = mkdtempSync(join(tmpdir(), "malipo-statement-"));
try {
  process.stdout.write(`${asText(await statementImportLines(directory))}\n`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
