/**
 * What the ledger promises about payouts; `dynamo-payouts.ts` keeps the promise. What must stay true: an intent is
 * durable before anyone outside hears of it; whoever sends a payout has first written that it is about to; a state, its
 * history entry, its receipt's claim, its exception and its place in the tally are written together or not at all.
 */
import type { Msisdn } from "../domain/msisdn.ts";
import type { Payout, PayoutEvidence, PayoutIntent } from "../domain/payout.ts";
import type { ExceptionKind } from "../domain/payment-states.ts";
import type { PayoutState } from "../domain/payout-states.ts";
import type { Check, DuePageQuery, DuePlace, Page } from "./ledger.ts";

export type OpenPayoutOutcome =
  | { readonly opened: "new"; readonly payout: Payout }
  /** The same request came before: a replay. */
  | { readonly opened: "existing"; readonly payout: Payout }
  /** The same key came before with another body. `payout` is the first one. */
  | { readonly opened: "reused_key"; readonly payout: Payout };

export type PayoutRecordOutcome =
  | { readonly recorded: "changed"; readonly payout: Payout; readonly exception: ExceptionKind | null }
  | { readonly recorded: "unchanged"; readonly payout: Payout; readonly because: string }
  /** No such payout; what was received is kept all the same. */
  | { readonly recorded: "unknown_transaction" };

export interface Claim {
  /** `first`: only a queued payout. `again`: only an uncertain one that never was accepted. */
  readonly how: "first" | "again";
  readonly at: number;
  readonly by: string;
  readonly requestId: string;
  /** When the sweep should look at it if nothing is heard. */
  readonly checkAt: number;
}

export interface PayoutFilters {
  readonly reference?: string;
  readonly receipt?: string;
  readonly phone?: Msisdn;
  readonly states?: readonly PayoutState[];
  /** Epoch milliseconds, inclusive; without it a listing by time alone goes back twelve months. */
  readonly createdFrom?: number;
  /** Epoch milliseconds, exclusive. */
  readonly createdTo?: number;
}

export interface PayoutListQuery extends Page {
  readonly storefront: string;
  readonly filters: PayoutFilters;
}

/** A page may hold fewer than `limit`, even none, and still have a `next`. */
export interface PayoutPage {
  readonly payouts: readonly Payout[];
  readonly next: string | null;
}

export interface DuePayouts {
  readonly payouts: readonly Payout[];
  /** Items that can't be read: somebody has to look at them, and they must not stop the others. */
  readonly unreadable: readonly string[];
  readonly next: DuePlace | null;
}

export interface PayoutLedger {
  /** Puts one payout's intent on the ledger: one write call (item and tally together), no read. */
  open(intent: PayoutIntent): Promise<OpenPayoutOutcome>;
  /** Puts a batch's payouts, and no others, on the ledger, each unless it is there already. At most 100. Safe to repeat. */
  openRows(intents: readonly PayoutIntent[]): Promise<void>;
  /**
   * The right to send it: one conditional write on exactly the version that `payout` was read at. Null: somebody else
   * changed it; leave it alone. The claim counts as an attempt, and schedules the sweep's look at it.
   */
  claim(payout: Payout, claim: Claim): Promise<Payout | null>;
  /** Applies evidence by reading and deciding. Safe to repeat with the same evidence. */
  record(id: string, evidence: PayoutEvidence): Promise<PayoutRecordOutcome>;
  /** One consistent read. */
  read(id: string): Promise<Payout | null>;
  /** At most 100, consistent, in the order of `ids`; null for those that do not exist. */
  readMany(ids: readonly string[]): Promise<readonly (Payout | null)[]>;
  /** As `readMany`, each with its phone in clear: for whoever is about to send. */
  readToSend(ids: readonly string[]): Promise<readonly ({ readonly payout: Payout; readonly phone: Msisdn } | null)[]>;
  /**
   * Makes a payout in place of a failed one, once: `intent` and the mark on the old one in one transaction. False when
   * the old one is not failed or has been replaced already; nothing was written then. Throws for an intent that is not
   * the same money to the same phone in the row's next generation.
   */
  replace(old: Payout, intent: PayoutIntent): Promise<boolean>;
  /** Newest first. Throws `BadCursor` for a cursor that this query did not hand out. */
  list(query: PayoutListQuery): Promise<PayoutPage>;
  /** What is due in one shard of `DUE_SHARDS`, the longest waiting first. */
  due(now: number, shard: number, page: DuePageQuery): Promise<DuePayouts>;
  /** Moves a check from `expected` to `next`; false when somebody else moved it or the payout ended. */
  postpone(id: string, expected: Check, next: Check): Promise<boolean>;
  /** What single payouts of the shortcode (those of no batch) may still draw from the float, in cents: from the tally. */
  inFlight(shortcode: string): Promise<number>;
}
