/** Answers an audit question: everything about one transaction, and which transactions a scrap of text names. */
import { QueryCommand } from "@aws-sdk/client-dynamodb";
import type { Exception } from "../domain/exception.ts";
import { isBatchId, isPaymentId, isPayoutId } from "../domain/ids.ts";
import { parseMsisdn } from "../domain/msisdn.ts";
import { persist } from "./attempts.ts";
import { readList, readNumber, readText, text, toHex } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { readBatchItem } from "./batch-item.ts";
import { sealedRaws } from "./history-item.ts";
import { keys } from "./keys.ts";
import { readKept } from "./kept-evidence.ts";
import { readWithExceptions, WITH_EXCEPTIONS_AT_ONCE } from "./with-exceptions.ts";
import type { KnownTransaction, TransactionHistory } from "./ledger.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { receiptOwner } from "./listing.ts";
import { readPayment } from "./payment-item.ts";
import { readPayout } from "./payout-item.ts";
import { openText } from "./raw-evidence.ts";
import { readItems } from "./read.ts";
import { AT, readStorefront } from "./transaction-item.ts";

const KEPT_SHOWN = 50;
const FOUND_SHOWN = 20;
const LONGEST_QUESTION = 256;
/** What one request reads. */
const READ_AT_ONCE = 100;

type Place =
  | readonly [index: "by_phone", key: "p"]
  | readonly [index: "by_reference", key: "r"]
  | readonly [index: "by_push", key: "c"];

const PHONE = ["by_phone", "p"] as const;
const REFERENCE = ["by_reference", "r"] as const;
const PUSH = ["by_push", "c"] as const;

/** Ids under one index key, the newest first unless `oldestFirst`. */
const idsAt = async (
  deps: LedgerDeps,
  [index, key]: Place,
  { value, limit, oldestFirst }: { value: string; limit: number; oldestFirst: boolean },
): Promise<readonly string[]> => {
  const request = new QueryCommand({
    TableName: deps.tables.transactions,
    IndexName: index,
    KeyConditionExpression: `${key} = :value`,
    ExpressionAttributeValues: { ":value": text(value) },
    ScanIndexForward: oldestFirst,
    Limit: limit,
  });
  const { Items = [] } = await persist(deps, () => deps.dynamo.send(request));
  return Items.map((item) => readText(item, AT.id));
};

/** The transaction that an item holds, by what its id says it is. */
const readKnown = (item: Item): KnownTransaction => {
  const id = readText(item, AT.id);
  if (isPayoutId(id)) return { kind: "payout", payout: readPayout(item) };
  if (isBatchId(id)) return { kind: "batch", batch: readBatchItem(item) };
  return { kind: "payment", payment: readPayment(item) };
};

/** A transaction with the texts behind its history. */
const readWhole = async (
  deps: LedgerDeps,
  item: Item,
  exceptions: readonly Exception[],
): Promise<TransactionHistory> => {
  const known = readKnown(item);
  const id = readText(item, AT.id);
  const head = readList(item, AT.digests).at(-1)?.B;
  const raws = sealedRaws(item, AT.history).map(async ({ hash, sealed }) => ({
    hash,
    text: await openText(deps.vault, sealed, id),
  }));
  return { ...known, head: head ? toHex(head) : "", raws: await Promise.all(raws), kept: [], exceptions };
};

/** Two requests, and a third when something was kept beside the transaction. */
export const createHistory =
  (deps: LedgerDeps) =>
  async (id: string): Promise<TransactionHistory | null> => {
    const beside = { value: keys.keptBeside(id), limit: KEPT_SHOWN, oldestFirst: true };
    const [found, keptIds] = await Promise.all([readWithExceptions(deps, [id]), idsAt(deps, PUSH, beside)]);
    const [item] = found.items;
    if (!item) return null;
    const keptItems = await readItems(deps, keptIds);
    const kept = await Promise.all(keptItems.map((evidence) => readKept(deps, id, evidence)));
    return { ...(await readWhole(deps, item, found.exceptionsOf(id))), kept };
  };

const RECEIPT = /^[a-z0-9]{8,20}$/i;

/** Every key that a text could mean, phones first hashed: payments, payouts and batches have keys of their own. */
const placesOf = async (deps: LedgerDeps, storefront: string, question: string) => {
  const phone = parseMsisdn(question);
  const phoneHash = phone.ok ? await deps.vault.hash(phone.msisdn) : null;
  return [
    [REFERENCE, keys.reference(storefront, question)],
    [REFERENCE, keys.referenceOfPayout(storefront, question)],
    [REFERENCE, keys.referenceOfBatch(storefront, question)],
    [PUSH, await deps.vault.hash(question)],
    ...(phoneHash === null
      ? []
      : ([
          [PHONE, keys.phone(phoneHash, storefront)],
          [PHONE, keys.phoneOfPayout(phoneHash, storefront)],
        ] as const)),
  ] as const;
};

/** The ids that a text could mean, each reading of it at most one request. */
const candidates = async (deps: LedgerDeps, storefront: string, question: string): Promise<readonly string[]> => {
  if (isPaymentId(question) || isPayoutId(question) || isBatchId(question)) return [question];
  const newest = { limit: FOUND_SHOWN, oldestFirst: false };
  const places = await placesOf(deps, storefront, question);
  const found = await Promise.all([
    ...places.map(([place, value]) => idsAt(deps, place, { value, ...newest })),
    RECEIPT.test(question) ? receiptOwner(deps, question).then((owner) => (owner === null ? [] : [owner])) : [],
  ]);
  return [...new Set(found.flat())].slice(0, READ_AT_ONCE);
};

const isOwn = (storefront: string, item: Item): boolean => readStorefront(item) === storefront;

const newest = (items: readonly Item[]): readonly Item[] =>
  items.toSorted((a, b) => readNumber(b, AT.createdAt) - readNumber(a, AT.createdAt)).slice(0, FOUND_SHOWN);

/** Many candidates are read once to see which of them are shown, so that only theirs is read whole. */
const narrowed = async (deps: LedgerDeps, storefront: string, ids: readonly string[]): Promise<readonly string[]> => {
  if (ids.length <= WITH_EXCEPTIONS_AT_ONCE) return ids;
  const own = (await readItems(deps, ids)).filter((item) => isOwn(storefront, item));
  return newest(own).map((item) => readText(item, AT.id));
};

export const createFind =
  (deps: LedgerDeps) =>
  async (storefront: string, asked: string): Promise<readonly TransactionHistory[]> => {
    const question = asked.trim();
    if (question === "" || question.length > LONGEST_QUESTION) return [];
    const ids = await narrowed(deps, storefront, await candidates(deps, storefront, question));
    const { items, exceptionsOf } = await readWithExceptions(deps, ids);
    const own = newest(items.filter((item) => isOwn(storefront, item)));
    return Promise.all(own.map((item) => readWhole(deps, item, exceptionsOf(readText(item, AT.id)))));
  };
