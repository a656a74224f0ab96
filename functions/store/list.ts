/** A storefront's payments and exceptions in pages. Indexes hold keys alone, so a page is its keys and one batch read. */
import type { Payment } from "../domain/payment.ts";
import { maybeNumber, readNumber, readText } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import type { Position } from "./cursor.ts";
import { EXCEPTION_CODES } from "./history-item.ts";
import { keys } from "./keys.ts";
import type { ExceptionPage, ExceptionRecord, ListQuery, Page, PaymentFilters, PaymentPage } from "./ledger.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { readPayment, readStorefront } from "./payment-item.ts";
import { readItem, readItems, readOne } from "./read.ts";
import { monthStart, MONTHS, walkMonths, walkStretch } from "./walk.ts";

/** The most keys that one page looks at. */
const EXAMINED = 100;
/** Clocks of different machines differ: what was created "in a moment" is listed too. */
const SKEW_MS = 60_000;

interface Keys {
  readonly keys: readonly Position[];
  /** Where to go on after all of `keys`; null when nothing is left. */
  readonly next: Position | null;
}

interface Wanted {
  readonly storefront: string;
  readonly filters: PaymentFilters;
  readonly phoneHash: string | null;
}

/** The payment that a receipt belongs to; null when nobody claimed it. */
export const receiptOwner = async (deps: LedgerDeps, receipt: string): Promise<string | null> => {
  const claim = await readItem(deps, keys.receiptClaim(receipt.toUpperCase()));
  return claim && readText(claim, "id");
};

const matches = (payment: Payment, { storefront, filters, phoneHash }: Wanted): boolean =>
  payment.storefront === storefront &&
  (phoneHash === null || payment.phoneHash === phoneHash) &&
  (filters.reference === undefined || payment.reference.toLowerCase() === filters.reference.toLowerCase()) &&
  (filters.states === undefined || filters.states.includes(payment.state)) &&
  (filters.createdFrom === undefined || payment.createdAt >= filters.createdFrom) &&
  (filters.createdTo === undefined || payment.createdAt < filters.createdTo);

const keysOf = async (
  deps: LedgerDeps,
  wanted: Wanted,
  page: { position: Position | null; wanted: number },
): Promise<Keys> => {
  const { storefront, filters, phoneHash } = wanted;
  const now = deps.clock.now();
  const to = (filters.createdTo ?? now + SKEW_MS) - 1;
  const { reference } = filters;
  if (reference === undefined && phoneHash === null) {
    const from = filters.createdFrom ?? monthStart(now, MONTHS);
    const partitionsAt = (at: number) => keys.timeShards(storefront, at);
    return walkMonths(deps, { from, to, partitionsAt, ...page });
  }
  const from = filters.createdFrom ?? 0;
  const place =
    reference === undefined
      ? ({ index: "by_phone", key: "p", partitions: [keys.phone(phoneHash ?? "", storefront)] } as const)
      : ({ index: "by_reference", key: "r", partitions: [keys.reference(storefront, reference)] } as const);
  const found = await walkStretch(deps, { ...place, from, to }, page);
  return { keys: found.keys, next: found.more ? (found.keys.at(-1) ?? null) : null };
};

/** The first `limit` payments that match, and where to go on. */
const fill = (items: readonly Item[], wanted: Wanted, { limit, next }: { limit: number; next: Position | null }) => {
  const payments: Payment[] = [];
  for (const [index, item] of items.entries()) {
    const payment = readPayment(item);
    if (matches(payment, wanted)) payments.push(payment);
    const last = index === items.length - 1;
    if (payments.length === limit && !last) return { payments, next: { at: payment.createdAt, id: payment.id } };
  }
  return { payments, next };
};

export const createList =
  (deps: LedgerDeps) =>
  async ({ storefront, filters, limit, cursor }: ListQuery): Promise<PaymentPage> => {
    const phoneHash = filters.phone === undefined ? null : await deps.vault.hash(filters.phone);
    const wanted: Wanted = { storefront, filters, phoneHash };
    const query = { storefront, filters };
    const position = await readCursor(deps.vault, query, cursor);
    if (filters.receipt !== undefined) {
      const owner = await receiptOwner(deps, filters.receipt);
      const payment = owner === null ? null : await readOne(deps, owner);
      return { payments: payment && matches(payment, wanted) ? [payment] : [], next: null };
    }
    const narrowed = filters.states !== undefined || (filters.reference !== undefined && phoneHash !== null);
    const found = await keysOf(deps, wanted, { position, wanted: narrowed ? EXAMINED : limit });
    const items = await readItems(
      deps,
      found.keys.map((key) => key.id),
    );
    const { payments, next } = fill(items, wanted, { limit, next: found.next });
    return { payments, next: next && (await writeCursor(deps.vault, query, next)) };
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

export const createExceptions =
  (deps: LedgerDeps) =>
  async (storefront: string, { limit, cursor }: Page): Promise<ExceptionPage> => {
    const query = { exceptions: storefront };
    const now = deps.clock.now();
    const found = await walkMonths(deps, {
      from: monthStart(now, MONTHS),
      to: now + SKEW_MS,
      position: await readCursor(deps.vault, query, cursor),
      wanted: limit,
      partitionsAt: (at) => [keys.exceptions(storefront, at)],
    });
    const items = await readItems(
      deps,
      found.keys.map((key) => key.id),
    );
    return {
      exceptions: items.map(readException),
      next: found.next && (await writeCursor(deps.vault, query, found.next)),
    };
  };
