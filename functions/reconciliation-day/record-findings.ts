/**
 * What a look at a day makes known: the statement's word goes onto the ledger as evidence, and what does not fit goes to
 * people. What must stay true: all of it is safe to repeat; a line without a transaction becomes one and stays an exception
 * all the same, because neither a callback nor a pull has told us of that money.
 */
import type { SignedCents } from "../domain/balance.ts";
import type { Evidence } from "../domain/evidence.ts";
import type { LineEntry } from "../domain/matching.ts";
import { Cents } from "../domain/money.ts";
import type { PayoutEvidence } from "../domain/payout.ts";
import type { RefundEvidence } from "../domain/refund.ts";
import type { StatementLine } from "../domain/statement-line.ts";
import type { RecordTold } from "../domain/told-payment.ts";
import { eachAtMost } from "../store/each-at-most.ts";
import type { Look } from "./look-at-day.ts";
import type { DayException, DayMatch, StatementOfDay } from "./match-day.ts";

export interface RecordFindingsDeps {
  readonly recordPayment: (id: string, evidence: Evidence) => Promise<unknown>;
  readonly recordPayout: (id: string, evidence: PayoutEvidence) => Promise<unknown>;
  readonly recordRefund: (id: string, evidence: RefundEvidence) => Promise<unknown>;
  readonly recordTold: RecordTold;
}

/** When, and in which run. */
export interface DayRun {
  readonly at: number;
  readonly requestId: string;
}

/** Who brings the statement's word. */
export const BY = "reconciliation";
export const AT_A_TIME = 8;

/** A line's own text, to be kept as evidence. */
const createRawOf = (statements: readonly StatementOfDay[]) => {
  const byRow = statements.map(({ lines }) => new Map(lines.map((line) => [line.row, line])));
  return (statement: number, { row }: LineEntry): StatementLine | null => byRow[statement]?.get(row) ?? null;
};

const cents = (amount: SignedCents): Cents => Cents.parse(Math.abs(amount));

const recordMatch = async (
  deps: RecordFindingsDeps,
  { line, ledger }: DayMatch,
  heard: Pick<Evidence, "source" | "at" | "by" | "requestId" | "raw"> & { readonly reference: string | null },
): Promise<void> => {
  const { reference, ...provenance } = heard;
  const { receipt, completedAt } = line;
  const told = { ...provenance, receipt, amount: cents(line.amount), phone: null };
  switch (ledger.kind) {
    case "payment":
      await deps.recordPayment(ledger.id, { ...told, finding: "paid", push: null, paidAt: completedAt });
      return;
    case "payout":
      await deps.recordPayout(ledger.id, { ...told, finding: "paid", conversationId: null, paidAt: completedAt });
      return;
    case "refund": {
      const reversed = { original: reference, conversationId: null, reversedAt: completedAt };
      await deps.recordRefund(ledger.id, { ...told, ...reversed, finding: "reversed" });
      return;
    }
  }
};

/** Payments that the ledger lacks altogether. */
const untold = ({ findings, toldBefore }: Look): readonly { readonly line: LineEntry; readonly statement: number }[] =>
  findings.exceptions.flatMap(({ kind, lines, statement }: DayException) =>
    kind !== "missing_in_ledger" || statement === null
      ? []
      : lines
          .filter((line) => line.kind === "payment" && line.amount > 0 && !toldBefore.has(line.receipt.toUpperCase()))
          .map((line) => ({ line, statement })),
  );

/** Puts on the ledger what the statement alone knows. Rejects when the ledger can't be reached. */
export const recordFindings =
  (deps: RecordFindingsDeps) =>
  async (look: Look, shortcode: string, { at, requestId }: DayRun): Promise<void> => {
    const lineOf = createRawOf(look.statements);
    const heard = { source: "statement", at, by: BY, requestId } as const;
    const news = look.findings.matched.filter(({ ledger }) => look.rows.get(ledger.id)?.isKnown === false);
    await eachAtMost(AT_A_TIME, news, (match) => {
      const raw = JSON.stringify(lineOf(match.statement, match.line));
      const reference = look.rows.get(match.ledger.id)?.reference ?? null;
      return recordMatch(deps, match, { ...heard, raw, reference });
    });
    await eachAtMost(AT_A_TIME, untold(look), async ({ line, statement }) => {
      const whole = lineOf(statement, line);
      const payer = { phone: whole?.party?.phone ?? null, name: whole?.party?.name ?? null };
      const { receipt, completedAt: paidAt } = line;
      const reference = whole?.reference ?? "";
      const raw = JSON.stringify(whole);
      await deps.recordTold({
        ...heard,
        receipt,
        amount: cents(line.amount),
        shortcode,
        reference,
        payer,
        paidAt,
        raw,
      });
    });
  };
