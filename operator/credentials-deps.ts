/** What the steps of `npm run credentials` share: where the secret is, what may be said of it, whether Daraja takes it. */
import type { Credentials } from "../functions/daraja/credentials.ts";
import { DARAJA } from "../functions/daraja/environment.ts";
import type { Fetch } from "../functions/daraja/exchange.ts";
import { createTokenFetcher } from "../functions/daraja/oauth.ts";
import { TokenUnavailable } from "../functions/daraja/token.ts";
import type { Clock } from "../functions/domain/clock.ts";
import { stageFor } from "../lib/stages.ts";
import { requiredStage } from "./arguments.ts";
import type { CommandLine, DeployedStageName } from "./arguments.ts";
import { FIELDS } from "./credential-fields.ts";
import type { Storable } from "./credential-fields.ts";
import type { CredentialInput } from "./credential-input.ts";
import type { Proof } from "./prove-initiator.ts";
import { NotDone } from "./refusal.ts";
import type { VersionedVault } from "./secret-versions.ts";
import { dataStack } from "./stage.ts";
import type { Stacks } from "./stage.ts";
import type { Terminal } from "./terminal.ts";

export interface CredentialsDeps {
  readonly stacks: Stacks;
  readonly vault: VersionedVault;
  /** All fields. */
  readonly input: CredentialInput;
  /** Those that change. */
  readonly changes: CredentialInput;
  /** Asks M-PESA in the name of the operator of these credentials. */
  readonly prove: (stage: DeployedStageName, credentials: Credentials) => Promise<Proof>;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly terminal: Terminal;
  /** Daraja's address, where it is not the environment's own. */
  readonly darajaBaseUrl?: string;
}

export const secretOf = async (deps: CredentialsDeps, line: CommandLine): Promise<string> =>
  (await dataStack(deps.stacks, requiredStage(line)))("DarajaSecretArn");

export const tell = (terminal: Terminal, { set, fingerprint }: Storable): void => {
  const unset = FIELDS.filter((field) => !set.includes(field));
  terminal.answer(`Set: ${set.join(", ")}.`);
  if (unset.length > 0) terminal.answer(`Not set: ${unset.join(", ")}.`);
  terminal.answer(`Fingerprint: ${fingerprint}`);
};

/** @throws NotDone when Daraja gives no token for these credentials, which are `what`, such as "stored". */
export const askForToken = async (
  { fetch, clock, terminal, darajaBaseUrl }: CredentialsDeps,
  line: CommandLine,
  { credentials, what }: { readonly credentials: Credentials; readonly what: string },
): Promise<void> => {
  const baseUrl = darajaBaseUrl ?? DARAJA[stageFor(requiredStage(line)).darajaEnvironment].baseUrl;
  try {
    await createTokenFetcher({ baseUrl, credentials: () => Promise.resolve(credentials), fetch, clock })();
  } catch (fault) {
    if (!(fault instanceof TokenUnavailable)) throw fault;
    const advice =
      fault.failure === "merchant_misconfigured"
        ? "Compare both with Safaricom's portal, and make sure that they belong to this environment."
        : "That says nothing about the credentials; try again in a few minutes.";
    throw new NotDone(`The credentials are ${what}, but ${fault.message} at ${baseUrl}. ${advice}`);
  }
  terminal.answer(`Daraja at ${baseUrl} gave a token for the consumer key and secret.`);
};
