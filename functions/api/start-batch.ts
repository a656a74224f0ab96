/**
 * POST /v1/payout-batches. Every row is checked and the good ones are frozen before the batch exists, so what somebody
 * approves is all there from its first moment; nothing is paid here. The batch's own item keeps a repeated request from
 * making a second one.
 */
import type { Batch, NewBatch } from "../domain/batch.ts";
import type { RejectedRow } from "../domain/batch-row.ts";
import type { Clock } from "../domain/clock.ts";
import { transactionId } from "../domain/ids.ts";
import { utcIso } from "../domain/time.ts";
import { uploadKey } from "../payouts/batch-files.ts";
import type { BatchInput, FreezeBatch, Freezing } from "../payouts/freeze-batch.ts";
import type { FreezeInTurn } from "../payouts/freeze-in-turn.ts";
import { FileRefused } from "../payouts/rows/file-refused.ts";
import type { Files } from "../runtime/files.ts";
import type { Replay } from "../runtime/idempotency.ts";
import type { Log } from "../runtime/logger.ts";
import type { BatchLedger } from "../store/batch-ledger.ts";
import { askedBy } from "./asked-batch.ts";
import type { AskedBatch } from "./asked-batch.ts";
import type { ROUTES } from "./contract.ts";
import type { Call, Endpoint } from "./endpoint.ts";
import { withCounters } from "./read-batches.ts";
import { created, problem } from "./reply.ts";
import type { Reply } from "./reply.ts";
import type { StartedBatch } from "./responses-payouts.ts";

/** Part of every batch's id: never change it. */
const OPERATION = "start_batch";

const REJECTED_SHOWN = 100;
const UPLOAD_SECONDS = 900;
/** How long a request waits while another batch of the storefront is frozen, and when to come again. */
const PATIENCE_MS = 10_000;
const COME_AGAIN_SECONDS = 10;
const CSV_TYPE = "text/csv";

type StartRoute = typeof ROUTES.startBatch;

export interface StartBatchDeps {
  readonly batches: Pick<BatchLedger, "open" | "read" | "tally">;
  readonly freeze: FreezeBatch;
  readonly inTurn: FreezeInTurn;
  readonly files: Pick<Files, "uploadUrl">;
  readonly replay: Replay;
  readonly clock: Clock;
  readonly log: Log;
  /** The shortcode that the stage's credentials belong to. */
  readonly shortcode: () => Promise<string>;
  /** Fingerprint of the API operator in force; null when none is configured. */
  readonly initiator: () => Promise<string | null>;
}

const noValidRows = ({ rejected, rejectedCount }: Freezing): Reply =>
  problem("no_valid_rows", {
    detail: `None of the ${rejectedCount} rows can be paid; \`rejected\` says why, row by row. No batch was made.`,
    rejected: rejected.slice(0, REJECTED_SHOWN),
  });

const refused = ({ code, message, line }: FileRefused): Reply =>
  problem("file_refused", {
    detail: code === "too_many_rows" ? `${message} A larger file is uploaded: ask with \`upload: true\`.` : message,
    reason: code,
    ...(line === null ? {} : { line }),
  });

/** Where the file of a batch that awaits it is to be sent; null once it came. */
const uploadOf = async ({ files, clock }: StartBatchDeps, batch: Batch): Promise<StartedBatch["upload"]> => {
  if (batch.state !== "awaiting_upload") return null;
  const expires = clock.now() + UPLOAD_SECONDS * 1000;
  const url = await files.uploadUrl(uploadKey(batch.id), { expiresInSeconds: UPLOAD_SECONDS, contentType: CSV_TYPE });
  return { url, method: "PUT", headers: { "content-type": CSV_TYPE }, expires_at: utcIso(expires) };
};

type Rejected = readonly RejectedRow[];

const started = async (deps: StartBatchDeps, batch: Batch, rejected: Rejected): Promise<StartedBatch> => ({
  ...(await withCounters(deps.batches, batch)),
  rejected: rejected.slice(0, REJECTED_SHOWN),
  upload: await uploadOf(deps, batch),
});

/** The batch that this key made before; null when it made none. */
const before = async (deps: StartBatchDeps, asked: NewBatch): Promise<Reply | null> => {
  const batch = await deps.batches.read(asked.id);
  if (!batch) return null;
  return batch.fingerprint === asked.fingerprint
    ? created(await started(deps, batch, []), { replayed: true })
    : problem("idempotency_key_reused", { batch_id: batch.id });
};

const open = async (deps: StartBatchDeps, batch: NewBatch, rejected: Rejected): Promise<Reply> => {
  const opened = await deps.batches.open(batch);
  switch (opened.opened) {
    case "reused_key":
      return problem("idempotency_key_reused", { batch_id: opened.batch.id });
    case "existing":
      return created(await started(deps, opened.batch, rejected), { replayed: true });
    case "new":
      deps.log.info("batch.opened", { batch: batch.id, rows: batch.rows?.count ?? 0 });
      return created(await started(deps, opened.batch, rejected), { replayed: false });
  }
};

const freezeAndOpen = async (deps: StartBatchDeps, batch: NewBatch, input: BatchInput): Promise<Reply> => {
  try {
    const frozen = await deps.freeze(input, batch);
    if (frozen.rows === null) return noValidRows(frozen);
    return await open(deps, { ...batch, rows: frozen.rows }, frozen.rejected);
  } catch (fault) {
    if (fault instanceof FileRefused) return refused(fault);
    throw fault;
  }
};

/**
 * Looks for what the key made before it freezes anything, and again in its turn: rows that are frozen twice would look
 * like duplicates.
 */
const run = async (
  deps: StartBatchDeps,
  batch: NewBatch,
  { input, remainingMs }: Pick<AskedBatch, "input"> & Pick<Call<StartRoute>, "remainingMs">,
): Promise<Reply> => {
  const known = await before(deps, batch);
  if (known) return known;
  if (input === null) return open(deps, batch, []);
  const turn = { storefront: batch.storefront, patienceMs: PATIENCE_MS, remainingMs };
  const inTurn = await deps.inTurn(
    turn,
    async () => (await before(deps, batch)) ?? (await freezeAndOpen(deps, batch, input)),
  );
  return inTurn.had ? inTurn.result : problem("batch_in_progress", {}, COME_AGAIN_SECONDS);
};

/** Makes a batch that waits for its approval, or for its file. */
export const startBatch =
  (deps: StartBatchDeps): Endpoint<StartRoute> =>
  async ({ caller, body, idempotencyKey, requestId, remainingMs }) => {
    const read = askedBy(body);
    if (!read.ok) return read.reply;
    const [shortcode, initiator] = await Promise.all([deps.shortcode(), deps.initiator()]);
    if (initiator === null) return problem("payouts_not_configured");
    const { input, ...asked } = read.value;
    const { storefront, keyId } = caller;
    const name = { storefront, operation: OPERATION, key: idempotencyKey };
    const batch: NewBatch = {
      ...asked,
      id: transactionId("bat", name),
      storefront,
      shortcode,
      createdBy: keyId,
      requestId,
      createdAt: deps.clock.now(),
      rows: null,
    };
    // Only a batch is worth replaying; an address to upload to is made afresh, because it ends soon.
    const kept = (reply: Reply): unknown => (reply.reply === "resource" && input !== null ? reply.body : undefined);
    const claim = { ...name, fingerprint: asked.fingerprint };
    const replayed = await deps.replay(claim, () => run(deps, batch, { input, remainingMs }), kept);
    switch (replayed.outcome) {
      case "ran":
        return replayed.result;
      case "replayed":
        return created(replayed.kept, { replayed: true });
      case "reused_key":
        return problem("idempotency_key_reused", { batch_id: batch.id });
    }
  };
