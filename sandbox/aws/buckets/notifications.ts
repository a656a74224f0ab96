/**
 * Tells functions, queues and EventBridge of a bucket's new objects, as S3 does: asynchronously, at least once, in its own
 * words.
 */
import { randomUUID } from "node:crypto";

import type { Targets } from "../../lambda/targets.ts";
import type { Deployment } from "../../template/deployment.ts";
import type { RequirePermission } from "../../template/permissions.ts";
import type { EventBus, Happening } from "../events/event-bus.ts";
import type { ObjectCreated } from "./answer.ts";
import type { Buckets } from "./buckets.ts";
import { readNotifications, readTellingBuckets } from "./read-notifications.ts";
import type { Notification } from "./read-notifications.ts";

export type NotificationsOptions = {
  readonly deployment: Deployment;
  readonly buckets: Pick<Buckets, "onCreated">;
  readonly targets: Targets;
  readonly bus: EventBus;
  readonly requirePermission: RequirePermission;
  readonly now: () => number;
};

/** Begins to tell. Throws for a notification that the sandbox can't give, or whose function nobody lets S3 invoke. */
export const startNotifications = (options: NotificationsOptions): void => {
  const { deployment, buckets, targets, bus, requirePermission, now } = options;
  const all = readNotifications(deployment);
  const telling = readTellingBuckets(deployment);
  for (const { id, bucket, targetArn } of all) {
    const kind = targets.kindOf(targetArn, id);
    const sourceArn = `arn:aws:s3:::${bucket}`;
    if (kind === "function") requirePermission({ functionArn: targetArn, principal: "s3.amazonaws.com", sourceArn });
  }
  buckets.onCreated((created) => {
    for (const { id, targetArn } of all.filter((each) => isFor(each, created)))
      targets.deliver(targetArn, s3Event(created, { id, region: deployment.place.region, at: now() }));
    if (telling.has(created.bucket)) bus.put(objectCreated(created, now()));
  });
};

const isFor = ({ bucket, events, rules }: Notification, { bucket: where, how, key }: ObjectCreated): boolean =>
  bucket === where &&
  events.some((event) => event === "s3:ObjectCreated:*" || event === `s3:ObjectCreated:${how}`) &&
  rules.every(({ Name, Value }) => (Name === "prefix" ? key.startsWith(Value) : key.endsWith(Value)));

/** The event as S3 sends it; keys are encoded as in a form, which is what handlers trip over. */
const s3Event = (created: ObjectCreated, { id, region, at }: { id: string; region: string; at: number }): unknown => ({
  Records: [
    {
      eventVersion: "2.1",
      eventSource: "aws:s3",
      awsRegion: region,
      eventTime: new Date(at).toISOString(),
      eventName: `ObjectCreated:${created.how}`,
      userIdentity: { principalId: "AWS:SANDBOX" },
      requestParameters: { sourceIPAddress: "127.0.0.1" },
      responseElements: { "x-amz-request-id": randomUUID(), "x-amz-id-2": "sandbox" },
      s3: {
        s3SchemaVersion: "1.0",
        configurationId: id,
        bucket: {
          name: created.bucket,
          ownerIdentity: { principalId: "SANDBOX" },
          arn: `arn:aws:s3:::${created.bucket}`,
        },
        object: {
          key: encodeURIComponent(created.key).replaceAll("%20", "+").replaceAll("%2F", "/"),
          size: created.sizeBytes,
          eTag: created.eTag,
          sequencer: sequencer(at),
        },
      },
    },
  ],
});

const REASONS: Readonly<Record<string, string>> = { Put: "PutObject", Copy: "CopyObject" };

/** The event as EventBridge gets it; here keys stand as they are. */
const objectCreated = ({ bucket, key, how, sizeBytes, eTag }: ObjectCreated, at: number): Happening => ({
  source: "aws.s3",
  detailType: "Object Created",
  resources: [`arn:aws:s3:::${bucket}`],
  detail: {
    version: "0",
    bucket: { name: bucket },
    object: { key, size: sizeBytes, etag: eTag, sequencer: sequencer(at) },
    "request-id": randomUUID(),
    requester: "000000000000",
    "source-ip-address": "127.0.0.1",
    reason: REASONS[how] ?? how,
  },
});

const sequencer = (at: number): string => at.toString(16).toUpperCase().padStart(18, "0");
