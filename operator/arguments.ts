/** The command line, read with the rules that all commands share: long options, each once, nothing unknown, a stage. */
import { parseArgs } from "node:util";
import { STAGES } from "../lib/stage.ts";
import type { StageName } from "../lib/stage.ts";
import { CalledWrongly } from "./refusal.ts";

/** A stage that is deployed; the local one has no AWS account behind it. */
export type DeployedStageName = Exclude<StageName, "local">;

export interface CommandLine {
  /** The word after the command, such as `create`; null when there is none. */
  readonly action: string | null;
  readonly wantsHelp: boolean;
  readonly option: (name: string) => string | undefined;
  /** Whether an option without a value is there. */
  readonly has: (flag: string) => boolean;
}

const isDeployed = (name: string): name is DeployedStageName =>
  STAGES.some((stage) => stage === name && name !== "local");

/** @throws CalledWrongly when the words are not of this command's grammar; values are never repeated. */
export const readCommandLine = (
  words: readonly string[],
  options: readonly string[],
  flags: readonly string[] = [],
): CommandLine => {
  const grammar = {
    ...Object.fromEntries(options.map((name) => [name, { type: "string" } as const])),
    ...Object.fromEntries(flags.map((name) => [name, { type: "boolean" } as const])),
  };
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: { ...grammar, help: { type: "boolean", short: "h" } },
      allowPositionals: true,
      strict: true,
    });
    if (positionals.length > 1) throw new CalledWrongly("One action at a time; --help shows how.");
    const { help, ...given } = values;
    const texts = new Map(
      Object.entries(given).filter((pair): pair is [string, string] => typeof pair[1] === "string"),
    );
    const present = new Set(Object.entries(given).flatMap(([name, value]) => (value === true ? [name] : [])));
    return {
      action: positionals[0] ?? null,
      wantsHelp: help === true,
      option: (name) => texts.get(name),
      has: (flag) => present.has(flag),
    };
  } catch (fault) {
    if (fault instanceof CalledWrongly) throw fault;
    const names = options.map((name) => `--${name}`).join(", ");
    const alone = flags.length === 0 ? "" : `; and ${flags.map((name) => `--${name}`).join(", ")}, without one`;
    throw new CalledWrongly(`The options are ${names}, each followed by its value${alone}; --help shows how.`, {
      cause: fault,
    });
  }
};

/** @throws CalledWrongly when the option is missing. */
export const required = (line: CommandLine, name: string): string => {
  const value = line.option(name)?.trim();
  if (value === undefined || value === "") throw new CalledWrongly(`--${name} is missing; --help shows how.`);
  return value;
};

/** @throws CalledWrongly for anything but a stage that is deployed. */
export const requiredStage = (line: CommandLine): DeployedStageName => {
  const name = required(line, "stage");
  if (isDeployed(name)) return name;
  if (name === "local")
    throw new CalledWrongly("The local stage needs no operator: npm start makes its keys and credentials itself.");
  throw new CalledWrongly(`--stage is one of ${STAGES.filter(isDeployed).join(", ")}.`);
};
