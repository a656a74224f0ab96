/**
 * The template's buckets, kept by fauxqs (an S3 emulator from npm), in memory or in a directory. What fauxqs leaves out and
 * an upload from a browser needs is added in front of it: cross-origin rules, presigned URLs that expire, checksums, and
 * word of each new object.
 */
import { createServer } from "node:http";

import * as z from "zod";

import { listen } from "../../net/listen.ts";
import type { Deployment } from "../../template/deployment.ts";
import { createAnswer } from "./answer.ts";
import type { ObjectCreated } from "./answer.ts";
import { CorsConfiguration } from "./cors.ts";
import type { CorsRules } from "./cors.ts";
import { keepObjects } from "./kept-objects.ts";
import { openStore } from "./store.ts";
import type { Answer } from "./store.ts";

const anything = z.unknown().optional();

/** Strict, so that a setting which changes answers and is not run here is named and not ignored. */
export const BucketProperties = z.strictObject({
  BucketName: z.string().optional(),
  CorsConfiguration: CorsConfiguration.optional(),
  NotificationConfiguration: anything, // read in read-notifications.ts
  ObjectLockEnabled: z.boolean().default(false), // run in locked.ts
  // One machine keeps no versions, nothing encrypted and nothing for long, and has no public to keep out.
  AccelerateConfiguration: anything,
  AccessControl: anything,
  BucketEncryption: anything,
  LifecycleConfiguration: anything,
  LoggingConfiguration: anything,
  ObjectLockConfiguration: anything,
  OwnershipControls: anything,
  PublicAccessBlockConfiguration: anything,
  Tags: anything,
  VersioningConfiguration: anything,
});

export type Buckets = {
  /** Where the buckets answer, without the door's counting. */
  readonly url: string;
  /** From now on `hear` is told of each new object. */
  onCreated(hear: (created: ObjectCreated) => void): void;
  close(): Promise<void>;
};

export type BucketsOptions = {
  readonly deployment: Deployment;
  readonly now: () => number;
  /** A directory in which objects outlive the process; null keeps them in memory. */
  readonly keepIn: string | null;
};

/** Null when the template has no bucket: then nothing is started. */
export const startBuckets = async ({ deployment, now, keepIn }: BucketsOptions): Promise<Buckets | null> => {
  const rules = new Map<string, CorsRules>();
  const locked = new Set<string>();
  for (const bucket of deployment.ofType("AWS::S3::Bucket")) {
    const { CorsConfiguration: cors, ObjectLockEnabled: isLocked } = bucket.properties(BucketProperties);
    rules.set(bucket.ref, cors?.CorsRules ?? []);
    if (isLocked) locked.add(bucket.ref);
  }
  if (rules.size === 0) return null;
  const inMemory = await openStore([...rules.keys()]);
  const store = keepIn === null ? inMemory : await keepObjects(inMemory, keepIn);
  const heard: ((created: ObjectCreated) => void)[] = [];
  const answer = createAnswer({
    store,
    corsRules: (bucket) => rules.get(bucket) ?? [],
    isLocked: (bucket) => locked.has(bucket),
    host: new URL(deployment.place.awsUrl).host,
    now,
    onCreated: (created) => heard.forEach((hear) => hear(created)),
  });
  const server = createServer((request, response) => {
    answer(request).then(
      ({ status, headers, body }: Answer) => response.writeHead(status, headers).end(body),
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
