/** `npm run keys`: what the words mean, and what the person reads. The work is in api-keys.ts. */
import { isScope, SCOPES } from "../functions/domain/scopes.ts";
import type { Scope } from "../functions/domain/scopes.ts";
import { utcIso } from "../functions/domain/time.ts";
import type { ApiKey, Directory } from "../functions/store/directory.ts";
import { createApiKey, revokeApiKey } from "./api-keys.ts";
import type { ApiKeysDeps } from "./api-keys.ts";
import { readCommandLine, required, requiredStage } from "./arguments.ts";
import type { CommandLine } from "./arguments.ts";
import type { Metering } from "./metering.ts";
import { CalledWrongly } from "./refusal.ts";
import { dataStack, storefrontStack } from "./stage.ts";
import type { DataOutput, StorefrontOutput, ReadOutput, Stacks } from "./stage.ts";
import { storefrontOf } from "./storefront-id.ts";
import type { Terminal } from "./terminal.ts";

const HELP = `API keys of a deployed stage.

  npm run keys -- create --stage STAGE --storefront ID --name TEXT --scopes SCOPE,... [--tier standard|high]
  npm run keys -- list   --stage STAGE --storefront ID
  npm run keys -- revoke --stage STAGE --id key_...

STAGE is sandbox or production. A storefront's id is 2 to 32 lower-case letters, digits and dashes.
Scopes: ${SCOPES.join(", ")}.
The new key is printed once, on standard output alone, and can't be had again.`;

export interface KeysDeps {
  readonly stacks: Stacks;
  readonly metering: Metering;
  readonly directory: (data: ReadOutput<DataOutput>) => Directory;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly terminal: Terminal;
}

const KEY_ID = /^key_[0-9a-z]{20,40}$/;
const NAME = /^[\x20-\x7E]{1,60}$/;

const PLANS = { standard: "UsagePlanStandard", high: "UsagePlanHigh" } as const satisfies Record<
  string,
  StorefrontOutput
>;
type KeyTier = keyof typeof PLANS;
const isTier = (text: string): text is KeyTier => Object.hasOwn(PLANS, text);

const scopesOf = (line: CommandLine): readonly Scope[] => {
  const names = required(line, "scopes")
    .split(",")
    .map((name) => name.trim());
  const unknown = names.filter((name) => !isScope(name));
  if (unknown.length > 0)
    throw new CalledWrongly(`There is no scope ${unknown.join(", ")}. The scopes are ${SCOPES.join(", ")}.`);
  return SCOPES.filter((scope) => names.includes(scope));
};

const tierOf = (line: CommandLine): KeyTier => {
  const tier = line.option("tier") ?? "standard";
  if (isTier(tier)) return tier;
  throw new CalledWrongly(`--tier is one of ${Object.keys(PLANS).join(", ")}.`);
};

const nameOf = (line: CommandLine): string => {
  const name = required(line, "name");
  if (NAME.test(name)) return name;
  throw new CalledWrongly("--name is 1 to 60 printable ASCII characters.");
};

const keyIdOf = (line: CommandLine): string => {
  const id = required(line, "id");
  if (KEY_ID.test(id)) return id;
  throw new CalledWrongly("--id is a key's id, key_ and more; list shows it. Never pass the key itself to a command.");
};

const connect = async (deps: KeysDeps, line: CommandLine): Promise<ApiKeysDeps> => {
  const stage = requiredStage(line);
  const directory = deps.directory(await dataStack(deps.stacks, stage));
  return { stage, directory, metering: deps.metering, randomBytes: deps.randomBytes };
};

const create = async (deps: KeysDeps, line: CommandLine): Promise<void> => {
  const { terminal } = deps;
  const tier = tierOf(line);
  const wanted = { storefront: storefrontOf(line), name: nameOf(line), scopes: scopesOf(line), tier };
  const door = await storefrontStack(deps.stacks, requiredStage(line));
  const planId = door(PLANS[tier]);
  const { key, clearText, isFirst } = await createApiKey(await connect(deps, line), { ...wanted, planId });
  if (isFirst) terminal.say(`New storefront: ${key.storefront}.`);
  terminal.say(`Made ${key.id} for ${key.storefront}: ${key.scopes.join(", ")}; tier ${key.tier}.`);
  terminal.say(`It opens ${door("ApiBaseUrl")}. This is the key; it is shown this once:`);
  terminal.answer(clearText);
};

const describe = (key: ApiKey): string =>
  [
    key.id,
    key.revokedAt === null ? "living" : `revoked ${utcIso(key.revokedAt)}`,
    `made ${utcIso(key.createdAt)}`,
    key.mode,
    key.tier,
    key.scopes.join(","),
    key.name,
  ].join("\t");

const list = async (deps: KeysDeps, line: CommandLine): Promise<void> => {
  const storefront = storefrontOf(line);
  const { directory, stage } = await connect(deps, line);
  const keys = [...(await directory.listKeys(storefront))].sort((a, b) => a.createdAt - b.createdAt);
  if (keys.length === 0) deps.terminal.say(`The storefront ${storefront} has no keys on the stage ${stage}.`);
  for (const key of keys) deps.terminal.answer(describe(key));
};

const revoke = async (deps: KeysDeps, line: CommandLine): Promise<void> => {
  const id = keyIdOf(line);
  await revokeApiKey(await connect(deps, line), id);
  deps.terminal.say(`Revoked ${id}. API Gateway may let it in for up to one more minute.`);
};

const OPTIONS = ["stage", "storefront", "name", "scopes", "tier", "id"] as const;

/** Does what the words ask. @throws CalledWrongly or NotDone with a sentence for the person. */
export const keysCommand = async (deps: KeysDeps, words: readonly string[]): Promise<void> => {
  const line = readCommandLine(words, OPTIONS);
  if (line.wantsHelp) {
    deps.terminal.answer(HELP);
    return;
  }
  switch (line.action) {
    case "create":
      return create(deps, line);
    case "list":
      return list(deps, line);
    case "revoke":
      return revoke(deps, line);
    default:
      throw new CalledWrongly("Say what to do: create, list or revoke; --help shows how.");
  }
};
