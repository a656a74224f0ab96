/**
 * The ledger's side of a day: everything of every storefront of the shortcode that may have moved money in it. What must
 * stay true: nothing is left out for having been asked for earlier; where that would take reading the whole ledger, the
 * receipts that stay unexplained are looked up one by one afterwards.
 */
import type { Batch } from "../domain/batch.ts";
import { LEDGER_KINDS } from "../domain/matching.ts";
import type { LedgerKind, MatchTolerances, MatchWindow } from "../domain/matching.ts";
import type { Payout } from "../domain/payout.ts";
import type { BatchLedger } from "../store/batch-ledger.ts";
import type { DayReader, DayTransaction } from "../store/day-ledger.ts";
import { dayRow } from "./day-row.ts";
import type { DayRow } from "./day-row.ts";

export interface ReadLedgerDeps {
  readonly reader: DayReader;
  readonly batches: Pick<BatchLedger, "list">;
  /** The payouts that stand for at most 100 positions of a batch today. */
  readonly currentPayouts: (batch: Batch, positions: readonly number[]) => Promise<readonly (Payout | null)[]>;
}

export interface LedgerOfDay {
  readonly shortcode: string;
  /** Those that take money on it. */
  readonly storefronts: readonly string[];
  readonly window: MatchWindow;
  readonly tolerances: MatchTolerances;
  /** What the day before has left over. */
  readonly carried: readonly string[];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How long before the day something may have been put on the ledger that moved money in it. */
const BACK_MS: Readonly<Record<LedgerKind, number>> = {
  // A prompt lives minutes; a payment that we did not ask for is made when its money moves.
  payment: 6 * HOUR_MS,
  // A payout may wait for a halted lane.
  payout: 3 * DAY_MS,
  // A reversal may wait three days for Safaricom's approval.
  refund: 4 * DAY_MS,
};
/** A batch may wait for its approval and its float. */
const BATCH_BACK_MS = 35 * DAY_MS;
/** What came to rest this long before the day is not looked into for payouts of the day. */
const BATCH_REST_MS = 3 * DAY_MS;
const BATCH_PAGE = 100;
const ROWS_AT_ONCE = 100;

/** The rows of one day that a run holds in memory. */
const MOST_ROWS = 400_000;

/** More rows than a run may hold. Nothing was concluded. */
class DayTooLarge extends Error {
  override readonly name = "DayTooLarge";
}

class Gathered {
  readonly rows = new Map<string, DayRow>();
  readonly #of: LedgerOfDay;

  constructor(of: LedgerOfDay) {
    this.#of = of;
  }

  add(transactions: readonly DayTransaction[]): void {
    for (const transaction of transactions) {
      const row = dayRow(transaction, this.#of.window);
      if (row?.shortcode === this.#of.shortcode) this.rows.set(row.id, row);
    }
    if (this.rows.size > MOST_ROWS) throw new DayTooLarge(`a day has more than ${MOST_ROWS} transactions`);
  }
}

/** Whether payouts of the batch may have been sent in the day. */
const mayHavePaid = ({ approvals, fed, updatedAt, checkAt }: Batch, { window }: LedgerOfDay): boolean =>
  approvals.length > 0 && fed > 0 && (checkAt !== null || updatedAt >= window.from - BATCH_REST_MS);

async function* batchesOf(deps: ReadLedgerDeps, storefront: string, of: LedgerOfDay): AsyncGenerator<Batch> {
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<BatchLedger["list"]>> = await deps.batches.list(storefront, {
      limit: BATCH_PAGE,
      cursor,
    });
    for (const batch of page.batches) {
      if (batch.createdAt < of.window.from - BATCH_BACK_MS) return;
      if (batch.createdAt < of.window.until && mayHavePaid(batch, of)) yield batch;
    }
    cursor = page.next;
  } while (cursor !== null);
}

const addBatch = async (deps: ReadLedgerDeps, batch: Batch, into: Gathered): Promise<void> => {
  for (let after = 0; after < batch.fed; after += ROWS_AT_ONCE) {
    const count = Math.min(ROWS_AT_ONCE, batch.fed - after);
    const positions = Array.from({ length: count }, (_, index) => after + index + 1);
    const payouts = await deps.currentPayouts(batch, positions);
    into.add(payouts.flatMap((payout) => (payout === null ? [] : [{ kind: "payout", payout }])));
  }
};

/** Every transaction that may be the day's. Throws `DayTooLarge` or `TooManyRows`. */
export const readLedger =
  (deps: ReadLedgerDeps) =>
  async (of: LedgerOfDay): Promise<readonly DayRow[]> => {
    const into = new Gathered(of);
    const { from, until } = of.window;
    for (const storefront of of.storefronts) {
      for (const kind of LEDGER_KINDS) {
        const stretch = { storefront, from: from - BACK_MS[kind], until: until + of.tolerances.beforeMs };
        for await (const page of deps.reader.between(kind, stretch, MOST_ROWS)) into.add(page);
      }
      for await (const batch of batchesOf(deps, storefront, of)) await addBatch(deps, batch, into);
    }
    into.add(await deps.reader.named(of.carried.filter((id) => !into.rows.has(id))));
    return [...into.rows.values()];
  };
