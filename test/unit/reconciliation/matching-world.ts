/** Ledger rows and statement lines with everything filled in, so that a test says only what it is about. */
import { SignedCents } from "../../../functions/domain/balance.ts";
import { MATCH_TOLERANCES } from "../../../functions/domain/matching.ts";
import type { LedgerLine, MatchReport } from "../../../functions/domain/matching.ts";
import { readPayerPhone } from "../../../functions/domain/payer-phone.ts";
import type { StatementLine } from "../../../functions/domain/statement-line.ts";
import { dayBounds } from "../../../functions/domain/time.ts";
import { match } from "../../../functions/reconciliation/match.ts";
import type { MatchInput } from "../../../functions/reconciliation/match.ts";

export const MINUTE = 60_000;
export const DAY = dayBounds("2026-11-20")!;
export const NOON = DAY.from + 12 * 60 * MINUTE;

export const cents = (shillings: number): SignedCents => SignedCents.parse(Math.round(shillings * 100));

export const row = (given: Partial<LedgerLine> = {}): LedgerLine => ({
  id: "pay_1",
  kind: "payment",
  state: "succeeded",
  receipt: "UKK1AAAAAA",
  amount: cents(1_500),
  at: NOON,
  phone: readPayerPhone("2547*****149"),
  reference: "INV-1001",
  ...given,
});

export const line = (given: Partial<StatementLine> = {}): StatementLine => ({
  row: 10,
  receipt: "UKK1AAAAAA",
  kind: "payment",
  completedAt: NOON,
  initiatedAt: null,
  amount: cents(1_500),
  balance: null,
  completed: true,
  status: "Completed",
  details: "Pay Bill Online from 25470****149 - ALICE WANJIRU Acc. INV-1001",
  party: { phone: readPayerPhone("25470****149"), name: "ALICE WANJIRU" },
  reference: "INV-1001",
  linkedReceipt: null,
  ...given,
});

export const matched = (
  ledger: readonly LedgerLine[],
  lines: readonly StatementLine[],
  given: Partial<MatchInput> = {},
): MatchReport => match({ ledger, lines, account: "utility", window: DAY, tolerances: MATCH_TOLERANCES, ...given });

/** A report in a few words: what became of each row of the statement and of each transaction. */
export const outcomes = (report: MatchReport) => ({
  matches: report.matches.map(({ rule, line: { row: at }, ledger }) => `${rule}: ${at} = ${ledger.id}`),
  classified: report.classified.map(({ as, line: { row: at } }) => `${as}: ${at}`),
  exceptions: report.exceptions.map(
    ({ kind, lines, ledger }) =>
      `${kind}: ${[...lines.map(({ row: at }) => String(at)), ...ledger.map(({ id }) => id)].join(" ")}`,
  ),
  carried: report.carried.map(({ id }) => id),
  unmoved: report.unmoved.map(({ id }) => id),
});

export const NOTHING = { matches: [], classified: [], exceptions: [], carried: [], unmoved: [] };
