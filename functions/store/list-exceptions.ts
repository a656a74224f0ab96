/**
 * A storefront's exceptions in pages. Open ones have a key of their own, which they lose when they are resolved: what is
 * left to do is found however long ago it began, and however much was done since.
 */
import type { Exception } from "../domain/exception.ts";
import { openedWithin } from "../domain/exception.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import type { Position } from "./cursor.ts";
import { readException } from "./exception-item.ts";
import type { ExceptionFilters, ExceptionPage, ExceptionQuery } from "./exception-ledger.ts";
import { keys } from "./keys.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { EXAMINED, fill, SKEW_MS } from "./listing.ts";
import { readItems } from "./read.ts";
import { monthStart, MONTHS, walkMonths, walkStretch } from "./walk.ts";

interface Walk {
  readonly position: Position | null;
  readonly wanted: number;
}

const placesOf = async (deps: LedgerDeps, { storefront, filters }: ExceptionQuery, walk: Walk) => {
  const now = deps.clock.now();
  const bounds = filters.age === undefined ? { from: null, to: null } : openedWithin(filters.age, now);
  const to = bounds.to === null ? now + SKEW_MS : bounds.to - 1;
  if (filters.status !== "open") {
    const from = bounds.from ?? monthStart(now, MONTHS);
    return walkMonths(deps, { from, to, partitionsAt: (at) => [keys.exceptions(storefront, at)], ...walk });
  }
  const open = { index: "by_push", key: "c", partitions: [keys.openExceptions(storefront)] } as const;
  const found = await walkStretch(deps, { ...open, from: bounds.from ?? 0, to }, walk);
  return { keys: found.keys, next: found.more ? (found.keys.at(-1) ?? null) : null };
};

const placeOf = ({ openedAt, id }: Exception): Position => ({ at: openedAt, id });

/** The index lags behind its table, so the status is looked at again. */
const matches = ({ status, kind }: Exception, filters: ExceptionFilters): boolean =>
  (filters.status ?? status) === status && (filters.kind ?? kind) === kind;

export const createListExceptions =
  (deps: LedgerDeps) =>
  async (query: ExceptionQuery): Promise<ExceptionPage> => {
    const { storefront, filters, limit, cursor } = query;
    const asked = { exceptions: storefront, filters };
    const narrowed = filters.kind !== undefined || filters.status === "resolved";
    const walk = { position: await readCursor(deps.vault, asked, cursor), wanted: narrowed ? EXAMINED : limit };
    const { keys: places, next: rest } = await placesOf(deps, query, walk);
    const items = await readItems(
      deps,
      places.map(({ id }) => id),
    );
    const how = { isWanted: (one: Exception) => matches(one, filters), placeOf };
    const { found, next } = fill(items.map(readException), how, { limit, next: rest });
    return { exceptions: found, next: next && (await writeCursor(deps.vault, asked, next)) };
  };
