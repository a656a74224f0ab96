/** Secrets Manager, as a person's command needs it: the value in force, and a new one. Values pass through, nothing keeps them. */
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-secrets-manager";

export interface SecretVault {
  /** The text in force; null when nobody has stored one. */
  read(arn: string): Promise<string | null>;
  /** Puts `text` in force. The value before stays in Secrets Manager as the previous version. */
  write(arn: string, text: string): Promise<void>;
}

export const secretsManagerVault = (client: Pick<SecretsManagerClient, "send">): SecretVault => ({
  read: async (arn) => {
    try {
      const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
      return text ?? null;
    } catch (fault) {
      // A secret without any value answers like one that is not there; its ARN comes from the stack, so it is there.
      if (fault instanceof ResourceNotFoundException) return null;
      throw fault;
    }
  },
  write: async (arn, text) => {
    await client.send(new PutSecretValueCommand({ SecretId: arn, SecretString: text }));
  },
});
