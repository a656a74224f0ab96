/**
 * Where files lie: what storefronts upload, for a week, and what became of it, for good: the frozen rows that were
 * approved, the rejected ones and the results are the evidence of a payroll. What must stay true: nobody reaches a file but
 * through a function's role or an address that one signed; nothing is overwritten without a trace.
 */
import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { BlockPublicAccess, Bucket, BucketEncryption, CfnBucket, HttpMethods, StorageClass } from "aws-cdk-lib/aws-s3";
import type { CorsRule, LifecycleRule } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { Stage } from "../stages.ts";

const NO_HALF_UPLOADS: LifecycleRule = {
  id: "no-half-uploads",
  abortIncompleteMultipartUploadAfter: Duration.days(1),
};

const LIFECYCLE: LifecycleRule[] = [
  { id: "uploads-go", prefix: "uploads/", expiration: Duration.days(7), noncurrentVersionExpiration: Duration.days(1) },
  {
    id: "evidence-stays",
    prefix: "batches/",
    transitions: [{ storageClass: StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(90) }],
    noncurrentVersionTransitions: [
      { storageClass: StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(90) },
    ],
  },
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

const closed = (removalPolicy: RemovalPolicy) => ({
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  removalPolicy,
});

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
    const log = this.#accessLog(removalPolicy);
    const resource = this.bucket.node.defaultChild;
    if (!CfnBucket.isCfnBucket(resource)) return;
    resource.loggingConfiguration = { destinationBucketName: log.bucketName };
    // The library's own switch for this brings a function along that may change the notifications of any bucket.
    resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
  }

  /** Who fetched which file, for a year. S3 delivers its logs only to buckets that its own key seals. */
  #accessLog(removalPolicy: RemovalPolicy): Bucket {
    const log = new Bucket(this, "AccessLog", {
      ...closed(removalPolicy),
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [{ id: "a-year", expiration: Duration.days(400) }, NO_HALF_UPLOADS],
    });
    log.addToResourcePolicy(
      new PolicyStatement({
        sid: "AccessLogOfTheFiles",
        principals: [new ServicePrincipal("logging.s3.amazonaws.com")],
        actions: ["s3:PutObject"],
        resources: [log.arnForObjects("*")],
        conditions: {
          ArnLike: { "aws:SourceArn": this.bucket.bucketArn },
          StringEquals: { "aws:SourceAccount": Stack.of(this).account },
        },
      }),
    );
    return log;
  }
}
