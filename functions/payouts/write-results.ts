/**
 * A batch's results as the file that finance keeps: every row of the input that was accepted, in its order, with what
 * became of it. At any time, for as many rows as there are; memory holds a hundred rows.
 */
import type { Batch } from "../domain/batch.ts";
import type { BatchRow } from "../domain/batch-row.ts";
import { maskMsisdn } from "../domain/msisdn.ts";
import { PAYOUT_FAILURES } from "../domain/payout-failures.ts";
import type { PayoutState } from "../domain/payout-states.ts";
import type { Payout } from "../domain/payout.ts";
import type { Files } from "../runtime/files.ts";
import type { PayoutLedger } from "../store/payout-ledger.ts";
import { frozenRows } from "./batch-files.ts";
import { currentPayouts, ROWS_AT_ONCE } from "./current-payouts.ts";
import { resultsCsv } from "./rows/results-csv.ts";
import type { ResultRow } from "./rows/results-csv.ts";

export interface WriteResultsDeps {
  readonly files: Pick<Files, "read">;
  readonly ledger: Pick<PayoutLedger, "readMany">;
}

/** A payout's state in the API's words. */
const STATUS: Readonly<Record<PayoutState, string>> = {
  queued: "queued",
  sending: "pending",
  accepted: "pending",
  uncertain: "pending",
  succeeded: "succeeded",
  failed: "failed",
  cancelled: "cancelled",
};

const resultOf = (batch: Batch, row: BatchRow, payout: Payout | null): ResultRow => {
  const failure = payout?.state === "failed" ? payout.failure : null;
  const never = batch.state === "cancelled" ? STATUS.cancelled : STATUS.queued;
  return {
    row: row.row,
    phoneMasked: maskMsisdn(row.phone),
    amount: row.amount,
    reference: row.reference,
    status: payout === null ? never : STATUS[payout.state],
    receipt: payout?.receipt ?? null,
    paidAt: payout?.paidAt ?? null,
    failureCode: failure?.code ?? null,
    failureMessage: failure === null ? null : PAYOUT_FAILURES[failure.code].message,
    payoutId: payout?.id ?? null,
  };
};

async function* resultRows(deps: WriteResultsDeps, batch: Batch): AsyncGenerator<ResultRow, void, undefined> {
  const current = currentPayouts(deps.ledger);
  const results = async (rows: readonly BatchRow[]): Promise<readonly ResultRow[]> => {
    const positions = rows.map(({ position }) => position);
    const payouts = await current(batch, positions);
    return rows.map((row, place) => resultOf(batch, row, payouts[place] ?? null));
  };
  let chunk: BatchRow[] = [];
  for await (const row of frozenRows(deps.files, batch)) {
    chunk.push(row);
    if (chunk.length < ROWS_AT_ONCE) continue;
    yield* await results(chunk);
    chunk = [];
  }
  if (chunk.length > 0) yield* await results(chunk);
}

/** The file in pieces. Throws FrozenFault when the kept rows are not those of the batch's digest. */
export const writeResults =
  (deps: WriteResultsDeps) =>
  (batch: Batch): AsyncGenerator<string, void, undefined> =>
    resultsCsv(resultRows(deps, batch));

export type WriteResults = ReturnType<typeof writeResults>;
