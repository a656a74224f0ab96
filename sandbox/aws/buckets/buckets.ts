/**
 * The template's buckets, kept by fauxqs (an S3 emulator from npm), in memory. What fauxqs leaves out and an upload from a
 * browser needs is added in front of it: cross-origin rules, presigned URLs that expire, checksums, and word of each new
 * object.
 */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";

import { buildApp } from "fauxqs";
import * as z from "zod";

import { functionSecretKey } from "../../lambda/environment.ts";
import { listen } from "../../net/listen.ts";
import { readBody } from "../../net/read-body.ts";
import type { Deployment } from "../../template/deployment.ts";
import { xml } from "../door/refusals.ts";
import type { Refusal } from "../door/refusals.ts";
import { s3Operation, s3Target } from "../door/s3-operation.ts";
import { wrongChecksum } from "./checksums.ts";
import { CorsConfiguration, corsHeaders } from "./cors.ts";
import type { CorsRules, Headers } from "./cors.ts";
import { presignedProblem } from "./presigned.ts";

/** What is stored by one request; the door lets no more through. */
const MAX_OBJECT_BYTES = 64 * 1024 * 1024;

const anything = z.unknown().optional();

/** Strict, so that a setting which changes answers and is not run here is named and not ignored. */
export const BucketProperties = z.strictObject({
  BucketName: z.string().optional(),
  CorsConfiguration: CorsConfiguration.optional(),
  NotificationConfiguration: anything, // read in notifications.ts
  // One machine keeps no versions, nothing encrypted and nothing for long, and has no public to keep out.
  AccelerateConfiguration: anything,
  BucketEncryption: anything,
  LifecycleConfiguration: anything,
  LoggingConfiguration: anything,
  OwnershipControls: anything,
  AccessControl: anything,
  PublicAccessBlockConfiguration: anything,
  Tags: anything,
  VersioningConfiguration: anything,
});

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

export type Buckets = {
  /** Where the buckets answer, without the door's counting. */
  readonly url: string;
  /** From now on `hear` is told of each new object. */
  onCreated(hear: (created: ObjectCreated) => void): void;
  close(): Promise<void>;
};

export type BucketsOptions = { readonly deployment: Deployment; readonly now: () => number };

/** Null when the template has no bucket: then nothing is started. */
export const startBuckets = async ({ deployment, now }: BucketsOptions): Promise<Buckets | null> => {
  const rules = new Map<string, CorsRules>();
  for (const bucket of deployment.ofType("AWS::S3::Bucket"))
    rules.set(bucket.ref, bucket.properties(BucketProperties).CorsConfiguration?.CorsRules ?? []);
  if (rules.size === 0) return null;
  const store = openStore();
  for (const name of rules.keys()) await store.inject({ method: "PUT", url: `/${name}` });
  const heard: ((created: ObjectCreated) => void)[] = [];
  const signedFor = { host: new URL(deployment.place.awsUrl).host, now };

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const { method = "GET", url = "/", headers } = request;
    const { bucket, key, query } = s3Target(url);
    const cors = rules.get(bucket) ?? [];
    if (method === "OPTIONS")
      return preflight(corsHeaders(cors, headers["access-control-request-method"] ?? "", headers));
    const allowed = corsHeaders(cors, method, { origin: headers.origin }) ?? {};
    const body = await readBody(request, MAX_OBJECT_BYTES);
    const refused = refusal({ request, body, query }, signedFor);
    if (refused !== null || body === null) return { ...toAnswer(refused ?? TOO_LARGE), headers: allowed };
    const stored = await store.inject({
      method: METHODS.find((known) => known === method) ?? "GET",
      url,
      headers: { ...headers, host: "127.0.0.1" },
      payload: body,
    });
    const how = CREATING[s3Operation({ method, url, headers })];
    if (how !== undefined && stored.statusCode === 200) {
      const { headers: facts } = await store.inject({ method: "HEAD", url: url.split("?")[0] ?? url });
      const eTag = String(facts.etag).replaceAll('"', "");
      for (const hear of heard) hear({ bucket, key, how, sizeBytes: Number(facts["content-length"]), eTag });
    }
    return {
      status: stored.statusCode,
      headers: { ...textHeaders(stored.headers), ...allowed },
      body: stored.rawPayload,
    };
  };

  const server = createServer((request, response) => {
    answer(request).then(
      (given) => write(response, given),
      () => response.destroy(),
    );
  });
  const listening = await listen(server, 0);
  return {
    url: listening.url,
    onCreated: (hear) => void heard.push(hear),
    async close() {
      await listening.close();
      await store.close();
    },
  };
};

type Answer = { readonly status: number; readonly headers: Headers; readonly body: Buffer | string };

const METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE"] as const;
const CREATING: Readonly<Record<string, string>> = {
  PutObject: "Put",
  CopyObject: "Copy",
  CompleteMultipartUpload: "CompleteMultipartUpload",
};
const TOO_LARGE = xml(400, "EntityTooLarge", "Your proposed upload exceeds the size that the sandbox takes.");

/** fauxqs takes bodies of 11 MB on its own; an uploaded statement may be larger. */
const openStore = (): ReturnType<typeof buildApp> => {
  const store = buildApp({ logger: false });
  store.removeContentTypeParser("*");
  store.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: MAX_OBJECT_BYTES }, (_request, body, done) => {
    done(null, body);
  });
  return store;
};

type Received = { readonly request: IncomingMessage; readonly body: Buffer | null; readonly query: URLSearchParams };

const refusal = (
  { request, body, query }: Received,
  { host, now }: { host: string; now: () => number },
): Refusal | null => {
  const { method = "GET", url = "/", headers } = request;
  const problem = presignedProblem({ method, url, headers, host }, { secretKey: functionSecretKey, now: now() });
  if (problem !== null) return xml(403, problem.code, problem.message);
  if (headers["content-type"]?.startsWith("multipart/form-data") === true)
    return xml(501, "NotImplemented", "The sandbox takes presigned PUT requests, and no uploads by form.");
  const wrong = body === null ? null : wrongChecksum(body, headers, query);
  return wrong === null ? null : xml(400, "BadDigest", `The ${wrong} that was sent is not the body's.`);
};

const preflight = (allowed: Headers | null): Answer =>
  allowed === null
    ? toAnswer(xml(403, "AccessForbidden", "CORSResponse: This CORS request is not allowed."))
    : { status: 200, headers: allowed, body: "" };

const toAnswer = ({ status, contentType, body }: Refusal): Answer => ({
  status,
  headers: { "content-type": contentType },
  body,
});

const textHeaders = (headers: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || name === "connection" || name === "transfer-encoding" ? [] : [[name, String(value)]],
    ),
  );

const write = (response: ServerResponse, { status, headers, body }: Answer): void => {
  response.writeHead(status, headers);
  response.end(body);
};
