/**
 * Lets something happen to a batch: read, decided by the rules, written over exactly what was read, and told to whoever
 * tends batches. What must stay true: a refusal changes nothing; a change that was written is never undone by a queue
 * that can't be reached, because the clock looks at the batch too.
 */
import type { Batch, BatchAct, BatchEvent, BatchRefusal } from "../domain/batch.ts";
import { decideBatch } from "../domain/decide-batch.ts";
import type { Log } from "../runtime/logger.ts";
import type { Count } from "../runtime/metrics.ts";
import type { Queue } from "../runtime/queue.ts";
import type { BatchLedger } from "../store/batch-ledger.ts";
import type { LiftLane } from "./lift-lane.ts";

export interface ChangeBatchDeps {
  readonly batches: Pick<BatchLedger, "read" | "change">;
  readonly batchQueue: Queue;
  readonly lift: LiftLane;
  readonly log: Log;
  readonly count: Count;
  readonly wait: (ms: number) => Promise<void>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export type BatchOutcome =
  | { readonly changed: true; readonly batch: Batch }
  | { readonly changed: false; readonly because: BatchRefusal; readonly batch: Batch }
  | { readonly changed: false; readonly because: "unknown_batch" };

/** Others kept changing the batch. Nothing was written; repeating is safe. */
class BatchBusy extends Error {
  override readonly name = "BatchBusy";
  constructor(id: string) {
    super(`batch ${id} is being changed by others just now; nothing was written, it is safe to try again`);
  }
}

const ROUNDS = 10;
const LONGEST_WAIT_MS = 200;

/** After these somebody has to tend the batch at once, unless it still waits for another approval. */
const TO_TEND: readonly BatchEvent["event"][] = ["approved", "resumed", "cancelled"];

const nudge = async (deps: ChangeBatchDeps, batch: Batch): Promise<void> => {
  try {
    await deps.batchQueue.send([{ batch: batch.id }]);
  } catch (fault) {
    deps.log.warn("message.not_sent", { batch: batch.id, because: fault instanceof Error ? fault.name : "unknown" });
  }
};

const tell = (deps: ChangeBatchDeps, batch: Batch, event: BatchEvent): void =>
  deps.log.info("batch.changed", {
    batch: batch.id,
    event: event.event,
    state: batch.state,
    ...(event.event === "paused" ? { cause: event.stop.cause } : {}),
  });

/** Decides on `batch` and writes; null when somebody else was faster. */
const attempt = async (
  deps: ChangeBatchDeps,
  batch: Batch,
  { event, act }: { readonly event: BatchEvent; readonly act: BatchAct },
): Promise<BatchOutcome | null> => {
  const decision = decideBatch(batch, event, act);
  if (!decision.ok) return { changed: false, because: decision.because, batch };
  // Who resumes says that what stopped the lane is mended; only then may anything of the batch move again.
  if (event.event === "resumed" && (await deps.lift(batch.shortcode, "batch")).lane.halt !== null)
    return { changed: false, because: "payout_lane_halted", batch };
  const { change } = decision;
  const next = await deps.batches.change(batch, { event, act, change });
  if (next === null) return null;
  tell(deps, next, event);
  if (change.exception !== null) {
    deps.log.warn("exception.opened", { transaction: batch.id, exception: change.exception });
    deps.count("ExceptionOpened");
  }
  return { changed: true, batch: next };
};

/** Lets `event` happen to batch `id`. A person's `resumed` also lifts what halts the lane, unless a person halted it. */
export const changeBatch =
  (deps: ChangeBatchDeps) =>
  async (id: string, event: BatchEvent, act: BatchAct): Promise<BatchOutcome> => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const batch = await deps.batches.read(id);
      if (batch === null) return { changed: false, because: "unknown_batch" };
      const outcome = await attempt(deps, batch, { event, act });
      if (outcome?.changed === false) return outcome;
      if (outcome !== null) {
        if (TO_TEND.includes(event.event) && outcome.batch.state !== "awaiting_approval")
          await nudge(deps, outcome.batch);
        return outcome;
      }
      await deps.wait(deps.random() * LONGEST_WAIT_MS);
    }
    throw new BatchBusy(id);
  };

export type ChangeBatch = ReturnType<typeof changeBatch>;
