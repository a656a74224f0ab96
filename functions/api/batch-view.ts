/** A payout batch as finance sees it: what it pays, who approved exactly that, how far it is, and what to mend. */
import type { Batch, BatchStop, FloatWait, Tally } from "../domain/batch.ts";
import { PAYOUT_FAILURES } from "../domain/payout-failures.ts";
import { utcIso } from "../domain/time.ts";
import type { BatchResource } from "./responses-payouts.ts";

/** What stopped it and was no payout's failure. */
const STOPPED = {
  person: "Somebody paused it. Resume it when it may go on; what was paid stays paid.",
  digest_mismatch:
    "The frozen rows are no longer those that were approved, so nothing more is paid from them. Cancel this batch, find out who changed its file, and make a new one of what was not paid.",
} as const;

const stopView = ({ cause, payoutId, at }: BatchStop): BatchResource["stop"] => ({
  cause,
  message: cause === "person" || cause === "digest_mismatch" ? STOPPED[cause] : PAYOUT_FAILURES[cause].message,
  payout: payoutId,
  at: utcIso(at),
});

const floatView = ({ needed, available, since }: FloatWait): BatchResource["float"] => ({
  needed: needed / 100,
  available: available === null ? null : available / 100,
  since: utcIso(since),
});

/** Rows and the cents they carry. */
interface Sum {
  readonly count: number;
  readonly amount: number;
}

const NOTHING: Sum = { count: 0, amount: 0 };
const plus = (one: Sum, other: Sum): Sum => ({ count: one.count + other.count, amount: one.amount + other.amount });
const minus = (one: Sum, other: Sum): Sum => ({ count: one.count - other.count, amount: one.amount - other.amount });
const shown = ({ count, amount }: Sum) => ({ count, amount: amount / 100 });

/**
 * Every row is counted once. What a cancelled batch never came to is cancelled with it, but only once everything that it
 * did come to has ended or is asked about: until then the two can't be told apart, and money that may still move is never
 * called cancelled.
 */
const progressView = ({ state, rows, fed, checkAt }: Batch, tally: Tally): BatchResource["progress"] => {
  const { uncertain, succeeded, failed, cancelled } = tally;
  const all = rows === null ? NOTHING : { count: rows.count, amount: rows.total };
  const counted = [uncertain, succeeded, failed, cancelled].reduce(plus, NOTHING);
  const left = minus(all, counted);
  const isOver = state === "cancelled" && checkAt === null && counted.count >= fed;
  return {
    pending: shown(isOver ? NOTHING : left),
    uncertain: shown(uncertain),
    succeeded: shown(succeeded),
    failed: shown(failed),
    cancelled: shown(isOver ? plus(cancelled, left) : cancelled),
  };
};

const rowsView = ({ id, rows }: Batch) => ({
  rows: rows?.count ?? 0,
  total_amount: (rows?.total ?? 0) / 100,
  largest_amount: (rows?.largest ?? 0) / 100,
  digest: rows?.digest ?? null,
  warnings: [...(rows?.warnings ?? [])],
  rejected_rows: rows?.rejected ?? 0,
  rejected_csv: rows && rows.rejectedFile !== null ? `/v1/payout-batches/${id}/rejected.csv` : null,
  results_csv: rows && `/v1/payout-batches/${id}/results.csv`,
  approvals_needed: rows?.approvalsNeeded ?? null,
});

/** A batch; `tally` null where nothing is counted. */
export const batchView = (batch: Batch, tally: Tally | null): BatchResource => ({
  id: batch.id,
  object: "payout_batch",
  status: batch.state,
  kind: batch.kind,
  reference: batch.reference,
  ...rowsView(batch),
  approvals: batch.approvals.map(({ keyId, at }) => ({ key: keyId, at: utcIso(at) })),
  created_by: batch.createdBy,
  progress: tally && progressView(batch, tally),
  stop: batch.stop && stopView(batch.stop),
  float: batch.float && floatView(batch.float),
  refusal: batch.refusal && { ...batch.refusal },
  allow_duplicates: batch.allowDuplicates,
  created_at: utcIso(batch.createdAt),
  updated_at: utcIso(batch.updatedAt),
});
