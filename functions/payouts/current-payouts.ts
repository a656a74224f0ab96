/** The payouts that stand for a batch's rows today: a failed one that was replaced gives way to what replaced it. */
import type { Batch } from "../domain/batch.ts";
import type { Payout } from "../domain/payout.ts";
import type { PayoutLedger } from "../store/payout-ledger.ts";
import { payoutRowId } from "./row-id.ts";

/** Rows that one call takes: what the ledger reads at once. */
export const ROWS_AT_ONCE = 100;
/** How often a row may be replaced; a person resumes before each, so it never comes to that. */
const MOST_GENERATIONS = 100;

/** For at most 100 positions, in their order: the row's latest payout, or null for a row that has none yet. */
export const currentPayouts =
  (ledger: Pick<PayoutLedger, "readMany">) =>
  async (
    batch: Pick<Batch, "id" | "storefront">,
    positions: readonly number[],
  ): Promise<readonly (Payout | null)[]> => {
    const current = [...(await ledger.readMany(positions.map((position) => payoutRowId(batch, position, 0))))];
    for (let generation = 1; generation <= MOST_GENERATIONS; generation += 1) {
      const replaced = current.flatMap((payout, place) =>
        payout === null || payout.replacedBy === null ? [] : [{ place, id: payout.replacedBy }],
      );
      if (replaced.length === 0) return current;
      const next = await ledger.readMany(replaced.map(({ id }) => id));
      for (const [index, { place }] of replaced.entries()) current[place] = next[index] ?? null;
    }
    throw new RangeError(`a row of batch ${batch.id} was replaced more than ${MOST_GENERATIONS} times`);
  };
