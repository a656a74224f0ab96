/** A storefront's payments, payouts and batches in pages. */
import { readBatchItem } from "./batch-item.ts";
import type { BatchPage } from "./batch-ledger.ts";
import { keys } from "./keys.ts";
import type { ListQuery, Page, PaymentPage } from "./ledger.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { createListing, createMonthly } from "./listing.ts";
import { readPayment } from "./payment-item.ts";
import { readPayout } from "./payout-item.ts";
import type { PayoutListQuery, PayoutPage } from "./payout-ledger.ts";

export const createList = (deps: LedgerDeps) => {
  const list = createListing(deps, { prefix: "pay", read: readPayment, timeShards: keys.timeShards });
  return async (query: ListQuery): Promise<PaymentPage> => {
    const { found, next } = await list(query);
    return { payments: found, next };
  };
};

export const createListPayouts = (deps: LedgerDeps) => {
  const list = createListing(deps, { prefix: "pyo", read: readPayout, timeShards: keys.timeShardsOfPayouts });
  return async (query: PayoutListQuery): Promise<PayoutPage> => {
    const { found, next } = await list(query);
    return { payouts: found, next };
  };
};

export const createListBatches = (deps: LedgerDeps) => {
  const list = createMonthly(deps, { name: "batches", partition: keys.timeOfBatch, read: readBatchItem });
  return async (storefront: string, page: Page): Promise<BatchPage> => {
    const { found, next } = await list(storefront, page);
    return { batches: found, next };
  };
};
