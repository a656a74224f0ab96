/** Who fetched which file of a bucket, for a year. S3 delivers its logs only to buckets that its own key seals. */
import { Duration, Stack } from "aws-cdk-lib";
import type { RemovalPolicy } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { BlockPublicAccess, Bucket, BucketEncryption, CfnBucket } from "aws-cdk-lib/aws-s3";
import type { LifecycleRule } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";

export const NO_HALF_UPLOADS: LifecycleRule = {
  id: "no-half-uploads",
  abortIncompleteMultipartUploadAfter: Duration.days(1),
};

/** What no bucket of ours lets anybody do. */
export const closed = (removalPolicy: RemovalPolicy) => ({
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  removalPolicy,
});

/** Has S3 write down who asks the bucket for what. */
export const logAccess = (scope: Construct, bucket: Bucket, removalPolicy: RemovalPolicy): void => {
  const log = new Bucket(scope, "AccessLog", {
    ...closed(removalPolicy),
    encryption: BucketEncryption.S3_MANAGED,
    versioned: true,
    lifecycleRules: [
      { id: "a-year", expiration: Duration.days(400), noncurrentVersionExpiration: Duration.days(30) },
      NO_HALF_UPLOADS,
    ],
  });
  log.addToResourcePolicy(
    new PolicyStatement({
      sid: "AccessLogOfTheFiles",
      principals: [new ServicePrincipal("logging.s3.amazonaws.com")],
      actions: ["s3:PutObject"],
      resources: [log.arnForObjects("*")],
      conditions: {
        ArnLike: { "aws:SourceArn": bucket.bucketArn },
        StringEquals: { "aws:SourceAccount": Stack.of(scope).account },
      },
    }),
  );
  const resource = bucket.node.defaultChild;
  if (CfnBucket.isCfnBucket(resource)) resource.loggingConfiguration = { destinationBucketName: log.bucketName };
};
