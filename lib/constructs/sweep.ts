/**
 * The clock that makes silence an event: once in each interval a sweep, or a pull, runs and asks Safaricom about what
 * nobody told us about. A run that fails is tried again, and one that keeps failing is kept and rings.
 */
import { Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import type { Stage } from "../stage.ts";
import { RETRIES, keepGivenUp } from "./async-worker.ts";
import type { GatewayFunction } from "./gateway-function.ts";
import { ImpactAlarm } from "./impact-alarm.ts";
import type { AlarmTarget } from "./impact-alarm.ts";

/** EventBridge's own shortest interval. Where the template runs elsewhere, the stage's interval may be shorter. */
const SHORTEST_SECONDS = 60;

/** A run older than this is not worth repeating: later ones have done its work. */
const MAX_AGE = Duration.minutes(10);

export interface SweepScheduleProps {
  readonly stage: Stage;
  readonly worker: GatewayFunction;
  /** How often it runs; the stage's interval of sweeps when left out. */
  readonly intervalSeconds?: number;
  /** What its alarms begin with. */
  readonly name: string;
  /** Who is hurt when runs were given up. */
  readonly lostImpact: string;
  readonly key: IKey;
  readonly alarms: AlarmTarget;
}

export class SweepSchedule extends Construct {
  constructor(scope: Construct, id: string, props: SweepScheduleProps) {
    super(scope, id);
    const { stage, worker, name, key, alarms } = props;
    const lost = keepGivenUp(this, "LostRuns", {
      worker,
      key,
      maxAge: MAX_AGE,
      alarm: { id: "Lost", name: `${name} lost runs`, impact: props.lostImpact, target: alarms },
    });
    const { intervalSeconds = stage.sweepIntervalSeconds } = props;
    const everyMinutes = Math.ceil(Math.max(intervalSeconds, SHORTEST_SECONDS) / 60);
    new Rule(this, "Schedule", {
      description: worker.spec.purpose,
      schedule: Schedule.rate(Duration.minutes(everyMinutes)),
      targets: [
        new LambdaFunction(worker.lambda, { deadLetterQueue: lost, retryAttempts: RETRIES, maxEventAge: MAX_AGE }),
      ],
    });
    new ImpactAlarm(this, "Silent", {
      name: `${name} silent`,
      impact: worker.spec.impact,
      metric: worker.lambda.metricInvocations({ period: Duration.minutes(everyMinutes * 5), statistic: "Sum" }),
      target: alarms,
      rings: { when: "below", threshold: 1 },
      silenceIsBad: true,
    });
  }
}
