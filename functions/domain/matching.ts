/**
 * What is matched, and what came of it: the ledger's rows on one side, the completed lines of one account's statement on
 * the other. What must stay true: every line and every row comes out exactly once, as part of a match, classified, in an
 * exception, or set by for a reason that the report names; nothing here says who a customer is.
 */
import type { SignedCents } from "./balance.ts";
import type { PayerPhone } from "./payer-phone.ts";
import type { LineKind } from "./statement-line.ts";

export const LEDGER_KINDS = ["payment", "payout", "refund"] as const;
export type LedgerKind = (typeof LEDGER_KINDS)[number];
/** What the ledger believes: money moved, nobody knows yet, or M-PESA said that none moved. */
export type LedgerState = "succeeded" | "open" | "failed";

/** One transaction of the ledger, as a report names it. */
export interface LedgerEntry {
  readonly id: string;
  readonly kind: LedgerKind;
  readonly state: LedgerState;
  /** M-PESA's name for it; null while nobody has told. */
  readonly receipt: string | null;
  /** What came in, or below zero what went out. */
  readonly amount: SignedCents;
  /** When M-PESA says the money moved; until it has said so, when M-PESA was asked to move it. Epoch milliseconds. */
  readonly at: number;
}

/** One transaction of the ledger with what may tell it from others. None of that goes into a report. */
export interface LedgerLine extends LedgerEntry {
  /** Who is on the other side, as far as the ledger shows it: `readPayerPhone` of the masked number. */
  readonly phone: PayerPhone | null;
  /** The account reference that was asked for; of a refund, the receipt of the payment that it gives back. */
  readonly reference: string | null;
}

/** The business's own accounts at M-PESA. */
export const OWN_ACCOUNTS = ["utility", "merchant", "working", "charges_paid", "settlement", "float"] as const;
export type OwnAccount = (typeof OWN_ACCOUNTS)[number];

/** Where own money comes from and goes to. */
export const OTHER_ACCOUNTS = [
  "customers",
  "payees",
  "refunds",
  "fees",
  "bank",
  /** Between two own accounts: zero once both sides were seen. */
  "transit",
  /** Moved, and nobody can say for what: zero once every exception is resolved. */
  "suspense",
] as const;
export type PostingAccount = OwnAccount | (typeof OTHER_ACCOUNTS)[number];

/** One completed line of the statement, as a report names it, and its place in the books. */
export interface LineEntry {
  /** Its row as a spreadsheet numbers it. */
  readonly row: number;
  readonly receipt: string;
  readonly kind: LineKind;
  readonly amount: SignedCents;
  readonly completedAt: number;
  /** `amount` went onto this account ... */
  readonly account: OwnAccount;
  /** ... and came from this one. */
  readonly against: PostingAccount;
}

/** From `from` until, not including, `until`; epoch milliseconds. */
export interface MatchWindow {
  readonly from: number;
  readonly until: number;
}

export interface MatchTolerances {
  /** How long before the ledger's time a line may have completed: clocks differ. */
  readonly beforeMs: number;
  /** How long after it: as long as M-PESA may take once it was asked. */
  readonly afterMs: Readonly<Record<LedgerKind, number>>;
  /** A row this close to the window's end may stand in the next statement. */
  readonly graceMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A prompt lives three minutes, a payout seconds to an hour; a reversal may wait days for Safaricom's approval. */
export const MATCH_TOLERANCES: MatchTolerances = {
  beforeMs: 2 * MINUTE_MS,
  afterMs: { payment: 15 * MINUTE_MS, payout: HOUR_MS, refund: 72 * HOUR_MS },
  graceMs: 10 * MINUTE_MS,
};

/** One line explains one transaction. */
export type Match = {
  readonly line: LineEntry;
  readonly ledger: LedgerEntry;
  /** The row of the charge under the line's receipt; null when the file has none. */
  readonly chargeRow: number | null;
} & (
  | { readonly rule: "receipt" }
  | {
      readonly rule: "details";
      /** What phone and reference said beside amount and time: at least one of them spoke, and neither contradicted. */
      readonly phone: "agrees" | "silent";
      readonly reference: "same" | "silent";
      /** Attempts with the same details that M-PESA itself ended without money, while it called this one paid. */
      readonly setAside: number;
    }
);

/** The kinds of lines that need no transaction of the ledger. */
export const CLASSIFIED_KINDS = ["charge", "transfer", "withdrawal", "reversal"] as const satisfies readonly LineKind[];
export type ClassifiedKind = (typeof CLASSIFIED_KINDS)[number];

export interface Classified {
  readonly as: ClassifiedKind;
  readonly line: LineEntry;
  /** The transaction that it goes with: the charged one, the reversed one; null when the ledger's rows have none. */
  readonly ledgerId: string | null;
  /** The row of a transfer's other side; null when this file has none. */
  readonly pairRow: number | null;
}

/** In the order in which a report lists them. */
export const MATCH_EXCEPTION_KINDS = [
  "amount_mismatch",
  "duplicate_receipt",
  "ambiguous",
  "missing_in_ledger",
  "missing_in_statement",
] as const;
export type MatchExceptionKind = (typeof MATCH_EXCEPTION_KINDS)[number];

/** What else the input says about an exception. */
export type Clue =
  /** The line in this row says the same: same receipt, same kind, same direction. */
  | { readonly clue: "said_before"; readonly row: number }
  /** More than one transaction of the ledger has this receipt. */
  | { readonly clue: "shared_receipt" }
  /** Too many are alike to be told apart one by one. */
  | { readonly clue: "crowded" }
  /** The portal's reason is in no table: nobody knows what the line is about. */
  | { readonly clue: "unknown_reason" }
  /** The receipt's charge is in this row, its transaction is not. */
  | { readonly clue: "charge_alone"; readonly row: number }
  /** The statement has the receipt in this row, with a status that moved no money. */
  | { readonly clue: "not_completed"; readonly row: number; readonly status: string }
  /** The row is older than the window: it was carried into it, and its time is over. */
  | { readonly clue: "carried_in" };

export interface MatchException {
  readonly kind: MatchExceptionKind;
  readonly lines: readonly LineEntry[];
  readonly ledger: readonly LedgerEntry[];
  readonly clue: Clue | null;
}

export interface Tally {
  readonly count: number;
  readonly amount: SignedCents;
}

export interface MatchTotals {
  /** Completed lines of the window: the sum of the three that follow. */
  readonly lines: Tally;
  readonly matched: Tally;
  readonly classified: Readonly<Record<ClassifiedKind, Tally>>;
  /** Lines in exceptions. */
  readonly unexplained: Tally;
  /** Lines of other windows, and lines that moved no money: not judged here. */
  readonly outside: number;
  readonly incomplete: number;
  /** All rows of the ledger: the sum of the four that follow. */
  readonly ledger: Tally;
  readonly ledgerMatched: Tally;
  readonly ledgerInExceptions: Tally;
  readonly carried: Tally;
  readonly unmoved: Tally;
  /** Matched rows that the ledger did not know as succeeded: the statement is evidence that it has not heard. */
  readonly news: number;
  readonly exceptions: Readonly<Record<MatchExceptionKind, number>>;
}

/** Plain data: the same input in any order gives the same report, byte for byte. */
export interface MatchReport {
  readonly window: MatchWindow;
  readonly totals: MatchTotals;
  /** By row. */
  readonly matches: readonly Match[];
  /** By row. */
  readonly classified: readonly Classified[];
  /** By kind, then row, then the ledger's time. */
  readonly exceptions: readonly MatchException[];
  /** Succeeded, not in this statement, and so close to the window's end that it may be in the next. By time, then id. */
  readonly carried: readonly LedgerEntry[];
  /** Open or failed, and the statement has no money for it either. By time, then id. */
  readonly unmoved: readonly LedgerEntry[];
  /** What the lines add up to in the books, account by account: together zero. */
  readonly movements: Readonly<Record<PostingAccount, SignedCents>>;
}
