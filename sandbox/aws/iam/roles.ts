/**
 * The template's policies: what each function's role says, and what the things themselves say about who may use them. In
 * an account a missing permission shows when the first request meets it, which for a rare request is months later; here it
 * is refused the first time anything runs.
 */
import * as z from "zod";

import type { Deployment } from "../../template/deployment.ts";
import { TOLD } from "./needs.ts";
import type { Statement } from "./simulate.ts";

const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const conditionValue = z
  .union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number(), z.boolean()]))])
  .transform((value) => [value].flat().map(String));
const Condition = z.record(z.string(), z.record(z.string(), conditionValue)).default({});

/** A statement of a role: strict, because what is not read here would not be judged. */
const OfRole = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Action: oneOrMore,
  Resource: oneOrMore,
  Condition,
});
const RoleDocument = z.looseObject({ Statement: z.array(OfRole) });
const AnyDocument = z.looseObject({ Statement: z.array(z.looseObject({ Condition })) });

const PolicyProperties = z.object({ PolicyDocument: RoleDocument, Roles: z.array(z.string()).default([]) });
const RoleProperties = z.object({ Policies: z.array(z.object({ PolicyDocument: RoleDocument })).default([]) });
const FunctionProperties = z.object({ Role: z.string() });
const QueuePolicy = z.object({ PolicyDocument: AnyDocument, Queues: z.array(z.string()) });
const BucketPolicy = z.object({ PolicyDocument: AnyDocument, Bucket: z.string() });
const SecretPolicy = z.object({ ResourcePolicy: AnyDocument, SecretId: z.string() });
const KeyProperties = z.object({ KeyPolicy: AnyDocument });

export type Role = { readonly arn: string; readonly statements: readonly Statement[] };

/**
 * The role of each function, by the function's logical id. Policies that are in no template give nothing here. Throws for a
 * condition that can't be judged.
 */
export const readRoles = (deployment: Deployment): ReadonlyMap<string, Role> => {
  const attached = ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"].flatMap((type) =>
    deployment.ofType(type).map((policy) => policy.properties(PolicyProperties)),
  );
  const byArn = new Map<string, Role>();
  for (const role of deployment.ofType("AWS::IAM::Role")) {
    const own = role.properties(RoleProperties).Policies;
    const given = attached.filter(({ Roles: roles }) => roles.includes(role.ref));
    const statements = [...own, ...given].flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    byArn.set(role.attribute("Arn"), { arn: role.attribute("Arn"), statements });
  }
  const roles = new Map<string, Role>();
  for (const fn of deployment.ofType("AWS::Lambda::Function")) {
    const { Role: arn } = fn.properties(FunctionProperties);
    const role = byArn.get(arn) ?? { arn, statements: [] };
    refuseUntold(fn.logicalId, role.statements);
    roles.set(fn.logicalId, role);
  }
  return roles;
};

/** The policy of a thing itself, by its ARN; null when it has none. */
export const readResourcePolicies = (deployment: Deployment): ((arn: string) => unknown) => {
  const policies = new Map<string, z.infer<typeof AnyDocument>>();
  const arnOf = (type: string, ref: string): string =>
    deployment
      .ofType(type)
      .find((each) => each.ref === ref)
      ?.attribute("Arn") ?? ref;
  for (const policy of deployment.ofType("AWS::SQS::QueuePolicy")) {
    const { PolicyDocument: document, Queues: queues } = policy.properties(QueuePolicy);
    for (const queue of queues) policies.set(arnOf("AWS::SQS::Queue", queue), document);
  }
  for (const policy of deployment.ofType("AWS::S3::BucketPolicy")) {
    const { PolicyDocument: document, Bucket: bucket } = policy.properties(BucketPolicy);
    policies.set(arnOf("AWS::S3::Bucket", bucket), document);
  }
  for (const policy of deployment.ofType("AWS::SecretsManager::ResourcePolicy")) {
    const { ResourcePolicy: document, SecretId: secret } = policy.properties(SecretPolicy);
    policies.set(secret, document);
  }
  for (const key of deployment.ofType("AWS::KMS::Key"))
    policies.set(key.attribute("Arn"), key.properties(KeyProperties).KeyPolicy);
  return (arn) => policies.get(arn.startsWith("arn:aws:s3:::") ? (arn.split("/")[0] ?? arn) : arn) ?? null;
};

const refuseUntold = (logicalId: string, statements: readonly Statement[]): void => {
  for (const key of statements.flatMap(({ Condition }) => Object.values(Condition).flatMap(Object.keys)))
    if (!TOLD.includes(key) && !key.startsWith("kms:EncryptionContext:"))
      throw new Error(
        `The role of ${logicalId} has a condition on ${key}, which the sandbox does not tell policies. ` +
          "Teach sandbox/aws/iam/needs.ts to tell it as AWS does, or take the condition out.",
      );
};
