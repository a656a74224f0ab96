/**
 * A Lambda that is told of new files, at least once of each. EventBridge tells it, in the form of the bucket's own notices
 * but for the keys: those come as they are, and not as in the query of an address.
 */
import type { Context, S3Event } from "aws-lambda";
import type { ScheduledRun } from "./schedule.ts";

export interface Upload {
  readonly key: string;
  readonly bytes: number;
}

/** Handles each new file; a fault ends the invocation, and S3's event is delivered again. */
export const onUploads =
  (begin: (context: Context) => void) =>
  (run: (upload: Upload, invocation: ScheduledRun) => Promise<void>) =>
  async (event: S3Event, context: Context): Promise<void> => {
    begin(context);
    const invocation = {
      requestId: context.awsRequestId,
      remainingMs: () => context.getRemainingTimeInMillis(),
    };
    for (const { s3 } of event.Records) await run({ key: s3.object.key, bytes: s3.object.size }, invocation);
  };
