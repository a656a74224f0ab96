/** A Lambda that S3 tells of new files. S3 tells at least once, and writes keys as in the query of an address. */
import type { Context, S3Event } from "aws-lambda";
import type { ScheduledRun } from "./schedule.ts";

export interface Upload {
  readonly key: string;
  readonly bytes: number;
}

const decoded = (key: string): string => decodeURIComponent(key.replaceAll("+", " "));

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
    for (const { s3 } of event.Records) await run({ key: decoded(s3.object.key), bytes: s3.object.size }, invocation);
  };
