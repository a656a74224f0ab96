/** GET /v1/payout-batches and GET /v1/payout-batches/{id}: with live counters, confined to the caller's storefront. */
import type { Batch, Tally } from "../domain/batch.ts";
import { isBatchId } from "../domain/ids.ts";
import { Cents } from "../domain/money.ts";
import type { BatchLedger } from "../store/batch-ledger.ts";
import { batchView } from "./batch-view.ts";
import type { ROUTES } from "./contract.ts";
import type { Endpoint } from "./endpoint.ts";
import { pageOf, paged } from "./listing.ts";
import { ok, problem } from "./reply.ts";
import type { BatchResource } from "./responses-payouts.ts";

/** The storefront's batch `id`; null when there is none or it is another's, which look alike. */
export const ownBatch = async (
  batches: Pick<BatchLedger, "read">,
  storefront: string,
  id: string,
): Promise<Batch | null> => {
  const batch = isBatchId(id) ? await batches.read(id) : null;
  return batch?.storefront === storefront ? batch : null;
};

const NONE = { count: 0, amount: Cents.parse(0) };
const UNTOUCHED: Tally = {
  ...{ succeeded: NONE, failed: NONE, cancelled: NONE, uncertain: NONE, stopped: NONE },
  changedAt: null,
};

/** A batch with its counters. Before its first approval there is nothing to count. */
export const withCounters = async (batches: Pick<BatchLedger, "tally">, batch: Batch): Promise<BatchResource> =>
  batchView(batch, batch.approvals.length === 0 ? UNTOUCHED : await batches.tally(batch));

export const readBatch =
  (deps: { readonly batches: Pick<BatchLedger, "read" | "tally"> }): Endpoint<typeof ROUTES.readBatch> =>
  async ({ caller, params }) => {
    const batch = await ownBatch(deps.batches, caller.storefront, params.id);
    return batch ? ok(await withCounters(deps.batches, batch)) : problem("not_found");
  };

export const listBatches =
  (deps: { readonly batches: Pick<BatchLedger, "list" | "tally"> }): Endpoint<typeof ROUTES.listBatches> =>
  ({ caller, query }) =>
    paged(async () => {
      const { batches, next } = await deps.batches.list(caller.storefront, pageOf(query));
      const data = await Promise.all(batches.map((batch) => withCounters(deps.batches, batch)));
      return ok({ object: "list", data, next_cursor: next });
    });
