import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type * as z from "zod";

import { generateSecret, GenerateSecretString } from "../../../../sandbox/aws/secrets/generate-secret.ts";
import { readRotations } from "../../../../sandbox/aws/secrets/read-rotations.ts";
import { createRotations } from "../../../../sandbox/aws/secrets/rotations.ts";
import { createSecretStore } from "../../../../sandbox/aws/secrets/secret-store.ts";
import type { SecretStore } from "../../../../sandbox/aws/secrets/secret-store.ts";
import { createSecretsService } from "../../../../sandbox/aws/secrets/secrets-service.ts";

const ARN = "arn:aws:secretsmanager:af-south-1:000000000000:secret:Pepper-abc123";

/** A service with one secret, whose versions are called v1, v2, ... */
const service = (firstValue: string | null = "one", retryDelaysMs: readonly number[] = []) => {
  let made = 0;
  const newId = (): string => `v${(made += 1)}`;
  const store = createSecretStore({ now: () => 1_000, newId });
  store.ensure({ arn: ARN, name: "Pepper" }, () => firstValue);
  const troubles: string[] = [];
  const rotations = createRotations({
    store,
    retryDelaysMs,
    onTrouble: (_name, sentence) => void troubles.push(sentence),
  });
  const answer = createSecretsService({ store, newId, rotations });
  const ask = (operation: string, input: Record<string, unknown> = {}) => {
    const reply = answer(
      { caller: "Test", service: "secretsmanager", operation },
      JSON.stringify({ SecretId: ARN, ...input }),
    );
    return { status: reply.status, body: reply.body as Record<string, unknown> };
  };
  const valueOf = (VersionStage: string): unknown => ask("GetSecretValue", { VersionStage }).body["SecretString"];
  return { ask, valueOf, rotations, troubles, store };
};

describe("Secrets Manager's protocol", () => {
  test("gives the current value by ARN and by name", () => {
    const { ask } = service();
    const { body } = ask("GetSecretValue");
    expect(body).toMatchObject({
      ARN,
      Name: "Pepper",
      SecretString: "one",
      VersionStages: ["AWSCURRENT"],
      CreatedDate: 1,
    });
    expect(ask("GetSecretValue", { SecretId: "Pepper" }).body["SecretString"]).toBe("one");
  });

  test("a new current value moves the old one to previous", () => {
    const { ask, valueOf } = service();
    ask("PutSecretValue", { SecretString: "two" });
    expect([valueOf("AWSCURRENT"), valueOf("AWSPREVIOUS")]).toEqual(["two", "one"]);
    ask("PutSecretValue", { SecretString: "three" });
    expect([valueOf("AWSCURRENT"), valueOf("AWSPREVIOUS")]).toEqual(["three", "two"]);
    expect(ask("ListSecretVersionIds").body["Versions"]).toHaveLength(2);
  });

  test("a pending value is current only once its stage is moved, and can be moved back", () => {
    const { ask, valueOf } = service();
    const { VersionId: pending } = ask("PutSecretValue", { SecretString: "two", VersionStages: ["AWSPENDING"] }).body;
    expect([valueOf("AWSCURRENT"), valueOf("AWSPENDING")]).toEqual(["one", "two"]);
    ask("UpdateSecretVersionStage", {
      VersionStage: "AWSCURRENT",
      MoveToVersionId: pending,
      RemoveFromVersionId: "v1",
    });
    expect([valueOf("AWSCURRENT"), valueOf("AWSPREVIOUS")]).toEqual(["two", "one"]);
    ask("UpdateSecretVersionStage", {
      VersionStage: "AWSCURRENT",
      MoveToVersionId: "v1",
      RemoveFromVersionId: pending,
    });
    expect([valueOf("AWSCURRENT"), valueOf("AWSPREVIOUS")]).toEqual(["one", "two"]);
  });

  test("moving a stage must name the version that has it", () => {
    const { ask } = service();
    const { VersionId } = ask("PutSecretValue", { SecretString: "two", VersionStages: ["AWSPENDING"] }).body;
    const move = ask("UpdateSecretVersionStage", { VersionStage: "AWSCURRENT", MoveToVersionId: VersionId });
    expect(move).toMatchObject({ status: 400, body: { __type: "InvalidParameterException" } });
  });

  test("the same token with the same value is one version, with another value an error", () => {
    const { ask } = service();
    const ClientRequestToken = "0123456789abcdef0123456789abcdef";
    ask("PutSecretValue", { SecretString: "two", ClientRequestToken });
    expect(ask("PutSecretValue", { SecretString: "two", ClientRequestToken }).status).toBe(200);
    expect(ask("PutSecretValue", { SecretString: "three", ClientRequestToken }).body).toMatchObject({
      __type: "ResourceExistsException",
    });
    expect(ask("DescribeSecret").body["VersionIdsToStages"]).toEqual({
      v1: ["AWSPREVIOUS"],
      [ClientRequestToken]: ["AWSCURRENT"],
    });
  });

  test.each([
    ["an unknown secret", "GetSecretValue", { SecretId: "nobody" }, "ResourceNotFoundException"],
    ["a stage that no version has", "GetSecretValue", { VersionStage: "AWSPENDING" }, "ResourceNotFoundException"],
    ["a call without the value", "PutSecretValue", {}, "InvalidParameterException"],
    ["an operation that is not run", "DeleteSecret", {}, "UnknownOperationException"],
  ])("refuses %s in the service's words", (...[, operation, input, type]) => {
    expect(service().ask(operation, input)).toMatchObject({ status: 400, body: { __type: type } });
  });

  test("a secret that was made without a value has none until it is put", () => {
    const { ask, valueOf } = service(null);
    expect(ask("GetSecretValue").body["__type"]).toBe("ResourceNotFoundException");
    ask("PutSecretValue", { SecretString: "first" });
    expect(valueOf("AWSCURRENT")).toBe("first");
  });
});

describe("a rotation", () => {
  const TOKEN = "0123456789abcdef0123456789abcdef";
  /** A function that does each step as it is told, and fails in one as often as told. */
  const rotating = (failIn: string, times: number, retryDelaysMs: readonly number[] = []) => {
    const made = service("one", retryDelaysMs);
    const steps: string[] = [];
    let left = times;
    made.rotations.connect(ARN, {
      invoke: (event) => {
        const { Step, ClientRequestToken: version } = event as { Step: string; ClientRequestToken: string };
        steps.push(Step);
        if (Step === failIn && (left -= 1) >= 0)
          return Promise.resolve({
            ok: false,
            requestId: "",
            error: { errorType: "Error", errorMessage: "it failed" },
          });
        const pending = { SecretString: "two", VersionStages: ["AWSPENDING"], ClientRequestToken: version };
        if (Step === "createSecret") made.ask("PutSecretValue", pending);
        const move = { VersionStage: "AWSCURRENT", MoveToVersionId: version, RemoveFromVersionId: "v1" };
        if (Step === "finishSecret") made.ask("UpdateSecretVersionStage", move);
        return Promise.resolve({ ok: true, requestId: "", payload: null });
      },
    });
    return { ...made, steps, over: () => new Promise((resolve) => setImmediate(resolve)) };
  };

  test("begins with an empty version, runs the four steps, and answers before they are over", async () => {
    const { ask, valueOf, steps, over } = rotating("", 0);
    expect(ask("RotateSecret", { ClientRequestToken: TOKEN }).body).toMatchObject({ VersionId: TOKEN });
    expect(ask("DescribeSecret").body["VersionIdsToStages"]).toMatchObject({ v1: ["AWSCURRENT"] });
    await over();
    expect(steps).toEqual(["createSecret", "setSecret", "testSecret", "finishSecret"]);
    expect([valueOf("AWSCURRENT"), valueOf("AWSPREVIOUS")]).toEqual(["two", "one"]);
  });

  test("that failed stops, is told of, and goes on under the same version when the next is asked for", async () => {
    const { ask, valueOf, steps, over, troubles } = rotating("testSecret", 1);
    ask("RotateSecret", { ClientRequestToken: TOKEN });
    await over();
    expect(steps.at(-1)).toBe("testSecret");
    expect(troubles).toEqual(["Its rotation failed in testSecret: it failed"]);
    expect(valueOf("AWSCURRENT")).toBe("one");
    expect(ask("RotateSecret").body).toMatchObject({ __type: "InvalidRequestException" });
    await over();
    expect(ask("DescribeSecret").body["VersionIdsToStages"]).toMatchObject({ v1: ["AWSPREVIOUS"] });
    expect(ask("GetSecretValue").body).toMatchObject({ VersionId: TOKEN, SecretString: "two" });
  });

  test("that failed is begun again from its first step, as often as the service would", async () => {
    const { ask, valueOf, steps } = rotating("setSecret", 2, [0, 0]);
    ask("RotateSecret", { ClientRequestToken: TOKEN });
    await expect.poll(() => valueOf("AWSCURRENT")).toBe("two");
    expect(steps).toEqual([
      ...["createSecret", "setSecret", "createSecret", "setSecret"],
      ...["createSecret", "setSecret", "testSecret", "finishSecret"],
    ]);
  });

  test("of a secret that no function rotates is refused", () => {
    expect(service().ask("RotateSecret").body).toMatchObject({ __type: "InvalidRequestException" });
  });

  test("leaves a version without a value until it gets one", () => {
    const { ask } = rotating("createSecret", 1);
    ask("RotateSecret", { ClientRequestToken: TOKEN });
    expect(ask("GetSecretValue", { VersionStage: "AWSPENDING" }).body["__type"]).toBe("ResourceNotFoundException");
    ask("PutSecretValue", { SecretString: "two", VersionStages: ["AWSPENDING"], ClientRequestToken: TOKEN });
    expect(ask("GetSecretValue", { VersionStage: "AWSPENDING" }).body["SecretString"]).toBe("two");
  });
});

describe("a rotation schedule of the template", () => {
  const scheduled = (more: object = {}) => {
    const { rotations, store, ask } = service();
    const required: object[] = [];
    const rules = { RotationRules: { AutomaticallyAfterDays: 90 }, RotateImmediatelyOnUpdate: false, ...more };
    const properties = { SecretId: ARN, RotationLambdaARN: "arn:lambda", ...rules };
    const resource = { logicalId: "Rotationpepper", properties: (schema: z.ZodType) => schema.parse(properties) };
    const steps: string[] = [];
    const invoke = (event: unknown) => {
      steps.push((event as { Step: string }).Step);
      return Promise.resolve({ ok: true as const, requestId: "", payload: null });
    };
    const read = () =>
      readRotations({
        deployment: { ofType: () => [resource] } as never,
        functions: { find: () => ({ invoke }) as never },
        requirePermission: (invoker) => void required.push(invoker),
        secrets: store,
        rotations,
      });
    return { read, required, steps, ask };
  };
  const DAY_MS = 86_400_000;

  test("comes due after its days, and has the function called that Secrets Manager may call", async () => {
    const { read, required, steps, ask } = scheduled();
    const [schedule] = read();
    expect(required).toEqual([
      { functionArn: "arn:lambda", principal: "secretsmanager.amazonaws.com", sourceArn: ARN },
    ]);
    expect(schedule!.next(1_000)).toBe(1_000 + 90 * DAY_MS);
    schedule!.run(0);
    await expect.poll(() => steps).toEqual(["createSecret", "setSecret", "testSecret", "finishSecret"]);
    expect(ask("DescribeSecret").body["VersionIdsToStages"]).toMatchObject({ v1: ["AWSCURRENT"] });
  });

  test("is refused with a setting that is not run here", () => {
    expect(scheduled({ RotateImmediatelyOnUpdate: true }).read).toThrow(/RotateImmediatelyOnUpdate/);
    expect(scheduled({ HostedRotationLambda: {} }).read).toThrow(/HostedRotationLambda/);
  });
});

test("secrets in a file are found again by the next start, and only their owner may read them", () => {
  const directory = mkdtempSync(path.join(tmpdir(), "malipo-secrets-"));
  const file = path.join(directory, "secrets.json");
  const open = (): SecretStore => createSecretStore({ now: () => 0, newId: () => "v1", file });
  open().ensure({ arn: ARN, name: "Pepper" }, () => "one");
  const again = open();
  again.ensure({ arn: ARN, name: "Pepper" }, () => "another");
  expect(again.find(ARN)?.versions[0]?.value).toBe("one");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  rmSync(directory, { recursive: true });
});

describe("a generated value", () => {
  test("is a field of the template with the length and characters that were asked for", () => {
    const options = GenerateSecretString.parse({
      SecretStringTemplate: '{"user":"x"}',
      GenerateStringKey: "current",
      ExcludePunctuation: true,
      PasswordLength: 64,
    });
    expect(JSON.parse(generateSecret(options))).toEqual({
      user: "x",
      current: expect.stringMatching(/^[A-Za-z0-9]{64}$/),
    });
  });

  test("holds a character of each kind, whatever the dice say", () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (dice) => {
        const pick = (below: number): number => (dice.next().value as number) % below;
        const value = generateSecret(GenerateSecretString.parse({ PasswordLength: 4 }), pick);
        expect(value).toHaveLength(4);
        for (const kind of [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/]) expect(value).toMatch(kind);
      }),
    );
  });

  test("differs from the one before", () => {
    const options = GenerateSecretString.parse({});
    expect(generateSecret(options)).not.toBe(generateSecret(options));
  });
});
