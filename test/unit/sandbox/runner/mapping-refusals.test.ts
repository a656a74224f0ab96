import { Duration } from "aws-cdk-lib";
import { CfnEventSourceMapping } from "aws-cdk-lib/aws-lambda";
import type { CfnEventSourceMappingProps } from "aws-cdk-lib/aws-lambda";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { expect, test } from "vitest";

import { runApp } from "./run-app.ts";

const HANDLER = "export const handler = async () => undefined;";

const withMapping = (properties: Partial<CfnEventSourceMappingProps>, timeoutSeconds = 1) =>
  runApp((stack, lambda) => {
    const fn = lambda("Worker", HANDLER, { timeout: Duration.seconds(timeoutSeconds) });
    const { queueArn: eventSourceArn } = new Queue(stack, "Work");
    new CfnEventSourceMapping(stack, "Feed", { functionName: fn.functionName, eventSourceArn, ...properties });
  });

test.each<[string, Partial<CfnEventSourceMappingProps>, string]>([
  ["reads from a source that is not run here", { eventSourceArn: "arn:aws:kinesis:x:1:stream/s" }, "cannot feed"],
  [
    "names a queue that is not there",
    { eventSourceArn: "arn:aws:sqs:x:1:nobody" },
    "no AWS::SQS::Queue is called that",
  ],
  ["has a setting that is not run here", { provisionedPollerConfig: { minimumPollers: 5 } }, "ProvisionedPollerConfig"],
  ["wants large batches without a window", { batchSize: 11 }, "MaximumBatchingWindowInSeconds"],
  ["wants fewer than two at a time", { scalingConfig: { maximumConcurrency: 1 } }, "MaximumConcurrency"],
  [
    "filters in a way that is not known",
    { filterCriteria: { filters: [{ pattern: '{"body":[{"near":1}]}' }] } },
    "near",
  ],
])("a mapping that %s stops the start", async (_what, properties, said) => {
  await expect(withMapping(properties)).rejects.toThrow(said);
});

test("a queue that shows a message again before its function must have ended stops the start", async () => {
  await expect(withMapping({}, 31)).rejects.toThrow("hides a message for 30 s, and Worker");
});
