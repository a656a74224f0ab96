/**
 * What carries news outside: the ledger's own stream, from which it is told what to whom, the queue that the senders work
 * off, and the clock that puts back what did not get through. The clock speaks to the queue, so that whoever sends also
 * looks for what is due.
 */
import { Duration } from "aws-cdk-lib";
import { Rule, RuleTargetInput, Schedule } from "aws-cdk-lib/aws-events";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { FilterCriteria } from "aws-cdk-lib/aws-lambda";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { DataStack } from "../data-stack.ts";
import type { GatewayFunction } from "./gateway-function.ts";
import type { AlarmTarget } from "./impact-alarm.ts";
import { followLedger } from "./ledger-follower.ts";
import { WorkQueue } from "./work-queue.ts";

export interface WebhookPipelineProps {
  readonly data: DataStack;
  readonly functions: Readonly<Record<"notify" | "deliver-webhooks", GatewayFunction>>;
  readonly alarms: AlarmTarget;
}

/** Writes told at a time. No window gathers them: somebody is waiting for each. */
const BATCH = 50;
const LATE = Duration.minutes(2);

/** What has a history that anybody is told of; the ledger's counters, claims and kept texts have none. */
const TOLD_OF = {
  dynamodb: {
    Keys: { pk: { S: ["pay_", "pyo_", "rfd_", "bat_", "exc_"].map((prefix) => ({ prefix })) } },
    NewImage: { v: { N: [{ exists: true }] } },
  },
};

/** Senders at a time: endpoints that let them wait hold one of each at most. */
const SENDERS = 20;
const MESSAGES_AT_ONCE = 10;
/** A message that comes again has found its endpoint busy, which is no sign of trouble. */
const MESSAGE_TRIES = 200;
/** Six times as long as a sender may run, as AWS recommends. */
const HIDDEN = Duration.minutes(6);
const STUCK_AFTER = Duration.minutes(15);
/** EventBridge's shortest. */
const EVERY = Duration.minutes(1);

export class WebhookPipeline extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, props: WebhookPipelineProps) {
    super(scope, id);
    this.#follow(props);
    const sending = this.#sending(props);
    this.queue = sending.queue;
    this.#clock(sending);
  }

  #follow({ data, functions, alarms }: WebhookPipelineProps): void {
    followLedger(this, {
      worker: functions.notify,
      data,
      alarms,
      lostName: "notify lost news",
      late: { name: "notify late", after: LATE },
      batches: { batchSize: BATCH, filters: [FilterCriteria.filter(TOLD_OF)] },
    });
  }

  #sending({ data, functions, alarms }: WebhookPipelineProps): WorkQueue {
    return new WorkQueue(this, "Send", {
      name: "webhook messages",
      worker: functions["deliver-webhooks"],
      key: data.key,
      alarms,
      batchSize: MESSAGES_AT_ONCE,
      maxConcurrency: SENDERS,
      hidden: HIDDEN,
      maxReceives: MESSAGE_TRIES,
      lostImpact:
        "Messages about webhooks were given up: what they name is sent later, when the clock looks for what is due.",
      stuckAfter: STUCK_AFTER,
    });
  }

  /** Bound by hand: the library's own target would write into the key's policy, in a stack that must not know this one. */
  #clock({ queue, givenUp }: WorkQueue): void {
    const target = {
      arn: queue.queueArn,
      input: RuleTargetInput.fromObject({ look: "due" }),
      deadLetterConfig: { arn: givenUp.queueArn },
    };
    const rule = new Rule(this, "Clock", {
      description: "Has webhooks that did not get through looked for, and sent again.",
      schedule: Schedule.rate(EVERY),
      targets: [{ bind: () => target }],
    });
    for (const each of [queue, givenUp])
      each.addToResourcePolicy(
        new PolicyStatement({
          sid: "ClockOfThisStage",
          principals: [new ServicePrincipal("events.amazonaws.com")],
          actions: ["sqs:SendMessage"],
          resources: [each.queueArn],
          conditions: { ArnEquals: { "aws:SourceArn": rule.ruleArn } },
        }),
      );
  }
}
