/**
 * A stand-in for Secrets Manager that speaks its JSON 1.1 protocol: the operations that read a secret and that rotate it.
 * Names, stages and errors follow the service's API reference.
 */
import * as z from "zod";

import type { LocalService } from "../door/aws-door.ts";
import type { Rotations } from "./rotations.ts";
import type { Secret, SecretStore, SecretVersion } from "./secret-store.ts";

const Named = z.object({ SecretId: z.string() });
const Token = z.string().min(32).max(64).optional();
const GetSecretValue = Named.extend({ VersionId: z.string().optional(), VersionStage: z.string().optional() });
const PutSecretValue = Named.extend({
  ClientRequestToken: Token,
  SecretString: z.string().max(65_536),
  VersionStages: z.array(z.string()).min(1).max(20).default(["AWSCURRENT"]),
});
const UpdateSecretVersionStage = Named.extend({
  VersionStage: z.string(),
  RemoveFromVersionId: z.string().optional(),
  MoveToVersionId: z.string().optional(),
});

const RotateSecret = Named.extend({ ClientRequestToken: Token, RotateImmediately: z.literal(true).optional() });

type Reply = { status: number; body: unknown };
type Parts = {
  readonly store: SecretStore;
  readonly newId: () => string;
  readonly rotations: Pick<Rotations, "begin">;
};
type Operation = (parts: Parts, input: unknown) => Reply;

const ok = (body: unknown): Reply => ({ status: 200, body });
const refuse = (type: string, message: string): Reply => ({ status: 400, body: { __type: type, Message: message } });

/** Looks the secret up before the operation runs. */
const operation =
  <T extends { SecretId: string }>(
    schema: z.ZodType<T>,
    run: (context: Parts & { readonly secret: Secret }, input: T) => Reply,
  ): Operation =>
  (parts, input) => {
    const parsed = schema.safeParse(input);
    if (!parsed.success) return refuse("InvalidParameterException", z.prettifyError(parsed.error));
    const secret = parts.store.find(parsed.data.SecretId);
    if (secret === null) return refuse("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    return run({ ...parts, secret }, parsed.data);
  };

const OPERATIONS: Readonly<Record<string, Operation>> = {
  GetSecretValue: operation(GetSecretValue, ({ secret }, { VersionId, VersionStage }) => {
    const stage = VersionStage ?? (VersionId === undefined ? "AWSCURRENT" : null);
    const version = secret.versions.find(
      ({ id, stages }) => (VersionId === undefined || id === VersionId) && (stage === null || stages.includes(stage)),
    );
    if (version === undefined || version.value === null)
      return refuse("ResourceNotFoundException", valueNotFound(stage, VersionId));
    return ok({ ...label(secret), ...describeVersion(version), SecretString: version.value });
  }),
  PutSecretValue: operation(PutSecretValue, ({ store, secret, newId }, input) => {
    const id = input.ClientRequestToken ?? newId();
    const existing = secret.versions.find((version) => version.id === id);
    const isThere = existing !== undefined && existing.value !== null;
    if (isThere && existing.value !== input.SecretString) {
      return refuse("ResourceExistsException", "A version with this ClientRequestToken already has another value.");
    }
    const stages =
      secret.versions.length === 0 ? [...new Set([...input.VersionStages, "AWSCURRENT"])] : input.VersionStages;
    if (!isThere) store.put(secret, { id, value: input.SecretString, stages });
    return ok({ ...label(secret), VersionId: id, VersionStages: stages });
  }),
  DescribeSecret: operation(Named, ({ secret }) =>
    ok({
      ...label(secret),
      VersionIdsToStages: Object.fromEntries(secret.versions.map(({ id, stages }) => [id, stages])),
    }),
  ),
  ListSecretVersionIds: operation(Named, ({ secret }) =>
    ok({ ...label(secret), Versions: secret.versions.map(describeVersion) }),
  ),
  RotateSecret: operation(RotateSecret, ({ secret, newId, rotations }, { ClientRequestToken: id = newId() }) => {
    const because = rotations.begin(secret, id);
    return because === null ? ok({ ...label(secret), VersionId: id }) : refuse("InvalidRequestException", because);
  }),
  UpdateSecretVersionStage: operation(UpdateSecretVersionStage, ({ store, secret }, input) => {
    const { VersionStage: stage, RemoveFromVersionId: from = null, MoveToVersionId: to = null } = input;
    const holder = secret.versions.find(({ stages }) => stages.includes(stage))?.id ?? null;
    if (to !== null && !secret.versions.some(({ id }) => id === to)) {
      return refuse("ResourceNotFoundException", "Secrets Manager can't find the specified secret version.");
    }
    if ((holder !== null && to !== null && holder !== to && from !== holder) || (from !== null && from !== holder)) {
      return refuse("InvalidParameterException", `RemoveFromVersionId must name the version that has ${stage}.`);
    }
    if (stage === "AWSCURRENT" && to === null) {
      return refuse("InvalidParameterException", "You can't remove AWSCURRENT; move it to another version.");
    }
    store.moveStage(secret, { stage, from, to });
    return ok(label(secret));
  }),
};

/** Answers the SDK's calls from `store`. `newId` gives version ids (UUIDs). */
export const createSecretsService =
  (parts: Parts): LocalService =>
  ({ operation: name }, body) => {
    const run = OPERATIONS[name];
    if (run === undefined) return refuse("UnknownOperationException", `The sandbox does not know ${name}.`);
    const input: unknown = JSON.parse(body === "" ? "{}" : body);
    return run(parts, input);
  };

const label = ({ arn, name }: Secret): { ARN: string; Name: string } => ({ ARN: arn, Name: name });

const describeVersion = ({ id, stages, createdAt }: SecretVersion): Record<string, unknown> => ({
  VersionId: id,
  VersionStages: stages,
  CreatedDate: createdAt / 1000,
});

const valueNotFound = (stage: string | null, versionId: string | undefined): string =>
  stage === null
    ? `Secrets Manager can't find the specified secret value for VersionId: ${versionId ?? ""}`
    : `Secrets Manager can't find the specified secret value for staging label: ${stage}`;
