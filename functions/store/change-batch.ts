/** Makes batches and changes them, each over exactly the version that was decided on. */
import type { Batch, BatchAct, BatchChange, BatchEvent, NewBatch } from "../domain/batch.ts";
import { BATCH_MOVES } from "../domain/batch-states.ts";
import { batchEntry, createdBatchEntry } from "./batch-entry.ts";
import { batchFields, newBatchItem, readBatchItem } from "./batch-item.ts";
import type { OpenBatchOutcome } from "./batch-ledger.ts";
import { asRead, editBetween, quietUpdate } from "./change-write.ts";
import type { NewEntry } from "./history-item.ts";
import { LedgerBusy } from "./ledger.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { put, update } from "./transact.ts";
import { writeChange } from "./write-change.ts";

export const createOpenBatch =
  (deps: LedgerDeps) =>
  async (batch: NewBatch): Promise<OpenBatchOutcome> => {
    const item = newBatchItem(batch, createdBatchEntry(batch));
    const result = await put(deps, {
      TableName: deps.tables.transactions,
      Item: item,
      ConditionExpression: "attribute_not_exists(pk)",
    });
    if (result.written) return { opened: "new", batch: readBatchItem(item) };
    if (!result.found) throw new LedgerBusy(batch.id);
    const found = readBatchItem(result.found);
    const same = found.fingerprint === batch.fingerprint && found.storefront === batch.storefront;
    return { opened: same ? "existing" : "reused_key", batch: found };
  };

interface What {
  readonly event: BatchEvent;
  readonly act: BatchAct;
  readonly change: BatchChange;
}

/** The batch after `change`. Throws for a move that the table does not know: that is a mistake of ours. */
const changed = (batch: Batch, { change, act }: What, entry: NewEntry): Batch => {
  if (change.to !== null && !BATCH_MOVES[batch.state].includes(change.to))
    throw new Error(`a batch can't move from ${batch.state} to ${change.to}`);
  const previous = batch.history.at(-1)?.digest ?? null;
  return {
    ...batch,
    ...change.set,
    state: change.to ?? batch.state,
    version: batch.version + 1,
    updatedAt: act.at,
    history: [...batch.history, { ...entry, previous }],
  };
};

export const createChangeBatch =
  (deps: LedgerDeps) =>
  async (batch: Batch, what: What): Promise<Batch | null> => {
    const entry = batchEntry(batch, what);
    const next = changed(batch, what, entry);
    const result = await writeChange(deps, {
      id: batch.id,
      edit: editBetween(batchFields(batch), batchFields(next)),
      condition: asRead(batch),
      entry,
      sealedRaw: null,
      receipt: null,
      storefront: batch.storefront,
      along: [],
    });
    return result.written ? next : null;
  };

export const createProgress =
  (deps: LedgerDeps) =>
  async (batch: Batch, progress: Pick<Batch, "fed" | "handed" | "checkAt">): Promise<Batch | null> => {
    const next: Batch = { ...batch, ...progress, version: batch.version + 1 };
    const edit = editBetween(batchFields(batch), batchFields(next));
    const input = quietUpdate({ id: batch.id, edit, condition: asRead(batch) });
    const result = await update(deps, { TableName: deps.tables.transactions, ...input });
    return result.written ? next : null;
  };
