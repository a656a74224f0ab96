/**
 * Runs the import when a file has been uploaded. The bucket tells EventBridge of every new object, and this rule picks the
 * uploads. Notified by the bucket itself, the function would have to stand in the bucket's stack, which outlives it.
 */
import { Duration } from "aws-cdk-lib";
import { EventField, Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { RETRIES, keepGivenUp } from "./async-worker.ts";
import type { GatewayFunction } from "./gateway-function.ts";
import type { AlarmTarget } from "./impact-alarm.ts";

/** Whoever uploaded a file waits for it: after this long they have uploaded it again. */
const MAX_AGE = Duration.hours(6);

export interface UploadNoticeProps {
  readonly bucket: Bucket;
  /** What the keys of these uploads begin with; nobody else's begin so. */
  readonly prefix: `uploads/${string}`;
  readonly worker: GatewayFunction;
  /** Of the alarm, with "given up" behind it. */
  readonly name: string;
  readonly key: IKey;
  readonly alarms: AlarmTarget;
}

/** The words of the bucket's own notification, but the key as it is: EventBridge does not write it as an address does. */
const asFromTheBucket = (): RuleTargetInput =>
  RuleTargetInput.fromObject({
    Records: [
      {
        eventSource: "aws:s3",
        eventName: "ObjectCreated:Put",
        s3: {
          bucket: { name: EventField.fromPath("$.detail.bucket.name") },
          object: {
            key: EventField.fromPath("$.detail.object.key"),
            size: EventField.fromPath("$.detail.object.size"),
          },
        },
      },
    ],
  });

export class UploadNotice extends Construct {
  constructor(scope: Construct, id: string, { bucket, prefix, worker, name, key, alarms }: UploadNoticeProps) {
    super(scope, id);
    const lost = keepGivenUp(this, "LostUploads", {
      worker,
      key,
      maxAge: MAX_AGE,
      alarm: { id: "Lost", name: `${name} given up`, impact: worker.spec.impact, target: alarms },
    });
    new Rule(this, "Uploaded", {
      description: worker.spec.purpose,
      eventPattern: {
        source: ["aws.s3"],
        detailType: ["Object Created"],
        detail: { bucket: { name: [bucket.bucketName] }, object: { key: [{ prefix }] } },
      },
      targets: [
        new LambdaFunction(worker.lambda, {
          event: asFromTheBucket(),
          deadLetterQueue: lost,
          retryAttempts: RETRIES,
          maxEventAge: MAX_AGE,
        }),
      ],
    });
  }
}
