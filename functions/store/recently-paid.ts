/**
 * Who was paid how much in the last seven days, so that the same row in another file is noticed before it is paid again. A
 * marker names the latest payouts of one phone over one amount; whether they still count is asked of the payouts and
 * batches themselves. What must stay true: what was paid, or may still be, counts, whatever became of its batch and
 * however long its approval took.
 */
import type { Batch } from "../domain/batch.ts";
import { BATCH_MOVES } from "../domain/batch-states.ts";
import type { BatchRow } from "../domain/batch-row.ts";
import { isStopped } from "../domain/payout-failures.ts";
import type { Payout } from "../domain/payout.ts";
import { CorruptItem, list, number, readList, readNumber, readText, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import type { BatchLedger, RecentPayout } from "./batch-ledger.ts";
import { keys } from "./keys.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { putAll } from "./put-all.ts";
import { readBatch } from "./read.ts";
import { readManyBatches } from "./read-batches.ts";
import { readManyPayouts } from "./read-payouts.ts";

const DAY_MS = 86_400_000;
const RECENT_MS = 7 * DAY_MS;
/** A batch may wait for its approval as long, and its rows still count for seven days from when they are paid. */
const REMEMBERED_MS = 60 * DAY_MS;
/** How many payouts one marker names: a weekly wage and some corrections of it. */
const MOST_NAMED = 8;
const MOST_ROWS = 100;
/** What one request reads. */
const READ_AT_ONCE = 100;
/** How many replacements of one payout are followed; beyond that it counts as paid. */
const MOST_REPLACEMENTS = 10;

type Row = Pick<BatchRow, "phone" | "amount">;
type Named = Omit<RecentPayout, "index">;

const writeNamed = ({ payoutId, batchId, at }: Named) =>
  list([text(payoutId), number(at), ...(batchId === null ? [] : [text(batchId)])]);

const readNamed = (item: Item): readonly Named[] =>
  readList(item, "l").map(({ L: named }) => {
    const [payoutId, at, batchId] = named ?? [];
    if (!payoutId || !at) throw new CorruptItem("l");
    return {
      payoutId: readText({ payoutId }, "payoutId"),
      at: readNumber({ at }, "at"),
      batchId: batchId ? readText({ batchId }, "batchId") : null,
    };
  });

const markerKeys = (deps: LedgerDeps, storefront: string, rows: readonly Row[]): Promise<readonly string[]> => {
  if (rows.length > MOST_ROWS) throw new RangeError(`at most ${MOST_ROWS} rows at a time`);
  return Promise.all(
    rows.map(async ({ phone, amount }) => keys.recentlyPaid(storefront, await deps.vault.hash(phone), amount)),
  );
};

/** What the markers name, newest first. */
const readMarkers = async (
  deps: LedgerDeps,
  markers: readonly string[],
): Promise<ReadonlyMap<string, readonly Named[]>> => {
  const since = deps.clock.now() - REMEMBERED_MS;
  const items = await readBatch(deps, deps.tables.coordination, [...new Set(markers)]);
  return new Map(items.map((item) => [readText(item, "pk"), readNamed(item).filter(({ at }) => at > since)]));
};

/** By id, whatever their number: some are markers' dead ends and exist no more than their intent did. */
const readAll = async <T extends { readonly id: string }>(
  ids: readonly string[],
  read: (some: readonly string[]) => Promise<readonly (T | null)[]>,
): Promise<Map<string, T>> => {
  const found = new Map<string, T>();
  const wanted = [...new Set(ids)];
  for (let start = 0; start < wanted.length; start += READ_AT_ONCE)
    for (const one of await read(wanted.slice(start, start + READ_AT_ONCE))) if (one) found.set(one.id, one);
  return found;
};

/** The payouts of these ids, and those that were made in their place. */
const readWithReplacements = async (deps: LedgerDeps, ids: readonly string[]): Promise<ReadonlyMap<string, Payout>> => {
  const read = (some: readonly string[]) => readManyPayouts(deps, some);
  const payouts = new Map<string, Payout>();
  let wanted = ids;
  for (let round = 0; round <= MOST_REPLACEMENTS && wanted.length > 0; round += 1) {
    const found = await readAll(wanted, read);
    for (const [id, payout] of found) payouts.set(id, payout);
    wanted = [...found.values()].flatMap(({ replacedBy }) => replacedBy ?? []);
  }
  return payouts;
};

interface Known {
  /** Nothing before this is recent. */
  readonly since: number;
  readonly payouts: ReadonlyMap<string, Payout>;
  readonly batches: ReadonlyMap<string, Batch>;
}

const goesOn = (batch: Batch): boolean => BATCH_MOVES[batch.state].length > 0;

/** Whether it can have been paid lately at all: named lately, or for a batch that ended lately or goes on. */
const mayCount = ({ at, batchId }: Named, { since, batches }: Omit<Known, "payouts">): boolean => {
  const batch = batchId === null ? undefined : batches.get(batchId);
  return at > since || (batch !== undefined && (goesOn(batch) || batch.updatedAt > since));
};

/** Whether it was paid lately, or may still be. */
const counts = ({ payoutId, batchId }: Named, { since, payouts, batches }: Known): boolean => {
  let payout = payouts.get(payoutId);
  const batch = batchId === null ? undefined : batches.get(batchId);
  const batchGoesOn = batch !== undefined && goesOn(batch);
  if (!payout) return batchGoesOn;
  for (let followed = 0; payout.replacedBy !== null; followed += 1) {
    const next = payouts.get(payout.replacedBy);
    if (!next || followed === MOST_REPLACEMENTS) return true;
    payout = next;
  }
  // What is queued for a batch that is over is cancelled before long, and never sent.
  if (payout.state === "queued") return batchId === null || batchGoesOn;
  // What stopped with the lane is paid anew once its batch goes on.
  if (payout.state === "failed") return batchGoesOn && isStopped(payout);
  return payout.state !== "cancelled" && payout.createdAt > since;
};

export const createRecentlyPaid =
  (deps: LedgerDeps): BatchLedger["recentlyPaid"] =>
  async (storefront, rows) => {
    const markers = await markerKeys(deps, storefront, rows);
    const named = await readMarkers(deps, markers);
    const all = [...named.values()].flat();
    if (all.length === 0) return [];
    const since = deps.clock.now() - RECENT_MS;
    const batches = await readAll(
      all.flatMap(({ batchId }) => batchId ?? []),
      (some) => readManyBatches(deps, some),
    );
    const possible = all.filter((one) => mayCount(one, { since, batches }));
    const payouts = await readWithReplacements(
      deps,
      possible.map(({ payoutId }) => payoutId),
    );
    const known = { since, batches, payouts };
    const isRecent = (one: Named): boolean => mayCount(one, known) && counts(one, known);
    return markers.flatMap((marker, index) =>
      (named.get(marker) ?? []).filter(isRecent).map((one) => ({ index, ...one })),
    );
  };

/** The newest first, each once, as many as a marker names. */
const latest = (added: readonly Named[], known: readonly Named[]): readonly Named[] => {
  const ids = new Set(added.map(({ payoutId }) => payoutId));
  return [...added, ...known.filter(({ payoutId }) => !ids.has(payoutId))].slice(0, MOST_NAMED);
};

export const createRemember =
  (deps: LedgerDeps): BatchLedger["remember"] =>
  async (storefront, rows) => {
    const markers = await markerKeys(deps, storefront, rows);
    const known = await readMarkers(deps, markers);
    const at = deps.clock.now();
    const added = new Map<string, Named[]>();
    for (const [index, { payoutId, batchId }] of rows.entries()) {
      const marker = markers[index] ?? "";
      added.set(marker, [...(added.get(marker) ?? []), { payoutId, batchId, at }]);
    }
    await putAll(
      deps,
      deps.tables.coordination,
      [...added].map(([marker, named]) => ({
        pk: text(marker),
        l: list(latest(named, known.get(marker) ?? []).map(writeNamed)),
        ttl: number(Math.ceil((at + REMEMBERED_MS) / 1_000)),
      })),
    );
  };
