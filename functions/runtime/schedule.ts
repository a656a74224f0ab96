/** A Lambda on a schedule: the event says nothing, the clock says everything. */
import type { Context } from "aws-lambda";

export interface ScheduledRun {
  readonly requestId: string;
  /** Milliseconds until Lambda ends this invocation. */
  readonly remainingMs: () => number;
}

export const onSchedule =
  (begin: (context: Context) => void) =>
  <R>(run: (scheduled: ScheduledRun) => Promise<R>) =>
  (_event: unknown, context: Context): Promise<R> => {
    begin(context);
    return run({ requestId: context.awsRequestId, remainingMs: () => context.getRemainingTimeInMillis() });
  };
