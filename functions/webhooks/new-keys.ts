/** A new generation of an endpoint's keys: sealed to be kept, and as its owner is shown them this once. */
import type { EndpointSecrets } from "../domain/webhook-endpoint.ts";
import { KEY_MATERIAL_BYTES, endpointKeys, shownKeys } from "./endpoint-keys.ts";
import type { KeyVault } from "./endpoint-keys.ts";

export interface NewKeysDeps {
  readonly keyVault: Pick<KeyVault, "seal">;
  readonly randomBytes: (count: number) => Uint8Array;
}

export interface NewKeys {
  readonly secrets: EndpointSecrets;
  readonly shown: { readonly v1: string; readonly v1a_public_key: string };
}

export const newKeys = async (
  { keyVault, randomBytes }: NewKeysDeps,
  endpoint: string,
  madeAt: number,
): Promise<NewKeys> => {
  const material = randomBytes(KEY_MATERIAL_BYTES);
  const { v1, v1a } = shownKeys(endpointKeys(material));
  return {
    secrets: { sealed: await keyVault.seal(endpoint, material, madeAt), madeAt },
    shown: { v1, v1a_public_key: v1a },
  };
};
