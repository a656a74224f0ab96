/** Several runs of one schedule, one after the other. What must stay true: one that fails stops no other, and is not hidden. */
import type { ScheduledRun } from "../runtime/schedule.ts";

export type Run = (run: ScheduledRun) => Promise<unknown>;

/**
 * Runs all of them and answers as the first did; rejects at the end with the first fault, so that the schedule's run counts
 * as failed.
 */
export const oneAfterAnother =
  (runs: readonly Run[]): Run =>
  async (scheduled) => {
    const faults: unknown[] = [];
    const answers: unknown[] = [];
    for (const run of runs) {
      try {
        answers.push(await run(scheduled));
      } catch (fault) {
        faults.push(fault);
      }
    }
    if (faults.length > 0) throw faults[0];
    return answers[0];
  };
