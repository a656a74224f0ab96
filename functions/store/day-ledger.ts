/**
 * What the ledger promises about closed days; `dynamo-days.ts` keeps the promise. What must stay true: of any number of
 * runs that close a day one writes it, and an adjustment is written over exactly the day that it was found for.
 */
import type { LedgerKind } from "../domain/matching.ts";
import type { Payment } from "../domain/payment.ts";
import type { Payout } from "../domain/payout.ts";
import type { ReconciledDay } from "../domain/reconciled-day.ts";
import type { Refund } from "../domain/refund.ts";

export interface DayLedger {
  /** One consistent read; null for a day that was not closed yet. */
  read(shortcode: string, day: string): Promise<ReconciledDay | null>;
  /** At most 100 days, consistent, in the order of `days`; those that were not closed are left out. */
  readMany(shortcode: string, days: readonly string[]): Promise<readonly ReconciledDay[]>;
  /** One conditional write over the version before; false when somebody else was first, and nothing was written. */
  write(day: ReconciledDay): Promise<boolean>;
}

/** When what is wanted was put on the ledger; epoch milliseconds, `until` not included. */
export interface Stretch {
  readonly storefront: string;
  readonly from: number;
  readonly until: number;
}

/** A transaction that a day may be about. */
export type DayTransaction =
  | { readonly kind: "payment"; readonly payment: Payment }
  | { readonly kind: "payout"; readonly payout: Payout }
  | { readonly kind: "refund"; readonly refund: Refund };

/** Reads a day's worth of the ledger: in no order, and in as few requests as there can be. */
export interface DayReader {
  /**
   * All of one kind that were made within the stretch, page by page; payouts without those of batches. Throws
   * `TooManyRows` past `most`.
   */
  between(kind: LedgerKind, stretch: Stretch, most: number): AsyncIterable<readonly DayTransaction[]>;
  /** Those of any number that exist. */
  named(ids: readonly string[]): Promise<readonly DayTransaction[]>;
  /** Those that have claimed one of these receipts. */
  withReceipts(receipts: readonly string[]): Promise<readonly DayTransaction[]>;
}

/** A stretch holds more than a run may take. Nothing was concluded from it. */
export class TooManyRows extends Error {
  override readonly name = "TooManyRows";
  constructor(most: number) {
    super(`the ledger holds more than ${most} transactions for one day; repeating it won't help`);
  }
}
