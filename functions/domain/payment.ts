/**
 * A customer payment: what was asked for, what the ledger holds of it, and what a piece of evidence can do to it.
 */
import type { Evidence, Failure, PushIds } from "./evidence.ts";
import type { HistoryEntry } from "./history.ts";
import type { Cents } from "./money.ts";
import type { Msisdn } from "./msisdn.ts";
import type { ExceptionKind, PaymentState } from "./payment-states.ts";

/** What a storefront asked for, before M-PESA hears of it. */
export interface PaymentIntent {
  readonly id: string;
  readonly storefront: string;
  readonly shortcode: string;
  readonly amount: Cents;
  readonly phone: Msisdn;
  readonly reference: string;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** SHA-256 over the canonical body, to tell a replay from a reuse of its key. */
  readonly fingerprint: string;
  readonly openedBy: string;
  readonly requestId: string;
  readonly createdAt: number;
  /** When the sweep should first ask about it, epoch milliseconds. */
  readonly checkAt: number;
}

/** `stk`: we asked the customer's phone. `paybill`: the customer paid from the phone's menu, unasked. */
export const PAYMENT_SOURCES = ["stk", "paybill"] as const;
export type PaymentSource = (typeof PAYMENT_SOURCES)[number];

/**
 * How it came to its storefront. `requested`: the storefront asked for it. `matched`: its account reference says so, or a
 * person did. `unmatched`: nothing says whose it is, and it waits with the shortcode's owner for somebody who does.
 */
export const ROUTINGS = ["requested", "matched", "unmatched"] as const;
export type Routing = (typeof ROUTINGS)[number];

/** A payment as the ledger holds it. The phone is there masked and as a keyed hash; its clear form stays sealed. */
export interface Payment {
  readonly id: string;
  readonly source: PaymentSource;
  readonly routing: Routing;
  readonly storefront: string;
  readonly shortcode: string;
  readonly state: PaymentState;
  /** Grows by one with every write. */
  readonly version: number;
  readonly amount: Cents;
  /** What is known to have gone back, and what its open refunds reserve: together never more than `amount`. */
  readonly refunded: Cents;
  readonly refunding: Cents;
  /** Of a `paybill` payment as M-PESA masked it; null when it was hashed or not named at all. */
  readonly phoneMasked: string | null;
  /** Null when M-PESA did not name the whole number. */
  readonly phoneHash: string | null;
  /** Who paid, in M-PESA's words; null for a payment that we asked for. Personal. */
  readonly payerName: string | null;
  readonly reference: string;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly fingerprint: string;
  readonly push: PushIds | null;
  readonly receipt: string | null;
  readonly paidAt: number | null;
  /** The payment that has turned out to be this one and holds its receipt now; null unless `merged`. */
  readonly mergedInto: string | null;
  readonly failure: Failure | null;
  /** Evidence disagreed with the intent: only evidence that names the amount can close it. */
  readonly disputed: boolean;
  /** When to ask about it next and how often it was asked; null when there is nothing left to ask. */
  readonly check: { readonly at: number; readonly attempt: number } | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly history: readonly HistoryEntry[];
}

/** Evidence made comparable: the phone it names as the ledger's keyed hash, the raw text as its SHA-256. */
export interface Weighed {
  readonly evidence: Evidence;
  readonly phoneHash: string | null;
  readonly rawHash: string | null;
}

/** Fields that a decision sets beside the state. */
export interface Facts {
  readonly push?: PushIds;
  readonly receipt?: string;
  readonly paidAt?: number;
  readonly failure?: Failure | null;
  readonly disputed?: boolean;
}

export type Decision =
  /** The payment changes state. */
  | {
      readonly decision: "move";
      readonly to: PaymentState;
      readonly facts: Facts;
      readonly exception: ExceptionKind | null;
    }
  /** The state stays, but the history grows: a receipt filled in, a contradiction kept. */
  | { readonly decision: "note"; readonly facts: Facts; readonly exception: ExceptionKind | null }
  /** Nothing that was not known already. */
  | { readonly decision: "ignore"; readonly because: string };
