import { runSimulation } from "@cloud-copilot/iam-simulate";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { FunctionSpec } from "../../lib/function-spec.ts";
import { FUNCTIONS } from "../../lib/functions.ts";
import { everyStage, everywhere, functionPolicies, ofType, referred, stageTemplate } from "./assembled.ts";
import type { Assembled, Resource } from "./assembled.ts";
import { localStage } from "./local-stage.ts";

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
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
  return functionPolicies(assembled)
    .filter((policy) => (policy.Properties["Roles"] as readonly unknown[]).map(referred).includes(role))
    .flatMap(statementsOf);
};

const FILES_BELOW = /"\/(uploads|batches|entries|roots|statements|reconciliations|uploads\/statements)\/\*"\]\]\}$/;

/** API Gateway names a socket when it is opened. */
const OPEN_SOCKETS = /"\/ws\/POST\/@connections\/\*"\]\]\}$/;

/** What a simulation needs beside the question. */
const EVERYTHING = { resource: "*", accountId: "000000000000" };
const NOTHING = { identityPolicies: [], serviceControlPolicies: [], resourceControlPolicies: [] };

const onArchive = ({ Resource: resource }: Statement): boolean => JSON.stringify(resource).includes("ArchiveBucket");

describe("what functions may do", () => {
  it("has no wildcard in any action, and none in a resource but for the files below one prefix and for sockets", () => {
    for (const policy of everyStage().flatMap(functionPolicies)) {
      for (const statement of statementsOf(policy)) {
        expect(
          actions(statement).filter((action) => action.includes("*")),
          policy.id,
        ).toEqual([]);
        for (const resource of list(statement.Resource).map((each) => JSON.stringify(each))) {
          if (OPEN_SOCKETS.test(resource))
            expect(actions(statement), policy.id).toEqual(["execute-api:ManageConnections"]);
          else if (!FILES_BELOW.test(resource)) expect(resource, policy.id).not.toContain("*");
          else
            expect(
              actions(statement).every((action) => action.startsWith("s3:")),
              policy.id,
            ).toBe(true);
        }
      }
    }
  });

  it("never includes deleting or scanning a transaction", () => {
    for (const assembled of everyStage()) {
      const onTransactions = functionPolicies(assembled)
        .flatMap(statementsOf)
        .filter((statement) => JSON.stringify(statement.Resource).includes("Transactions"));
      expect(onTransactions.length).toBeGreaterThan(0);
      expect(onTransactions.flatMap(actions).filter((action) => /Delete|Scan|PartiQL|BatchWrite/.test(action))).toEqual(
        [],
      );
    }
  });

  it("is reading alone for those that only read", () => {
    for (const name of ["read-payments", "read-payouts", "audit", "authorise"] as const) {
      const allowed = allowedTo(stageTemplate("sandbox"), FUNCTIONS[name].purpose).flatMap(actions);
      const data = allowed.filter((action) => action.startsWith("dynamodb:"));
      expect(data.length, name).toBeGreaterThan(0);
      expect(
        data.filter((action) => !/^dynamodb:(GetItem|BatchGetItem|Query)$/.test(action)),
        name,
      ).toEqual([]);
    }
  });

  it("is nothing of the ledger, nor of its keys, for the function that speaks to strangers", () => {
    for (const assembled of everyStage()) {
      const reached = allowedTo(assembled, FUNCTIONS["deliver-webhooks"].purpose).filter((statement) =>
        actions(statement).some((action) => /^(dynamodb|secretsmanager|s3|execute-api):/.test(action)),
      );
      const text = JSON.stringify(reached.map(({ Resource: resource }) => resource));
      expect(text).toContain("Webhooks");
      expect(text).not.toMatch(/Transactions|Directory|Coordination|SigningSecret|PepperSecret|DarajaSecret/);
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
      const isLister = "directory" in spec.uses && ["list", "spread"].includes(spec.uses.directory);
      const lists = isLister ? ["by_storefront"] : [];
      const webhooks = { announce: [], deliver: ["due"], manage: ["by_endpoint"], none: [] };
      const deliveries = webhooks["webhooks" in spec.uses ? spec.uses.webhooks : "none"];
      expect(queried.sort(), spec.purpose).toEqual([...indexes, ...lists, ...deliveries].sort());
    }
  });

  it("writes what processes share in no other way than it is listed with", () => {
    const writes = {
      share: ["dynamodb:UpdateItem"],
      prompts: ["dynamodb:UpdateItem"],
      pulls: ["dynamodb:UpdateItem"],
      sockets: ["dynamodb:UpdateItem"],
      watchers: ["dynamodb:UpdateItem"],
      read: [],
      balances: ["dynamodb:PutItem"],
      remember: ["dynamodb:BatchWriteItem"],
      freeze: ["dynamodb:PutItem"],
    } as const;
    for (const { purpose, uses } of Object.values<FunctionSpec>(FUNCTIONS)) {
      const written = allowedTo(stageTemplate("sandbox"), purpose)
        .filter((statement) => JSON.stringify(statement.Resource).includes("Coordination"))
        .flatMap(actions)
        .filter((action) => !/:(BatchGet|Get)Item$/.test(action));
      expect(written.sort(), purpose).toEqual((uses.coordination ?? []).flatMap((how) => writes[how]).sort());
    }
  });

  it("touches exactly the files that it is listed with, and can neither list nor delete any", () => {
    for (const { purpose, uses } of Object.values<FunctionSpec>(FUNCTIONS)) {
      const onFiles = allowedTo(stageTemplate("sandbox"), purpose).filter(
        (statement) => actions(statement).some((action) => action.startsWith("s3:")) && !onArchive(statement),
      );
      const prefixes = (wanted: string): string[] =>
        onFiles
          .filter((statement) => actions(statement).includes(wanted))
          .flatMap((statement) => list(statement.Resource))
          .map((resource) => /"\/([\w/]+)\/\*"/.exec(JSON.stringify(resource))?.[1] ?? "")
          .sort();
      expect(prefixes("s3:GetObject"), purpose).toEqual([...(uses.files?.read ?? [])].sort());
      expect(prefixes("s3:PutObject"), purpose).toEqual([...(uses.files?.write ?? [])].sort());
      const known = ["s3:GetObject", "s3:PutObject"];
      expect(
        onFiles.flatMap(actions).filter((action) => !known.includes(action)),
        purpose,
      ).toEqual([]);
    }
  });

  it("adds to the archive or reads it, exactly as it is listed, and never deletes from it", () => {
    const may = {
      none: [],
      append: ["s3:PutObject entries"],
      root: ["s3:GetObject entries", "s3:GetObject roots", "s3:ListBucket *", "s3:PutObject roots"],
    } as const;
    for (const { purpose, uses } of Object.values<FunctionSpec>(FUNCTIONS)) {
      const allowed = allowedTo(stageTemplate("sandbox"), purpose)
        .filter((statement) => actions(statement).some((action) => action.startsWith("s3:")) && onArchive(statement))
        .flatMap((statement) => {
          const prefix = /"\/(\w+)\/\*"/.exec(JSON.stringify(statement.Resource))?.[1] ?? "*";
          return actions(statement).map((action) => `${action} ${prefix}`);
        });
      expect(allowed.sort(), purpose).toEqual([...may[uses.archive ?? "none"]]);
    }
  });

  it("sends to and consumes from exactly the queues that it is listed with", () => {
    for (const { purpose, uses, invokedBy } of Object.values<FunctionSpec>(FUNCTIONS)) {
      const queuesWith = (wanted: string): string[] =>
        allowedTo(stageTemplate("sandbox"), purpose)
          .filter((statement) => actions(statement).includes(wanted))
          .flatMap((statement) => list(statement.Resource).map(referred))
          .filter((id) => !/Lost/.test(id)) // where a function's own given-up events go
          .map((id) => id.replace(/^PayoutsTendQueue.*/, "batches").replace(/^PayoutsSendQueue.*/, "payouts"))
          .map((id) => id.replace(/^DaysCloseQueue.*/, "days").replace(/^WebhooksSendQueue.*/, "webhooks"))
          .sort();
      const listed = (how: "send" | "consume"): string[] =>
        (["batches", "days", "payouts", "webhooks"] as const).filter(
          (key) => uses.queues?.[key]?.includes(how) === true,
        );
      expect(queuesWith("sqs:SendMessage"), purpose).toEqual(listed("send"));
      expect(queuesWith("sqs:ReceiveMessage"), purpose).toEqual(listed("consume"));
      expect(listed("consume").length > 0, purpose).toBe(invokedBy === "queue");
    }
  });

  it("uses the key only through the service whose data it seals, and for one thing", () => {
    for (const policy of everyStage().flatMap(functionPolicies)) {
      for (const statement of statementsOf(policy)) {
        if (!actions(statement).some((action) => action.startsWith("kms:"))) continue;
        const told = Object.keys(statement.Condition?.["StringEquals"] ?? {}).sort();
        // Looking at a key says nothing of what it seals, so it is told of no thing.
        const isLook = actions(statement).every((action) => action === "kms:DescribeKey");
        const thing = isLook ? [] : [expect.stringMatching(/^kms:EncryptionContext:/)];
        expect(told, policy.id).toEqual([...thing, "kms:ViaService"]);
      }
    }
  });

  it("is open, in tables that hold several kinds of items, for kinds that are named", () => {
    for (const policy of everyStage().flatMap(functionPolicies)) {
      for (const statement of statementsOf(policy)) {
        if (!/Coordination|Directory|Idempotency|Webhooks[0-9A-F]{8}Arn/.test(JSON.stringify(statement.Resource)))
          continue;
        if (actions(statement).some((action) => !action.startsWith("dynamodb:") || action === "dynamodb:Query"))
          continue;
        const keys = list(statement.Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"]);
        for (const key of keys) expect(key, policy.id).toMatch(/^\w+[#_]\*$/);
      }
    }
  });

  it("is said in one managed policy that fits in what IAM takes, and in none inside a role", () => {
    const Said = z.object({ PolicyDocument: z.unknown(), Roles: z.array(z.string()) });
    const policies = localStage().ofType("AWS::IAM::ManagedPolicy");
    const said = policies.map((policy) => ({ id: policy.logicalId, ...policy.properties(Said) }));
    for (const { id, PolicyDocument } of said) {
      const text = JSON.stringify(PolicyDocument);
      // In an account each name has an ending, and the stage's may be longer.
      expect(text.length + (text.match(/arn:aws:/g)?.length ?? 0) * 20, id).toBeLessThan(6_144);
    }
    const roles = said.flatMap(({ Roles }) => Roles);
    expect(new Set(roles).size).toBe(roles.length);
    for (const assembled of everyStage()) {
      expect(ofType(assembled, "AWS::IAM::Policy"), assembled.stage).toEqual([]);
      for (const { id, Properties } of ofType(assembled, "AWS::IAM::Role"))
        expect(Properties["Policies"], id).toBeUndefined();
    }
  });

  it("is the same in every stage, so that what the sandbox holds to it holds where money moves", () => {
    const granted = (stage: "local" | "sandbox" | "production"): readonly string[] =>
      functionPolicies(stageTemplate(stage))
        .map(({ id, Properties }) => `${id} ${JSON.stringify(Properties["PolicyDocument"])}`)
        .map((text) => text.replaceAll(`-${stage}:`, "-stage:"))
        .sort();
    expect(granted("sandbox")).toEqual(granted("local"));
    expect(granted("production")).toEqual(granted("local"));
  });

  it("names actions that AWS knows, on resources that they know", async () => {
    const faults = new Set<string>();
    for (const { Properties } of ofType(stageTemplate("local"), "AWS::IAM::ManagedPolicy"))
      for (const action of (Properties["PolicyDocument"].Statement as readonly Statement[]).flatMap(actions)) {
        const asked = {
          action,
          principal: "arn:aws:iam::000000000000:role/Any",
          resource: EVERYTHING,
          contextVariables: {},
        };
        const said = await runSimulation({ ...NOTHING, request: asked }, {});
        if (said.resultType === "error") faults.add(`${action}: ${said.errors.message}`);
      }
    expect([...faults]).toEqual([]);
  });
});

describe("who may call a function", () => {
  it("is API Gateway, EventBridge or Secrets Manager, from one place each", () => {
    for (const permission of everywhere("AWS::Lambda::Permission")) {
      expect(["apigateway.amazonaws.com", "events.amazonaws.com", "secretsmanager.amazonaws.com"]).toContain(
        permission.Properties["Principal"],
      );
      expect(permission.Properties["SourceArn"], permission.id).toBeDefined();
    }
  });
});
