/** `tsx scripts/summarise-tests.ts REPORT`: the totals of a vitest JSON report, for whoever reads only the end of a log. */
import { readFile } from "node:fs/promises";
import { testTotals } from "./test-totals.ts";

const report = await readFile(process.argv[2] ?? "", "utf8").catch(() => null);
const { isGood, lines } = testTotals(report);
for (const line of lines) console.log(line);
if (!isGood) process.exitCode = 1;
