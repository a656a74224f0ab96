/** Alarms in a small app that really runs: what happens to its function and its queues rings, by itself, and nothing else does. */
import { Duration } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { IMetric } from "aws-cdk-lib/aws-cloudwatch";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { viewOfAlarm } from "../../../../sandbox/aws/metrics/alarm-view.ts";
import { runApp } from "./run-app.ts";
import type { RunningApp } from "./run-app.ts";

const BROKEN = `export const handler = async () => { throw new Error("broken"); };`;
const COUNTING = `export const handler = async () => {
  const Metrics = [{ Name: "Sold" }];
  const _aws = { Timestamp: Date.now(), CloudWatchMetrics: [{ Namespace: "Shop", Dimensions: [[]], Metrics }] };
  console.log(JSON.stringify({ _aws, Sold: 3 }));
};`;

let app: RunningApp;
beforeAll(async () => {
  app = await runApp((stack, lambda) => {
    const alarm = (id: string, metric: IMetric, threshold = 0): void => {
      new Alarm(stack, id, {
        metric,
        threshold,
        evaluationPeriods: 1,
        alarmName: id,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      });
    };
    const period = Duration.minutes(5);
    const letters = new Queue(stack, "Letters");
    const queue = new Queue(stack, "Work", {
      visibilityTimeout: Duration.seconds(1),
      deadLetterQueue: { queue: letters, maxReceiveCount: 1 },
    });
    const broken = lambda("Broken", BROKEN);
    broken.addEventSource(new SqsEventSource(queue));
    alarm("errors", broken.metricErrors({ period }));
    alarm("letters", letters.metricApproximateNumberOfMessagesVisible({ period }));
    const counting = lambda("Counting", COUNTING);
    alarm("counting-errors", counting.metricErrors({ period }));
    alarm("sold", new Metric({ namespace: "Shop", metricName: "Sold", statistic: "Sum", period }), 2);
  });
});
afterAll(() => app.close());

const ringing = async (): Promise<readonly string[]> =>
  (await app.metrics.alarms()).filter(({ state }) => state === "ALARM").map((one) => viewOfAlarm(one).name);

test("a message that nobody can handle rings where it failed and where it lies", async () => {
  expect(await ringing()).not.toContain("letters");
  await app.queues!.send(app.deployment.ofType("AWS::SQS::Queue")[1]!.attribute("Arn"), "bad");
  await vi.waitFor(async () => expect(await ringing()).toEqual(expect.arrayContaining(["errors", "letters"])), {
    timeout: 30_000,
    interval: 200,
  });
});

test("what a function counts rings above its threshold, and a run that went well is no error", async () => {
  await app.functions.find("Counting").invoke({});
  await vi.waitFor(async () => expect(await ringing()).toContain("sold"), { timeout: 15_000, interval: 50 });
  expect(await ringing()).not.toContain("counting-errors");
});
