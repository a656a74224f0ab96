import { describe, expect, it } from "vitest";
import { TABLES } from "../../functions/store/table.ts";
import type { TableSchema } from "../../functions/store/table.ts";
import { everyStage, everywhere, ofType, referred, stageTemplate } from "./assembled.ts";
import type { Assembled, Resource } from "./assembled.ts";

interface Index {
  readonly IndexName: string;
  readonly KeySchema: readonly { readonly AttributeName: string }[];
  readonly Projection: { readonly ProjectionType: string };
}

interface KeyStatement {
  readonly Principal: { readonly Service?: unknown };
  readonly Condition?: { readonly StringEquals?: unknown };
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

  it("that holds history can be restored to any second and can't be deleted, where anything is deployed", () => {
    for (const stage of ["sandbox", "production"] as const) {
      for (const schema of schemas.filter(({ lasting }) => lasting)) {
        const table = tableOf(stageTemplate(stage), schema);
        expect(table.Properties["PointInTimeRecoverySpecification"]).toEqual({ PointInTimeRecoveryEnabled: true });
        expect(table.Properties["DeletionProtectionEnabled"]).toBe(true);
        expect(table.DeletionPolicy).toBe("Retain");
      }
    }
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
      for (const key of ofType(stageTemplate(stage), "AWS::KMS::Key")) expect(key.DeletionPolicy).toBe("Retain");
    }
  });

  it("serves other services for this account's resources alone", () => {
    for (const key of everywhere("AWS::KMS::Key")) {
      const statements = key.Properties["KeyPolicy"].Statement as readonly KeyStatement[];
      const forServices = statements.filter((statement) => statement.Principal.Service !== undefined);
      expect(forServices.length).toBeGreaterThan(0);
      for (const statement of forServices)
        expect(statement.Condition?.StringEquals).toHaveProperty("aws:SourceAccount");
    }
  });
});
