/**
 * The name of a row's payout. It follows from the batch, the row's position and how often the row was paid in vain, so a
 * batch that is fed twice finds the payouts of the first time. Part of every payout's id: never change it.
 */
import type { Batch } from "../domain/batch.ts";
import { transactionId } from "../domain/ids.ts";

const OPERATION = "batch_row";

/** The id of a row's payout: generation 0 is the first, each later one replaces a failed one. */
export const payoutRowId = (
  { id, storefront }: Pick<Batch, "id" | "storefront">,
  position: number,
  generation: number,
): string => transactionId("pyo", { storefront, operation: OPERATION, key: `${id}/${position}/${generation}` });
