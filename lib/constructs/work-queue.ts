/**
 * A queue in front of a function. Its messages carry ids only: losing one delays, repeating one changes nothing. What
 * fails again and again goes to a dead-letter queue, and that rings.
 */
import { Duration } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { EventSourceMapping } from "aws-cdk-lib/aws-lambda";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { deadLetters } from "./dead-letters.ts";
import type { GatewayFunction } from "./gateway-function.ts";
import { ImpactAlarm } from "./impact-alarm.ts";
import type { AlarmTarget } from "./impact-alarm.ts";

export interface WorkQueueProps {
  /** What its alarms begin with. */
  readonly name: string;
  readonly worker: GatewayFunction;
  readonly key: IKey;
  readonly alarms: AlarmTarget;
  /** Messages that one run of the function gets at most. */
  readonly batchSize: number;
  /** Runs at a time; Lambda takes 2 at least. */
  readonly maxConcurrency: number;
  /** How long a message is hidden while it is worked on. */
  readonly hidden: Duration;
  /** After so many tries a message is given up. */
  readonly maxReceives: number;
  /** Who is hurt by messages that were given up. */
  readonly lostImpact: string;
  /** Rings when the oldest message has waited that long; null where messages wait on purpose. */
  readonly stuckAfter: Duration | null;
}

export class WorkQueue extends Construct {
  readonly queue: Queue;
  /** Where what was tried too often is kept. */
  readonly givenUp: Queue;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    const { name, worker, key, alarms } = props;
    this.givenUp = deadLetters(this, "GivenUp", {
      key,
      alarm: { id: "Lost", name: `${name} given up`, impact: props.lostImpact, target: alarms },
    });
    this.queue = new Queue(this, "Queue", {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: key,
      enforceSSL: true,
      retentionPeriod: Duration.days(4),
      visibilityTimeout: props.hidden,
      deadLetterQueue: { queue: this.givenUp, maxReceiveCount: props.maxReceives },
    });
    new EventSourceMapping(this, "Mapping", {
      target: worker.lambda,
      eventSourceArn: this.queue.queueArn,
      batchSize: props.batchSize,
      maxConcurrency: props.maxConcurrency,
      reportBatchItemFailures: true,
    });
    if (props.stuckAfter !== null) this.#stuckAlarm(props, props.stuckAfter);
  }

  #stuckAlarm({ name, worker, alarms }: WorkQueueProps, after: Duration): void {
    new ImpactAlarm(this, "Stuck", {
      name: `${name} stuck`,
      impact: worker.spec.impact,
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5), statistic: "Maximum" }),
      target: alarms,
      rings: { when: "above", threshold: after.toSeconds() },
    });
  }
}
