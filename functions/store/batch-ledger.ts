/**
 * What the ledger promises about payout batches; `dynamo-batches.ts` keeps the promise. What must stay true: every change
 * was decided on the very version it is written over, and carries its history entry.
 */
import type { Batch, BatchAct, BatchChange, BatchEvent, NewBatch, Tally } from "../domain/batch.ts";
import type { BatchRow } from "../domain/batch-row.ts";
import type { Page } from "./ledger.ts";

export type OpenBatchOutcome =
  | { readonly opened: "new"; readonly batch: Batch }
  | { readonly opened: "existing"; readonly batch: Batch }
  | { readonly opened: "reused_key"; readonly batch: Batch };

export interface BatchPage {
  readonly batches: readonly Batch[];
  readonly next: string | null;
}

/** A payout of the last seven days that a row repeats. */
export interface RecentPayout {
  /** Index into the rows that were asked about. */
  readonly index: number;
  readonly payoutId: string;
  readonly batchId: string | null;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface BatchLedger {
  /** One conditional write. A batch with rows begins in `awaiting_approval`, one without in `awaiting_upload`. */
  open(batch: NewBatch): Promise<OpenBatchOutcome>;
  read(id: string): Promise<Batch | null>;
  /** At most 100, consistent, in the order of `ids`. */
  readMany(ids: readonly string[]): Promise<readonly (Batch | null)[]>;
  /** Writes what `decideBatch` decided on `batch`. Null when somebody changed it meanwhile: read and decide again. */
  change(
    batch: Batch,
    what: { readonly event: BatchEvent; readonly act: BatchAct; readonly change: BatchChange },
  ): Promise<Batch | null>;
  /** Notes how far the rows have payouts and were handed on, and when to look next; no history. Null as for `change`. */
  progress(batch: Batch, next: Pick<Batch, "fed" | "handed" | "checkAt">): Promise<Batch | null>;
  tally(batch: Batch): Promise<Tally>;
  /** One storefront's batches, newest first. Throws `BadCursor`. */
  list(storefront: string, page: Page): Promise<BatchPage>;
  /** Ids of batches whose `checkAt` has come, the longest waiting first; at most 100. */
  due(now: number): Promise<readonly string[]>;
  /**
   * Every batch that may still draw on a float, of whatever shortcode: those that are live, and those that were paused
   * with payouts on the ledger. The newest 100; one that began a moment ago may be missing.
   */
  live(): Promise<readonly Batch[]>;
  /**
   * Which of these rows (at most 100) repeat a payout of the last seven days to the same phone over the same amount that
   * has not failed and was not cancelled, in a batch that was not cancelled or rejected.
   */
  recentlyPaid(
    storefront: string,
    rows: readonly Pick<BatchRow, "phone" | "amount">[],
  ): Promise<readonly RecentPayout[]>;
  /** Remembers rows (at most 100) for `recentlyPaid`, for seven days. Safe to repeat. */
  remember(
    storefront: string,
    rows: readonly (Pick<BatchRow, "phone" | "amount"> & {
      readonly payoutId: string;
      readonly batchId: string | null;
    })[],
  ): Promise<void>;
}
