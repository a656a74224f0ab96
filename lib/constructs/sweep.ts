/**
 * The clock that makes silence an event: once in each interval the sweep runs and asks Safaricom about payments that
 * nobody told us about. A run that fails is tried again, and one that keeps failing is kept and rings.
 */
import { Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Stage } from "../stages.ts";
import { accept } from "./accepted.ts";
import type { GatewayFunction } from "./gateway-function.ts";
import { keyThrough } from "./grants.ts";
import { ImpactAlarm } from "./impact-alarm.ts";
import type { AlarmTarget } from "./impact-alarm.ts";

/** EventBridge's own shortest interval. Where the template runs elsewhere, the stage's interval may be shorter. */
const SHORTEST_SECONDS = 60;

/** A run older than this is not worth repeating: later ones have done its work. */
const MAX_AGE = Duration.minutes(10);

export interface SweepScheduleProps {
  readonly stage: Stage;
  readonly worker: GatewayFunction;
  readonly key: IKey;
  readonly alarms: AlarmTarget;
}

export class SweepSchedule extends Construct {
  constructor(scope: Construct, id: string, props: SweepScheduleProps) {
    super(scope, id);
    const lost = this.#lostRuns(props.key);
    const minutes = Math.ceil(Math.max(props.stage.sweepIntervalSeconds, SHORTEST_SECONDS) / 60);
    new Rule(this, "Schedule", {
      description: "Asks Safaricom about payments that went silent.",
      schedule: Schedule.rate(Duration.minutes(minutes)),
      targets: [
        new LambdaFunction(props.worker.lambda, { deadLetterQueue: lost, retryAttempts: 2, maxEventAge: MAX_AGE }),
      ],
    });
    this.#keepFailures(props, lost);
    this.#alarms({ props, lost, everyMinutes: minutes });
  }

  #lostRuns(key: IKey): Queue {
    const queue = new Queue(this, "LostRuns", {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const reason =
      "This is the dead-letter queue. Nothing consumes it automatically: a person reads it when its alarm rings, so there are no failed receives to move on.";
    accept(queue, { id: "AwsSolutions-SQS3", reason }, { id: "Serverless-SQSRedrivePolicy", reason });
    return queue;
  }

  /** What Lambda itself gives up on after its own retries goes to the same queue. */
  #keepFailures({ worker, key }: SweepScheduleProps, lost: Queue): void {
    worker.lambda.addToRolePolicy(new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [lost.queueArn] }));
    worker.lambda.addToRolePolicy(keyThrough({ key, service: "sqs", actions: ["kms:Decrypt", "kms:GenerateDataKey"] }));
    worker.lambda.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: MAX_AGE,
      onFailure: { bind: () => ({ destination: lost.queueArn }) },
    });
  }

  #alarms({ props, lost, everyMinutes }: { props: SweepScheduleProps; lost: Queue; everyMinutes: number }): void {
    new ImpactAlarm(this, "Lost", {
      name: "sweep lost runs",
      impact: "Runs of the sweep were given up: payments whose callback was lost may have stayed pending longer.",
      metric: lost.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5) }),
      target: props.alarms,
    });
    new ImpactAlarm(this, "Silent", {
      name: "sweep silent",
      impact: props.worker.spec.impact,
      metric: props.worker.lambda.metricInvocations({ period: Duration.minutes(everyMinutes * 5), statistic: "Sum" }),
      target: props.alarms,
      rings: { when: "below", threshold: 1 },
      silenceIsBad: true,
    });
  }
}
