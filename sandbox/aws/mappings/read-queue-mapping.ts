/** A queue's event source mapping, from the template: refused where the service would refuse it. */
import { setTimeout as wait } from "node:timers/promises";
import * as z from "zod";

import type { Resource } from "../../template/deployment.ts";
import { compileFilters, FilterCriteria } from "./event-pattern.ts";
import { MappedFunction } from "./mapping-context.ts";
import type { MappingContext } from "./mapping-context.ts";
import { startQueueMapping } from "./queue-mapping.ts";
import type { Mapping } from "./queue-mapping.ts";
import { createQueueReader } from "./queue-reader.ts";

/** Strict, so that a setting which is not run here is named and not ignored. */
const Properties = z
  .strictObject({
    EventSourceArn: z.string(),
    FunctionName: z.string(),
    BatchSize: z.int().min(1).max(10_000).default(10),
    MaximumBatchingWindowInSeconds: z.int().min(0).max(300).default(0),
    FunctionResponseTypes: z.array(z.literal("ReportBatchItemFailures")).default([]),
    ScalingConfig: z.strictObject({ MaximumConcurrency: z.int().min(2).max(1000).optional() }).optional(),
    FilterCriteria: FilterCriteria.optional(),
    Enabled: z.boolean().default(true),
    Tags: z.unknown().optional(),
  })
  .refine(
    ({ BatchSize, MaximumBatchingWindowInSeconds }) => BatchSize <= 10 || MaximumBatchingWindowInSeconds > 0,
    "a batch of more than 10 messages needs a MaximumBatchingWindowInSeconds of at least 1",
  );

const VisibleQueue = z.object({ VisibilityTimeout: z.number().default(30) });

const ASK_AGAIN_AFTER_MS = 1_000;
const SECOND_TIME_AFTER_MS = 500;
const waiting = (ms: number) => (): Promise<void> => wait(ms, undefined, { ref: false });

/** Null when the mapping is not enabled. Throws when the service would refuse it. */
export const readQueueMapping = (resource: Resource, context: MappingContext): Mapping | null => {
  const properties = resource.properties(Properties);
  const queue = context.resourceOf("AWS::SQS::Queue", properties.EventSourceArn, resource);
  const owner = context.resourceOf("AWS::Lambda::Function", properties.FunctionName, resource);
  const { VisibilityTimeout } = queue.properties(VisibleQueue);
  const { Timeout } = owner.properties(MappedFunction);
  if (VisibilityTimeout < Timeout) {
    throw new Error(
      `${resource.logicalId}: the queue ${queue.logicalId} hides a message for ${VisibilityTimeout} s, and ` +
        `${owner.logicalId} may take ${Timeout} s. Lambda refuses such a mapping.`,
    );
  }
  const queueArn = properties.EventSourceArn;
  // Asked when the mapping is made, and by those who scale it.
  const denied = context.mayInNameOf(owner.logicalId, { action: "sqs:GetQueueAttributes", resource: queueArn });
  if (denied !== null) throw new Error(denied);
  if (!properties.Enabled) return null;
  const { place, maxInstances, functions, isDoubled, onTrouble } = context;
  return startQueueMapping({
    fn: functions.find(owner.logicalId),
    reader: createQueueReader({
      place,
      queueUrl: queue.ref,
      queueArn,
      caller: `poller-of-${owner.logicalId}`,
    }),
    batchSize: properties.BatchSize,
    windowMs: properties.MaximumBatchingWindowInSeconds * 1000,
    concurrency: Math.min(properties.ScalingConfig?.MaximumConcurrency ?? maxInstances, maxInstances),
    reportsFailures: properties.FunctionResponseTypes.length > 0,
    matches: compileFilters(properties.FilterCriteria),
    isDoubled,
    now: Date.now,
    moment: waiting(SECOND_TIME_AFTER_MS),
    wait: waiting(ASK_AGAIN_AFTER_MS),
    onTrouble: (sentence) => onTrouble(owner.ref, `${resource.logicalId}: ${sentence}`),
  });
};
