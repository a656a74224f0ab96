/** The words of `npm run malipo`, read once. What must stay true: no word that is wrong is repeated; it may be a key. */
import { parseArgs } from "node:util";
import { CalledWrongly } from "../refusal.ts";

export type Command =
  | { readonly command: "help" }
  /** `forwardTo` null: only show what comes. */
  | { readonly command: "listen"; readonly forwardTo: URL | null }
  | { readonly command: "trigger"; readonly event: string; readonly code: string | null }
  | { readonly command: "pay"; readonly phone: string; readonly amount: number; readonly reference: string | null };

export type Words = Command & {
  /** Where the gateway is, without a slash at its end. */
  readonly url: string;
};

const SANDBOX = "http://127.0.0.1:8080";

const OPTIONS = {
  url: { type: "string", default: SANDBOX },
  "forward-to": { type: "string" },
  code: { type: "string" },
  reference: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** Which options belong to which command; `url` and `help` belong to all. */
const TAKEN: Readonly<Record<string, readonly string[]>> = {
  listen: ["forward-to"],
  trigger: ["code"],
  pay: ["reference"],
};

const split = (words: readonly string[]) => {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (fault) {
    const names = Object.keys(OPTIONS).filter((name) => name !== "help");
    const known = names.map((name) => `--${name}`).join(", ");
    throw new CalledWrongly(`The options are ${known}, each followed by its value; --help shows how.`, {
      cause: fault,
    });
  }
};

const addressOf = (text: string, name: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && ["http:", "https:"].includes(url.protocol)) return url;
  throw new CalledWrongly(`--${name} is an address such as http://localhost:3000/hooks.`);
};

const LARGEST_AMOUNT = 250_000;

const amountOf = (text: string): number => {
  const amount = Number(text.replaceAll(",", ""));
  if (Number.isInteger(amount) && amount >= 1 && amount <= LARGEST_AMOUNT) return amount;
  throw new CalledWrongly("The amount is a number of whole shillings from 1 to 250,000.");
};

/** @throws CalledWrongly with one sentence when the words are none of this command's. */
export const readWords = (words: readonly string[]): Words => {
  const { values, positionals } = split(words);
  const [command, first, second, ...more] = positionals;
  const url = addressOf(values.url, "url").href.replace(/\/+$/, "");
  if (values.help === true) return { command: "help", url };
  const taken = TAKEN[command ?? ""];
  if (taken === undefined) throw new CalledWrongly("Say what to do: listen, trigger or pay; --help shows how.");
  const stray = Object.keys(values).find((name) => name !== "url" && !taken.includes(name));
  if (stray !== undefined) throw new CalledWrongly(`${command} takes no --${stray}; --help shows how.`);
  if (command === "listen" && first === undefined) {
    const target = values["forward-to"];
    return { command, url, forwardTo: target === undefined ? null : addressOf(target, "forward-to") };
  }
  if (command === "trigger" && first !== undefined && second === undefined)
    return { command, url, event: first, code: values.code ?? null };
  if (command === "pay" && first !== undefined && second !== undefined && more.length === 0)
    return { command, url, phone: first, amount: amountOf(second), reference: values.reference ?? null };
  throw new CalledWrongly(`That is not how ${command} is called; --help shows how.`);
};
