/**
 * Who hears of a bucket's new objects: functions, invoked asynchronously, and queues. The template says it on the bucket,
 * or in the custom resource that CDK makes for `addEventNotification`; its handler serves CloudFormation and is not run.
 */
import { randomUUID } from "node:crypto";
import * as z from "zod";

import type { Deployment, Resource } from "../../template/deployment.ts";
import type { RequirePermission } from "../../template/permissions.ts";
import type { Buckets, ObjectCreated } from "./buckets.ts";
import { BucketProperties } from "./buckets.ts";

const CREATED = /^s3:ObjectCreated:(?:\*|Put|Post|Copy|CompleteMultipartUpload)$/;
const Events = z.string().regex(CREATED, "the sandbox tells of created objects only");
const Rules = z.array(
  z.object({
    Name: z
      .string()
      .toLowerCase()
      .pipe(z.enum(["prefix", "suffix"])),
    Value: z.string(),
  }),
);
const Refused = z.undefined("the sandbox hands these events to functions and queues only").optional();

const OnBucket = z.strictObject({
  LambdaConfigurations: z
    .array(
      z.strictObject({
        Event: Events,
        Function: z.string(),
        Filter: z.object({ S3Key: z.object({ Rules }) }).optional(),
      }),
    )
    .default([]),
  QueueConfigurations: z
    .array(
      z.strictObject({ Event: Events, Queue: z.string(), Filter: z.object({ S3Key: z.object({ Rules }) }).optional() }),
    )
    .default([]),
  TopicConfigurations: Refused,
  EventBridgeConfiguration: Refused,
});

const KeyFilter = z.object({ Key: z.object({ FilterRules: Rules }) }).optional();
const Custom = z.object({
  BucketName: z.string(),
  NotificationConfiguration: z.strictObject({
    LambdaFunctionConfigurations: z
      .array(z.object({ Events: z.array(Events), LambdaFunctionArn: z.string(), Filter: KeyFilter }))
      .default([]),
    QueueConfigurations: z
      .array(z.object({ Events: z.array(Events), QueueArn: z.string(), Filter: KeyFilter }))
      .default([]),
    TopicConfigurations: Refused,
    EventBridgeConfiguration: Refused,
  }),
});

type Rule = z.infer<typeof Rules>[number];
type Notification = {
  readonly bucket: string;
  readonly id: string;
  readonly events: readonly string[];
  readonly targetArn: string;
  readonly rules: readonly Rule[];
};

export type NotificationsOptions = {
  readonly deployment: Deployment;
  readonly buckets: Buckets;
  /** Hands an event to the function or the queue with this ARN. */
  readonly deliver: (targetArn: string, event: unknown) => void;
  readonly requirePermission: RequirePermission;
  readonly now: () => number;
};

/** Begins to tell. Throws for a notification that the sandbox can't give, or whose function nobody lets S3 invoke. */
export const startNotifications = (options: NotificationsOptions): void => {
  const { deployment, buckets, deliver, requirePermission, now } = options;
  const all = [
    ...deployment.ofType("AWS::S3::Bucket").flatMap(onBucket),
    ...deployment.ofType("Custom::S3BucketNotifications").flatMap(custom),
  ];
  for (const { bucket, targetArn } of all)
    if (targetArn.split(":")[2] === "lambda")
      requirePermission({ functionArn: targetArn, principal: "s3.amazonaws.com", sourceArn: `arn:aws:s3:::${bucket}` });
  buckets.onCreated((created) => {
    for (const notification of all.filter((each) => isFor(each, created)))
      deliver(
        notification.targetArn,
        s3Event(created, { id: notification.id, region: deployment.place.region, at: now() }),
      );
  });
};

const onBucket = (resource: Resource): Notification[] => {
  const { NotificationConfiguration = {} } = resource.properties(
    BucketProperties.extend({ NotificationConfiguration: OnBucket.optional() }),
  );
  const { LambdaConfigurations = [], QueueConfigurations = [] } = NotificationConfiguration;
  const targets = [
    ...LambdaConfigurations.map((each) => ({ ...each, targetArn: each.Function })),
    ...QueueConfigurations.map((each) => ({ ...each, targetArn: each.Queue })),
  ];
  return targets.map(({ Event, Filter, targetArn }) => ({
    bucket: resource.ref,
    id: resource.logicalId,
    events: [Event],
    targetArn,
    rules: Filter?.S3Key.Rules ?? [],
  }));
};

const custom = (resource: Resource): Notification[] => {
  const { BucketName, NotificationConfiguration } = resource.properties(Custom);
  const targets = [
    ...NotificationConfiguration.LambdaFunctionConfigurations.map((each) => ({
      ...each,
      targetArn: each.LambdaFunctionArn,
    })),
    ...NotificationConfiguration.QueueConfigurations.map((each) => ({ ...each, targetArn: each.QueueArn })),
  ];
  return targets.map(({ Events: events, Filter, targetArn }) => ({
    bucket: BucketName,
    id: resource.logicalId,
    events,
    targetArn,
    rules: Filter?.Key.FilterRules ?? [],
  }));
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
          sequencer: at.toString(16).toUpperCase().padStart(18, "0"),
        },
      },
    },
  ],
});
