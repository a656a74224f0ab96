/**
 * One line of the statement that Safaricom's organisation portal exports for one account of a shortcode, in Malipo's own
 * terms. What must stay true: a receipt is no key, because a payment and its charge are two lines under one receipt, and
 * so are the two sides of a settlement; a line says only what the file says, nothing is guessed into it.
 */
import type { PayerPhone } from "./payer-phone.ts";
import type { SignedCents } from "./balance.ts";

/** What a line is about. */
export const LINE_KINDS = [
  /** A customer paid: by push, from the phone's menu, from a bank. */
  "payment",
  /** What M-PESA takes for a transaction. */
  "charge",
  /** Money sent to a customer. */
  "payout",
  /** A payment given back, or a payout that came back. */
  "reversal",
  /** From one account of the business to another: settlement, transfer, top-up. Two lines, or one of each account's file. */
  "transfer",
  /** Out to the bank. */
  "withdrawal",
  /** None of these: a person has to say. */
  "other",
] as const;
export type LineKind = (typeof LINE_KINDS)[number];

export interface StatementLine {
  /** Its row as a spreadsheet numbers it, 1-based. */
  readonly row: number;
  readonly receipt: string;
  readonly kind: LineKind;
  /** Epoch milliseconds. */
  readonly completedAt: number;
  /** Epoch milliseconds; null where the template has no such column. */
  readonly initiatedAt: number | null;
  /** What came in, or below zero what went out. */
  readonly amount: SignedCents;
  /** The account's balance after it; null where the cell is empty. */
  readonly balance: SignedCents | null;
  /** Whether M-PESA completed it: any other status moved no money. */
  readonly completed: boolean;
  /** The portal's own words for the status and for what happened. */
  readonly status: string;
  readonly details: string;
  /** Who is on the other side, as far as the line says; null when it names nobody. */
  readonly party: { readonly phone: PayerPhone | null; readonly name: string } | null;
  /** The account number that the payer typed, exactly; null when there is none. */
  readonly reference: string | null;
  /** The receipt that this one belongs to, such as the payment of a reversal. */
  readonly linkedReceipt: string | null;
}

/** What the file says of itself; null where it does not. */
export interface StatementHead {
  readonly template: "classic" | "current";
  readonly shortcode: string | null;
  /** Such as `Utility Account`. */
  readonly account: string | null;
  readonly from: number | null;
  readonly to: number | null;
  readonly opening: SignedCents | null;
  readonly closing: SignedCents | null;
}

/** A row that could not be read: listed, never skipped in silence. */
export interface UnreadableRow {
  readonly row: number;
  readonly column: string | null;
  /** What is wrong with it and what to do, free of personal data. */
  readonly message: string;
}
