/**
 * What fills the archive: the ledger's own stream, and the clock that closes each day with a root. A batch that keeps
 * failing is halved until the one write that can't be told is found; that one is kept and rings, and the others go on.
 */
import { Duration } from "aws-cdk-lib";
import { Schedule } from "aws-cdk-lib/aws-events";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { StartingPosition } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import type { DataStack } from "../data-stack.ts";
import type { Stage } from "../stages.ts";
import { DEAD_LETTERS_STAY, accept } from "./accepted.ts";
import { deadLetters } from "./dead-letters.ts";
import type { GatewayFunction } from "./gateway-function.ts";
import { keyThrough } from "./grants.ts";
import { ImpactAlarm } from "./impact-alarm.ts";
import type { AlarmTarget } from "./impact-alarm.ts";
import { NightlyRun } from "./nightly-run.ts";

export interface ArchivePipelineProps {
  readonly stage: Stage;
  readonly data: DataStack;
  readonly functions: Readonly<Record<"archive" | "daily-root", GatewayFunction>>;
  readonly alarms: AlarmTarget;
}

/** Writes in one batch: fewer, larger files, and still far below what Lambda takes at once. */
const BATCH = 1_000;
/** Tries of a batch that can't be made smaller: an hour of trouble with S3 loses nothing. */
const TRIES = 60;
/** A stream keeps a day. */
const MAX_AGE = Duration.hours(23);
const LATE = Duration.minutes(15);
/** 00:30 in Nairobi, which has no summer time: whatever began to write before midnight has ended. */
const AFTER_MIDNIGHT = Schedule.cron({ hour: "21", minute: "30" });

/** What the Lambda service does in the function's name to follow a stream. */
const FOLLOW = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"];

export class ArchivePipeline extends Construct {
  constructor(scope: Construct, id: string, props: ArchivePipelineProps) {
    super(scope, id);
    const { functions, data, alarms } = props;
    this.#follow(props);
    new NightlyRun(this, "Root", {
      worker: functions["daily-root"],
      at: AFTER_MIDNIGHT,
      key: data.key,
      alarms,
      name: "daily root",
    });
  }

  #follow({ stage, data, functions, alarms }: ArchivePipelineProps): void {
    const { lambda, spec } = functions.archive;
    const stream = data.tables.transactions.tableStreamArn;
    if (stream === undefined) throw new TypeError("the transactions table has no stream to archive");
    const lost = deadLetters(this, "LostEntries", {
      key: data.key,
      alarm: { id: "Lost", name: "archive lost entries", impact: spec.impact, target: alarms },
    });
    accept(lost, { id: "AwsSolutions-SQS3", reason: DEAD_LETTERS_STAY });
    lambda.addToRolePolicy(new PolicyStatement({ actions: FOLLOW, resources: [stream] }));
    lambda.addToRolePolicy(keyThrough({ key: data.key, service: "dynamodb", actions: ["kms:Decrypt"] }));
    lambda.addToRolePolicy(new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [lost.queueArn] }));
    lambda.addToRolePolicy(
      keyThrough({ key: data.key, service: "sqs", actions: ["kms:Decrypt", "kms:GenerateDataKey"] }),
    );
    lambda.addEventSourceMapping("Ledger", {
      eventSourceArn: stream,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: BATCH,
      maxBatchingWindow: Duration.seconds(stage.archive.windowSeconds),
      bisectBatchOnError: true,
      retryAttempts: TRIES,
      maxRecordAge: MAX_AGE,
      onFailure: { bind: () => ({ destination: lost.queueArn }) },
    });
    new ImpactAlarm(this, "Late", {
      name: "archive late",
      impact: spec.impact,
      metric: lambda.metric("IteratorAge", { period: Duration.minutes(5), statistic: "Maximum" }),
      target: alarms,
      rings: { when: "above", threshold: LATE.toMilliseconds() },
    });
  }
}
