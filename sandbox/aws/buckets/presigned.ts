/**
 * Whether a presigned URL may still be used, and for what was signed: method, path, query and the named headers. Other
 * calls are not checked on one machine; a presigned URL is, because what it lets a stranger do is the point of it.
 * Signature Version 4 with query parameters, as Amazon S3's API reference describes it.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

import { s3Target } from "../door/s3-operation.ts";
import type { S3Request } from "../door/s3-operation.ts";

export type Presigned = S3Request & {
  /** The host that the URL was signed for. */
  readonly host: string;
};

/** Why the URL is refused with 403; null when it is good, or when the request has no presigned URL. */
export type PresignedProblem = { readonly code: "AccessDenied" | "SignatureDoesNotMatch"; readonly message: string };

const LONGEST_VALID_SECONDS = 604_800; // a week

export const presignedProblem = (
  request: Presigned,
  { secretKey, now }: { secretKey: string; now: number },
): PresignedProblem | null => {
  const { query } = s3Target(request.url);
  const signature = query.get("X-Amz-Signature");
  if (signature === null) return null;
  const signedAt = timeOf(query.get("X-Amz-Date") ?? "");
  const validSeconds = Number(query.get("X-Amz-Expires") ?? Number.NaN);
  if (!(validSeconds > 0 && validSeconds <= LONGEST_VALID_SECONDS) || Number.isNaN(signedAt))
    return { code: "AccessDenied", message: "A presigned URL needs a date and is valid for a week at most." };
  if (now > signedAt + validSeconds * 1000) return { code: "AccessDenied", message: "Request has expired" };
  const expected = Buffer.from(signatureOf(request, secretKey));
  const given = Buffer.from(signature);
  if (expected.length === given.length && timingSafeEqual(expected, given)) return null;
  return {
    code: "SignatureDoesNotMatch",
    message: "The request is not the one that was signed: check method, path, query and the signed headers.",
  };
};

/** The signature that a presigned request must carry, as hex. */
export const signatureOf = (request: Presigned, secretKey: string): string => {
  const { query } = s3Target(request.url);
  const [, ...scope] = (query.get("X-Amz-Credential") ?? "").split("/");
  const toSign = [
    "AWS4-HMAC-SHA256",
    query.get("X-Amz-Date") ?? "",
    scope.join("/"),
    createHash("sha256").update(canonicalRequest(request, query)).digest("hex"),
  ].join("\n");
  const key = scope.reduce<Buffer | string>((secret, part) => hmac(secret, part), `AWS4${secretKey}`);
  return hmac(key, toSign).toString("hex");
};

const canonicalRequest = ({ method, url, headers, host }: Presigned, query: URLSearchParams): string => {
  const names = (query.get("X-Amz-SignedHeaders") ?? "").split(";");
  const valueOf = (name: string): string => (name === "host" ? host : String(headers[name] ?? ""));
  const pairs = [...query].filter(([name]) => name !== "X-Amz-Signature").map((pair) => pair.map(encode).join("="));
  return [
    method,
    url.split("?")[0] ?? "/",
    pairs.sort().join("&"),
    ...names.map((name) => `${name}:${valueOf(name).trim().replace(/ +/g, " ")}`),
    "",
    names.join(";"),
    query.get("X-Amz-Content-Sha256") ?? "UNSIGNED-PAYLOAD",
  ].join("\n");
};

const hmac = (key: Buffer | string, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** RFC 3986: everything but letters, digits and `-_.~`. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** `20260131T235959Z` in epoch milliseconds; NaN when it is something else. */
const timeOf = (text: string): number =>
  Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
