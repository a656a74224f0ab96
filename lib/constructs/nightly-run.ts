/**
 * A function that the clock starts once a night. What must stay true: a run that was given up is kept and rings, and so
 * does a day without any run: silence is the one failure that nobody else reports.
 */
import { Duration } from "aws-cdk-lib";
import { Rule } from "aws-cdk-lib/aws-events";
import type { Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import { RETRIES, keepGivenUp } from "./async-worker.ts";
import type { GatewayFunction } from "./gateway-function.ts";
import { ImpactAlarm } from "./impact-alarm.ts";
import type { AlarmTarget } from "./impact-alarm.ts";

export interface NightlyRunProps {
  readonly worker: GatewayFunction;
  readonly at: Schedule;
  readonly key: IKey;
  readonly alarms: AlarmTarget;
  /** What the alarms call it, such as `days`. */
  readonly name: string;
}

/** A run that was missed is made up for by the next one. */
const MAX_AGE = Duration.hours(6);

export class NightlyRun extends Construct {
  constructor(scope: Construct, id: string, { worker, at, key, alarms, name }: NightlyRunProps) {
    super(scope, id);
    const { impact, purpose } = worker.spec;
    const lost = keepGivenUp(this, "LostRuns", {
      worker,
      key,
      maxAge: MAX_AGE,
      alarm: { id: "Lost", name: `${name} lost runs`, impact, target: alarms },
    });
    new Rule(this, "Schedule", {
      description: purpose,
      schedule: at,
      targets: [
        new LambdaFunction(worker.lambda, { deadLetterQueue: lost, retryAttempts: RETRIES, maxEventAge: MAX_AGE }),
      ],
    });
    new ImpactAlarm(this, "Silent", {
      name: `${name} silent`,
      impact,
      metric: worker.lambda.metricInvocations({ period: Duration.days(1), statistic: "Sum" }),
      target: alarms,
      rings: { when: "below", threshold: 1 },
      silenceIsBad: true,
    });
  }
}
