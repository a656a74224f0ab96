import { describe, expect, it } from "vitest";
import { TABLES } from "../../functions/store/table.ts";
import type { TableSchema } from "../../functions/store/table.ts";
import { GIVEN, everyStage, everywhere, ofType, referred, stageTemplate } from "./assembled.ts";
import type { Assembled, Resource } from "./assembled.ts";

interface Index {
  readonly IndexName: string;
  readonly KeySchema: readonly { readonly AttributeName: string }[];
  readonly Projection: { readonly ProjectionType: string };
}

interface KeyStatement {
  readonly Principal: { readonly Service?: unknown };
  readonly Condition?: { readonly StringEquals?: unknown; readonly ArnLike?: Readonly<Record<string, unknown>> };
}

const schemas: readonly TableSchema[] = Object.values(TABLES);

/** The table that a schema became, found by its place in the stack. */
const tableOf = (assembled: Assembled, schema: TableSchema): Resource => {
  const found = ofType(assembled, "AWS::DynamoDB::Table").filter((table) =>
    table.id.toLowerCase().startsWith(schema.name),
  );
  expect(found).toHaveLength(1);
  return found[0]!;
};

describe("every table", () => {
  it("is sealed with the stage's own key", () => {
    for (const assembled of everyStage()) {
      const keys = ofType(assembled, "AWS::KMS::Key").map((key) => key.id);
      for (const table of ofType(assembled, "AWS::DynamoDB::Table")) {
        const seal = table.Properties["SSESpecification"];
        expect({ enabled: seal.SSEEnabled, type: seal.SSEType }, table.id).toEqual({ enabled: true, type: "KMS" });
        expect(keys, table.id).toContain(referred(seal.KMSMasterKeyId));
      }
    }
  });

  it("has the keys, indexes, expiry and stream that the store works with", () => {
    for (const schema of schemas) {
      const { Properties } = tableOf(stageTemplate("sandbox"), schema);
      expect(Properties["KeySchema"]).toEqual([{ AttributeName: schema.partitionKey.name, KeyType: "HASH" }]);
      expect(Properties["TimeToLiveSpecification"]?.AttributeName ?? null).toBe(schema.ttl);
      expect(Properties["StreamSpecification"]?.StreamViewType ?? null).toBe(schema.stream);
      const indexes = ((Properties["GlobalSecondaryIndexes"] ?? []) as Index[]).map((index) => ({
        name: index.IndexName,
        keys: index.KeySchema.map((key) => key.AttributeName),
        projection: index.Projection.ProjectionType,
      }));
      expect(indexes).toEqual(
        schema.indexes.map(({ name, partitionKey, sortKey, projection }) => ({
          name,
          keys: [partitionKey.name, ...(sortKey === null ? [] : [sortKey.name])],
          projection,
        })),
      );
    }
  });

  it("is billed by use and has no fixed name", () => {
    for (const table of everywhere("AWS::DynamoDB::Table")) {
      expect(table.Properties["BillingMode"]).toBe("PAY_PER_REQUEST");
      expect(table.Properties["TableName"]).toBeUndefined();
    }
  });

  it("can be restored to any second of the last weeks, or of the last day when what it holds expires by itself", () => {
    for (const assembled of everyStage())
      for (const schema of schemas)
        expect(tableOf(assembled, schema).Properties["PointInTimeRecoverySpecification"], schema.name).toEqual({
          PointInTimeRecoveryEnabled: true,
          RecoveryPeriodInDays: schema.lasting ? 35 : 1,
        });
  });

  it("that holds history can't be deleted, where anything is deployed", () => {
    for (const stage of ["sandbox", "production"] as const) {
      for (const schema of schemas.filter(({ lasting }) => lasting)) {
        const table = tableOf(stageTemplate(stage), schema);
        expect(table.Properties["DeletionProtectionEnabled"]).toBe(true);
        expect(table.DeletionPolicy).toBe("Retain");
      }
    }
  });
});

describe("the backups", () => {
  interface Rule {
    readonly Lifecycle: { readonly DeleteAfterDays: number };
    readonly CopyActions?: readonly (Pick<Rule, "Lifecycle"> & { readonly DestinationBackupVaultArn: string })[];
  }
  const rulesOf = (plan: Resource): readonly Rule[] => plan.Properties["BackupPlan"].BackupPlanRule as readonly Rule[];

  /** How long copies are kept, by the table that they are of. */
  const kept = (assembled: Assembled): Readonly<Record<string, readonly number[]>> =>
    Object.fromEntries(
      ofType(assembled, "AWS::Backup::BackupSelection").flatMap(({ Properties }) => {
        const plan = ofType(assembled, "AWS::Backup::BackupPlan").find(
          ({ id }) => id === referred(Properties["BackupPlanId"]),
        );
        const days = rulesOf(plan!).map(({ Lifecycle }) => Lifecycle.DeleteAfterDays);
        return (Properties["BackupSelection"].Resources as readonly unknown[]).map((table) => [referred(table), days]);
      }),
    );

  it("are taken of every table, and of what expires by itself none is kept for longer than a day", () => {
    for (const assembled of everyStage())
      for (const schema of schemas)
        expect(kept(assembled)[tableOf(assembled, schema).id], schema.name).toEqual(schema.lasting ? [7, 35] : [1]);
  });

  it("are sealed with the stage's key in a vault from which nobody deletes", () => {
    for (const vault of everywhere("AWS::Backup::BackupVault")) {
      expect(referred(vault.Properties["EncryptionKeyArn"])).toMatch(/^Key/);
      expect(vault.Properties["AccessPolicy"].Statement).toEqual([
        {
          Action: ["backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"],
          Effect: "Deny",
          Principal: { AWS: "*" },
          Resource: "*",
        },
      ]);
    }
  });

  it("of what lasts are copied to the vault that the deployer names, and nowhere else", () => {
    const copies = (assembled: Assembled) =>
      ofType(assembled, "AWS::Backup::BackupPlan")
        .flatMap(rulesOf)
        .flatMap(({ CopyActions = [] }) => CopyActions);
    expect(copies(stageTemplate("sandbox"))).toEqual([]);
    expect(copies(stageTemplate("production"))).toEqual(
      [7, 35].map((DeleteAfterDays) => ({
        DestinationBackupVaultArn: GIVEN.production.backupCopyTo,
        Lifecycle: { DeleteAfterDays },
      })),
    );
  });
});

describe("every secret", () => {
  it("is sealed with the stage's key, outlives its stack and has no fixed name", () => {
    for (const stage of ["sandbox", "production"] as const) {
      for (const secret of ofType(stageTemplate(stage), "AWS::SecretsManager::Secret")) {
        expect(referred(secret.Properties["KmsKeyId"]), secret.id).toMatch(/^Key/);
        expect(secret.DeletionPolicy, secret.id).toBe("Retain");
        expect(secret.Properties["Name"], secret.id).toBeUndefined();
      }
    }
  });

  it("has no value in any template: it is generated where it is kept, or stored by an operator", () => {
    for (const secret of everywhere("AWS::SecretsManager::Secret")) {
      expect(secret.Properties["SecretString"], secret.id).toBeUndefined();
      const generated = secret.Properties["GenerateSecretString"];
      if (secret.id.startsWith("DarajaSecret")) expect(generated).toBeUndefined();
      else {
        expect(generated).toMatchObject({
          SecretStringTemplate: "{}",
          GenerateStringKey: "current",
          PasswordLength: 64,
        });
      }
    }
    for (const { text } of everyStage()) expect(text).not.toContain("{{resolve:");
  });
});

describe("the key", () => {
  it("rotates every year and outlives its stack", () => {
    for (const key of everywhere("AWS::KMS::Key")) expect(key.Properties["EnableKeyRotation"]).toBe(true);
    for (const stage of ["sandbox", "production"] as const) {
      const keys = ofType(stageTemplate(stage), "AWS::KMS::Key");
      // What the pages' own key seals is built again at any time.
      expect(keys.map(({ id, DeletionPolicy }) => (id.startsWith("Pages") ? "Delete" : DeletionPolicy)).sort()).toEqual(
        ["Delete", "Retain"],
      );
    }
  });

  it("serves other services for this account's resources alone", () => {
    for (const key of everywhere("AWS::KMS::Key").filter(({ id }) => !id.startsWith("Pages"))) {
      const statements = key.Properties["KeyPolicy"].Statement as readonly KeyStatement[];
      const forServices = statements.filter((statement) => statement.Principal.Service !== undefined);
      expect(forServices.length).toBeGreaterThan(0);
      for (const { Principal, Condition } of forServices) {
        if (!JSON.stringify(Principal.Service).includes('"logs.'))
          expect(Condition?.StringEquals).toHaveProperty("aws:SourceAccount");
        else
          for (const group of Condition!.ArnLike!["kms:EncryptionContext:aws:logs:arn"] as readonly unknown[])
            expect(JSON.stringify(group)).toMatch(
              /"AWS::AccountId"\},":log-group:(Malipo\*|aws-waf-logs-malipo)-\w+-\*"/,
            );
      }
    }
  });

  it("seals every log of the stage, by the names that its policy knows", () => {
    for (const assembled of everyStage()) {
      const logs = ofType(assembled, "AWS::Logs::LogGroup");
      expect(logs.length).toBeGreaterThan(30);
      for (const { id, Properties } of logs) {
        expect(referred(Properties["KmsKeyId"]), id).toMatch(/^Key/);
        const name = Properties["LogGroupName"] as string | undefined;
        expect(name ?? `Malipo-${assembled.stage}-`, id).toMatch(
          new RegExp(`^(Malipo|aws-waf-logs-malipo)-${assembled.stage}-`),
        );
      }
    }
  });
});
