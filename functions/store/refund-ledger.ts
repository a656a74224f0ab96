/**
 * What the ledger promises about refunds; `dynamo-refunds.ts` keeps the promise. What must stay true: a refund and the
 * share of the payment that it reserves are written together; when it ends, so does the reservation, in the same write;
 * whoever sends a refund has first written that it is about to.
 */
import type { ExceptionKind } from "../domain/payment-states.ts";
import type { RefundRefusal } from "../domain/refund-share.ts";
import type { RefundState } from "../domain/refund-states.ts";
import type { Refund, RefundEvidence, RefundIntent } from "../domain/refund.ts";
import type { Check, DuePageQuery, DuePlace, Page } from "./ledger.ts";

export type OpenRefundOutcome =
  | { readonly opened: "new"; readonly refund: Refund }
  /** The same request came before: a replay. */
  | { readonly opened: "existing"; readonly refund: Refund }
  /** The same key came before with another body. `refund` is the first one. */
  | { readonly opened: "reused_key"; readonly refund: Refund }
  /** The storefront has no such payment. */
  | { readonly opened: "unknown_payment" }
  | { readonly opened: "refused"; readonly refusal: RefundRefusal };

export type RefundRecordOutcome =
  | { readonly recorded: "changed"; readonly refund: Refund; readonly exception: ExceptionKind | null }
  | { readonly recorded: "unchanged"; readonly refund: Refund; readonly because: string }
  /** No such refund; what was received is kept all the same. */
  | { readonly recorded: "unknown_transaction" };

export interface RefundClaim {
  readonly at: number;
  readonly by: string;
  readonly requestId: string;
  /** When the sweep should look at it if nothing is heard. */
  readonly checkAt: number;
}

export interface RefundListQuery extends Page {
  readonly storefront: string;
  readonly filters: {
    readonly reference?: string;
    readonly receipt?: string;
    readonly states?: readonly RefundState[];
    /** Epoch milliseconds, inclusive; without it a listing by time alone goes back twelve months. */
    readonly createdFrom?: number;
    /** Epoch milliseconds, exclusive. */
    readonly createdTo?: number;
  };
}

/** A page may hold fewer than `limit`, even none, and still have a `next`. */
export interface RefundPage {
  readonly refunds: readonly Refund[];
  readonly next: string | null;
}

export interface DueRefunds {
  readonly refunds: readonly Refund[];
  /** Items that can't be read: somebody has to look at them, and they must not stop the others. */
  readonly unreadable: readonly string[];
  readonly next: DuePlace | null;
}

export interface RefundLedger {
  /**
   * Puts a refund on the ledger and reserves its share of the payment, in one transaction over the payment as it was
   * read. Throws `LedgerBusy` when the payment kept changing; nothing was written then.
   */
  open(intent: RefundIntent): Promise<OpenRefundOutcome>;
  /**
   * The right to send it: one conditional write on exactly the version that `refund` was read at. Null: somebody else
   * changed it, or M-PESA may hold it already; leave it alone.
   */
  claim(refund: Refund, claim: RefundClaim): Promise<Refund | null>;
  /** Applies evidence to the refund and its payment, together. Safe to repeat with the same evidence. */
  record(id: string, evidence: RefundEvidence): Promise<RefundRecordOutcome>;
  /** One consistent read. */
  read(id: string): Promise<Refund | null>;
  /** At most 100, consistent, in the order of `ids`; those that do not exist are left out. */
  readMany(ids: readonly string[]): Promise<readonly Refund[]>;
  /** Newest first. Throws `BadCursor` for a cursor that this query did not hand out. */
  list(query: RefundListQuery): Promise<RefundPage>;
  /** What is due in one shard of `DUE_SHARDS`, the longest waiting first. */
  due(now: number, shard: number, page: DuePageQuery): Promise<DueRefunds>;
  /** Moves a check from `expected` to `next`; false when somebody else moved it or the refund ended. */
  postpone(id: string, expected: Check, next: Check): Promise<boolean>;
}
