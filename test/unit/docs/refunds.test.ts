import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { REFUND_MOVES, REFUND_STATES } from "../../../functions/domain/refund-states.ts";
import type { RefundFinding } from "../../../functions/domain/refund.ts";
import { refundDiagram, refundEvidence, refundFailures } from "../../../scripts/docs/refunds.ts";
import { SAMPLE_REFUND_EVIDENCE } from "../../../scripts/docs/sample-refunds.ts";

const PAGE = readFileSync(new URL("../../../docs/refunds.md", import.meta.url), "utf8");
const arrows = new Set([...PAGE.matchAll(/^ {4}(\w+) --> (\w+)/gm)].map(([, from, to]) => `${from} ${to}`));
const words = (text: string): string => text.replaceAll(/[\s-]+/g, " ");

describe("docs/refunds.md", () => {
  it("draws every move of a refund, and no other", () => {
    const moves = REFUND_STATES.flatMap((from) => REFUND_MOVES[from].map((to) => `${from} ${to}`));
    expect(arrows).toEqual(new Set(moves));
  });

  it("says what each kind of evidence does and why refunds fail, as the code has it today", () => {
    expect(words(PAGE)).toContain(words(refundEvidence()));
    expect(words(PAGE)).toContain(words(refundFailures()));
  });

  it("knows for every move what makes it", () => {
    for (const line of refundDiagram().split("\n")) expect(line).not.toMatch(/: *$/);
  });

  it("leaves out no kind of finding", () => {
    const every: Readonly<Record<RefundFinding["finding"], true>> = {
      accepted: true,
      already_reversed: true,
      claimed: true,
      not_reversed: true,
      overdue: true,
      refused: true,
      reversed: true,
      turned_away: true,
      unknown: true,
      unreadable: true,
      untold: true,
      unverified: true,
    };
    const told = new Set<string>(SAMPLE_REFUND_EVIDENCE.map(({ weighed }) => weighed.evidence.finding));
    expect(told).toEqual(new Set(Object.keys(every)));
  });
});
