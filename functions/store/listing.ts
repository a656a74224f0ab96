/**
 * Pages of one storefront's payments or payouts, and of whatever else is listed by month. Indexes hold keys alone, so a
 * page is its keys and one batch read. What must stay true: no page shows what another storefront owns, and the work
 * behind one page is bounded.
 */
import type { Msisdn } from "../domain/msisdn.ts";
import type { LedgerState } from "../domain/history.ts";
import { readText } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import type { Position } from "./cursor.ts";
import { keys } from "./keys.ts";
import type { Page } from "./ledger.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { readItem, readItems } from "./read.ts";
import { monthStart, MONTHS, walkMonths, walkStretch } from "./walk.ts";

/** The most keys that one page looks at. */
export const EXAMINED = 100;
/** Clocks of different machines differ: what was created "in a moment" is listed too. */
export const SKEW_MS = 60_000;

/** What payments and payouts are filtered by. */
interface Listed {
  readonly id: string;
  readonly storefront: string;
  readonly phoneHash: string;
  readonly reference: string;
  readonly state: LedgerState;
  readonly createdAt: number;
}

interface Filters {
  readonly reference?: string;
  readonly receipt?: string;
  readonly phone?: Msisdn;
  readonly states?: readonly LedgerState[];
  readonly createdFrom?: number;
  readonly createdTo?: number;
}

/** One kind of transaction, and where its listings lie. */
export interface Listing<T extends Listed> {
  /** What its ids begin with. */
  readonly prefix: string;
  readonly read: (item: Item) => T;
  readonly timeShards: (storefront: string, at: number) => readonly string[];
  readonly phone: (phoneHash: string, storefront: string) => string;
  readonly reference: (storefront: string, reference: string) => string;
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

interface Wanted {
  readonly storefront: string;
  readonly filters: Filters;
  readonly phoneHash: string | null;
}

/** The transaction that a receipt belongs to; null when nobody claimed it. */
export const receiptOwner = async (deps: LedgerDeps, receipt: string): Promise<string | null> => {
  const claim = await readItem(deps, keys.receiptClaim(receipt.toUpperCase()));
  return claim && readText(claim, "id");
};

const matches = (listed: Listed, { storefront, filters, phoneHash }: Wanted): boolean =>
  listed.storefront === storefront &&
  (phoneHash === null || listed.phoneHash === phoneHash) &&
  (filters.reference === undefined || listed.reference.toLowerCase() === filters.reference.toLowerCase()) &&
  (filters.states === undefined || filters.states.includes(listed.state)) &&
  (filters.createdFrom === undefined || listed.createdAt >= filters.createdFrom) &&
  (filters.createdTo === undefined || listed.createdAt < filters.createdTo);

type Places = Pick<Listing<Listed>, "timeShards" | "phone" | "reference">;

const keysOf = async (
  { deps, places }: { readonly deps: LedgerDeps; readonly places: Places },
  wanted: Wanted,
  page: { readonly position: Position | null; readonly wanted: number },
): Promise<Keys> => {
  const { storefront, filters, phoneHash } = wanted;
  const now = deps.clock.now();
  const to = (filters.createdTo ?? now + SKEW_MS) - 1;
  const { reference } = filters;
  if (reference === undefined && phoneHash === null) {
    const from = filters.createdFrom ?? monthStart(now, MONTHS);
    const partitionsAt = (at: number) => places.timeShards(storefront, at);
    return walkMonths(deps, { from, to, partitionsAt, ...page });
  }
  const from = filters.createdFrom ?? 0;
  const place =
    reference === undefined
      ? ({ index: "by_phone", key: "p", partitions: [places.phone(phoneHash ?? "", storefront)] } as const)
      : ({ index: "by_reference", key: "r", partitions: [places.reference(storefront, reference)] } as const);
  const found = await walkStretch(deps, { ...place, from, to }, page);
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
    const narrowed = filters.states !== undefined || (filters.reference !== undefined && phoneHash !== null);
    const page = { position, wanted: narrowed ? EXAMINED : limit };
    const { keys: places, next: rest } = await keysOf({ deps, places: listing }, wanted, page);
    const items = await readItems(
      deps,
      places.map((key) => key.id),
    );
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
