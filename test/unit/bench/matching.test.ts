import { describe, expect, it } from "vitest";
import { findingsOf, restIsPlain } from "../../../bench/matching-found.ts";
import { makeDay } from "../../../bench/matching-data.ts";
import { MATCH_TOLERANCES } from "../../../functions/domain/matching.ts";
import { dayBounds } from "../../../functions/domain/time.ts";
import { match } from "../../../functions/reconciliation/match.ts";

const COUNT = 20_000;
const window = dayBounds("2026-11-20")!;

const matchDay = (seed: number) => {
  const { ledger, lines, planted } = makeDay({ seed, count: COUNT, window });
  const report = match({ ledger, lines, account: "utility", window, tolerances: MATCH_TOLERANCES });
  return { report, planted };
};

describe("a day with planted faults", () => {
  it.each([1, 2, 3])("is found out: each fault under its own kind, and nothing else (seed %i)", (seed) => {
    const { report, planted } = matchDay(seed);
    for (const finding of findingsOf(report, planted)) {
      expect(finding).toMatchObject({ exact: true, found: finding.planted });
      expect(finding.planted).toBeGreaterThan(19);
    }
    expect(restIsPlain(report, planted)).toBe(true);
    expect(report.totals).toMatchObject({ lines: { count: COUNT }, ledger: { count: COUNT }, outside: 0 });
  });

  it("is not found out when one fault was not planted, or one more was", () => {
    const { report, planted } = matchDay(1);
    const [id] = planted.line_missing;
    planted.line_missing.delete(id!);
    expect(findingsOf(report, planted).filter(({ exact }) => !exact)).toMatchObject([{ fault: "line_missing" }]);
    planted.line_missing.add(id!);
    planted.row_missing.add("UKK1AAAAAA");
    expect(findingsOf(report, planted).filter(({ exact }) => !exact)).toMatchObject([{ fault: "row_missing" }]);
  });
});
