/** The batches' ledger on DynamoDB: one function per promise of batch-ledger.ts, put together. */
import type { BatchLedger } from "./batch-ledger.ts";
import { createChangeBatch, createOpenBatch, createProgress } from "./change-batch.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { createListBatches } from "./list.ts";
import { readLiveBatches, readManyBatches, readOneBatch } from "./read-batches.ts";
import { createRecentlyPaid, createRemember } from "./recently-paid.ts";
import { createDueBatches } from "./sweep.ts";
import { readTally } from "./tally.ts";

export const createBatchLedger = (deps: LedgerDeps): BatchLedger => ({
  open: createOpenBatch(deps),
  read: (id) => readOneBatch(deps, id),
  readMany: (ids) => readManyBatches(deps, ids),
  change: createChangeBatch(deps),
  progress: createProgress(deps),
  tally: ({ id }) => readTally(deps, id),
  list: createListBatches(deps),
  due: createDueBatches(deps),
  live: () => readLiveBatches(deps),
  recentlyPaid: createRecentlyPaid(deps),
  remember: createRemember(deps),
});
