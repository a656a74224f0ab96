/**
 * Permissions of the real template, held by running: what the Lambda service does in functions' names when it gives up is
 * done here with the template's own roles, and a role that is changed by one grant is told so by the grant's name.
 */
import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { Line } from "../../sandbox/aws/iam/record.ts";
import { summarise } from "../../sandbox/aws/iam/summary.ts";
import type { Summary } from "../../sandbox/aws/iam/summary.ts";
import { createAsyncInvoke } from "../../sandbox/lambda/async-invoke.ts";
import type { Resource } from "../../sandbox/template/deployment.ts";
import { findResource, functionCalled, guardOf, localStage } from "./local-stage.ts";

const anything = z.any();

describe("what Lambda gives up on", () => {
  const deployment = localStage();
  const guard = guardOf(deployment);

  it("goes to the failure queue of each function that nobody waits for, which its role allows", async () => {
    const sent: string[] = [];
    const invoke = createAsyncInvoke({
      deployment,
      sendInNameOf: (logicalId, queue) => {
        expect(guard.inNameOf(logicalId, { action: "sqs:SendMessage", resource: queue })).toBeNull();
        sent.push(queue);
        return Promise.resolve();
      },
      retryDelaysMs: [0],
    });
    const configured = deployment.ofType("AWS::Lambda::EventInvokeConfig");
    for (const fn of deployment.ofType("AWS::Lambda::Function")) await invoke.send(alwaysFailing(fn), {});
    expect(configured.length).toBeGreaterThan(0);
    expect(new Set(sent).size).toBe(configured.length);
  });

  it("goes to the failure queue of each function behind a stream, which its role allows", () => {
    const mappings = deployment
      .ofType("AWS::Lambda::EventSourceMapping")
      .map((mapping) => mapping.properties(anything) as MappingProperties)
      .flatMap(({ FunctionName: name, DestinationConfig: config }) =>
        config === undefined ? [] : [{ name, queue: config.OnFailure.Destination }],
      );
    expect(mappings.length).toBeGreaterThan(0);
    for (const { name, queue } of mappings) {
      const owner = deployment.ofType("AWS::Lambda::Function").find(({ ref }) => ref === name);
      expect(guard.inNameOf(owner?.logicalId ?? "", { action: "sqs:SendMessage", resource: queue })).toBeNull();
    }
  });
});

describe("a role that is changed by one grant", () => {
  const GIVEN = { Effect: "Allow", Resource: "*" };

  /** What a day's work of the authoriser shows: a key looked up, and the two secrets it needs. */
  const authorise = (change: (statements: WrittenStatement[]) => WrittenStatement[]): Summary => {
    let changed = 0;
    const deployment = localStage(({ stacks }) => {
      for (const { template } of stacks)
        for (const [id, { Properties }] of Object.entries(template.Resources))
          if (id.startsWith("AuthoriseRolePolicy")) {
            const { PolicyDocument: document } = Properties as { PolicyDocument: { Statement: WrittenStatement[] } };
            document.Statement = change(document.Statement);
            changed += 1;
          }
    });
    expect(changed).toBe(1);
    const lines: Line[] = [];
    const guard = guardOf(deployment, (...kept) => void lines.push(...kept));
    const caller = functionCalled(deployment, "authorise").logicalId;
    const asks = (service: "dynamodb" | "secretsmanager", operation: string, body: unknown): void =>
      void guard.permission({
        call: { caller, service, operation },
        url: "/",
        headers: {},
        body: JSON.stringify(body),
      });
    const TableName = findResource(deployment, "AWS::DynamoDB::Table", "Directory").ref;
    asks("dynamodb", "GetItem", { TableName, Key: { pk: { S: "key#hash" } } });
    for (const secret of ["Pepper", "Signing"])
      asks("secretsmanager", "GetSecretValue", {
        SecretId: findResource(deployment, "AWS::SecretsManager::Secret", secret).ref,
      });
    const group = functionCalled(deployment, "authorise").properties(anything) as FunctionProperties;
    for (const action of ["logs:CreateLogStream", "logs:PutLogEvents"]) {
      const stream = `log-group:${group.LoggingConfig.LogGroup}:log-stream:one`;
      guard.inNameOf(caller, { action, resource: `arn:aws:logs:af-south-1:000000000000:${stream}` });
    }
    const own = lines.filter((line) => line.caller === caller);
    return summarise(own);
  };

  it("by none, is exactly enough", () => {
    expect(authorise((statements) => statements)).toMatchObject({ missing: [], unused: [] });
  });

  it.each(["dynamodb:GetItem", "secretsmanager:GetSecretValue", "kms:Decrypt"])(
    "less, fails with the name of the missing action: %s",
    (action) => {
      const { missing } = authorise((statements) =>
        statements.filter(({ Action }) => ![Action].flat().includes(action)),
      );
      expect(missing.join("\n")).toContain(`does not allow ${action} on`);
    },
  );

  it.each(["dynamodb:DeleteItem", "s3:GetObject", "sqs:SendMessage"])(
    "more, fails with the name of the unused action: %s",
    (Action) => {
      const { missing, unused } = authorise((statements) => [...statements, { ...GIVEN, Action }]);
      expect(missing).toEqual([]);
      expect(unused).toEqual([expect.stringContaining(`never used ${Action} on`)]);
    },
  );
});

interface WrittenStatement {
  readonly Action: string | readonly string[];
}
interface FunctionProperties {
  readonly LoggingConfig: { readonly LogGroup: string };
}
interface MappingProperties {
  readonly FunctionName: string;
  readonly DestinationConfig?: { readonly OnFailure: { readonly Destination: string } };
}

/** A function in whose stead the service gives up. */
const alwaysFailing = (resource: Resource) => ({
  name: resource.ref,
  arn: resource.attribute("Arn"),
  invoke: () =>
    Promise.resolve({ ok: false as const, requestId: "", error: { errorType: "Error", errorMessage: "never works" } }),
  logs: () => [],
  instances: () => 0,
  running: () => 0,
  kill: () => Promise.resolve(0),
  close: () => Promise.resolve(),
});
