import { expect, it } from "vitest";
import { SignedCents } from "../../../functions/domain/balance.ts";
import { MATCH_EXCEPTION_KINDS } from "../../../functions/domain/matching.ts";
import {
  ADJUSTMENTS_SHOWN,
  exceptionCount,
  EXCEPTIONS_SHOWN,
  readReconciledDay,
} from "../../../functions/domain/reconciled-day.ts";
import type { DayExceptionNote, DayTotals, ReconciledDay } from "../../../functions/domain/reconciled-day.ts";

const none = { count: 0, amount: SignedCents.parse(0) };
const totals = (exceptions: number): DayTotals => ({
  received: none,
  paidOut: none,
  refunded: none,
  charges: none,
  transfers: none,
  withdrawals: none,
  reversals: none,
  unexplained: none,
  unconfirmed: none,
  open: none,
  carried: none,
  news: 0,
  exceptions: Object.fromEntries(MATCH_EXCEPTION_KINDS.map((kind) => [kind, exceptions])) as DayTotals["exceptions"],
});
const DIGEST = "a".repeat(64);
const note: DayExceptionNote = {
  kind: "ambiguous",
  exceptions: [],
  transactions: [],
  receipt: null,
  amount: SignedCents.parse(-5),
  says: "look",
};
const balance = {
  account: "utility",
  opening: null,
  movements: SignedCents.parse(0),
  expected: null,
  closing: null,
  difference: null,
  holds: null,
} as const;
const summary = (notes = 1): ReconciledDay["closed"] => ({
  basis: "statement",
  statements: [{ id: "stm_1", account: null, lines: 2 }],
  totals: totals(0),
  balances: [balance],
  exceptions: Array.from({ length: notes }, () => note),
  digest: DIGEST,
});
const day = (changes: Partial<ReconciledDay> = {}): ReconciledDay => ({
  shortcode: "174379",
  day: "2026-11-21",
  storefront: "demo",
  version: 1,
  closedAt: 1,
  updatedAt: 1,
  closed: summary(),
  current: summary(),
  adjustments: [],
  ...changes,
});
const adjustment: ReconciledDay["adjustments"][number] = {
  at: 2,
  because: "evidence",
  basis: "daraja",
  added: 1,
  removed: 0,
  changed: 0,
  same: 3,
  totals: totals(1),
  digest: DIGEST,
};

it("a day is read as it was kept", () => {
  for (const kept of [day(), day({ adjustments: [adjustment], current: summary(0) })])
    expect(readReconciledDay(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
});

it.each<[string, unknown]>([
  ["nothing", null],
  ["a digest that is none", day({ closed: { ...summary(), digest: "A".repeat(64) } })],
  ["a digest with something before it", day({ closed: { ...summary(), digest: `x${DIGEST}` } })],
  ["a digest with something after it", day({ closed: { ...summary(), digest: `${DIGEST}x` } })],
  ["half an exception", day({ closed: { ...summary(), totals: { ...totals(0), news: 0.5 } } })],
  ["fewer than none", day({ closed: { ...summary(), totals: { ...totals(0), news: -1 } } })],
  ["a version that was never written", day({ version: 0 })],
  ["more exceptions than a day shows", day({ closed: summary(EXCEPTIONS_SHOWN + 1) })],
  ["more adjustments than a day carries", day({ adjustments: Array(ADJUSTMENTS_SHOWN + 1).fill(adjustment) })],
])("what is no day is refused: %s", (_, value) => {
  expect(() => readReconciledDay(value)).toThrow();
});

it("a day takes as many exceptions and adjustments as it shows", () => {
  const full = day({ closed: summary(EXCEPTIONS_SHOWN), adjustments: Array(ADJUSTMENTS_SHOWN).fill(adjustment) });
  expect(readReconciledDay(full)).toEqual(full);
});

it("what a person has to look at is counted over all kinds", () => {
  expect(exceptionCount({ totals: totals(0) })).toBe(0);
  expect(exceptionCount({ totals: totals(2) })).toBe(2 * MATCH_EXCEPTION_KINDS.length);
});
