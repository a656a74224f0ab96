/** S3's operations by their names: S3 alone says what is wanted by method, path and query. */
import type { IncomingHttpHeaders } from "node:http";

export type S3Request = {
  readonly method: string;
  /** Path and query, path-style: `/bucket/key?query`. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
};

export type S3Target = { readonly bucket: string; readonly key: string; readonly query: URLSearchParams };

/** The bucket and the key that a request names; empty where it names none. */
export const s3Target = (url: string): S3Target => {
  const [path = "", ...query] = url.split("?");
  const [, bucket = "", ...key] = path.split("/");
  return { bucket, key: decoded(key.join("/")), query: new URLSearchParams(query.join("?")) };
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const ON_BUCKETS: Readonly<Record<string, string>> = {
  PUT: "CreateBucket",
  HEAD: "HeadBucket",
  DELETE: "DeleteBucket",
  POST: "DeleteObjects",
};
const ON_OBJECTS: Readonly<Record<string, string>> = {
  PUT: "PutObject",
  GET: "GetObject",
  HEAD: "HeadObject",
  DELETE: "DeleteObject",
};

export const s3Operation = ({ method, url, headers }: S3Request): string => {
  const { bucket, key, query } = s3Target(url);
  if (bucket === "") return method === "GET" ? "ListBuckets" : method;
  if (key === "") {
    if (method === "GET") return query.get("list-type") === "2" ? "ListObjectsV2" : "ListObjects";
    return ON_BUCKETS[method] ?? method;
  }
  if (query.has("uploads")) return "CreateMultipartUpload";
  if (query.has("uploadId")) return ON_PARTS[method] ?? method;
  if (method === "PUT" && headers["x-amz-copy-source"] !== undefined) return "CopyObject";
  return ON_OBJECTS[method] ?? method;
};

const ON_PARTS: Readonly<Record<string, string>> = {
  PUT: "UploadPart",
  POST: "CompleteMultipartUpload",
  DELETE: "AbortMultipartUpload",
};
