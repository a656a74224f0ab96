/** A secret that the stage made for itself, with the one before it. */
import { Signing } from "../functions/domain/rotating.ts";
import type { SecretVault } from "./secret-vault.ts";
import { readStored } from "./stored-secret.ts";

/** @throws NotDone when the secret holds nothing usable; its text is never repeated. */
export const readRotating = (vault: SecretVault, name: "pepper" | "signing", arn: string): Promise<Signing> =>
  readStored(vault, { name, arn, schema: Signing });
