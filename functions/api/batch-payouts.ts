/**
 * GET /v1/payout-batches/{id}/payouts: a batch's rows in the order of the input. A row that the batch has come to is its
 * payout on the ledger; the others are read from the frozen file, so that an approver sees them before anything is paid.
 * What must stay true: what an approver is shown is what the digest was taken over.
 */
import type { Batch } from "../domain/batch.ts";
import type { BatchRow } from "../domain/batch-row.ts";
import { maskMsisdn } from "../domain/msisdn.ts";
import { utcIso } from "../domain/time.ts";
import { verifiedRows } from "../payouts/batch-files.ts";
import { ROWS_AT_ONCE, currentPayouts } from "../payouts/current-payouts.ts";
import { payoutRowId } from "../payouts/row-id.ts";
import type { Files } from "../runtime/files.ts";
import type { BatchLedger } from "../store/batch-ledger.ts";
import type { PayoutLedger } from "../store/payout-ledger.ts";
import type { ROUTES } from "./contract.ts";
import type { Endpoint } from "./endpoint.ts";
import { badCursor, pageOf } from "./listing.ts";
import { payoutView } from "./payout-view.ts";
import { ownBatch } from "./read-batches.ts";
import { ok, problem } from "./reply.ts";
import type { PayoutResource } from "./responses-payouts.ts";

/** Rows that one page looks at, so that a filter that fits none of them still answers in time. */
const MOST_LOOKED_AT = 500;

export interface BatchPayoutsDeps {
  readonly batches: Pick<BatchLedger, "read">;
  readonly payouts: Pick<PayoutLedger, "readMany">;
  readonly files: Pick<Files, "read">;
}

/** A row that the batch has not come to: its payout as it will be. */
const futureView = (batch: Batch, row: BatchRow): PayoutResource => ({
  id: payoutRowId(batch, row.position, 0),
  object: "payout",
  status: batch.state === "cancelled" ? "cancelled" : "queued",
  stage: null,
  kind: batch.kind,
  amount: row.amount / 100,
  currency: "KES",
  phone: maskMsisdn(row.phone),
  reference: row.reference,
  remarks: row.remarks,
  batch: { id: batch.id, row: row.row },
  receipt: null,
  paid_at: null,
  failure: null,
  replaced_by: null,
  attempts: 0,
  metadata: {},
  created_at: utcIso(batch.createdAt),
  updated_at: utcIso(batch.updatedAt),
});

/** Rows behind position `after`, at most `most` of them. */
interface Span {
  readonly after: number;
  readonly most: number;
}

/** The frozen rows of a span by position, read when the first of them is asked for. */
const createFuture = ({ files }: BatchPayoutsDeps, batch: Batch, span: Span) => {
  let reading: Promise<ReadonlyMap<number, BatchRow>> | undefined;
  const read = async (): Promise<ReadonlyMap<number, BatchRow>> =>
    new Map((await verifiedRows(files, batch, span)).map((row) => [row.position, row]));
  return async (position: number): Promise<PayoutResource> => {
    const row = (await (reading ??= read())).get(position);
    if (!row) throw new Error(`the frozen rows of ${batch.id} have no row ${position}`);
    return futureView(batch, row);
  };
};

/** The rows of a span in order, each with its position. */
async function* walk(deps: BatchPayoutsDeps, batch: Batch, span: Span) {
  const future = createFuture(deps, batch, span);
  const current = batch.state === "awaiting_approval" ? null : currentPayouts(deps.payouts);
  const last = Math.min(batch.rows?.count ?? 0, span.after + span.most);
  for (let after = span.after; after < last; after += ROWS_AT_ONCE) {
    const positions = Array.from({ length: Math.min(ROWS_AT_ONCE, last - after) }, (_, index) => after + index + 1);
    // Asked of the ledger beyond `fed` too: rows get their payouts before the batch notes that they have.
    const payouts = await current?.(batch, positions);
    for (const [index, position] of positions.entries()) {
      const payout = payouts?.[index];
      yield { position, view: payout ? payoutView(payout) : await future(position) };
    }
  }
}

const POSITION = /^[1-9]\d{0,5}$/;

export const listBatchPayouts =
  (deps: BatchPayoutsDeps): Endpoint<typeof ROUTES.listBatchPayouts> =>
  async ({ caller, params, query }) => {
    const { limit, cursor } = pageOf(query);
    if (cursor !== null && !POSITION.test(cursor)) return badCursor();
    const batch = await ownBatch(deps.batches, caller.storefront, params.id);
    if (!batch) return problem("not_found");
    const { status } = query;
    const data: PayoutResource[] = [];
    let seen = Number(cursor ?? 0);
    for await (const { position, view } of walk(deps, batch, {
      after: seen,
      most: status === undefined ? limit : MOST_LOOKED_AT,
    })) {
      if (status === undefined || view.status === status) data.push(view);
      seen = position;
      if (data.length >= limit) break;
    }
    const hasMore = seen < (batch.rows?.count ?? 0);
    return ok({ object: "list", data, next_cursor: hasMore ? String(seen) : null });
  };
