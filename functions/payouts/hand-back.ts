/**
 * Gives a batch's row back to whoever feeds the batch: its message was given up, or it has to be paid anew. The feeding
 * goes back to that row; what is behind it is looked at again, which changes nothing.
 */
import type { Clock } from "../domain/clock.ts";
import type { BatchPlace } from "../domain/payout.ts";
import type { BatchLedger } from "../store/batch-ledger.ts";

export interface HandBackDeps {
  readonly batches: Pick<BatchLedger, "read" | "progress">;
  readonly clock: Clock;
  readonly wait: (ms: number) => Promise<void>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

const ROUNDS = 8;
const LONGEST_WAIT_MS = 200;

/** False when others kept changing the batch: nothing was written, try again later. */
export const handBack =
  (deps: HandBackDeps) =>
  async ({ id, position }: BatchPlace): Promise<boolean> => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const batch = await deps.batches.read(id);
      // A batch that does not run is fed from its first row when it starts again.
      if (batch?.state !== "running" || batch.handed < position) return true;
      const back = { fed: batch.fed, handed: position - 1, checkAt: deps.clock.now() };
      if ((await deps.batches.progress(batch, back)) !== null) return true;
      await deps.wait(deps.random() * LONGEST_WAIT_MS);
    }
    return false;
  };

export type HandBack = ReturnType<typeof handBack>;
