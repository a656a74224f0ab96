/** What a bucket answers: the checks that S3 makes, then the store, then word of a new object. */
import type { IncomingMessage } from "node:http";

import { functionSecretKey } from "../../lambda/environment.ts";
import { readBody } from "../../net/read-body.ts";
import { tooLargeObject, xml } from "../door/refusals.ts";
import type { Refusal } from "../door/refusals.ts";
import { s3Operation, s3Target } from "../door/s3-operation.ts";
import type { S3Request } from "../door/s3-operation.ts";
import { wrongChecksum } from "./checksums.ts";
import { corsHeaders } from "./cors.ts";
import type { CorsRules, Headers } from "./cors.ts";
import { lockProblem } from "./locked.ts";
import type { Locking } from "./locked.ts";
import { askedHeaders } from "./overrides.ts";
import { presignedProblem } from "./presigned.ts";
import { MAX_OBJECT_BYTES } from "./store.ts";
import type { Answer, Store } from "./store.ts";

/** An object that was written. */
export type ObjectCreated = {
  readonly bucket: string;
  readonly key: string;
  /** `Put`, `Copy` or `CompleteMultipartUpload`. */
  readonly how: string;
  readonly sizeBytes: number;
  /** Without the quotes. */
  readonly eTag: string;
};

export type AnswerOptions = {
  readonly store: Store;
  readonly corsRules: (bucket: string) => CorsRules;
  /** Whether nothing in the bucket can be changed. */
  readonly isLocked: (bucket: string) => boolean;
  /** The host that presigned URLs name. */
  readonly host: string;
  readonly now: () => number;
  readonly onCreated: (created: ObjectCreated) => void;
};

const CREATING: Readonly<Record<string, string>> = {
  PutObject: "Put",
  CopyObject: "Copy",
  CompleteMultipartUpload: "CompleteMultipartUpload",
};

export const createAnswer = (options: AnswerOptions) => {
  const { store, corsRules, isLocked, onCreated } = options;

  const locking: Locking = {
    isLocked,
    exists: async (url) => (await store.ask({ method: "HEAD", url: url.split("?")[0] ?? "/" })).status === 200,
  };

  const announce = async (request: S3Request): Promise<void> => {
    const how = CREATING[s3Operation(request)];
    if (how === undefined) return;
    const { headers } = await store.ask({ method: "HEAD", url: request.url.split("?")[0] ?? "/" });
    const { bucket, key } = s3Target(request.url);
    const eTag = (headers["etag"] ?? "").replaceAll('"', "");
    onCreated({ bucket, key, how, sizeBytes: Number(headers["content-length"]), eTag });
  };

  return async (received: IncomingMessage): Promise<Answer> => {
    const { method = "GET", url = "/", headers } = received;
    const request: S3Request = { method, url, headers };
    const rules = corsRules(s3Target(url).bucket);
    if (method === "OPTIONS")
      return preflight(corsHeaders(rules, headers["access-control-request-method"] ?? "", headers));
    const body = await readBody(received, MAX_OBJECT_BYTES);
    const refused =
      body === null ? tooLargeObject : (refusal(request, body, options) ?? (await lockProblem(request, locking)));
    const answer =
      refused === null ? await store.ask({ ...request, body: body ?? Buffer.alloc(0) }) : fromRefusal(refused);
    if (answer.status === 200) await announce(request);
    const allowed = headers.origin === undefined ? null : corsHeaders(rules, method, { origin: headers.origin });
    const asked = answer.status === 200 ? askedHeaders(request) : {};
    return { ...answer, headers: { ...answer.headers, ...asked, ...allowed } };
  };
};

const refusal = (request: S3Request, body: Buffer, { host, now }: AnswerOptions): Refusal | null => {
  const { url, headers } = request;
  const problem = presignedProblem({ ...request, host }, { secretKey: functionSecretKey, now: now() });
  if (problem !== null) return xml(403, problem.code, problem.message);
  if (headers["content-type"]?.startsWith("multipart/form-data") === true)
    return xml(501, "NotImplemented", "The sandbox takes presigned PUT requests, and no uploads by form.");
  const wrong = wrongChecksum(body, headers, s3Target(url).query);
  return wrong === null ? null : xml(400, "BadDigest", `The ${wrong} that was sent is not the body's.`);
};

const preflight = (allowed: Headers | null): Answer =>
  allowed === null
    ? fromRefusal(xml(403, "AccessForbidden", "CORSResponse: This CORS request is not allowed."))
    : { status: 200, headers: allowed, body: "" };

const fromRefusal = ({ status, contentType, body }: Refusal): Answer => ({
  status,
  headers: { "content-type": contentType },
  body,
});
