/**
 * What the ledger promises about payments that M-PESA tells of by their receipt alone; `dynamo-told.ts` keeps the promise.
 * What must stay true: a receipt has one owner; a payment that nobody asked for is opened together with its receipt's claim,
 * or not at all.
 */
import type { PaybillPayment } from "../domain/paybill.ts";
import type { Candidates } from "../domain/paybill-twin.ts";
import type { Evidence } from "../domain/evidence.ts";
import type { HistoryEntry } from "../domain/history.ts";
import type { Payment } from "../domain/payment.ts";
import type { Route } from "../domain/routing.ts";
import type { ToldPayment } from "../domain/told-payment.ts";

/** Who holds a receipt: a payment, or something else that moves money, such as a payout. */
export interface ReceiptOwner {
  readonly id: string;
  readonly payment: Payment | null;
}

/** A text about a shortcode, or about a payment that it changes nothing about. */
export interface ToKeep {
  /** A payment's id, or a shortcode. */
  readonly about: string;
  /** What that payment's history says already. */
  readonly history: Payment["history"];
  readonly evidence: Evidence;
  readonly because: string;
}

/** Whose a payment is said to be, by a person or by what M-PESA told later. */
export interface Routed extends Route {
  readonly reference: string;
  readonly source: HistoryEntry["source"];
  readonly at: number;
  readonly by: string;
  readonly requestId: string;
}

export interface ToldLedger {
  /** Two consistent reads at most. */
  owner(receipt: string): Promise<ReceiptOwner | null>;
  /** False when the receipt is somebody's already: ask `owner`. One write call. */
  open(paybill: PaybillPayment): Promise<boolean>;
  /**
   * Payments of these storefronts that `told` may tell of. For each page of a storefront a query of one shard or of each,
   * and one read for what they find; two thousand keys at most, and it says when there were more.
   */
  twins(told: ToldPayment, storefronts: readonly string[]): Promise<Candidates>;
  /** Payments of these storefronts that had failed and that `told` may tell of all the same. Costs what `twins` costs. */
  late(told: ToldPayment, storefronts: readonly string[]): Promise<Candidates>;
  /** Whether one of these storefronts vouches for a reference, having asked for a payment under it or claimed one. */
  isKnownReference(reference: string, storefronts: readonly string[]): Promise<boolean>;
  /** Keeps a text that changes nothing, unless it is kept already. */
  keep(text: ToKeep): Promise<void>;
  /** Says whose a payment from the menu is; null when it was changed meanwhile, and nothing was written then. */
  route(payment: Payment, routed: Routed): Promise<Payment | null>;
}
