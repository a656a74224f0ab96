/**
 * A transaction of the ledger as a day sees it. What must stay true: what the day's own statement has told the ledger does
 * not count as the ledger's knowledge, because then a second look at the same evidence would find another day.
 */
import { SignedCents } from "../domain/balance.ts";
import type { HistoryEntry } from "../domain/history.ts";
import type { LedgerEntry, LedgerLine, LedgerState, MatchWindow } from "../domain/matching.ts";
import { readPayerPhone } from "../domain/payer-phone.ts";
import type { Payment } from "../domain/payment.ts";
import type { Payout } from "../domain/payout.ts";
import type { Refund } from "../domain/refund.ts";
import type { DayTransaction } from "../store/day-ledger.ts";

export interface DayRow extends LedgerLine {
  readonly storefront: string;
  readonly shortcode: string;
  /** Whether the ledger itself, as it is now, lacks nothing that a statement could tell: it is done, and has its receipt. */
  readonly isKnown: boolean;
}

/** What the ledger holds, or held before the day's statement spoke. */
interface Life {
  /** Null: but for the statement, it would not be there. */
  readonly state: LedgerState | null;
  readonly receipt: string | null;
  /** When M-PESA says the money moved. */
  readonly movedAt: number | null;
}

type StateOf = (name: string) => LedgerState | null;

/** Null for what moved no money and never may: such a transaction is no row of any day. */
const PAYMENT_STATE: Readonly<Record<Payment["state"], LedgerState | null>> = {
  initiated: "open",
  pending: "open",
  uncertain: "open",
  succeeded: "succeeded",
  failed: "failed",
  reversed: "succeeded",
  merged: null,
};
const PAYOUT_STATE: Readonly<Record<Payout["state"], LedgerState | null>> = {
  queued: null,
  sending: "open",
  accepted: "open",
  uncertain: "open",
  succeeded: "succeeded",
  failed: "failed",
  cancelled: null,
};
const REFUND_STATE: Readonly<Record<Refund["state"], LedgerState | null>> = {
  initiated: "open",
  accepted: "open",
  uncertain: "open",
  succeeded: "succeeded",
  failed: "failed",
};

const lookUp =
  (states: Readonly<Record<string, LedgerState | null>>): StateOf =>
  (name) =>
    states[name] ?? null;

const numberFact = (entry: HistoryEntry, fact: string): number | null => {
  const value = entry.facts[fact];
  return typeof value === "number" ? value : null;
};

/** When M-PESA says the money moved, in the words of a payment's or payout's entry, or of a refund's. */
const movedAtOf = (entry: HistoryEntry): number | null =>
  numberFact(entry, "paid_at") ?? numberFact(entry, "reversed_at");

interface Told extends Life {
  readonly history: readonly HistoryEntry[];
  readonly stateOf: StateOf;
}

/** What the ledger would hold if nobody but the statement of this window had kept silent. */
const withoutStatement = (told: Told, { from, until }: MatchWindow): Life => {
  const isTheirs = (entry: HistoryEntry): boolean => {
    if (entry.source !== "statement") return false;
    const at = movedAtOf(entry) ?? told.movedAt;
    return at !== null && at >= from && at < until;
  };
  if (!told.history.some(isTheirs)) return told;
  const rest = told.history.filter((entry) => !isTheirs(entry));
  const to = rest.findLast((entry) => entry.to !== null)?.to ?? null;
  const receipt = rest.findLast(({ facts }) => typeof facts["receipt"] === "string")?.facts["receipt"];
  const moved = rest.findLast((entry) => movedAtOf(entry) !== null);
  return {
    state: to === null ? null : told.stateOf(to),
    receipt: typeof receipt === "string" ? receipt : null,
    movedAt: moved ? movedAtOf(moved) : null,
  };
};

interface Parts {
  readonly kind: LedgerEntry["kind"];
  readonly sign: 1 | -1;
  readonly of: Payment | Payout | Refund;
  readonly told: Told;
  /** When M-PESA was asked. */
  readonly askedAt: number;
  readonly reference: string;
}

const row = ({ kind, sign, of, told, askedAt, reference }: Parts, window: MatchWindow): DayRow | null => {
  const life = withoutStatement(told, window);
  if (life.state === null) return null;
  return {
    id: of.id,
    kind,
    state: life.state,
    receipt: life.receipt,
    amount: SignedCents.parse(sign * of.amount),
    at: life.movedAt ?? askedAt,
    phone: of.phoneMasked === null ? null : readPayerPhone(of.phoneMasked),
    reference: reference === "" ? null : reference,
    storefront: of.storefront,
    shortcode: of.shortcode,
    isKnown: told.state === "succeeded" && told.receipt !== null,
  };
};

const paymentState = lookUp(PAYMENT_STATE);
const payoutState = lookUp(PAYOUT_STATE);
const refundState = lookUp(REFUND_STATE);

/** Null for a transaction that is no row of the day: it never moved money, or is there by the statement's word alone. */
export const dayRow = (transaction: DayTransaction, window: MatchWindow): DayRow | null => {
  switch (transaction.kind) {
    case "payment": {
      const { payment: of } = transaction;
      const { receipt, paidAt: movedAt, history, createdAt: askedAt, reference } = of;
      const told = { state: paymentState(of.state), receipt, movedAt, history, stateOf: paymentState };
      return row({ kind: "payment", sign: 1, of, told, askedAt, reference }, window);
    }
    case "payout": {
      const { payout: of } = transaction;
      const { receipt, paidAt: movedAt, history, reference } = of;
      const told = { state: payoutState(of.state), receipt, movedAt, history, stateOf: payoutState };
      return row({ kind: "payout", sign: -1, of, told, askedAt: of.sentAt ?? of.createdAt, reference }, window);
    }
    case "refund": {
      const { refund: of } = transaction;
      const { receipt, reversedAt: movedAt, history, paymentReceipt: reference } = of;
      const told = { state: refundState(of.state), receipt, movedAt, history, stateOf: refundState };
      return row({ kind: "refund", sign: -1, of, told, askedAt: of.sentAt ?? of.createdAt, reference }, window);
    }
  }
};
