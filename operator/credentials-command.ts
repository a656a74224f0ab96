/**
 * `npm run credentials`: stores a stage's Daraja credentials, or says whether they are there and work; for a change in steps
 * see credentials-change.ts. What must stay true: nothing that was stored or typed is ever printed; a fingerprint is.
 */
import { readCommandLine, requiredStage } from "./arguments.ts";
import type { CommandLine } from "./arguments.ts";
import { certificateWords } from "./certificate.ts";
import { promote, propose, rollBack, test } from "./credentials-change.ts";
import { askForToken, secretOf, tell } from "./credentials-deps.ts";
import type { CredentialsDeps } from "./credentials-deps.ts";
import { checkFields, FIELDS } from "./credential-fields.ts";
import { passwordWords, withPasswordDate } from "./password-date.ts";
import { CalledWrongly, NotDone } from "./refusal.ts";
import { readCredentials, storedCredentials } from "./stored-credentials.ts";

const HELP = `The Daraja credentials of a deployed stage.

  npm run credentials -- put       --stage STAGE   asks for all of them, or reads one JSON object from a pipe; stores them
  npm run credentials -- check     --stage STAGE   says whether they are stored, and asks Daraja for a token with them

A change in steps, for credentials that are in use:

  npm run credentials -- propose   --stage STAGE   asks for those that change, or reads them from a pipe; changes nothing
  npm run credentials -- test      --stage STAGE   tries the proposed ones: a token, and a balance question
  npm run credentials -- promote   --stage STAGE   tries them, and puts them in force
  npm run credentials -- roll-back --stage STAGE   puts those of before back in force

STAGE is sandbox or production. Fields: ${FIELDS.join(", ")}.
No command prints what is stored; each prints the same fingerprint for the same credentials.`;

const put = async (deps: CredentialsDeps, line: CommandLine): Promise<void> => {
  const arn = await secretOf(deps, line);
  const checked = checkFields(await deps.input.read());
  if (!checked.ok) throw new NotDone(`Nothing was stored. ${checked.mistakes.join("; ")}.`);
  const stored = await deps.vault.read(arn);
  await deps.vault.write(arn, withPasswordDate(checked.storable, { stored, now: deps.clock.now() }));
  deps.terminal.say(`Stored for the stage ${requiredStage(line)}. Running functions use it within a minute.`);
  tell(deps.terminal, checked.storable);
};

/** The certificate of the version before; null when there was none, or nothing usable. */
const certificateBefore = async (deps: CredentialsDeps, line: CommandLine, arn: string): Promise<string | null> => {
  const text = await deps.vault.readVersion(arn, "previous");
  if (text === null) return null;
  try {
    return readCredentials(text, requiredStage(line)).credentials.initiator?.certificate ?? null;
  } catch (fault) {
    if (fault instanceof NotDone) return null;
    throw fault;
  }
};

const check = async (deps: CredentialsDeps, line: CommandLine): Promise<void> => {
  const { terminal, clock } = deps;
  const arn = await secretOf(deps, line);
  const secret = await storedCredentials(deps.vault, requiredStage(line), arn);
  tell(terminal, secret);
  const { initiator } = secret.credentials;
  if (initiator !== null) {
    const before = await certificateBefore(deps, line, arn);
    for (const words of certificateWords(initiator.certificate, before, clock.now())) terminal.answer(words);
    const age = passwordWords(await deps.vault.read(arn), clock.now());
    if (age !== null) terminal.answer(age);
  }
  if ((await deps.vault.readVersion(arn, "pending")) !== null)
    terminal.say("Others are proposed and not in force; test tries them, promote puts them in force.");
  await askForToken(deps, line, { credentials: secret.credentials, what: "stored" });
  if (initiator !== null) terminal.answer("The initiator's password can be encrypted with the certificate.");
  terminal.say("Passkey and shortcode show only with a first payment; a payment of 1 shilling tells.");
  if (initiator !== null)
    terminal.say("The initiator shows with the next balance question; asking here could lock it.");
};

const STEPS: Readonly<Record<string, (deps: CredentialsDeps, line: CommandLine) => Promise<void>>> = {
  put,
  check,
  propose,
  test,
  promote,
  "roll-back": rollBack,
};

/** Does what the words ask. @throws CalledWrongly or NotDone with a sentence for the person. */
export const credentialsCommand = async (deps: CredentialsDeps, words: readonly string[]): Promise<void> => {
  const line = readCommandLine(words, ["stage"]);
  if (line.wantsHelp) {
    deps.terminal.answer(HELP);
    return;
  }
  const step = Object.hasOwn(STEPS, line.action ?? "") ? STEPS[line.action ?? ""] : undefined;
  if (step === undefined)
    throw new CalledWrongly(`Say what to do: ${Object.keys(STEPS).join(", ")}; --help shows how.`);
  await step(deps, line);
};
