/**
 * A customer payment that M-PESA tells of by its receipt alone: a confirmation, a row of a pull, a line of a statement, the
 * answer to a question. It is money that moved. What must stay true: whoever tells it, and however often, one receipt is one payment on the ledger.
 */
import type { Cents } from "./money.ts";
import type { PayerPhone } from "./payer-phone.ts";

export interface ToldPayment {
  readonly source: "c2b" | "pull" | "statement" | "query";
  readonly receipt: string;
  /** Above zero; may carry cents. */
  readonly amount: Cents;
  /** What the customer paid to. */
  readonly shortcode: string;
  /**
   * The account number as the customer typed it: case, blanks and slips included. Empty where there is none, as on tills,
   * and where M-PESA does not say, as in the answer to a question.
   */
  readonly reference: string;
  /** As far as M-PESA says. */
  readonly payer: { readonly phone: PayerPhone | null; readonly name: string | null };
  /** Epoch milliseconds; null where M-PESA's time may be meant in two ways. */
  readonly paidAt: number | null;
  /** The moments that M-PESA's time may mean, where that is not known; epoch milliseconds. */
  readonly mayBePaidAt?: readonly number[];
  /** When and by whom it reached us: see `Evidence`. */
  readonly at: number;
  readonly by: string;
  readonly requestId: string;
  readonly raw: string | null;
}

/** What the ledger made of it. */
export type ToldOutcome =
  /** The receipt is on the ledger already; `paymentId` has it. */
  | { readonly told: "known"; readonly paymentId: string }
  /** A payment that we had asked for is now known to be paid, or has got its receipt. */
  | { readonly told: "recognised"; readonly paymentId: string }
  /** Nobody had asked for it: the customer paid from the phone's menu. */
  | { readonly told: "opened"; readonly paymentId: string };

/** Safe to repeat. Rejects when it could not be kept. */
export type RecordTold = (payment: ToldPayment) => Promise<ToldOutcome>;
