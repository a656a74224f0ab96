/**
 * What the ledger promises; `dynamo-ledger.ts` keeps the promise. The ledger is the only writer of transactions.
 * What must stay true: an intent is durable before anyone outside hears of it; a state, its history entry, its receipt's
 * claim and its exception are written together or not at all; nothing that was received is acknowledged unkept.
 */
import type { Reading } from "../domain/audit-question.ts";
import type { Batch } from "../domain/batch.ts";
import type { Evidence } from "../domain/evidence.ts";
import type { Exception } from "../domain/exception.ts";
import type { LedgerFinding } from "../domain/history.ts";
import type { Msisdn } from "../domain/msisdn.ts";
import type { Payment, PaymentIntent, PaymentSource, Routing } from "../domain/payment.ts";
import type { Payout } from "../domain/payout.ts";
import type { ExceptionKind, PaymentState } from "../domain/payment-states.ts";
import type { Refund } from "../domain/refund.ts";
import type { PromptLimits } from "../domain/prompts.ts";

/** Others kept changing the same item. Nothing was written for this request; repeating it is safe. */
export class LedgerBusy extends Error {
  constructor(id: string) {
    super(`transaction ${id} is being changed by others just now; nothing was written, it is safe to try again`);
    this.name = "LedgerBusy";
  }
}

export type OpenOutcome =
  /** The intent is on the ledger, and M-PESA may hear of it. */
  | { readonly opened: "new"; readonly payment: Payment }
  /** The same request came before: a replay. */
  | { readonly opened: "existing"; readonly payment: Payment }
  /** The same key came before with another body. `payment` is the first one. */
  | { readonly opened: "reused_key"; readonly payment: Payment }
  | { readonly opened: "refused"; readonly because: "payment_in_progress"; readonly paymentId: string | null }
  | {
      readonly opened: "refused";
      readonly because: "too_many_prompts" | "too_many_uncompleted";
      /** Epoch milliseconds. */
      readonly retryAt: number;
    };

export type RecordOutcome =
  | {
      readonly recorded: "changed";
      /** The payment after the change; null when one write settled it unread, which is how a paid callback goes. */
      readonly payment: Payment | null;
      readonly exception: ExceptionKind | null;
    }
  | { readonly recorded: "unchanged"; readonly payment: Payment; readonly because: string }
  /** No such payment; what was received is kept all the same. */
  | { readonly recorded: "unknown_transaction" };

/** A text that was received, as it was received: personal data and all. Mask it before it leaves. */
export interface RawEvidence {
  readonly hash: string;
  readonly text: string;
}

/** Evidence that changed nothing, kept beside the transaction that it is about. */
export interface KeptEvidence {
  readonly at: number;
  readonly finding: LedgerFinding;
  readonly source: Evidence["source"];
  readonly by: string;
  readonly requestId: string;
  readonly because: string;
  /** `text` is null once it was erased. */
  readonly raw: { readonly hash: string; readonly text: string | null };
}

/** Something on the ledger, and what it is. */
export type KnownTransaction =
  | { readonly kind: "payment"; readonly payment: Payment }
  | { readonly kind: "payout"; readonly payout: Payout }
  | { readonly kind: "batch"; readonly batch: Batch }
  | { readonly kind: "refund"; readonly refund: Refund };

/** Everything known about one payment, payout, batch or refund. */
export type TransactionHistory = KnownTransaction & {
  /** The last digest of the history, as the item carries it: what `verifyChain` compares with. */
  readonly head: string;
  /** The texts behind the history's entries, by their hash. */
  readonly raws: readonly RawEvidence[];
  /** What else was said about it and changed nothing, oldest first; the first 50. */
  readonly kept: readonly KeptEvidence[];
  /** What a person should look at, or has looked at, and what was done about it: at most one of each kind. */
  readonly exceptions: readonly Exception[];
};

export interface Page {
  /** 1 to 100. */
  readonly limit: number;
  /** `next` of the page before; null for the first page. */
  readonly cursor: string | null;
}

export interface PaymentFilters {
  readonly reference?: string;
  readonly receipt?: string;
  readonly phone?: Msisdn;
  readonly states?: readonly PaymentState[];
  readonly source?: PaymentSource;
  /** Without a reference or phone, the queue of the `unmatched` goes back for ever. */
  readonly routing?: Routing;
  /** Epoch milliseconds, inclusive. Without it a listing by time alone goes back twelve months. */
  readonly createdFrom?: number;
  /** Epoch milliseconds, exclusive. */
  readonly createdTo?: number;
}

export interface ListQuery extends Page {
  readonly storefront: string;
  readonly filters: PaymentFilters;
}

/** A page may hold fewer than `limit`, even none, and still have a `next`: the work behind one page is bounded. */
export interface PaymentPage {
  readonly payments: readonly Payment[];
  readonly next: string | null;
}

export interface FindQuery {
  readonly storefront: string;
  readonly text: string;
  /** How to read `text`; null: every way it can be read, likeliest first, until something is found. */
  readonly as: Reading | null;
  /** `next` of the page before; null for the first page. */
  readonly cursor: string | null;
}

export interface FindPage {
  /** The reading that found them; null when none did. */
  readonly readAs: Reading | null;
  /** Newest first, each with its texts and exceptions; `kept` stays empty here. */
  readonly found: readonly TransactionHistory[];
  readonly next: string | null;
}

/** A payment whose outcome is to be asked for. */
export interface DueCheck {
  readonly id: string;
  readonly storefront: string;
  readonly shortcode: string;
  readonly state: PaymentState;
  readonly checkoutId: string | null;
  readonly createdAt: number;
  readonly at: number;
  readonly attempt: number;
}

/** Where a walk through what is due goes on. */
export interface DuePlace {
  readonly id: string;
  readonly at: number;
}

export interface DuePageQuery {
  /** 1 to 100. */
  readonly limit: number;
  /** `next` of the page before; null for the first page. */
  readonly after: DuePlace | null;
}

/** A page may hold fewer checks than asked for, even none, and still have a `next`: the index lags behind its table. */
export interface DuePage {
  readonly checks: readonly DueCheck[];
  /** Payments whose items can't be read: somebody has to look at them, and they must not stop the others. */
  readonly unreadable: readonly string[];
  readonly next: DuePlace | null;
}

/** When to ask next, and how often it was asked by then. */
export interface Check {
  readonly at: number;
  readonly attempt: number;
}

export interface Ledger {
  /** Puts an intent on the ledger, together with the payer's prompt guard: one write call, no read, when all is well. */
  open(intent: PaymentIntent, limits: PromptLimits): Promise<OpenOutcome>;
  /**
   * Applies evidence: one write call and no read when the payment is as the evidence assumes, else by reading and
   * deciding. Safe to repeat with the same evidence.
   */
  record(id: string, evidence: Evidence): Promise<RecordOutcome>;
  /** One consistent read. */
  read(id: string): Promise<Payment | null>;
  /** Of whatever kind the id names. */
  history(id: string): Promise<TransactionHistory | null>;
  /** Newest first. Throws `BadCursor` for a cursor that this query did not hand out. */
  list(query: ListQuery): Promise<PaymentPage>;
  /**
   * The storefront's transactions of all kinds that a text names: an id, receipt, phone, reference, or M-PESA's own name
   * for it (CheckoutRequestID, ConversationID). An id takes one request, any other reading two: where the text lies, and
   * what lies there with all its exceptions. A reading that finds nothing takes one. Throws `BadCursor` for a cursor that
   * this query did not hand out.
   */
  find(query: FindQuery): Promise<FindPage>;
  /** What is due in one shard of `DUE_SHARDS`, the longest waiting first. */
  due(now: number, shard: number, page: DuePageQuery): Promise<DuePage>;
  /** Moves a check from `expected` to `next`; false when somebody else moved it or the payment ended: leave it alone then. */
  postpone(id: string, expected: Check, next: Check): Promise<boolean>;
}
