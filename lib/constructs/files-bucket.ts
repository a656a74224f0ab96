/**
 * Where files lie: what storefronts upload, for a week, and what became of it, for good: the frozen rows that were
 * approved, the rejected ones and the results are the evidence of a payroll, the lines of statements that of every day. What must stay true: nobody reaches a file but
 * through a function's role or an address that one signed; nothing is overwritten without a trace.
 */
import { Duration, RemovalPolicy } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Bucket, BucketEncryption, CfnBucket, HttpMethods, StorageClass } from "aws-cdk-lib/aws-s3";
import type { CorsRule, LifecycleRule } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { Stage } from "../stage.ts";
import { closed, logAccess, NO_HALF_UPLOADS } from "./access-log.ts";

const evidenceStays = (id: string, prefix: string): LifecycleRule => ({
  id,
  prefix,
  transitions: [{ storageClass: StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(90) }],
  noncurrentVersionTransitions: [{ storageClass: StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(90) }],
});

const LIFECYCLE: LifecycleRule[] = [
  { id: "uploads-go", prefix: "uploads/", expiration: Duration.days(7), noncurrentVersionExpiration: Duration.days(1) },
  evidenceStays("evidence-stays", "batches/"),
  evidenceStays("statements-stay", "statements/"),
  NO_HALF_UPLOADS,
];

/** A browser may put a file where a signed address lets it, and do nothing else. */
const corsOf = ({ allowedOrigins }: Stage): CorsRule[] =>
  allowedOrigins.length === 0
    ? []
    : [
        {
          allowedMethods: [HttpMethods.PUT],
          allowedOrigins: [...allowedOrigins],
          allowedHeaders: ["content-type"],
          maxAge: Duration.hours(1).toSeconds(),
        },
      ];

export class FilesBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { stage, key }: { readonly stage: Stage; readonly key: IKey }) {
    super(scope, id);
    const removalPolicy = stage.retained ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    this.bucket = new Bucket(this, "Bucket", {
      ...closed(removalPolicy),
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      versioned: true,
      lifecycleRules: LIFECYCLE,
      cors: corsOf(stage),
    });
    logAccess(this, this.bucket, removalPolicy);
    const resource = this.bucket.node.defaultChild;
    if (!CfnBucket.isCfnBucket(resource)) return;
    // The library's own switch for this brings a function along that may change the notifications of any bucket.
    resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
  }
}
