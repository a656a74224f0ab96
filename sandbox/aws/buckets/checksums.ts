/**
 * Checksums that an upload brings along, in headers or in a presigned URL's query. S3 refuses what does not match, and so
 * a presigned URL that was made with the checksum of an empty body, which newer SDKs do unless told otherwise, fails here
 * as it would there.
 */
import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { crc32 } from "node:zlib";

const digest = (algorithm: string) => (body: Buffer) => createHash(algorithm).update(body).digest("base64");

const CHECKS: Readonly<Record<string, (body: Buffer) => string>> = {
  "content-md5": digest("md5"),
  "x-amz-checksum-sha1": digest("sha1"),
  "x-amz-checksum-sha256": digest("sha256"),
  "x-amz-checksum-crc32"(body) {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(body));
    return bytes.toString("base64");
  },
};

/** The name of the checksum that does not match `body`; null when all that are known match. */
export const wrongChecksum = (body: Buffer, headers: IncomingHttpHeaders, query: URLSearchParams): string | null => {
  const wrong = Object.entries(CHECKS).find(([name, compute]) => {
    const given = headers[name] ?? query.get(name);
    return given !== null && given !== compute(body);
  });
  return wrong?.[0] ?? null;
};
