/**
 * `tsx scripts/summarise-tests.ts REPORT`: the totals of a vitest JSON report in one plain line, for whoever reads only
 * the end of a log. What must stay true: a file that could not even be loaded, or a report that is not there, never
 * reads as success.
 */
import { readFile } from "node:fs/promises";
import * as z from "zod";

const Report = z.object({
  success: z.boolean(),
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

const readReport = async (path: string): Promise<z.infer<typeof Report> | null> => {
  try {
    return Report.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    return null;
  }
};

const report = await readReport(process.argv[2] ?? "");
if (report) {
  const unloaded = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
  const counted = report.numFailedTests + unloaded.length;
  // Vitest also fails for what happens between tests; it has no count for that.
  const failed = report.success ? counted : Math.max(1, counted);
  const left = report.numPendingTests + report.numTodoTests;
  if (left > 0) console.log(`${left} did not run`);
  console.log(`${report.numPassedTests} passed, ${failed} failed`);
  process.exitCode = failed === 0 && report.numPassedTests > 0 ? 0 : 1;
} else {
  console.log("The tests left no report: they did not run to their end.");
  console.log("0 passed, 1 failed");
  process.exitCode = 1;
}
