/** Who rotates the stage's own secrets, when, and what that takes; and who may not. */
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { FUNCTIONS } from "../../lib/functions.ts";
import { everyStage, functionPolicies, ofType, referred } from "./assembled.ts";
import type { Assembled, Resource } from "./assembled.ts";

const idOf = (assembled: Assembled, type: string, fits: (resource: Resource) => boolean): string =>
  ofType(assembled, type).find(fits)?.id ?? "none";
const rotator = (assembled: Assembled): string =>
  idOf(assembled, "AWS::Lambda::Function", (fn) => fn.Properties["Description"] === FUNCTIONS["rotate-secret"].purpose);
const secretsCalled = (assembled: Assembled, ...names: readonly string[]): readonly string[] =>
  names.map((name) => idOf(assembled, "AWS::SecretsManager::Secret", ({ id }) => id.startsWith(name)));

describe("the signing secret and the pepper, and no other secret,", () => {
  it("rotate every 90 days, and not whenever somebody deploys", () => {
    for (const assembled of everyStage()) {
      const schedules = ofType(assembled, "AWS::SecretsManager::RotationSchedule").map(({ Properties }) => Properties);
      expect(schedules.map((schedule) => referred(schedule["SecretId"])).sort()).toEqual(
        [...secretsCalled(assembled, "SigningSecret", "PepperSecret")].sort(),
      );
      for (const schedule of schedules) {
        expect(referred(schedule["RotationLambdaARN"])).toBe(rotator(assembled));
        expect(schedule).toMatchObject({
          RotationRules: { AutomaticallyAfterDays: 90 },
          RotateImmediatelyOnUpdate: false,
        });
      }
    }
  });

  it("are rotated by a function that Secrets Manager alone may run, for each of them and this account", () => {
    for (const assembled of everyStage()) {
      const permissions = ofType(assembled, "AWS::Lambda::Permission")
        .map(({ Properties }) => Properties)
        .filter(({ FunctionName: name }) => referred(name) === rotator(assembled));
      expect(permissions.map(({ SourceArn: arn }) => referred(arn)).sort()).toEqual(
        [...secretsCalled(assembled, "SigningSecret", "PepperSecret")].sort(),
      );
      for (const { Principal: principal, SourceAccount: account } of permissions)
        expect({ principal, account }).toEqual({
          principal: "secretsmanager.amazonaws.com",
          account: { Ref: "AWS::AccountId" },
        });
    }
  });
});

const Document = z.object({
  Statement: z.array(
    z.object({ Action: z.union([z.string(), z.array(z.string())]).transform((action) => [action].flat()) }),
  ),
});

it("who lets requests in writes no key, and no other function writes a secret", () => {
  for (const assembled of everyStage()) {
    const mayDo = functionPolicies(assembled).map(({ id, Properties }) => ({
      id,
      actions: Document.parse(Properties["PolicyDocument"]).Statement.flatMap(({ Action: action }) => action),
    }));
    const writers = mayDo.filter(({ actions }) => actions.includes("secretsmanager:PutSecretValue"));
    expect(writers.map(({ id }) => id)).toEqual([expect.stringMatching(/^RotateSecret/)]);
    const [authorise] = mayDo.filter(({ id }) => id.startsWith("Authorise"));
    expect(authorise?.actions.filter((action) => /:(Put|Update|Delete|BatchWrite)Item$/.test(action))).toEqual([]);
  }
});
