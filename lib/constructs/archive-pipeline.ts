/**
 * What fills the archive: the ledger's own stream, and the clock that closes each day with a root.
 */
import { Duration } from "aws-cdk-lib";
import { Schedule } from "aws-cdk-lib/aws-events";
import { Construct } from "constructs";
import type { DataStack } from "../data-stack.ts";
import type { Stage } from "../stage.ts";
import type { GatewayFunction } from "./gateway-function.ts";
import type { AlarmTarget } from "./impact-alarm.ts";
import { followLedger } from "./ledger-follower.ts";
import { NightlyRun } from "./nightly-run.ts";

export interface ArchivePipelineProps {
  readonly stage: Stage;
  readonly data: DataStack;
  readonly functions: Readonly<Record<"archive" | "daily-root", GatewayFunction>>;
  readonly alarms: AlarmTarget;
}

/** Writes in one batch: fewer, larger files, and still far below what Lambda takes at once. */
const BATCH = 1_000;
const LATE = Duration.minutes(15);
/** 00:30 in Nairobi, which has no summer time: whatever began to write before midnight has ended. */
const AFTER_MIDNIGHT = Schedule.cron({ hour: "21", minute: "30" });

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
    followLedger(this, {
      worker: functions.archive,
      data,
      alarms,
      lostName: "archive lost entries",
      late: { name: "archive late", after: LATE },
      batches: { batchSize: BATCH, maxBatchingWindow: Duration.seconds(stage.archive.windowSeconds) },
    });
  }
}
