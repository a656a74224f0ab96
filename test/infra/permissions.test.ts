import { describe, expect, it } from "vitest";
import { FUNCTIONS } from "../../lib/functions.ts";
import { everyStage, everywhere, ofType, referred, stageTemplate } from "./assembled.ts";
import type { Assembled, Resource } from "./assembled.ts";

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: { readonly StringEquals?: Readonly<Record<string, unknown>> };
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);
const actions = (statement: Statement): readonly string[] => list(statement.Action).map(String);
const statementsOf = (policy: Resource): readonly Statement[] =>
  policy.Properties["PolicyDocument"].Statement as readonly Statement[];

/** What the function of that name may do, in one stage. */
const allowedTo = (assembled: Assembled, purpose: string): readonly Statement[] => {
  const found = ofType(assembled, "AWS::Lambda::Function").find(
    (resource) => resource.Properties["Description"] === purpose,
  );
  const role = referred(found?.Properties["Role"]);
  return ofType(assembled, "AWS::IAM::Policy")
    .filter((policy) => (policy.Properties["Roles"] as readonly unknown[]).map(referred).includes(role))
    .flatMap(statementsOf);
};

describe("what functions may do", () => {
  it("has no wildcard in any action or resource", () => {
    for (const policy of everywhere("AWS::IAM::Policy")) {
      for (const statement of statementsOf(policy)) {
        expect(
          actions(statement).filter((action) => action.includes("*")),
          policy.id,
        ).toEqual([]);
        expect(JSON.stringify(statement.Resource), policy.id).not.toContain("*");
      }
    }
  });

  it("never includes deleting or scanning a transaction", () => {
    for (const assembled of everyStage()) {
      const onTransactions = ofType(assembled, "AWS::IAM::Policy")
        .flatMap(statementsOf)
        .filter((statement) => JSON.stringify(statement.Resource).includes("Transactions"));
      expect(onTransactions.length).toBeGreaterThan(0);
      expect(onTransactions.flatMap(actions).filter((action) => /Delete|Scan|PartiQL|BatchWrite/.test(action))).toEqual(
        [],
      );
    }
  });

  it("is reading alone for those that only read", () => {
    for (const name of ["read-payments", "audit", "authorise"] as const) {
      const allowed = allowedTo(stageTemplate("sandbox"), FUNCTIONS[name].purpose).flatMap(actions);
      const data = allowed.filter((action) => action.startsWith("dynamodb:"));
      expect(data.length, name).toBeGreaterThan(0);
      expect(
        data.filter((action) => !/^dynamodb:(GetItem|BatchGetItem|Query)$/.test(action)),
        name,
      ).toEqual([]);
    }
  });

  it("is nothing but its log for the function without data", () => {
    const allowed = allowedTo(stageTemplate("sandbox"), FUNCTIONS.meta.purpose).flatMap(actions);
    expect([...allowed].sort()).toEqual(["logs:CreateLogStream", "logs:PutLogEvents"]);
  });

  it("reaches Daraja's credentials only where Daraja is called", () => {
    for (const spec of Object.values(FUNCTIONS)) {
      const secrets = allowedTo(stageTemplate("sandbox"), spec.purpose)
        .filter((statement) => actions(statement).includes("secretsmanager:GetSecretValue"))
        .map((statement) => JSON.stringify(statement.Resource));
      expect(
        secrets.some((text) => text.includes("DarajaSecret")),
        spec.purpose,
      ).toBe("daraja" in spec.uses);
    }
  });

  it("queries exactly the indexes that it is listed with", () => {
    for (const spec of Object.values(FUNCTIONS)) {
      const queried = allowedTo(stageTemplate("sandbox"), spec.purpose)
        .filter((statement) => actions(statement).includes("dynamodb:Query"))
        .flatMap((statement) => list(statement.Resource))
        .map((resource) => /\/index\/(\w+)/.exec(JSON.stringify(resource))?.[1]);
      const indexes: readonly string[] = "transactions" in spec.uses ? spec.uses.transactions.indexes : [];
      expect(queried.sort(), spec.purpose).toEqual([...indexes].sort());
    }
  });

  it("uses the key only through the service whose data it seals", () => {
    for (const policy of everywhere("AWS::IAM::Policy")) {
      for (const statement of statementsOf(policy)) {
        if (!actions(statement).some((action) => action.startsWith("kms:"))) continue;
        expect(statement.Condition?.StringEquals, policy.id).toHaveProperty("kms:ViaService");
      }
    }
  });
});

describe("who may call a function", () => {
  it("is API Gateway or the schedule, from one place each", () => {
    for (const permission of everywhere("AWS::Lambda::Permission")) {
      expect(["apigateway.amazonaws.com", "events.amazonaws.com"]).toContain(permission.Properties["Principal"]);
      expect(permission.Properties["SourceArn"], permission.id).toBeDefined();
    }
  });
});
