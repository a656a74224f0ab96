/**
 * `npm run c2b`: opens a stage's shortcode for payments from the phone's menu, and says how far they were pulled. What
 * must stay true: a callback address is never printed, because whoever knows one can send callbacks; what M-PESA does not
 * tell is not claimed.
 */
import { addressSecrets, callbackUrl, checkCallbackUrl } from "../functions/daraja/callback-url.ts";
import type { Credentials } from "../functions/daraja/credentials.ts";
import type { DarajaEnvironment } from "../functions/daraja/environment.ts";
import { registerShortcode } from "../functions/daraja/register-shortcode.ts";
import type { RegisterDeps, WantedRegistration } from "../functions/daraja/register-shortcode.ts";
import { parseMsisdn } from "../functions/domain/msisdn.ts";
import type { Msisdn } from "../functions/domain/msisdn.ts";
import { utcIso } from "../functions/domain/time.ts";
import type { PullBook } from "../functions/store/pull-progress.ts";
import { stageFor } from "../lib/stages.ts";
import { readCommandLine, requiredStage } from "./arguments.ts";
import type { CommandLine } from "./arguments.ts";
import { pullWords, urlWords } from "./c2b-words.ts";
import { CalledWrongly, NotDone } from "./refusal.ts";
import { readRotating } from "./rotating.ts";
import type { SecretVault } from "./secret-vault.ts";
import { dataStack, gatewayStack } from "./stage.ts";
import type { DataOutput, ReadOutput, Stacks } from "./stage.ts";
import { storedCredentials } from "./stored-credentials.ts";
import type { Terminal } from "./terminal.ts";

const HELP = `Payments from the phone's menu (C2B) of a deployed stage.

  npm run c2b -- register --stage STAGE [--nominated 07...] [--version v1|v2] [--response-type Completed|Cancelled]
  npm run c2b -- status   --stage STAGE

STAGE is sandbox or production.
register tells M-PESA where to confirm payments to the shortcode and, if Safaricom has enabled validation, where to ask
before one. With --nominated, the Safaricom number in the organisation's details at M-PESA, it also lets the stage pull
what no confirmation told. v1 names payers by a hash of their number, v2 (the default) by a masked number. The response
type is what M-PESA does with a payment when the validation can't be reached: Completed (the default) takes it.
status says until when payments were pulled, what is wrong, and which spans only a statement can still explain.`;

export interface C2bDeps {
  readonly stacks: Stacks;
  readonly vault: SecretVault;
  readonly terminal: Terminal;
  /** Safaricom's Daraja as the stage calls it. */
  readonly daraja: (of: {
    readonly environment: DarajaEnvironment;
    readonly credentials: Credentials;
    readonly coordinationTable: string;
  }) => Pick<RegisterDeps, "c2b" | "pull">;
  readonly book: (coordinationTable: string) => Pick<PullBook, "read">;
}

const versionOf = (line: CommandLine): "v1" | "v2" => {
  const version = line.option("version") ?? "v2";
  if (version === "v1" || version === "v2") return version;
  throw new CalledWrongly("--version is v1 or v2.");
};

const whenSilentOf = (line: CommandLine): WantedRegistration["whenSilent"] => {
  const type = line.option("response-type") ?? "Completed";
  if (type === "Completed") return "accept";
  if (type === "Cancelled") return "reject";
  throw new CalledWrongly("--response-type is Completed or Cancelled.");
};

const nominatedOf = (line: CommandLine): Msisdn | null => {
  const text = line.option("nominated");
  if (text === undefined) return null;
  const parsed = parseMsisdn(text);
  if (parsed.ok) return parsed.msisdn;
  throw new CalledWrongly("--nominated is a Safaricom number, such as 0722000000.");
};

const credentialsOf = async (deps: C2bDeps, line: CommandLine, data: ReadOutput<DataOutput>): Promise<Credentials> =>
  (await storedCredentials(deps.vault, requiredStage(line), data("DarajaSecretArn"))).credentials;

const register = async (deps: C2bDeps, line: CommandLine): Promise<void> => {
  const how = { version: versionOf(line), whenSilent: whenSilentOf(line), nominatedNumber: nominatedOf(line) };
  const stage = requiredStage(line);
  const data = await dataStack(deps.stacks, stage);
  const baseUrl = (await gatewayStack(deps.stacks, stage))("CallbackBaseUrl");
  const environment = stageFor(stage).darajaEnvironment;
  const usable = checkCallbackUrl(baseUrl, environment);
  if (!usable.ok) throw new NotDone(`Nothing was registered: M-PESA can't call ${baseUrl}, because ${usable.because}.`);
  const credentials = await credentialsOf(deps, line, data);
  const { shortcode } = credentials;
  const signing = await readRotating(deps.vault, "signing", data("SigningSecretArn"));
  const client = deps.daraja({ environment, credentials, coordinationTable: data("CoordinationTableName") });
  const urlOf: RegisterDeps["callbackUrl"] = (kind, id) =>
    Promise.resolve(callbackUrl({ baseUrl, kind, id, secret: addressSecrets(kind, signing).signsWith }));
  const { urls, pull } = await registerShortcode({ ...client, callbackUrl: urlOf }, { shortcode, ...how });
  const told = [urlWords(urls, { shortcode, baseUrl }), pullWords(pull, shortcode)];
  for (const { done } of told) for (const sentence of done) deps.terminal.answer(sentence);
  const left = told.flatMap(({ left: words }) => words);
  if (left.length > 0) throw new NotDone(left.join(" "));
};

const status = async (deps: C2bDeps, line: CommandLine): Promise<void> => {
  const { answer } = deps.terminal;
  const data = await dataStack(deps.stacks, requiredStage(line));
  const { shortcode } = await credentialsOf(deps, line, data);
  const { pulledUntil, failing, lost } = await deps.book(data("CoordinationTableName")).read(shortcode);
  answer(
    pulledUntil === null
      ? `No payment of shortcode ${shortcode} was ever pulled completely.`
      : `Payments of shortcode ${shortcode} were pulled until ${utcIso(pulledUntil)}.`,
  );
  if (failing !== null)
    answer(`Pulling has not succeeded since ${utcIso(failing.since)}. The last time: ${failing.because}.`);
  for (const { from, until } of lost)
    answer(`Never pulled: ${utcIso(from)} to ${utcIso(until)}. Only a statement can tell of it; import one.`);
  deps.terminal.say("M-PESA does not tell which callback URLs are registered; its portal shows them.");
};

const OPTIONS = ["stage", "nominated", "version", "response-type"] as const;

/** Does what the words ask. @throws CalledWrongly or NotDone with a sentence for the person. */
export const c2bCommand = async (deps: C2bDeps, words: readonly string[]): Promise<void> => {
  const line = readCommandLine(words, OPTIONS);
  if (line.wantsHelp) {
    deps.terminal.answer(HELP);
    return;
  }
  switch (line.action) {
    case "register":
      return register(deps, line);
    case "status":
      return status(deps, line);
    default:
      throw new CalledWrongly("Say what to do: register or status; --help shows how.");
  }
};
