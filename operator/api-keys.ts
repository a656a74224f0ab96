/**
 * Makes and revokes API keys, which live in two places: the directory, which lets a key in, and API Gateway, which
 * meters it. What must stay true: a key's text exists only in the answer of `create`; a key that could not be metered is
 * shut again before anybody sees it; revoking shuts the door first and tidies up after.
 */
import { encode32 } from "../functions/domain/ids.ts";
import type { Scope } from "../functions/domain/scopes.ts";
import type { ApiKey, Directory } from "../functions/store/directory.ts";
import type { DeployedStageName } from "./arguments.ts";
import type { Metering } from "./metering.ts";
import { NotDone, explain } from "./refusal.ts";

export interface ApiKeysDeps {
  readonly stage: DeployedStageName;
  readonly directory: Pick<Directory, "createKey" | "revokeKey" | "listKeys" | "storefront" | "putStorefront">;
  readonly metering: Metering;
  readonly randomBytes: (count: number) => Uint8Array;
}

export interface WantedKey {
  readonly storefront: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly tier: string;
  /** The id of the tier's usage plan. */
  readonly planId: string;
}

export interface CreatedKey {
  readonly key: ApiKey;
  readonly clearText: string;
  /** The storefront was not known before. */
  readonly isFirst: boolean;
}

/** 160 bits; API Gateway wants at least 20 characters. */
const USAGE_BYTES = 20;

/** What API Gateway calls the meter of a key. */
const meterName = (stage: DeployedStageName, keyId: string): string => `malipo-${stage}-${keyId}`;

/** Shuts a key that could not be metered. Throws in every case: the key was not made, or a person has to shut it. */
const undo = async (deps: ApiKeysDeps, key: ApiKey, because: string): Promise<never> => {
  try {
    await deps.directory.revokeKey(key.id);
    await deps.metering.remove(meterName(deps.stage, key.id));
  } catch (fault) {
    throw new NotDone(
      `Half done: ${because} What was begun could not be taken back (${explain(fault)}) Nobody has seen the key ${key.id}; shut it with: npm run keys -- revoke --stage ${deps.stage} --id ${key.id}`,
    );
  }
  throw new NotDone(`No key was made: ${because} What was begun was taken back; it is safe to try again.`);
};

/** Makes a key and meters it. @throws NotDone when it could not be metered. */
export const createApiKey = async (deps: ApiKeysDeps, wanted: WantedKey): Promise<CreatedKey> => {
  const { planId, ...description } = wanted;
  const isFirst = (await deps.directory.storefront(wanted.storefront)) === null;
  if (isFirst) {
    const { storefront: id } = wanted;
    await deps.directory.putStorefront({ id, name: id, shortcode: null, references: [], isDefault: false });
  }
  const usageIdentifier = `malipo-${deps.stage}-${encode32(deps.randomBytes(USAGE_BYTES))}`;
  const mode = deps.stage === "production" ? "live" : "test";
  const { key, clearText } = await deps.directory.createKey({ ...description, usageIdentifier, mode });
  try {
    await deps.metering.add({ name: meterName(deps.stage, key.id), usageIdentifier, planId });
  } catch (fault) {
    return undo(deps, key, explain(fault));
  }
  return { key, clearText, isFirst };
};

/** Shuts a key for good. Safe to repeat. @throws NotDone when there is no such key, or when its meter is left over. */
export const revokeApiKey = async (deps: ApiKeysDeps, id: string): Promise<void> => {
  if (!(await deps.directory.revokeKey(id)))
    throw new NotDone(
      `There is no key ${id} on the stage ${deps.stage}: npm run keys -- list --stage ${deps.stage} --storefront ... shows the ids.`,
    );
  try {
    await deps.metering.remove(meterName(deps.stage, id));
  } catch (fault) {
    throw new NotDone(
      `The key ${id} is revoked and opens nothing any more, but its meter at API Gateway is left over: ${explain(fault)} Run the same command again.`,
    );
  }
};
