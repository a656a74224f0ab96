/**
 * Names that are written once, and buckets in which nothing changes. S3 keeps versions, so that an overwrite of a locked
 * object only hides it; one machine keeps none, so here a locked object can't be overwritten at all.
 */
import { xml } from "../door/refusals.ts";
import type { Refusal } from "../door/refusals.ts";
import { s3Operation, s3Target } from "../door/s3-operation.ts";
import type { S3Request } from "../door/s3-operation.ts";

const WRITES = new Set(["PutObject", "CopyObject", "CreateMultipartUpload"]);
const REMOVES = new Set(["DeleteObject", "DeleteObjects", "DeleteBucket"]);
const CHECKSUM = /^(content-md5|x-amz-checksum-|x-amz-sdk-checksum-algorithm)/;

export type Locking = {
  readonly isLocked: (bucket: string) => boolean;
  readonly exists: (url: string) => Promise<boolean>;
};

/** What Object Lock, and a write on the condition that nothing is there, refuse; null when they let it through. */
export const lockProblem = async (request: S3Request, { isLocked, exists }: Locking): Promise<Refusal | null> => {
  const operation = s3Operation(request);
  const locked = isLocked(s3Target(request.url).bucket);
  if (locked && REMOVES.has(operation)) return xml(403, "AccessDenied", "The object is locked until its time is over.");
  if (!WRITES.has(operation)) return null;
  if (locked && !Object.keys(request.headers).some((name) => CHECKSUM.test(name)))
    return xml(
      400,
      "InvalidRequest",
      "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters",
    );
  const once = request.headers["if-none-match"] === "*";
  if (!(once || locked) || !(await exists(request.url))) return null;
  return once
    ? xml(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
    : xml(403, "AccessDenied", "The sandbox keeps no versions: a locked object can't be overwritten.");
};
