/** A secret that the stage made for itself, with the one before it. Read once per command, kept nowhere. */
import { Rotating } from "../functions/domain/rotating.ts";
import { NotDone } from "./refusal.ts";
import type { SecretVault } from "./secret-vault.ts";

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** @throws NotDone when the secret holds nothing usable; its text is never repeated. */
export const readRotating = async (vault: SecretVault, name: "pepper" | "signing", arn: string): Promise<Rotating> => {
  const parsed = Rotating.safeParse(parseJson((await vault.read(arn)) ?? ""));
  if (parsed.success) return parsed.data;
  throw new NotDone(`The stage's ${name} secret holds nothing usable: deploy the stage again first.`);
};
