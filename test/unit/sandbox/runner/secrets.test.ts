import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { generateSecret, GenerateSecretString } from "../../../../sandbox/aws/secrets/generate-secret.ts";
import { createSecretStore } from "../../../../sandbox/aws/secrets/secret-store.ts";
import type { SecretStore } from "../../../../sandbox/aws/secrets/secret-store.ts";
import { createSecretsService } from "../../../../sandbox/aws/secrets/secrets-service.ts";

const ARN = "arn:aws:secretsmanager:af-south-1:000000000000:secret:Pepper-abc123";

/** A service with one secret, whose versions are called v1, v2, ... */
const service = (firstValue: string | null = "one") => {
  let made = 0;
  const newId = (): string => `v${(made += 1)}`;
  const store = createSecretStore({ now: () => 1_000, newId });
  store.ensure({ arn: ARN, name: "Pepper" }, () => firstValue);
  const answer = createSecretsService(store, newId);
  const ask = (operation: string, input: Record<string, unknown> = {}) => {
    const reply = answer(
      { caller: "Test", service: "secretsmanager", operation },
      JSON.stringify({ SecretId: ARN, ...input }),
    );
    return { status: reply.status, body: reply.body as Record<string, unknown> };
  };
  const valueOf = (VersionStage: string): unknown => ask("GetSecretValue", { VersionStage }).body["SecretString"];
  return { ask, valueOf };
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
