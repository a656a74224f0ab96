/** What the sweeps need: which payments and payouts are due to be asked about, and which batches to be looked after. */
import { keys } from "./keys.ts";
import { dueIds, readDue } from "./due.ts";
import type { DueCheck, DuePage, DuePageQuery } from "./ledger.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { readPayment } from "./payment-item.ts";
import { readPayout } from "./payout-item.ts";
import type { DuePayouts } from "./payout-ledger.ts";

export const createDue =
  (deps: LedgerDeps) =>
  async (now: number, shard: number, page: DuePageQuery): Promise<DuePage> => {
    const { ids, next } = await dueIds(deps, { partition: keys.due(shard), now }, page);
    const { due, unreadable } = await readDue(deps, { ids, now }, readPayment);
    const checks = due.map(({ id, storefront, shortcode, state, push, createdAt, check }): DueCheck => {
      return { id, storefront, shortcode, state, checkoutId: push?.checkoutId ?? null, createdAt, ...check };
    });
    return { checks, unreadable, next };
  };

export const createDuePayouts =
  (deps: LedgerDeps) =>
  async (now: number, shard: number, page: DuePageQuery): Promise<DuePayouts> => {
    const { ids, next } = await dueIds(deps, { partition: keys.duePayouts(shard), now }, page);
    const { due: payouts, unreadable } = await readDue(deps, { ids, now }, readPayout);
    return { payouts, unreadable, next };
  };

/** The most batches that one look hands out. */
const MOST_BATCHES = 100;

export const createDueBatches =
  (deps: LedgerDeps) =>
  async (now: number): Promise<readonly string[]> => {
    const page = { limit: MOST_BATCHES, after: null };
    return (await dueIds(deps, { partition: keys.dueBatches, now }, page)).ids;
  };
