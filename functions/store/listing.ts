/**
 * Pages of one storefront's payments or payouts, and of whatever else is listed by month. Indexes hold keys alone, so a
 * page is its keys and one batch read. What must stay true: no page shows what another storefront owns, and the work
 * behind one page is bounded.
 */
import { readText } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import type { Position } from "./cursor.ts";
import { keys } from "./keys.ts";
import type { Page } from "./ledger.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { isNarrowed, matches } from "./listing-filters.ts";
import type { Filters, Listed, Wanted } from "./listing-filters.ts";
import { readItem, readItems } from "./read.ts";
import { monthStart, MONTHS, walkMonths, walkStretch } from "./walk.ts";
import type { Stretch } from "./walk.ts";

/** The most keys that one page looks at. */
export const EXAMINED = 100;
/** Clocks of different machines differ: what was created "in a moment" is listed too. */
export const SKEW_MS = 60_000;

/** One kind of transaction, and where its listings lie. */
export interface Listing<T extends Listed> {
  /** What its ids begin with. */
  readonly prefix: string;
  readonly read: (item: Item) => T;
  readonly timeShards: (storefront: string, at: number) => readonly string[];
}

export interface Listings<T> {
  readonly found: readonly T[];
  readonly next: string | null;
}

interface Keys {
  readonly keys: readonly Position[];
  /** Where to go on after all of `keys`; null when nothing is left. */
  readonly next: Position | null;
}

/** The transaction that a receipt belongs to; null when nobody claimed it. */
export const receiptOwner = async (deps: LedgerDeps, receipt: string): Promise<string | null> => {
  const claim = await readItem(deps, keys.receiptClaim(receipt.toUpperCase()));
  return claim && readText(claim, "id");
};

/** Where a query lies that is not by time alone. */
const placeOfQuery = ({ storefront, filters, phoneHash }: Wanted): Pick<Stretch, "index" | "key" | "partitions"> => {
  const { reference } = filters;
  if (reference !== undefined)
    return { index: "by_reference", key: "r", partitions: [keys.reference(storefront, reference)] };
  if (phoneHash !== null) return { index: "by_phone", key: "p", partitions: [keys.phone(phoneHash, storefront)] };
  return { index: "by_push", key: "c", partitions: [keys.unmatched(storefront)] };
};

const keysOf = async (
  { deps, timeShards }: { readonly deps: LedgerDeps } & Pick<Listing<Listed>, "timeShards">,
  wanted: Wanted,
  page: { readonly position: Position | null; readonly wanted: number },
): Promise<Keys> => {
  const { storefront, filters, phoneHash } = wanted;
  const now = deps.clock.now();
  const to = (filters.createdTo ?? now + SKEW_MS) - 1;
  const { reference } = filters;
  const isQueue = filters.routing === "unmatched";
  if (reference === undefined && phoneHash === null && !isQueue) {
    const from = filters.createdFrom ?? monthStart(now, MONTHS);
    const partitionsAt = (at: number) => timeShards(storefront, at);
    return walkMonths(deps, { from, to, partitionsAt, ...page });
  }
  const from = filters.createdFrom ?? 0;
  const found = await walkStretch(deps, { ...placeOfQuery(wanted), from, to }, page);
  return { keys: found.keys, next: found.more ? (found.keys.at(-1) ?? null) : null };
};

interface Filled<T> {
  readonly found: readonly T[];
  readonly next: Position | null;
}

/** The first `limit` of `candidates` that are wanted, and where to go on. */
export const fill = <T>(
  candidates: readonly T[],
  { isWanted, placeOf }: { readonly isWanted: (one: T) => boolean; readonly placeOf: (one: T) => Position },
  { limit, next }: { readonly limit: number; readonly next: Position | null },
): Filled<T> => {
  const found: T[] = [];
  for (const [index, candidate] of candidates.entries()) {
    if (isWanted(candidate)) found.push(candidate);
    const last = index === candidates.length - 1;
    if (found.length === limit && !last) return { found, next: placeOf(candidate) };
  }
  return { found, next };
};

/** At most `most` of the examined keys that are of one kind: those of a phone or a reference are of all kinds. */
const ofKind = (prefix: string, examined: Keys, most: number) => {
  const own = examined.keys.filter(({ id }) => id.startsWith(`${prefix}_`));
  const kept = own.slice(0, most);
  return { ids: kept.map(({ id }) => id), next: kept.length < own.length ? (kept.at(-1) ?? null) : examined.next };
};

const placeOf = ({ createdAt, id }: Listed): Position => ({ at: createdAt, id });

const byReceipt = async <T extends Listed>(
  deps: LedgerDeps,
  listing: Listing<T>,
  { receipt, wanted }: { readonly receipt: string; readonly wanted: Wanted },
): Promise<Listings<T>> => {
  const owner = await receiptOwner(deps, receipt);
  const item = owner?.startsWith(`${listing.prefix}_`) ? await readItem(deps, owner) : null;
  const listed = item && listing.read(item);
  return { found: listed && matches(listed, wanted) ? [listed] : [], next: null };
};

export const createListing =
  <T extends Listed>(deps: LedgerDeps, listing: Listing<T>) =>
  async (query: Page & { readonly storefront: string; readonly filters: Filters }): Promise<Listings<T>> => {
    const { storefront, filters, limit, cursor } = query;
    const phoneHash = filters.phone === undefined ? null : await deps.vault.hash(filters.phone);
    const wanted: Wanted = { storefront, filters, phoneHash };
    const asked = { listing: listing.prefix, storefront, filters };
    const position = await readCursor(deps.vault, asked, cursor);
    if (filters.receipt !== undefined) return byReceipt(deps, listing, { receipt: filters.receipt, wanted });
    const mixed = filters.reference !== undefined || phoneHash !== null;
    const narrowed = isNarrowed(filters) || (filters.reference !== undefined && phoneHash !== null);
    const page = { position, wanted: mixed || narrowed ? EXAMINED : limit };
    const examined = await keysOf({ deps, timeShards: listing.timeShards }, wanted, page);
    const { ids, next: rest } = ofKind(listing.prefix, examined, narrowed ? EXAMINED : limit);
    const items = await readItems(deps, ids);
    const how = { isWanted: (one: T) => matches(one, wanted), placeOf };
    const { found, next } = fill(items.map(listing.read), how, { limit, next: rest });
    return { found, next: next && (await writeCursor(deps.vault, asked, next)) };
  };

/** What lies in one partition of `by_time` a month. */
export interface Monthly<T> {
  /** Tells its cursors from all others. */
  readonly name: string;
  readonly partition: (storefront: string, at: number) => string;
  readonly read: (item: Item) => T;
}

export const createMonthly =
  <T>(deps: LedgerDeps, { name, partition, read }: Monthly<T>) =>
  async (storefront: string, { limit, cursor }: Page): Promise<Listings<T>> => {
    const asked = { [name]: storefront };
    const now = deps.clock.now();
    const { keys: places, next } = await walkMonths(deps, {
      from: monthStart(now, MONTHS),
      to: now + SKEW_MS,
      position: await readCursor(deps.vault, asked, cursor),
      wanted: limit,
      partitionsAt: (at) => [partition(storefront, at)],
    });
    const items = await readItems(
      deps,
      places.map((key) => key.id),
    );
    return { found: items.map(read), next: next && (await writeCursor(deps.vault, asked, next)) };
  };
