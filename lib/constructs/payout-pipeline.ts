/**
 * What moves payouts once they are recorded: the queue that the dispatchers work off, the queue of batches to look after,
 * the clock that asks about what went silent, and the import of uploaded files.
 */
import { Duration } from "aws-cdk-lib";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { DataStack } from "../data-stack.ts";
import type { QueueKey } from "../function-spec.ts";
import type { PAYOUT_FUNCTIONS } from "../payout-functions.ts";
import type { Stage } from "../stage.ts";
import type { GatewayFunction } from "./gateway-function.ts";
import type { AlarmTarget } from "./impact-alarm.ts";
import { SweepSchedule } from "./sweep.ts";
import { UploadNotice } from "./upload-notice.ts";
import { WorkQueue } from "./work-queue.ts";

type Worker = Exclude<
  keyof typeof PAYOUT_FUNCTIONS,
  "start-payout" | "read-payouts" | "start-batch" | "steer-batch" | "results"
>;

export interface PayoutPipelineProps {
  readonly stage: Stage;
  readonly data: DataStack;
  readonly functions: Readonly<Record<Worker, GatewayFunction>>;
  readonly alarms: AlarmTarget;
}

/** Time that AWS recommends for a message to stay hidden, in times of what its function may take. */
const HIDDEN_FACTOR = 6;

/**
 * A message is put back whenever its payout can't leave yet (the lane is busy, or has to be proven), and each time counts:
 * this many are no sign of trouble. Trouble rings by the age of the oldest message, long before.
 */
const PAYOUT_TRIES = 100;
const BATCH_TRIES = 5;

/** Messages reach no further ahead than the tender's window of a minute and a half. */
const STUCK_AFTER = Duration.minutes(15);

/** One batch's tender may run while another's does; the ledger keeps two of one batch apart. */
const TENDERS = 2;

export class PayoutPipeline extends Construct {
  readonly queues: Readonly<Record<Extract<QueueKey, "payouts" | "batches">, IQueue>>;

  constructor(scope: Construct, id: string, props: PayoutPipelineProps) {
    super(scope, id);
    this.queues = { payouts: this.#payouts(props).queue, batches: this.#batches(props).queue };
    const { stage, functions, alarms } = props;
    const { key, files } = props.data;
    new SweepSchedule(this, "Sweep", {
      stage,
      worker: functions["sweep-payouts"],
      name: "sweep-payouts",
      lostImpact:
        "Runs of the payout sweep were given up: payouts whose result was lost may have stayed pending longer.",
      key,
      alarms,
    });
    new UploadNotice(this, "Uploads", {
      bucket: files,
      prefix: "uploads/bat_",
      worker: functions["import-batch"],
      name: "uploads",
      key,
      alarms,
    });
  }

  #payouts({ stage, data, functions, alarms }: PayoutPipelineProps): WorkQueue {
    return new WorkQueue(this, "Send", {
      name: "payout messages",
      worker: functions["dispatch-payouts"],
      key: data.key,
      alarms,
      batchSize: 10,
      maxConcurrency: stage.payouts.dispatchers,
      hidden: Duration.seconds(stage.payouts.hiddenSeconds),
      maxReceives: PAYOUT_TRIES,
      lostImpact:
        "Messages about payouts were given up: these payouts wait, unsent, until somebody has them sent again.",
      stuckAfter: STUCK_AFTER,
    });
  }

  #batches({ data, functions, alarms }: PayoutPipelineProps): WorkQueue {
    const worker = functions["tend-batch"];
    return new WorkQueue(this, "Tend", {
      name: "batch messages",
      worker,
      key: data.key,
      alarms,
      batchSize: 1,
      maxConcurrency: TENDERS,
      hidden: Duration.seconds(HIDDEN_FACTOR * worker.spec.timeoutSeconds),
      maxReceives: BATCH_TRIES,
      lostImpact: "A payout batch could not be looked after, time after time: it does not start, go on or complete.",
      stuckAfter: null,
    });
  }
}
