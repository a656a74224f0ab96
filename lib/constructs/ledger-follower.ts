/**
 * A function behind the ledger's stream. A batch that keeps failing is halved until the one write that can't be dealt with
 * is found; that one is kept and rings, and the others go on.
 */
import { Duration } from "aws-cdk-lib";
import { StartingPosition } from "aws-cdk-lib/aws-lambda";
import type { EventSourceMappingOptions } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import type { DataStack } from "../data-stack.ts";
import { deadLetters } from "./dead-letters.ts";
import type { GatewayFunction } from "./gateway-function.ts";
import { grantQueue, grantStream } from "./grants.ts";
import { ImpactAlarm } from "./impact-alarm.ts";
import type { AlarmTarget } from "./impact-alarm.ts";

/** Tries of a batch that can't be made smaller: an hour of trouble with another service loses nothing. */
const TRIES = 60;
/** A stream keeps a day. */
const MAX_AGE = Duration.hours(23);

export interface FollowLedgerProps {
  readonly worker: GatewayFunction;
  readonly data: DataStack;
  readonly alarms: AlarmTarget;
  /** What its alarm on lost writes is called. */
  readonly lostName: string;
  /** What its alarm on lateness is called, and when it rings. */
  readonly late: { readonly name: string; readonly after: Duration };
  /** How writes are handed out. */
  readonly batches: Pick<EventSourceMappingOptions, "batchSize" | "maxBatchingWindow" | "filters">;
}

export const followLedger = (scope: Construct, props: FollowLedgerProps): void => {
  const { data, alarms, late } = props;
  const { lambda, role, spec } = props.worker;
  const stream = data.tables.transactions.tableStreamArn;
  if (stream === undefined) throw new TypeError("the transactions table has no stream to follow");
  const lost = deadLetters(scope, "LostEntries", {
    key: data.key,
    alarm: { id: "Lost", name: props.lostName, impact: spec.impact, target: alarms },
  });
  grantStream(role, data.tables.transactions, data.key);
  grantQueue(role, lost, { how: "send", key: data.key });
  lambda.addEventSourceMapping("Ledger", {
    eventSourceArn: stream,
    startingPosition: StartingPosition.TRIM_HORIZON,
    ...props.batches,
    bisectBatchOnError: true,
    retryAttempts: TRIES,
    maxRecordAge: MAX_AGE,
    onFailure: { bind: () => ({ destination: lost.queueArn }) },
  });
  new ImpactAlarm(scope, "Late", {
    name: late.name,
    impact: spec.impact,
    metric: lambda.metric("IteratorAge", { period: Duration.minutes(5), statistic: "Maximum" }),
    target: alarms,
    rings: { when: "above", threshold: late.after.toMilliseconds() },
  });
};
