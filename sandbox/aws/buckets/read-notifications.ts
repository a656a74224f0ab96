/**
 * Who wants to hear of a bucket's new objects. The template says it on the bucket, or in the custom resource that CDK makes
 * for `addEventNotification`; its handler serves CloudFormation and is not run.
 */
import * as z from "zod";

import type { Deployment, Resource } from "../../template/deployment.ts";
import { BucketProperties } from "./buckets.ts";

const CREATED = /^s3:ObjectCreated:(?:\*|Put|Post|Copy|CompleteMultipartUpload)$/;
const Event = z.string().regex(CREATED, "the sandbox tells of created objects only");
const Rules = z.array(
  z.object({
    Name: z
      .string()
      .toLowerCase()
      .pipe(z.enum(["prefix", "suffix"])),
    Value: z.string(),
  }),
);
const NotRun = z.undefined("the sandbox tells functions and queues only").optional();

const Filter = z.object({ S3Key: z.object({ Rules }) }).optional();
const OnBucket = z.strictObject({
  LambdaConfigurations: z.array(z.strictObject({ Event, Function: z.string(), Filter })).default([]),
  QueueConfigurations: z.array(z.strictObject({ Event, Queue: z.string(), Filter })).default([]),
  TopicConfigurations: NotRun,
  EventBridgeConfiguration: z.strictObject({ EventBridgeEnabled: z.boolean().default(true) }).optional(),
});

const KeyFilter = z.object({ Key: z.object({ FilterRules: Rules }) }).optional();
const Events = z.array(Event);
const Custom = z.object({
  BucketName: z.string(),
  NotificationConfiguration: z.strictObject({
    LambdaFunctionConfigurations: z
      .array(z.object({ Events, LambdaFunctionArn: z.string(), Filter: KeyFilter }))
      .default([]),
    QueueConfigurations: z.array(z.object({ Events, QueueArn: z.string(), Filter: KeyFilter })).default([]),
    TopicConfigurations: NotRun,
    EventBridgeConfiguration: z.strictObject({}).optional(),
  }),
});

export type Notification = {
  readonly bucket: string;
  readonly id: string;
  /** `s3:ObjectCreated:*` or one of its kinds. */
  readonly events: readonly string[];
  /** A function's or a queue's. */
  readonly targetArn: string;
  /** All of them must fit the key. */
  readonly rules: z.infer<typeof Rules>;
};

/** Throws, naming the resource, for a notification that the sandbox can't give. */
export const readNotifications = (deployment: Deployment): Notification[] => [
  ...deployment.ofType("AWS::S3::Bucket").flatMap(onBucket),
  ...deployment.ofType("Custom::S3BucketNotifications").flatMap(custom),
];

/** Names of the buckets that tell EventBridge of every new object. */
export const readTellingBuckets = (deployment: Deployment): ReadonlySet<string> => {
  const onBuckets = deployment
    .ofType("AWS::S3::Bucket")
    .filter((bucket) => configurationOf(bucket).EventBridgeConfiguration?.EventBridgeEnabled === true)
    .map(({ ref }) => ref);
  const customs = deployment
    .ofType("Custom::S3BucketNotifications")
    .map((resource) => resource.properties(Custom))
    .filter(({ NotificationConfiguration }) => NotificationConfiguration.EventBridgeConfiguration !== undefined)
    .map(({ BucketName }) => BucketName);
  return new Set([...onBuckets, ...customs]);
};

const WithNotifications = BucketProperties.extend({ NotificationConfiguration: OnBucket.prefault({}) });

const configurationOf = (bucket: Resource): z.infer<typeof OnBucket> =>
  bucket.properties(WithNotifications).NotificationConfiguration;

const onBucket = (resource: Resource): Notification[] => {
  const { LambdaConfigurations, QueueConfigurations } = configurationOf(resource);
  const targets = [
    ...LambdaConfigurations.map((each) => ({ ...each, targetArn: each.Function })),
    ...QueueConfigurations.map((each) => ({ ...each, targetArn: each.Queue })),
  ];
  return targets.map((each) => ({
    bucket: resource.ref,
    id: resource.logicalId,
    events: [each.Event],
    targetArn: each.targetArn,
    rules: each.Filter?.S3Key.Rules ?? [],
  }));
};

const custom = (resource: Resource): Notification[] => {
  const { BucketName, NotificationConfiguration } = resource.properties(Custom);
  const { LambdaFunctionConfigurations, QueueConfigurations } = NotificationConfiguration;
  const targets = [
    ...LambdaFunctionConfigurations.map((each) => ({ ...each, targetArn: each.LambdaFunctionArn })),
    ...QueueConfigurations.map((each) => ({ ...each, targetArn: each.QueueArn })),
  ];
  return targets.map((each) => ({
    bucket: BucketName,
    id: resource.logicalId,
    events: each.Events,
    targetArn: each.targetArn,
    rules: each.Filter?.Key.FilterRules ?? [],
  }));
};
