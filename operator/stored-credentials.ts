/** The Daraja credentials that a stage has, read as the gateway reads them. */
import type { DeployedStageName } from "./arguments.ts";
import { checkFields, knownFields } from "./credential-fields.ts";
import type { Storable } from "./credential-fields.ts";
import { NotDone } from "./refusal.ts";
import type { SecretVault } from "./secret-vault.ts";

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

const adviceFor = (stage: DeployedStageName): string => `store them with: npm run credentials -- put --stage ${stage}`;

/** A version's text as credentials. @throws NotDone when it is not usable; no value of it is repeated. */
export const readCredentials = (text: string, stage: DeployedStageName): Storable => {
  const checked = checkFields(knownFields(readJson(text)));
  if (checked.ok) return checked.storable;
  const reasons = checked.mistakes.join("; ");
  throw new NotDone(
    `What is stored for the stage ${stage} is not usable as Daraja credentials (${reasons}): ${adviceFor(stage)}`,
  );
};

/** What is in force. @throws NotDone when there is nothing, or nothing usable; no value of it is repeated. */
export const storedCredentials = async (
  vault: SecretVault,
  stage: DeployedStageName,
  arn: string,
): Promise<Storable> => {
  const text = await vault.read(arn);
  if (text === null) throw new NotDone(`The stage ${stage} has no Daraja credentials yet: ${adviceFor(stage)}`);
  return readCredentials(text, stage);
};
