/**
 * What closes days: the clock that begins with yesterday when the day is over in Nairobi, and the queue of days that are to
 * be closed. A statement that was imported puts its days on the same queue.
 */
import { Duration } from "aws-cdk-lib";
import { Schedule } from "aws-cdk-lib/aws-events";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { DAY_TRIES } from "../close-functions.ts";
import type { DataStack } from "../data-stack.ts";
import type { GatewayFunction } from "./gateway-function.ts";
import type { AlarmTarget } from "./impact-alarm.ts";
import { NightlyRun } from "./nightly-run.ts";
import { WorkQueue } from "./work-queue.ts";

export interface DayPipelineProps {
  readonly data: DataStack;
  readonly functions: Readonly<Record<"begin-days" | "close-day", GatewayFunction>>;
  readonly alarms: AlarmTarget;
}

/** Time that AWS recommends for a message to stay hidden, in times of what its function may take. */
const HIDDEN_FACTOR = 6;
/** Different days may be closed at once; the ledger keeps two runs of one day apart. */
const CLOSERS = 2;
/** Behind so many statements' days, a day waits no longer than this. */
const STUCK_AFTER = Duration.hours(2);

/** 02:00 in Nairobi, which has no summer time. */
const AFTER_MIDNIGHT = Schedule.cron({ hour: "23", minute: "0" });

export class DayPipeline extends Construct {
  readonly queue: IQueue;

  constructor(scope: Construct, id: string, props: DayPipelineProps) {
    super(scope, id);
    this.queue = this.#closing(props).queue;
    const { functions, data, alarms } = props;
    new NightlyRun(this, "Begin", {
      worker: functions["begin-days"],
      at: AFTER_MIDNIGHT,
      key: data.key,
      alarms,
      name: "days",
    });
  }

  #closing({ data, functions, alarms }: DayPipelineProps): WorkQueue {
    const worker = functions["close-day"];
    return new WorkQueue(this, "Close", {
      name: "day messages",
      worker,
      key: data.key,
      alarms,
      batchSize: 1,
      maxConcurrency: CLOSERS,
      hidden: Duration.seconds(HIDDEN_FACTOR * worker.spec.timeoutSeconds),
      maxReceives: DAY_TRIES,
      lostImpact: "A day could not be closed, time after time: its reconciliation is missing or out of date.",
      stuckAfter: STUCK_AFTER,
    });
  }
}
