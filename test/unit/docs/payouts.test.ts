import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { BATCH_MOVES, BATCH_STATES } from "../../../functions/domain/batch-states.ts";
import { PAYOUT_MOVES, PAYOUT_STATES } from "../../../functions/domain/payout-states.ts";
import type { PayoutFinding } from "../../../functions/domain/payout.ts";
import { payoutDiagram, payoutEvidence } from "../../../scripts/docs/payouts.ts";
import { SAMPLE_PAYOUT_EVIDENCE } from "../../../scripts/docs/sample-payouts.ts";

const PAGE = readFileSync(new URL("../../../docs/payouts.md", import.meta.url), "utf8");
const arrows = new Set([...PAGE.matchAll(/^ {4}(\w+) --> (\w+)/gm)].map(([, from, to]) => `${from} ${to}`));

describe("docs/payouts.md", () => {
  it("draws every move of a payout and of a batch, and no other", () => {
    const payout = PAYOUT_STATES.flatMap((from) => PAYOUT_MOVES[from].map((to) => `${from} ${to}`));
    const batch = BATCH_STATES.flatMap((from) => BATCH_MOVES[from].map((to) => `${from} ${to}`));
    expect(arrows).toEqual(new Set([...payout, ...batch]));
  });

  it("says what each kind of evidence does, as the code decides it today", () => {
    const words = (text: string): string => text.replaceAll(/[\s-]+/g, " ");
    expect(words(PAGE)).toContain(words(payoutEvidence()));
  });

  it("knows for every move of a payout what makes it", () => {
    for (const line of payoutDiagram().split("\n")) expect(line).not.toMatch(/: *$/);
  });

  it("leaves out no kind of finding", () => {
    const every: Readonly<Record<PayoutFinding["finding"], true>> = {
      accepted: true,
      cancelled: true,
      claimed: true,
      overdue: true,
      paid: true,
      refused: true,
      replaced: true,
      turned_away: true,
      unknown: true,
      unpaid: true,
      unreadable: true,
      untold: true,
      unverified: true,
    };
    const told = new Set<string>(SAMPLE_PAYOUT_EVIDENCE.map(({ weighed }) => weighed.evidence.finding));
    expect(told).toEqual(new Set(Object.keys(every)));
  });
});
