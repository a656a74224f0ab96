/**
 * `npm run storefronts`: which storefronts a stage has, and which payments from the phone's menu are theirs. What must stay
 * true: one reference leads to one storefront, and one storefront of a shortcode takes what leads to none.
 */
import type { Directory, Storefront } from "../functions/store/directory.ts";
import { readCommandLine, requiredStage } from "./arguments.ts";
import type { CommandLine } from "./arguments.ts";
import { CalledWrongly, NotDone } from "./refusal.ts";
import { dataStack } from "./stage.ts";
import type { DataOutput, ReadOutput, Stacks } from "./stage.ts";
import { storefrontOf } from "./storefront-id.ts";
import type { Terminal } from "./terminal.ts";

const HELP = `The storefronts of a deployed stage.

  npm run storefronts -- list --stage STAGE
  npm run storefronts -- put  --stage STAGE --storefront ID [--name TEXT] [--references PREFIX,...] [--default]

STAGE is sandbox or production. put makes a storefront or changes what is given of it.
References: a payment that a customer makes from the phone's menu belongs to the storefront whose prefix its account
number begins with, in any case; the longest prefix wins. --references "" takes them all away.
--default: payments whose account number fits no storefront come to this one, marked unmatched.`;

export interface StorefrontsDeps {
  readonly stacks: Stacks;
  readonly directory: (data: ReadOutput<DataOutput>) => Pick<Directory, "storefront" | "storefronts" | "putStorefront">;
  readonly terminal: Terminal;
}

const NAME = /^[^\p{Cc}]{1,60}$/u;
/** M-PESA takes 20 characters of an account number. */
const PREFIX = /^[\x21-\x2B\x2D-\x7E]{1,20}$/;
const MOST_PREFIXES = 50;

const nameOf = (line: CommandLine): string | null => {
  const name = line.option("name")?.trim();
  if (name === undefined || NAME.test(name)) return name ?? null;
  throw new CalledWrongly("--name is 1 to 60 characters.");
};

/** As they are kept: upper case, each once. */
const referencesOf = (line: CommandLine): readonly string[] | null => {
  const text = line.option("references");
  if (text === undefined) return null;
  const prefixes = text
    .split(",")
    .map((prefix) => prefix.trim().toUpperCase())
    .filter((prefix) => prefix !== "");
  if (prefixes.length > MOST_PREFIXES || !prefixes.every((prefix) => PREFIX.test(prefix)))
    throw new CalledWrongly(
      `--references is at most ${MOST_PREFIXES} prefixes with commas between, each of 1 to 20 printable ASCII characters without blanks.`,
    );
  return [...new Set(prefixes)];
};

const describe = ({ id, name, shortcode, references, isDefault }: Storefront): string =>
  [
    id,
    shortcode ?? "the stage's shortcode",
    references.length === 0 ? "no references" : references.join(","),
    isDefault ? "default" : "",
    name,
  ].join("\t");

const list = async (deps: StorefrontsDeps, line: CommandLine): Promise<void> => {
  const stage = requiredStage(line);
  const storefronts = await deps.directory(await dataStack(deps.stacks, stage)).storefronts();
  if (storefronts.length === 0) deps.terminal.say(`The stage ${stage} has no storefronts yet.`);
  else if (!storefronts.some(({ isDefault }) => isDefault))
    deps.terminal.say(
      "No storefront is the default: payments whose reference fits none belong to nobody in particular.",
    );
  for (const storefront of storefronts) deps.terminal.answer(describe(storefront));
};

/** Whether payments to one shortcode may be either's. Null is the stage's own, whichever that is. */
const shareShortcode = (one: Storefront, other: Storefront): boolean =>
  one.shortcode === null || other.shortcode === null || one.shortcode === other.shortcode;

/** @throws NotDone when another storefront of the shortcode has one of the prefixes. */
const refuseTaken = (wanted: Storefront, others: readonly Storefront[]): void => {
  for (const other of others) {
    const { id, references } = other;
    if (!shareShortcode(wanted, other)) continue;
    const taken = references.find((prefix) => wanted.references.includes(prefix.toUpperCase()));
    if (taken !== undefined)
      throw new NotDone(`Nothing was changed: references that begin with ${taken} belong to the storefront ${id}.`);
  }
};

const put = async (deps: StorefrontsDeps, line: CommandLine): Promise<void> => {
  const id = storefrontOf(line);
  const [name, references] = [nameOf(line), referencesOf(line)];
  const directory = deps.directory(await dataStack(deps.stacks, requiredStage(line)));
  const before = await directory.storefront(id);
  const wanted: Storefront = {
    id,
    name: name ?? before?.name ?? id,
    shortcode: before?.shortcode ?? null,
    references: references ?? before?.references ?? [],
    isDefault: line.has("default") || (before?.isDefault ?? false),
  };
  const others = (await directory.storefronts()).filter((other) => other.id !== id);
  refuseTaken(wanted, others);
  await directory.putStorefront(wanted);
  for (const other of line.has("default") ? others : []) {
    if (!other.isDefault || !shareShortcode(wanted, other)) continue;
    await directory.putStorefront({ ...other, isDefault: false });
    deps.terminal.say(`${other.id} is no longer the default.`);
  }
  deps.terminal.say(`${before === null ? "Made" : "Changed"} ${id}. Running functions know it within a few minutes.`);
  deps.terminal.answer(describe(wanted));
};

/** Does what the words ask. @throws CalledWrongly or NotDone with a sentence for the person. */
export const storefrontsCommand = async (deps: StorefrontsDeps, words: readonly string[]): Promise<void> => {
  const line = readCommandLine(words, ["stage", "storefront", "name", "references"], ["default"]);
  if (line.wantsHelp) {
    deps.terminal.answer(HELP);
    return;
  }
  switch (line.action) {
    case "list":
      return list(deps, line);
    case "put":
      return put(deps, line);
    default:
      throw new CalledWrongly("Say what to do: list or put; --help shows how.");
  }
};
