/** Brings batches to where a test begins, by the rules of the domain. */
import { randomUUID } from "node:crypto";
import type { Batch, BatchAct, BatchEvent, NewBatch } from "../../../functions/domain/batch.ts";
import { decideBatch } from "../../../functions/domain/decide-batch.ts";
import { NOW } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { DIGEST, newBatch } from "./payout-samples.ts";

export const APPROVER = "key_approver0000000000000000000";

export const must = (batch: Batch | null): Batch => {
  if (!batch) throw new Error("somebody else changed the batch");
  return batch;
};

export const batchSteps = (test: () => TestLedger) => {
  const act = (by = `key:${APPROVER}`, at = NOW + 1_000): BatchAct => ({ at, by, requestId: randomUUID() });

  /** Writes what the rules say `event` does to `batch`. */
  const happen = async (batch: Batch, event: BatchEvent, by?: string): Promise<Batch | null> => {
    const acted = act(by);
    const decision = decideBatch(batch, event, acted);
    if (!decision.ok) throw new Error(decision.because);
    return test().batches.change(batch, { event, act: acted, change: decision.change });
  };

  const opened = async (overrides: Partial<NewBatch> = {}): Promise<Batch> =>
    (await test().batches.open(newBatch(overrides))).batch;

  const approval = (keyId = APPROVER): BatchEvent => ({
    event: "approved",
    approval: { keyId, digest: DIGEST, at: NOW + 1_000 },
  });

  const running = async (overrides: Partial<NewBatch> = {}): Promise<Batch> =>
    must(await happen(must(await happen(await opened(overrides), approval())), { event: "float_found" }, "clock"));

  return { act, happen, opened, approval, running };
};
