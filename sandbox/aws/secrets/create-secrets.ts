/** The template's secrets, with the values that CloudFormation would have generated. */
import * as z from "zod";

import type { Deployment } from "../../template/deployment.ts";
import { generateSecret, GenerateSecretString } from "./generate-secret.ts";
import type { SecretStore } from "./secret-store.ts";

const SecretProperties = z.object({
  SecretString: z.string().optional(),
  GenerateSecretString: GenerateSecretString.optional(),
});

export const createSecrets = (deployment: Deployment, store: SecretStore): void => {
  for (const resource of deployment.ofType("AWS::SecretsManager::Secret")) {
    const properties = resource.properties(SecretProperties);
    store.ensure({ arn: resource.ref, name: resource.attribute("Id") }, () => {
      if (properties.GenerateSecretString !== undefined) return generateSecret(properties.GenerateSecretString);
      return properties.SecretString ?? null;
    });
  }
};
