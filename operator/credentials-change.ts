/**
 * A change of Daraja's credentials in steps: proposed beside those in force, tried, put in force, taken back. What must stay
 * true: what is in force stays so until Daraja has given a token for the new ones and M-PESA has accepted their operator;
 * no value is ever printed.
 */
import * as z from "zod";
import type { Credentials } from "../functions/daraja/credentials.ts";
import { requiredStage } from "./arguments.ts";
import type { CommandLine } from "./arguments.ts";
import { askForToken, secretOf, tell } from "./credentials-deps.ts";
import type { CredentialsDeps } from "./credentials-deps.ts";
import { checkFields, FIELDS, knownFields } from "./credential-fields.ts";
import type { Storable } from "./credential-fields.ts";
import { withPasswordDate } from "./password-date.ts";
import { NotDone } from "./refusal.ts";
import { readCredentials } from "./stored-credentials.ts";

const Fields = z.record(
  z.string(),
  z.union([z.string(), z.int()]).transform((value) => String(value).trim()),
);
type Fields = z.infer<typeof Fields>;

/** The fields of what is in force; none when that is nothing usable. */
const fieldsOf = (text: string | null): Fields => {
  try {
    return Fields.parse(knownFields(JSON.parse(text ?? "")));
  } catch {
    return {};
  }
};

/** Keeps what was given, over what is in force, as the pending version. */
export const propose = async (deps: CredentialsDeps, line: CommandLine): Promise<void> => {
  const arn = await secretOf(deps, line);
  const stored = await deps.vault.read(arn);
  const before = fieldsOf(stored);
  const given = Fields.safeParse(await deps.changes.read());
  if (!given.success)
    throw new NotDone("Nothing was proposed. The changes are one JSON object whose values are texts.");
  const filled = Object.entries(given.data).filter(([, value]) => value !== "");
  const checked = checkFields({ ...before, ...Object.fromEntries(filled) });
  if (!checked.ok) throw new NotDone(`Nothing was proposed. ${checked.mistakes.join("; ")}.`);
  const after = fieldsOf(checked.storable.text);
  const changed = FIELDS.filter((field) => before[field] !== after[field]);
  if (changed.length === 0) throw new NotDone("Nothing was proposed: these are the credentials in force.");
  await deps.vault.propose(arn, withPasswordDate(checked.storable, { stored, now: deps.clock.now() }));
  deps.terminal.say(
    `Proposed for the stage ${requiredStage(line)}; nothing has changed yet. Next: test, then promote.`,
  );
  deps.terminal.answer(`Changes: ${changed.join(", ")}.`);
  deps.terminal.answer(`Fingerprint: ${checked.storable.fingerprint}`);
};

const pending = async (deps: CredentialsDeps, line: CommandLine, arn: string): Promise<Storable> => {
  const text = await deps.vault.readVersion(arn, "pending");
  if (text === null)
    throw new NotDone(
      `Nothing is proposed for the stage ${requiredStage(line)}: npm run credentials -- propose --stage ${requiredStage(line)}`,
    );
  return readCredentials(text, requiredStage(line));
};

const tryOperator = async (deps: CredentialsDeps, line: CommandLine, credentials: Credentials): Promise<void> => {
  if (credentials.initiator === null) return;
  deps.terminal.say(
    "Asking M-PESA for the balance in the operator's name; that moves no money and takes some seconds ...",
  );
  const proof = await deps.prove(requiredStage(line), credentials);
  switch (proof.proof) {
    case "accepted":
      deps.terminal.answer(`M-PESA accepts the operator ${credentials.initiator.name}.`);
      return;
    case "refused":
      throw new NotDone(
        `M-PESA refuses the operator (${proof.code}), and the stage has halted its payouts for it. Don't try again before the cause is found: a few wrong passwords lock the operator. Then resume the payout lane.`,
      );
    case "not_asked":
      throw new NotDone(
        `M-PESA could not be asked (${proof.because}); that says nothing about the operator. Try again.`,
      );
    case "silent":
      throw new NotDone("M-PESA did not answer in time; that says nothing about the operator. Try again in a minute.");
  }
};

const tried = async (deps: CredentialsDeps, line: CommandLine, arn: string): Promise<Storable> => {
  const proposed = await pending(deps, line, arn);
  tell(deps.terminal, proposed);
  await askForToken(deps, line, { credentials: proposed.credentials, what: "proposed" });
  await tryOperator(deps, line, proposed.credentials);
  return proposed;
};

/** Tries what was proposed, and changes nothing. */
export const test = async (deps: CredentialsDeps, line: CommandLine): Promise<void> => {
  await tried(deps, line, await secretOf(deps, line));
  deps.terminal.say("They work. Next: promote.");
};

/** Tries what was proposed, and puts it in force. */
export const promote = async (deps: CredentialsDeps, line: CommandLine): Promise<void> => {
  const arn = await secretOf(deps, line);
  await tried(deps, line, arn);
  if (!(await deps.vault.putInForce(arn, "pending")))
    throw new NotDone("Somebody else has taken the proposal away or put it in force meanwhile: see with check.");
  deps.terminal.say("In force. Running functions follow within a minute; roll-back puts those of before back.");
};

/** Puts the credentials of before back in force. */
export const rollBack = async (deps: CredentialsDeps, line: CommandLine): Promise<void> => {
  const arn = await secretOf(deps, line);
  const text = await deps.vault.readVersion(arn, "previous");
  if (text === null) throw new NotDone("There are no credentials of before; nothing was changed.");
  const before = readCredentials(text, requiredStage(line));
  await deps.vault.putInForce(arn, "previous");
  tell(deps.terminal, before);
  deps.terminal.say("Those of before are in force again. Running functions follow within a minute.");
};
