import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../../functions/domain/evidence.ts";
import { PAYMENT_MOVES, PAYMENT_STATES } from "../../../functions/domain/payment-states.ts";
import { SAMPLE_EVIDENCE } from "../../../scripts/docs/sample-evidence.ts";
import { evidence } from "../../../scripts/docs/transactions.ts";

const PAGE = readFileSync(new URL("../../../docs/transactions.md", import.meta.url), "utf8");

/** The arrows of the page's drawing, `from to`. */
const drawn = [...PAGE.matchAll(/^ {4}(\w+) --> (\w+)/gm)].map(([, from, to]) => `${from} ${to}`);

describe("docs/transactions.md", () => {
  it("draws every move of the table, and no other", () => {
    const moves = PAYMENT_STATES.flatMap((from) => PAYMENT_MOVES[from].map((to) => `${from} ${to}`));
    expect(new Set(drawn)).toEqual(new Set(moves));
    expect(drawn).toHaveLength(moves.length);
  });

  it("draws an end at exactly the states that nothing leaves", () => {
    const ends = [...PAGE.matchAll(/^ {4}(\w+) --> \[\*\]/gm)].map(([, state]) => state);
    expect(ends).toEqual(PAYMENT_STATES.filter((state) => PAYMENT_MOVES[state].length === 0));
  });

  it("says what each kind of evidence does, as the code decides it today", () => {
    const words = (text: string): string => text.replaceAll(/[\s-]+/g, " ");
    expect(words(PAGE)).toContain(words(evidence()));
  });

  it("leaves out no kind of finding", () => {
    const every: Readonly<Record<Finding["finding"], true>> = {
      accepted: true,
      overdue: true,
      paid: true,
      refused: true,
      unknown: true,
      unpaid: true,
      unreadable: true,
      unverified: true,
    };
    const told = new Set<string>(SAMPLE_EVIDENCE.map(({ weighed }) => weighed.evidence.finding));
    expect(told).toEqual(new Set(Object.keys(every)));
  });
});
