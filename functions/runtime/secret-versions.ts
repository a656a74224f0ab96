/**
 * The versions of a secret and their labels, as a rotation needs them. What must stay true: a version's value is written
 * once; the label AWSCURRENT moves only from the version that the caller has seen it on.
 */
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidParameterException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";

export const CURRENT = "AWSCURRENT";
export const PENDING = "AWSPENDING";

export interface SecretVersion {
  readonly id: string;
  readonly text: string;
  /** Epoch milliseconds. */
  readonly madeAt: number;
}

export interface SecretVersions {
  /** The labels of each version, by its id. */
  labels(secret: string): Promise<ReadonlyMap<string, readonly string[]>>;
  /** The version in force, or the pending one of that id; null when it has no value yet. */
  read(secret: string, pending?: string): Promise<SecretVersion | null>;
  /** Gives the pending version its value. One that has a value keeps it. */
  fill(secret: string, pending: string, text: string): Promise<void>;
  /** Puts the version `to` in force in place of `from`; false when `from` is not in force any more. */
  promote(secret: string, from: string, to: string): Promise<boolean>;
}

export const createSecretVersions = (
  client: Pick<SecretsManagerClient, "send"> = new SecretsManagerClient({ maxAttempts: 4 }),
): SecretVersions => ({
  labels: async (secret) => {
    const { VersionIdsToStages: labels = {} } = await client.send(new DescribeSecretCommand({ SecretId: secret }));
    return new Map(Object.entries(labels));
  },
  read: async (secret, pending) => {
    const which = pending === undefined ? { VersionStage: CURRENT } : { VersionStage: PENDING, VersionId: pending };
    try {
      const answer = await client.send(new GetSecretValueCommand({ SecretId: secret, ...which }));
      const { VersionId: id = "", SecretString: text, CreatedDate: madeAt } = answer;
      return text === undefined ? null : { id, text, madeAt: madeAt?.getTime() ?? 0 };
    } catch (fault) {
      if (fault instanceof ResourceNotFoundException) return null;
      throw fault;
    }
  },
  fill: async (secret, pending, text) => {
    const version = { ClientRequestToken: pending, SecretString: text, VersionStages: [PENDING] };
    try {
      await client.send(new PutSecretValueCommand({ SecretId: secret, ...version }));
    } catch (fault) {
      if (!(fault instanceof ResourceExistsException)) throw fault;
    }
  },
  promote: async (secret, from, to) => {
    const move = { VersionStage: CURRENT, RemoveFromVersionId: from, MoveToVersionId: to };
    try {
      await client.send(new UpdateSecretVersionStageCommand({ SecretId: secret, ...move }));
      return true;
    } catch (fault) {
      if (fault instanceof InvalidParameterException) return false;
      throw fault;
    }
  },
});
