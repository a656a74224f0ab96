/** The template's rotation schedules: which function rotates which secret, and how often. */
import { randomUUID } from "node:crypto";
import * as z from "zod";

import type { Functions } from "../../lambda/read-functions.ts";
import type { Deployment } from "../../template/deployment.ts";
import type { RequirePermission } from "../../template/permissions.ts";
import type { Schedule } from "../schedules/schedule.ts";
import type { Rotations } from "./rotations.ts";
import type { SecretStore } from "./secret-store.ts";

/** Strict, so that a setting which is not run here is named and not ignored. */
const Properties = z.strictObject({
  SecretId: z.string(),
  RotationLambdaARN: z.string(),
  RotationRules: z.strictObject({ AutomaticallyAfterDays: z.number().int().min(1).max(1000) }),
  // What would begin a rotation with every change of the schedule.
  RotateImmediatelyOnUpdate: z.literal(false),
});

const DAY_MS = 86_400_000;

export type ReadRotationsOptions = {
  readonly deployment: Deployment;
  readonly functions: Pick<Functions, "find">;
  readonly requirePermission: RequirePermission;
  readonly secrets: SecretStore;
  readonly rotations: Rotations;
};

/** Each of them as a schedule. Throws for one whose function Secrets Manager may not invoke. */
export const readRotations = (options: ReadRotationsOptions): readonly Schedule[] =>
  options.deployment.ofType("AWS::SecretsManager::RotationSchedule").map((resource) => {
    const { SecretId: arn, RotationLambdaARN: functionArn, RotationRules: rules } = resource.properties(Properties);
    options.requirePermission({ functionArn, principal: "secretsmanager.amazonaws.com", sourceArn: arn });
    options.rotations.connect(arn, options.functions.find(functionArn));
    return {
      logicalId: resource.logicalId,
      next: (afterMs: number) => afterMs + rules.AutomaticallyAfterDays * DAY_MS,
      run() {
        const secret = options.secrets.find(arn);
        if (secret !== null) options.rotations.begin(secret, randomUUID());
      },
    };
  });
