import { describe, expect, it } from "vitest";
import { everyStage, everywhere, ofType, referred, stageTemplate } from "./assembled.ts";
import type { Assembled, Resource } from "./assembled.ts";

const isLog = ({ id }: Resource): boolean => id.includes("AccessLog");

const isArchive = ({ id }: Resource): boolean => id.startsWith("Archive");

/** The built pages: nothing is in there that can't be built again, and everybody may read it through CloudFront. */
const isPages = ({ id }: Resource): boolean => id.startsWith("Pages");

const filesOf = (assembled: Assembled): Resource => {
  const [files, ...others] = ofType(assembled, "AWS::S3::Bucket").filter(
    (bucket) => !isLog(bucket) && !isArchive(bucket) && !isPages(bucket),
  );
  expect(others).toEqual([]);
  return files!;
};

interface Statement {
  readonly Effect: string;
  readonly Principal: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface Rule {
  readonly Id: string;
  readonly Prefix?: string;
  readonly ExpirationInDays?: number;
  readonly Transitions?: readonly { readonly StorageClass: string; readonly TransitionInDays: number }[];
  readonly AbortIncompleteMultipartUpload?: { readonly DaysAfterInitiation: number };
}

describe("every bucket", () => {
  it("is closed to the public in every way", () => {
    for (const bucket of everywhere("AWS::S3::Bucket")) {
      expect(bucket.Properties["PublicAccessBlockConfiguration"], bucket.id).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
    }
  });

  it("refuses whatever does not come over TLS 1.2 or later, and lets in nobody but S3's own log and the pages' CloudFront", () => {
    for (const assembled of everyStage()) {
      const policies = ofType(assembled, "AWS::S3::BucketPolicy");
      for (const bucket of ofType(assembled, "AWS::S3::Bucket")) {
        const policy = policies.find(({ Properties }) => referred(Properties["Bucket"]) === bucket.id);
        const statements = policy?.Properties["PolicyDocument"].Statement as readonly Statement[];
        const refused = statements.filter(({ Effect }) => Effect === "Deny").map(({ Condition }) => Condition);
        expect(refused).toContainEqual({ Bool: { "aws:SecureTransport": "false" } });
        expect(refused).toContainEqual({ NumericLessThan: { "s3:TlsVersion": 1.2 } });
        const allowed = statements.filter(({ Effect }) => Effect === "Allow").map(({ Principal }) => Principal);
        const reader = isPages(bucket) ? [{ Service: "cloudfront.amazonaws.com" }] : [];
        expect(allowed, bucket.id).toEqual(isLog(bucket) ? [{ Service: "logging.s3.amazonaws.com" }] : reader);
      }
    }
  });

  it("outlives its stack where anything is deployed", () => {
    for (const stage of ["sandbox", "production"] as const) {
      for (const bucket of ofType(stageTemplate(stage), "AWS::S3::Bucket").filter((each) => !isPages(each))) {
        expect(bucket.DeletionPolicy, bucket.id).toBe("Retain");
      }
    }
  });

  it("drops what was never uploaded to the end", () => {
    for (const bucket of everywhere("AWS::S3::Bucket")) {
      const rules = bucket.Properties["LifecycleConfiguration"].Rules as readonly Rule[];
      expect(
        rules.map((rule) => rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation),
        bucket.id,
      ).toContain(1);
    }
  });
});

describe("the files", () => {
  it("are sealed with the stage's own key, and every version is kept", () => {
    for (const assembled of everyStage()) {
      const { Properties } = filesOf(assembled);
      const [encryption] = Properties["BucketEncryption"].ServerSideEncryptionConfiguration;
      expect(encryption.ServerSideEncryptionByDefault.SSEAlgorithm).toBe("aws:kms");
      expect(referred(encryption.ServerSideEncryptionByDefault.KMSMasterKeyID)).toMatch(/^Key/);
      expect(Properties["VersioningConfiguration"]).toEqual({ Status: "Enabled" });
    }
  });

  it("that were uploaded go after a week; what became of them stays", () => {
    for (const assembled of everyStage()) {
      const rules = filesOf(assembled).Properties["LifecycleConfiguration"].Rules as readonly Rule[];
      const going = rules.filter((rule) => JSON.stringify(rule).includes("Expiration"));
      expect(going.map(({ Prefix, ExpirationInDays }) => [Prefix, ExpirationInDays])).toEqual([["uploads/", 7]]);
      for (const prefix of ["batches/", "statements/"]) {
        const evidence = rules.find(({ Prefix }) => Prefix === prefix);
        expect(evidence?.Transitions).toEqual([{ StorageClass: "STANDARD_IA", TransitionInDays: 90 }]);
      }
    }
  });

  it("leave a trace of who fetched them", () => {
    for (const assembled of everyStage()) {
      const log = ofType(assembled, "AWS::S3::Bucket").find((bucket) => isLog(bucket) && !isArchive(bucket));
      const { LoggingConfiguration } = filesOf(assembled).Properties;
      expect(referred(LoggingConfiguration.DestinationBucketName)).toBe(log?.id);
    }
  });

  it("may be put there by a browser of the stage's own origins, and nothing else may", () => {
    expect(filesOf(stageTemplate("sandbox")).Properties["CorsConfiguration"]).toBeUndefined();
    const [rule, ...others] = filesOf(stageTemplate("production")).Properties["CorsConfiguration"].CorsRules;
    expect(others).toEqual([]);
    expect(rule).toMatchObject({
      AllowedMethods: ["PUT"],
      AllowedOrigins: ["https://duka.co.ke", "https://www.duka.co.ke"],
      AllowedHeaders: ["content-type"],
    });
  });

  it("that are uploaded start the import of their kind, and no other file does", () => {
    for (const assembled of everyStage()) {
      const { id, Properties } = filesOf(assembled);
      expect(Properties["NotificationConfiguration"]).toEqual({
        EventBridgeConfiguration: { EventBridgeEnabled: true },
      });
      const rules = ofType(assembled, "AWS::Events::Rule").filter((rule) => rule.Properties["EventPattern"]);
      const started = rules.map(({ Properties: { EventPattern, Targets } }) => {
        expect(EventPattern).toMatchObject({ source: ["aws.s3"], "detail-type": ["Object Created"] });
        expect(JSON.stringify(EventPattern.detail.bucket.name)).toContain(id);
        const [target, ...others] = Targets as readonly { Arn: unknown; DeadLetterConfig?: { Arn: unknown } }[];
        expect(others).toEqual([]);
        expect(target?.DeadLetterConfig?.Arn).toBeDefined();
        const keys: unknown = EventPattern.detail.object.key;
        return [keys, referred(target?.Arn).replace(/Function.*$/, "")];
      });
      expect(started).toHaveLength(2);
      expect(started).toContainEqual([[{ prefix: "uploads/bat_" }], "ImportBatch"]);
      expect(started).toContainEqual([[{ prefix: "uploads/statements/" }], "ImportStatement"]);
    }
  });
});

describe("the archive", () => {
  const archiveOf = (assembled: Assembled): Resource =>
    ofType(assembled, "AWS::S3::Bucket").find((bucket) => isArchive(bucket) && !isLog(bucket))!;

  it("lets nothing be changed or deleted for as long as the stage says, and in production for seven years and more", () => {
    const days = everyStage().map((assembled) => {
      const { ObjectLockEnabled, ObjectLockConfiguration, VersioningConfiguration } = archiveOf(assembled).Properties;
      expect({ ObjectLockEnabled, VersioningConfiguration }).toEqual({
        ObjectLockEnabled: true,
        VersioningConfiguration: { Status: "Enabled" },
      });
      const { Mode, Days } = ObjectLockConfiguration.Rule.DefaultRetention as { Mode: string; Days: number };
      expect(Mode).toBe("COMPLIANCE");
      return [assembled.stage, Days] as const;
    });
    expect(days).toEqual([
      ["local", 1],
      ["sandbox", 30],
      ["production", 8 * 366],
    ]);
  });

  it("takes a name once only, and lets nobody delete, whatever their role allows", () => {
    for (const assembled of everyStage()) {
      const { id } = archiveOf(assembled);
      const policy = ofType(assembled, "AWS::S3::BucketPolicy").find(
        ({ Properties }) => referred(Properties["Bucket"]) === id,
      );
      const statements = policy!.Properties["PolicyDocument"].Statement as readonly (Statement & { Action: unknown })[];
      expect(statements).toContainEqual(
        expect.objectContaining({
          Effect: "Deny",
          Action: "s3:PutObject",
          Condition: { Null: { "s3:if-none-match": "true" } },
        }),
      );
      const denied = statements.filter(({ Effect }) => Effect === "Deny").flatMap(({ Action }) => Action);
      expect(denied).toEqual(expect.arrayContaining(["s3:DeleteObject", "s3:DeleteObjectVersion"]));
    }
  });

  it("never lets its files expire", () => {
    for (const assembled of everyStage())
      expect(JSON.stringify(archiveOf(assembled).Properties["LifecycleConfiguration"])).not.toContain("Expiration");
  });

  it("is filled by the ledger's own stream, from its beginning, and halves what fails", () => {
    for (const assembled of everyStage()) {
      const [mapping, ...others] = ofType(assembled, "AWS::Lambda::EventSourceMapping").filter((one) =>
        referred(one.Properties["FunctionName"]).startsWith("ArchiveEntries"),
      );
      expect(others).toEqual([]);
      expect(mapping!.Properties).toMatchObject({ StartingPosition: "TRIM_HORIZON", BisectBatchOnFunctionError: true });
      expect(mapping!.Properties["DestinationConfig"].OnFailure.Destination).toBeDefined();
    }
  });
});
