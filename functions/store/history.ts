/**
 * Everything about one transaction of any kind: its item, the texts behind its history, its exceptions, and what was kept
 * beside it.
 */
import { QueryCommand } from "@aws-sdk/client-dynamodb";
import type { Exception } from "../domain/exception.ts";
import { isBatchId, isPayoutId, isRefundId } from "../domain/ids.ts";
import { persist } from "./attempts.ts";
import { readList, readText, text, toHex } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { readBatchItem } from "./batch-item.ts";
import { sealedRaws } from "./history-item.ts";
import { keys } from "./keys.ts";
import { readKept } from "./kept-evidence.ts";
import type { KnownTransaction, TransactionHistory } from "./ledger.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { readPayment } from "./payment-item.ts";
import { readPayout } from "./payout-item.ts";
import { readItems } from "./read.ts";
import { readRefund } from "./refund-item.ts";
import { AT } from "./transaction-item.ts";
import { readWithExceptions } from "./with-exceptions.ts";

const KEPT_SHOWN = 50;

/** The transaction that an item holds, by what its id says it is. */
export const readKnown = (item: Item): KnownTransaction => {
  const id = readText(item, AT.id);
  if (isPayoutId(id)) return { kind: "payout", payout: readPayout(item) };
  if (isBatchId(id)) return { kind: "batch", batch: readBatchItem(item) };
  if (isRefundId(id)) return { kind: "refund", refund: readRefund(item) };
  return { kind: "payment", payment: readPayment(item) };
};

/** A transaction with the texts behind its history. */
export const readWhole = async (
  deps: LedgerDeps,
  item: Item,
  exceptions: readonly Exception[],
): Promise<TransactionHistory> => {
  const known = readKnown(item);
  const id = readText(item, AT.id);
  const head = readList(item, AT.digests).at(-1)?.B;
  const raws = sealedRaws(item, AT.history).map(async ({ hash, sealed }) => ({
    hash,
    text: await deps.vault.openText(sealed, id),
  }));
  return { ...known, head: head ? toHex(head) : "", raws: await Promise.all(raws), kept: [], exceptions };
};

/** Ids of what is kept beside a transaction, the oldest first. */
const keptIdsOf = async (deps: LedgerDeps, id: string): Promise<readonly string[]> => {
  const request = new QueryCommand({
    TableName: deps.tables.transactions,
    IndexName: "by_push",
    KeyConditionExpression: "c = :beside",
    ExpressionAttributeValues: { ":beside": text(keys.keptBeside(id)) },
    ScanIndexForward: true,
    Limit: KEPT_SHOWN,
  });
  const { Items = [] } = await persist(deps, () => deps.dynamo.send(request));
  return Items.map((item) => readText(item, AT.id));
};

/** Two requests, and a third when something was kept beside the transaction. */
export const createHistory =
  (deps: LedgerDeps) =>
  async (id: string): Promise<TransactionHistory | null> => {
    const [found, keptIds] = await Promise.all([readWithExceptions(deps, [id]), keptIdsOf(deps, id)]);
    const [item] = found.items;
    if (!item) return null;
    const keptItems = await readItems(deps, keptIds);
    const kept = await Promise.all(keptItems.map((evidence) => readKept(deps, id, evidence)));
    return { ...(await readWhole(deps, item, found.exceptionsOf(id))), kept };
  };
