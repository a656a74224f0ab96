/** Reads batches: by id consistently, because whoever asks may let money go by the answer. */
import { QueryCommand } from "@aws-sdk/client-dynamodb";
import type { Batch } from "../domain/batch.ts";
import { persist } from "./attempts.ts";
import { readText, text } from "./attributes.ts";
import { isInPlay, readBatchItem } from "./batch-item.ts";
import { keys } from "./keys.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { inOrder, readItem, readItems } from "./read.ts";
import { AT } from "./transaction-item.ts";

/** The most batches that are looked at as drawing on a float at one time. */
const MOST_LIVE = 100;

export const readOneBatch = async (deps: LedgerDeps, id: string): Promise<Batch | null> => {
  const item = await readItem(deps, id);
  return item && readBatchItem(item);
};

export const readManyBatches = async (deps: LedgerDeps, ids: readonly string[]): Promise<readonly (Batch | null)[]> =>
  inOrder(ids, await readItems(deps, ids)).map((item) => item && readBatchItem(item));

/**
 * Two requests, the newest batches first: what was paused years ago and forgotten never crowds out what runs. The index
 * lags behind its table: who left play a moment ago is left out, who entered may be missing.
 */
export const readLiveBatches = async (deps: LedgerDeps): Promise<readonly Batch[]> => {
  const request = new QueryCommand({
    TableName: deps.tables.transactions,
    IndexName: "by_push",
    KeyConditionExpression: "c = :live",
    ExpressionAttributeValues: { ":live": text(keys.liveBatches) },
    ScanIndexForward: false,
    Limit: MOST_LIVE,
  });
  const { Items = [] } = await persist(deps, () => deps.dynamo.send(request));
  const ids = Items.map((item) => readText(item, AT.id));
  return (await readItems(deps, ids)).map(readBatchItem).filter(isInPlay);
};
