/** Where what nobody could handle is kept for a person: sealed, for two weeks, consumed by nothing. */
import { Duration } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { ImpactAlarm } from "./impact-alarm.ts";
import type { AlarmTarget } from "./impact-alarm.ts";

export interface DeadLettersProps {
  readonly key: IKey;
  /** Rings as soon as one message is there. */
  readonly alarm: { readonly id: string; readonly name: string; readonly impact: string; readonly target: AlarmTarget };
}

/** For what rings in another way when it gets something. */
export const quietDeadLetters = (scope: Construct, id: string, key: IKey): Queue =>
  new Queue(scope, id, {
    encryption: QueueEncryption.KMS,
    encryptionMasterKey: key,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });

/** A dead-letter queue with its alarm. */
export const deadLetters = (scope: Construct, id: string, { key, alarm }: DeadLettersProps): Queue => {
  const queue = quietDeadLetters(scope, id, key);
  new ImpactAlarm(scope, alarm.id, {
    name: alarm.name,
    impact: alarm.impact,
    metric: queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5) }),
    target: alarm.target,
  });
  return queue;
};
