/**
 * What a vitest JSON report comes to. What must stay true: a file that could not be loaded, an error between tests, or a
 * report that is missing or empty never reads as success.
 */
import * as z from "zod";

const Report = z.object({
  success: z.boolean(),
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

export interface Totals {
  readonly isGood: boolean;
  /** The last one is `N passed, M failed`. */
  readonly lines: readonly string[];
}

const parse = (text: string): z.infer<typeof Report> | null => {
  try {
    return Report.parse(JSON.parse(text));
  } catch {
    return null;
  }
};

/** The totals of a report; null stands for a report that is not there. */
export const testTotals = (text: string | null): Totals => {
  const report = text === null ? null : parse(text);
  if (!report)
    return {
      isGood: false,
      lines: ["The tests left no readable report: they did not run to their end.", "0 passed, 1 failed"],
    };
  const unloaded = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
  const counted = report.numFailedTests + unloaded.length;
  // Vitest also fails for what happens between tests, and for no tests at all; it has no count for that.
  const failed = report.success && report.numPassedTests > 0 ? counted : Math.max(1, counted);
  const left = report.numPendingTests + report.numTodoTests;
  const totals = `${report.numPassedTests} passed, ${failed} failed`;
  return { isGood: failed === 0, lines: left > 0 ? [`${left} did not run`, totals] : [totals] };
};
