/** What the history says about a batch: who did what to which rows. */
import type { Batch, BatchAct, BatchChange, BatchEvent, FrozenRows, NewBatch } from "../domain/batch.ts";
import { beginning, chained } from "./entry.ts";
import type { EntryFacts } from "./entry.ts";
import type { EntryContent } from "../domain/history.ts";
import type { NewEntry } from "./history-item.ts";

const rowsFacts = (rows: FrozenRows): EntryFacts => ({
  rows: rows.count,
  amount_cents: rows.total,
  rejected: rows.rejected,
  digest: rows.digest,
});

const namedFacts = (event: BatchEvent): EntryFacts => {
  switch (event.event) {
    case "frozen":
      return rowsFacts(event.rows);
    case "file_refused":
      return { because: event.code };
    case "approved":
      return { digest: event.approval.digest };
    case "float_missing":
      return {
        needed_cents: event.float.needed,
        ...(event.float.available === null ? {} : { available_cents: event.float.available }),
      };
    case "paused":
      return {
        because: event.stop.cause,
        ...(event.stop.payoutId === null ? {} : { payout: event.stop.payoutId }),
      };
    case "float_found":
    case "resumed":
    case "cancelled":
    case "completed":
      return {};
  }
};

/** A person acts through the API; what M-PESA said stops a batch by a callback; everything else the clock does. */
const sourceOf = ({ by }: BatchAct): EntryContent["source"] => {
  if (by.startsWith("key:")) return "api";
  return by === "safaricom" ? "callback" : "sweep";
};

/** The first entry of every batch. */
export const createdBatchEntry = (batch: NewBatch): NewEntry =>
  beginning(batch, {
    by: `key:${batch.createdBy}`,
    to: batch.rows === null ? "awaiting_upload" : "awaiting_approval",
    facts: batch.rows === null ? {} : rowsFacts(batch.rows),
  });

/** The entry of one change. */
export const batchEntry = (
  { id }: Pick<Batch, "id">,
  { event, act, change }: { readonly event: BatchEvent; readonly act: BatchAct; readonly change: BatchChange },
): NewEntry =>
  chained(id, {
    at: act.at,
    finding: event.event,
    to: change.to,
    source: sourceOf(act),
    by: act.by,
    requestId: act.requestId,
    facts: namedFacts(event),
    exception: change.exception,
    rawHash: null,
  });
