/**
 * The answer key: everything that the client was told nothing or something false about, as it really was. Drawn from
 * the truth and the rules in force, so it is right however often it is asked for.
 */
import type { CallbackPlan } from "./faults.ts";
import type { Line } from "./journal.ts";
import { isoTime } from "./nairobi-time.ts";
import type { StatementFault } from "./statement-faults.ts";
import { changedAmount } from "./statement-rows.ts";
import { isMenuPayment, isPush, oldestFirst, type Transaction } from "./transactions.ts";
import type { World } from "./world.ts";

const STATEMENT_KINDS = {
  missing: "statement_row_missing",
  doubled: "statement_row_doubled",
  amount: "statement_amount_changed",
} as const;

type Planted = {
  readonly kind:
    | (typeof STATEMENT_KINDS)[StatementFault["kind"]]
    | "confirmation_lost"
    | "callback_lost"
    | "result_lost";
  readonly shortcode: string;
  /** Null when no money moved. */
  readonly receipt: string | null;
  /** Shillings, as M-PESA has it: below zero what went out. */
  readonly amount: number;
  /** What the statement says instead. */
  readonly shown_amount?: number;
  readonly completed_at: string | null;
};

const inStatement = (shortcode: string, line: Line, { kind, by }: StatementFault): Planted => ({
  kind: STATEMENT_KINDS[kind],
  shortcode,
  receipt: line.movement.receipt,
  amount: line.cents / 100,
  ...(kind === "amount" ? { shown_amount: changedAmount(line, by) / 100 } : {}),
  completed_at: isoTime(line.movement.completedAtMs),
});

function* wrongRows({ accounts, journal, statementFaults }: World): Generator<Planted> {
  for (const shortcode of accounts.shortcodes()) {
    for (const line of journal.lines(shortcode)) {
      const fault = line.part === "principal" ? statementFaults.of(line) : undefined;
      if (fault !== undefined) yield inStatement(shortcode, line, fault);
    }
  }
}

const isDropped = ({ drop }: CallbackPlan): boolean => drop === true;

function* lostWords(transaction: Transaction): Generator<Planted> {
  if (transaction.settledAtMs === null) return;
  const { shortcode } = transaction;
  const completed_at = isoTime(transaction.settledAtMs);
  if (isMenuPayment(transaction)) {
    const { cents, transactionId: receipt } = transaction;
    if (transaction.confirmation?.lost)
      yield { kind: "confirmation_lost", shortcode, receipt, amount: cents / 100, completed_at };
    return;
  }
  const { receipt, amount: shillings, plan } = transaction;
  const amount = isPush(transaction) ? shillings : -shillings;
  if (isDropped(plan))
    yield { kind: isPush(transaction) ? "callback_lost" : "result_lost", shortcode, receipt, amount, completed_at };
  if (isPush(transaction) && transaction.confirmation?.lost)
    yield { kind: "confirmation_lost", shortcode, receipt, amount, completed_at };
}

/** Statements' wrong rows first, in the journal's order; then what was never told, oldest first. */
export const plantedIn = (world: World): Planted[] => [
  ...wrongRows(world),
  ...[...oldestFirst(world)].flatMap((transaction) => [...lostWords(transaction)]),
];
