/**
 * `npm run credentials`: stores a stage's Daraja credentials, or says whether they are there and work. What must stay
 * true: nothing that was stored or typed is ever printed; a fingerprint is.
 */
import { DARAJA } from "../functions/daraja/environment.ts";
import type { Fetch } from "../functions/daraja/exchange.ts";
import { createTokenFetcher } from "../functions/daraja/oauth.ts";
import { TokenUnavailable } from "../functions/daraja/token.ts";
import type { Clock } from "../functions/domain/clock.ts";
import { stageFor } from "../lib/stages.ts";
import { readCommandLine, requiredStage } from "./arguments.ts";
import type { CommandLine } from "./arguments.ts";
import { checkFields, FIELDS } from "./credential-fields.ts";
import type { Storable } from "./credential-fields.ts";
import type { CredentialInput } from "./credential-input.ts";
import { CalledWrongly, NotDone } from "./refusal.ts";
import type { SecretVault } from "./secret-vault.ts";
import { dataStack } from "./stage.ts";
import type { Stacks } from "./stage.ts";
import { storedCredentials } from "./stored-credentials.ts";
import type { Terminal } from "./terminal.ts";

const HELP = `The Daraja credentials of a deployed stage.

  npm run credentials -- put   --stage STAGE    asks for them, or reads one JSON object from a pipe, and stores them
  npm run credentials -- check --stage STAGE    says whether they are stored, and asks Daraja for a token with them

STAGE is sandbox or production. Fields: ${FIELDS.join(", ")}.
Neither command prints what is stored; both print the same fingerprint for the same credentials.`;

export interface CredentialsDeps {
  readonly stacks: Stacks;
  readonly vault: SecretVault;
  readonly input: CredentialInput;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly terminal: Terminal;
}

const secretOf = async (deps: CredentialsDeps, line: CommandLine): Promise<string> =>
  (await dataStack(deps.stacks, requiredStage(line)))("DarajaSecretArn");

const tell = (terminal: Terminal, { set, fingerprint }: Storable): void => {
  const unset = FIELDS.filter((field) => !set.includes(field));
  terminal.answer(`Set: ${set.join(", ")}.`);
  if (unset.length > 0) terminal.answer(`Not set: ${unset.join(", ")}.`);
  terminal.answer(`Fingerprint: ${fingerprint}`);
};

const put = async (deps: CredentialsDeps, line: CommandLine): Promise<void> => {
  const arn = await secretOf(deps, line);
  const checked = checkFields(await deps.input.read());
  if (!checked.ok) throw new NotDone(`Nothing was stored. ${checked.mistakes.join("; ")}.`);
  const secret = checked.storable;
  await deps.vault.write(arn, secret.text);
  deps.terminal.say(`Stored for the stage ${requiredStage(line)}. Running functions use it within a minute.`);
  tell(deps.terminal, secret);
};

const check = async (deps: CredentialsDeps, line: CommandLine): Promise<void> => {
  const { terminal, fetch, clock } = deps;
  const secret = await storedCredentials(deps.vault, requiredStage(line), await secretOf(deps, line));
  tell(terminal, secret);
  const { baseUrl } = DARAJA[stageFor(requiredStage(line)).darajaEnvironment];
  const fetchToken = createTokenFetcher({
    baseUrl,
    credentials: () => Promise.resolve(secret.credentials),
    fetch,
    clock,
  });
  try {
    await fetchToken();
  } catch (fault) {
    if (!(fault instanceof TokenUnavailable)) throw fault;
    const advice =
      fault.failure === "merchant_misconfigured"
        ? "Compare both with Safaricom's portal, and make sure that they belong to this environment."
        : "That says nothing about the credentials; try again in a few minutes.";
    throw new NotDone(`The credentials are stored, but ${fault.message} at ${baseUrl}. ${advice}`);
  }
  terminal.answer(`Daraja at ${baseUrl} gave a token for the consumer key and secret.`);
  if (secret.credentials.initiator !== null)
    terminal.answer("The initiator's password can be encrypted with the certificate.");
  terminal.say("Passkey and shortcode show only with a first payment; a payment of 1 shilling tells.");
  if (secret.credentials.initiator !== null)
    terminal.say("The initiator shows with the next balance question; asking here could lock it.");
};

/** Does what the words ask. @throws CalledWrongly or NotDone with a sentence for the person. */
export const credentialsCommand = async (deps: CredentialsDeps, words: readonly string[]): Promise<void> => {
  const line = readCommandLine(words, ["stage"]);
  if (line.wantsHelp) {
    deps.terminal.answer(HELP);
    return;
  }
  switch (line.action) {
    case "put":
      return put(deps, line);
    case "check":
      return check(deps, line);
    default:
      throw new CalledWrongly("Say what to do: put or check; --help shows how.");
  }
};
