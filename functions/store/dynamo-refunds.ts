/** The refunds' ledger on DynamoDB: one function per promise of refund-ledger.ts, put together. */
import { createPostpone, dueIds, readDue } from "./due.ts";
import { keys } from "./keys.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { createListing } from "./listing.ts";
import { createOpenRefund } from "./open-refund.ts";
import { readItem, readItems } from "./read.ts";
import { createClaimRefund, createRecordRefund } from "./record-refund.ts";
import { readRefund } from "./refund-item.ts";
import type { RefundLedger } from "./refund-ledger.ts";

const createDueRefunds =
  (deps: LedgerDeps): RefundLedger["due"] =>
  async (now, shard, page) => {
    const { ids, next } = await dueIds(deps, { partition: keys.dueRefunds(shard), now }, page);
    const { due: refunds, unreadable } = await readDue(deps, { ids, now }, readRefund);
    return { refunds, unreadable, next };
  };

const createList = (deps: LedgerDeps): RefundLedger["list"] => {
  const list = createListing(deps, { prefix: "rfd", read: readRefund, timeShards: keys.timeShardsOfRefunds });
  return async (query) => {
    const { found, next } = await list(query);
    return { refunds: found, next };
  };
};

export const createRefundLedger = (deps: LedgerDeps): RefundLedger => ({
  open: createOpenRefund(deps),
  claim: createClaimRefund(deps),
  record: createRecordRefund(deps),
  read: async (id) => {
    const item = await readItem(deps, id);
    return item && readRefund(item);
  },
  readMany: async (ids) => (await readItems(deps, ids)).map(readRefund),
  list: createList(deps),
  due: createDueRefunds(deps),
  postpone: createPostpone(deps),
});
