/** A secret that the stage made for itself, as a command needs it: read once, kept nowhere. */
import type * as z from "zod";
import { NotDone } from "./refusal.ts";
import type { SecretVault } from "./secret-vault.ts";

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** `name` is what a person calls it. @throws NotDone when it holds nothing usable; its text is never repeated. */
export const readStored = async <S extends z.ZodType>(
  vault: SecretVault,
  { name, arn, schema }: { readonly name: string; readonly arn: string; readonly schema: S },
): Promise<z.output<S>> => {
  const parsed = schema.safeParse(parseJson((await vault.read(arn)) ?? ""));
  if (parsed.success) return parsed.data;
  throw new NotDone(`The stage's ${name} secret holds nothing usable: deploy the stage again first.`);
};
