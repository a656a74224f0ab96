/**
 * An alarm that can't be made without saying who is hurt. Whoever it wakes reads that sentence first, and then the
 * section of the runbook that carries the alarm's name.
 */
import { Alarm, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { IAlarmAction, IMetric } from "aws-cdk-lib/aws-cloudwatch";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import type { StageName } from "../stage.ts";

/** Who hears of alarms, and which stage they are about. */
export interface AlarmTarget {
  readonly topic: ITopic;
  readonly stageName: StageName;
}

export interface ImpactAlarmProps {
  /** The heading in `docs/runbook.md`: lower-case words. */
  readonly name: string;
  /** Who is hurt, and how. */
  readonly impact: string;
  readonly metric: IMetric;
  readonly target: AlarmTarget;
  /** Default: rings when the metric is above 0. */
  readonly rings?: { readonly when: "above" | "below"; readonly threshold: number };
  /** How many of the last periods have to be bad; default the last one. */
  readonly periods?: number;
  /** Default: no data is good news. */
  readonly silenceIsBad?: boolean;
}

/** How CloudWatch knows the alarm of that name. */
export const alarmName = (stage: StageName, name: string): string => `malipo-${stage}-${name.replaceAll(" ", "-")}`;

/** Where the runbook's heading of that name is found. */
const runbookAnchor = (name: string): string => `docs/runbook.md#${name.replaceAll(" ", "-")}`;

/**
 * The action is bound by hand: the library's own would let CloudWatch of any account use our key, where the key's policy
 * already lets this account's.
 */
export class ImpactAlarm extends Construct {
  readonly alarm: Alarm;

  constructor(scope: Construct, id: string, props: ImpactAlarmProps) {
    super(scope, id);
    const rings = props.rings ?? { when: "above", threshold: 0 };
    this.alarm = new Alarm(this, "Alarm", {
      alarmName: alarmName(props.target.stageName, props.name),
      alarmDescription: `${props.impact} What to do: ${runbookAnchor(props.name)}`,
      metric: props.metric,
      threshold: rings.threshold,
      comparisonOperator:
        rings.when === "above" ? ComparisonOperator.GREATER_THAN_THRESHOLD : ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: props.periods ?? 1,
      treatMissingData: props.silenceIsBad === true ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    const tell: IAlarmAction = { bind: () => ({ alarmActionArn: props.target.topic.topicArn }) };
    this.alarm.addAlarmAction(tell);
    this.alarm.addOkAction(tell);
  }
}
