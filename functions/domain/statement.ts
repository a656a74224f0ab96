/**
 * A statement of the organisation portal that somebody hands in: asked for, uploaded, imported or refused. What must stay
 * true: it counts only once it is `imported`, and from then on nothing about it changes; one that was refused, or that
 * says what another one has said before, changes nothing anywhere.
 */
import type { SignedCents } from "./balance.ts";
import type { OwnAccount } from "./matching.ts";
import type { StatementHead } from "./statement-line.ts";

export const STATEMENT_STATES = [
  /** Its file may be uploaded. */
  "awaiting_upload",
  /** Its file came and is being read. */
  "importing",
  /** Its lines are kept. */
  "imported",
  /** Its file can't be used; `refusal` says why. */
  "refused",
] as const;
export type StatementState = (typeof STATEMENT_STATES)[number];

/** What whoever hands it in says about it, because the newer template does not; null where they say nothing. */
export interface AskedStatement {
  readonly shortcode: string | null;
  readonly account: OwnAccount | null;
  /** Epoch milliseconds, from `from` until, not including, `until`. Both or none. */
  readonly from: number | null;
  readonly until: number | null;
}

/** Rows that could not be read, those together that have the same fault. */
export interface UnreadableRows {
  readonly column: string | null;
  /** What is wrong and what to do, free of personal data. */
  readonly message: string;
  readonly rows: readonly number[];
}

/** What a statement was found to say; all of it is known once its last row was read. */
export interface StatementContent {
  readonly format: "csv" | "xlsx";
  readonly template: StatementHead["template"];
  readonly shortcode: string;
  /** Whose account it is of; null when neither file nor request names one that is known. */
  readonly account: OwnAccount | null;
  /** As the file spells it; null when it does not. */
  readonly accountName: string | null;
  /** The period that it covers, epoch milliseconds: from `from` until, not including, `until`. */
  readonly from: number;
  readonly until: number;
  readonly opening: SignedCents | null;
  readonly closing: SignedCents | null;
  readonly paidIn: SignedCents;
  /** Below zero. */
  readonly withdrawn: SignedCents;
  readonly lineCount: number;
  readonly unreadableCount: number;
  /** The first `MOST_UNREADABLE_LISTED` of them. */
  readonly unreadable: readonly UnreadableRows[];
  /** Lines whose balance does not follow from their neighbour's, and the row of the first; null when there is none. */
  readonly balanceBreaks: number;
  readonly firstBreakRow: number | null;
  /** SHA-256 of what it says, for which shortcode, account and period: equal for two statements that say the same. */
  readonly digest: string;
}

/** Where its lines lie. */
export interface KeptLines {
  readonly file: string;
  /** SHA-256 of the lines, unpacked. */
  readonly sha256: string;
}

export interface Statement {
  readonly id: string;
  readonly storefront: string;
  readonly state: StatementState;
  readonly asked: AskedStatement;
  /** Key that asked for it. */
  readonly createdBy: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** How many rows were read so far, while it is being imported. */
  readonly rowsRead: number;
  readonly content: StatementContent | null;
  readonly lines: KeptLines | null;
  /** The statement that said the same before; this one's lines are not kept then. */
  readonly duplicateOf: string | null;
  readonly refusal: { readonly code: string; readonly message: string; readonly row: number | null } | null;
}

/** One that counts. */
export interface ImportedStatement extends Statement {
  readonly state: "imported";
  readonly content: StatementContent;
  readonly lines: KeptLines;
  readonly duplicateOf: null;
}

/** The longest period of one statement, in days. */
export const MOST_STATEMENT_DAYS = 400;

/** Rows that are listed as unreadable; the count goes on. */
export const MOST_UNREADABLE_LISTED = 1_000;

/** Whether its lines are kept and count. */
export const isImported = (statement: Statement): statement is ImportedStatement =>
  statement.state === "imported" &&
  statement.content !== null &&
  statement.lines !== null &&
  statement.duplicateOf === null;
