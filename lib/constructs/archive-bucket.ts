/**
 * The archive: what the ledger took in, and the root of each day, for as long as the law asks for. What must stay true:
 * nobody, not even the account's own administrator, can change or delete a version before its time; a name is written
 * once, whoever writes.
 */
import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { AnyPrincipal, Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Bucket, BucketEncryption, ObjectLockRetention, StorageClass } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { Stage } from "../stage.ts";
import { closed, logAccess, NO_HALF_UPLOADS } from "./access-log.ts";

export class ArchiveBucket extends Construct {
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
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention.compliance(Duration.days(stage.archive.retentionDays)),
      lifecycleRules: [
        {
          id: "seldom-read",
          transitions: [{ storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(90) }],
        },
        NO_HALF_UPLOADS,
      ],
    });
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: "EachNameOnce",
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ["s3:PutObject"],
        resources: [this.bucket.arnForObjects("*")],
        conditions: { Null: { "s3:if-none-match": "true" } },
      }),
    );
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: "NothingGoesBeforeItsTime",
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObjectRetention", "s3:BypassGovernanceRetention"],
        resources: [this.bucket.arnForObjects("*")],
      }),
    );
    logAccess(this, this.bucket, removalPolicy);
  }
}
