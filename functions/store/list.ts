/** A storefront's payments, payouts, batches and exceptions in pages, each from partitions of its own. */
import { maybeNumber, readNumber, readText } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { readBatchItem } from "./batch-item.ts";
import type { BatchPage } from "./batch-ledger.ts";
import { EXCEPTION_CODES } from "./history-item.ts";
import { keys } from "./keys.ts";
import type { ExceptionPage, ExceptionRecord, ListQuery, Page, PaymentPage } from "./ledger.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { createListing, createMonthly } from "./listing.ts";
import { readPayment } from "./payment-item.ts";
import { readPayout } from "./payout-item.ts";
import type { PayoutListQuery, PayoutPage } from "./payout-ledger.ts";
import { readStorefront } from "./transaction-item.ts";

export const createList = (deps: LedgerDeps) => {
  const { timeShards, phone, reference } = keys;
  const list = createListing(deps, { prefix: "pay", read: readPayment, timeShards, phone, reference });
  return async (query: ListQuery): Promise<PaymentPage> => {
    const { found, next } = await list(query);
    return { payments: found, next };
  };
};

export const createListPayouts = (deps: LedgerDeps) => {
  const list = createListing(deps, {
    prefix: "pyo",
    read: readPayout,
    timeShards: keys.timeShardsOfPayouts,
    phone: keys.phoneOfPayout,
    reference: keys.referenceOfPayout,
  });
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

const readException = (item: Item): ExceptionRecord => ({
  id: readText(item, "pk"),
  storefront: readStorefront(item),
  transactionId: readText(item, "i"),
  kind: EXCEPTION_CODES.read(item, "k"),
  status: readText(item, "x") === "o" ? "open" : "resolved",
  openedAt: readNumber(item, "s"),
  lastAt: readNumber(item, "w"),
  times: maybeNumber(item, "n") ?? 1,
});

export const createExceptions = (deps: LedgerDeps) => {
  const list = createMonthly(deps, { name: "exceptions", partition: keys.exceptions, read: readException });
  return async (storefront: string, page: Page): Promise<ExceptionPage> => {
    const { found, next } = await list(storefront, page);
    return { exceptions: found, next };
  };
};
