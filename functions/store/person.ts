/**
 * What the ledger has of one person: by their phone number, or by ids and receipts that somebody knows to be theirs. What
 * must stay true: every transaction that can be found by the number is found, and with it what it was merged from; nothing
 * is called erasable that still moves, that M-PESA may come back to, that a person looks into, or that a batch will replace.
 */
import type { LedgerState } from "../domain/history.ts";
import { isBatchId, isPayoutId, isTransactionId } from "../domain/ids.ts";
import type { Msisdn } from "../domain/msisdn.ts";
import { OPEN_STATES } from "../domain/payment-states.ts";
import { isStopped } from "../domain/payout-failures.ts";
import { OPEN_PAYOUT_STATES } from "../domain/payout-states.ts";
import { OPEN_REFUND_STATES } from "../domain/refund-states.ts";
import { maybeNumber, readList, readNumber, readText } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { readBatchItem } from "./batch-item.ts";
import type { Position } from "./cursor.ts";
import { STATE_CODES } from "./history-item.ts";
import { keys } from "./keys.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { receiptOwner, SKEW_MS } from "./listing.ts";
import { PAYMENT_AT } from "./payment-item.ts";
import { readPayout } from "./payout-item.ts";
import { readItem } from "./read.ts";
import { AT, readLife } from "./transaction-item.ts";
import { walkStretch } from "./walk.ts";
import type { Stretch } from "./walk.ts";
import { readWithExceptions, WITH_EXCEPTIONS_AT_ONCE } from "./with-exceptions.ts";

/** How long M-PESA, a statement or the customer may still come back to something that has ended. */
export const SETTLES_MS = 7 * 86_400_000;

/** Why something can't be erased yet. */
export type KeptBecause = "moving" | "young" | "disputed" | "to_be_replaced";

/** One transaction of the person. */
export interface PersonsItem {
  readonly id: string;
  /** Null when it may be erased. */
  readonly kept: KeptBecause | null;
  readonly item: Item;
}

/** Keys of one partition of an index, newest first, so many at a time. */
export async function* keysOf(
  deps: LedgerDeps,
  { index, key, partition }: Pick<Stretch, "index" | "key"> & { readonly partition: string },
  wanted: number,
): AsyncGenerator<readonly Position[], void, undefined> {
  const stretch = { index, key, partitions: [partition], from: 0, to: deps.clock.now() + SKEW_MS };
  let found = await walkStretch(deps, stretch, { position: null, wanted });
  yield found.keys;
  for (let last = found.keys.at(-1); found.more && last; last = found.keys.at(-1)) {
    found = await walkStretch(deps, stretch, { position: last, wanted });
    yield found.keys;
  }
}

export const idsIn = (found: readonly Position[]): readonly string[] => found.map(({ id }) => id);

const OPEN: readonly LedgerState[] = [...OPEN_STATES, ...OPEN_PAYOUT_STATES, ...OPEN_REFUND_STATES];

const isMoving = (item: Item): boolean =>
  item[AT.dueKey] !== undefined ||
  OPEN.includes(STATE_CODES.read(item, AT.state)) ||
  (maybeNumber(item, PAYMENT_AT.refunding) ?? 0) > 0;

const lastEntryAt = (item: Item): number => {
  const last = readList(item, AT.history).at(-1)?.M;
  return last ? readNumber(last, "a") : readNumber(item, AT.createdAt);
};

/** A resumed batch makes another payout in place of one that a halt failed, and compares the two. */
const awaitsReplacement = async (deps: LedgerDeps, id: string, item: Item): Promise<boolean> => {
  if (!isPayoutId(id)) return false;
  const payout = readPayout(item);
  if (payout.batch === null || !isStopped(payout)) return false;
  const batch = await readItem(deps, payout.batch.id);
  const state = batch && readBatchItem(batch).state;
  return state !== "completed" && state !== "cancelled";
};

const persons = async (deps: LedgerDeps, ids: readonly string[]): Promise<readonly PersonsItem[]> => {
  const { items, exceptionsOf } = await readWithExceptions(deps, ids);
  const now = deps.clock.now();
  return Promise.all(
    items.map(async (item): Promise<PersonsItem> => {
      const id = readText(item, AT.id);
      const found = (kept: KeptBecause | null): PersonsItem => ({ id, kept, item });
      if (isMoving(item)) return found("moving");
      if (exceptionsOf(id).some(({ status }) => status === "open")) return found("disputed");
      if (await awaitsReplacement(deps, id, item)) return found("to_be_replaced");
      return found(now - lastEntryAt(item) < SETTLES_MS ? "young" : null);
    }),
  );
};

/** What M-PESA told of a push under a name of its own, and turned out to be this one. It may show no number at all. */
const mergedFrom = ({ item }: PersonsItem): readonly string[] =>
  readLife(item).flatMap(({ facts }) => (typeof facts["merged_from"] === "string" ? [facts["merged_from"]] : []));

const withMerged = async (deps: LedgerDeps, found: readonly PersonsItem[]): Promise<readonly PersonsItem[]> => {
  const ids = new Set(found.map(({ id }) => id));
  const others = found.flatMap(mergedFrom).filter((id) => !ids.has(id));
  return others.length === 0 ? found : [...found, ...(await persons(deps, others))];
};

/** Everything under the phone number at one storefront, newest first, a page at a time. */
export async function* ofPerson(
  deps: LedgerDeps,
  phone: Msisdn,
  storefront: string,
): AsyncGenerator<readonly PersonsItem[], void, undefined> {
  const partition = keys.phone(await deps.vault.hash(phone), storefront);
  for await (const found of keysOf(deps, { index: "by_phone", key: "p", partition }, WITH_EXCEPTIONS_AT_ONCE))
    yield withMerged(deps, await persons(deps, idsIn(found)));
}

/** The transaction of an id or a receipt, with what it was merged from; null when it is no person's: nothing, or a batch. */
export const byName = async (deps: LedgerDeps, name: string): Promise<readonly PersonsItem[] | null> => {
  const id = isTransactionId(name) ? name : await receiptOwner(deps, name);
  if (id === null || !isTransactionId(id) || isBatchId(id)) return null;
  const found = await persons(deps, [id]);
  return found.length === 0 ? null : withMerged(deps, found);
};
