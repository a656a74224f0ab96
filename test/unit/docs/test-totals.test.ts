import { describe, expect, it } from "vitest";
import { testTotals } from "../../../scripts/test-totals.ts";

const good = {
  success: true,
  numPassedTests: 12,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [{ status: "passed", assertionResults: [{}] }],
};
const totals = (changes: Partial<typeof good>) => testTotals(JSON.stringify({ ...good, ...changes }));

describe("the totals of a test run", () => {
  it("end in one plain line", () => {
    expect(totals({})).toEqual({ isGood: true, lines: ["12 passed, 0 failed"] });
  });

  it("say how many tests did not run", () => {
    expect(totals({ numPendingTests: 2, numTodoTests: 1 }).lines).toEqual(["3 did not run", "12 passed, 0 failed"]);
  });

  it("count a file that could not be loaded as a failure", () => {
    const testResults = [...good.testResults, { status: "failed", assertionResults: [] }];
    expect(totals({ success: false, testResults })).toEqual({ isGood: false, lines: ["12 passed, 1 failed"] });
  });

  it.each([
    ["a test failed", { success: false, numPassedTests: 11, numFailedTests: 1 }],
    ["something failed between the tests", { success: false }],
    ["no test ran", { numPassedTests: 0, testResults: [] }],
  ])("are bad when %s", (_what, changes) => {
    const { isGood, lines } = totals(changes);
    expect(isGood).toBe(false);
    expect(lines.at(-1)).toMatch(/^\d+ passed, 1 failed$/);
  });

  it.each([null, "", "{}", "not json"])("are bad when the report is %j", (text) => {
    expect(testTotals(text)).toMatchObject({ isGood: false });
  });
});
