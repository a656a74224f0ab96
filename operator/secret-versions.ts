/**
 * Secrets Manager's versions, as a person's command needs them: one that is proposed before it is in force, and the way
 * back to the one before. What must stay true: what is in force changes by one move of a label and never by a half.
 */
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  RotateSecretCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { secretsManagerVault } from "./secret-vault.ts";
import type { SecretVault } from "./secret-vault.ts";

const LABELS = { current: "AWSCURRENT", pending: "AWSPENDING", previous: "AWSPREVIOUS" } as const;
export type Which = keyof typeof LABELS;

export interface VersionedVault extends SecretVault {
  /** The text of that version; null when there is none. What was proposed and is in force is not pending any more. */
  readVersion(arn: string, which: Which): Promise<string | null>;
  /** Keeps `text` as the pending version, in place of any other that was. */
  propose(arn: string, text: string): Promise<void>;
  /** Puts that version in force; what was becomes the previous one. False when there is no such version. */
  putInForce(arn: string, which: Exclude<Which, "current">): Promise<boolean>;
  /** Has the secret's function begin a rotation; gives the id of the version that comes of it. */
  rotate(arn: string): Promise<string>;
  isInForce(arn: string, version: string): Promise<boolean>;
}

export const secretsManagerVersions = (client: Pick<SecretsManagerClient, "send">): VersionedVault => {
  const labelled = async (arn: string): Promise<(which: Which) => string | null> => {
    const { VersionIdsToStages: labels = {} } = await client.send(new DescribeSecretCommand({ SecretId: arn }));
    const holder = (which: Which): string | null =>
      Object.entries(labels).find(([, stages]) => stages.includes(LABELS[which]))?.[0] ?? null;
    return (which) => (which === "pending" && holder("pending") === holder("current") ? null : holder(which));
  };
  return {
    ...secretsManagerVault(client),
    readVersion: async (arn, which) => {
      const id = (await labelled(arn))(which);
      if (id === null) return null;
      try {
        const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: arn, VersionId: id }));
        return text ?? null;
      } catch (fault) {
        // A rotation that was given up leaves a version without a value.
        if (fault instanceof ResourceNotFoundException) return null;
        throw fault;
      }
    },
    propose: async (arn, text) => {
      await client.send(
        new PutSecretValueCommand({ SecretId: arn, SecretString: text, VersionStages: [LABELS.pending] }),
      );
    },
    putInForce: async (arn, which) => {
      const holder = await labelled(arn);
      const [to, from] = [holder(which), holder("current")];
      if (to === null || from === null) return false;
      const move = { VersionStage: LABELS.current, MoveToVersionId: to, RemoveFromVersionId: from };
      await client.send(new UpdateSecretVersionStageCommand({ SecretId: arn, ...move }));
      return true;
    },
    rotate: async (arn) => {
      const { VersionId: version = "" } = await client.send(new RotateSecretCommand({ SecretId: arn }));
      return version;
    },
    isInForce: async (arn, version) => (await labelled(arn))("current") === version,
  };
};
