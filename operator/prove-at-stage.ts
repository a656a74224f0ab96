/**
 * What it takes to have a stage's M-PESA asked in the name of an operator that is not in force: the stage's own callback
 * address, signed with its secret, and its tables, where the answer shows. The token is fetched with the credentials that
 * are tried and shared with nobody.
 */
import type { ClientDeps } from "../functions/daraja/client-call.ts";
import { addressSecrets, callbackUrl } from "../functions/daraja/callback-url.ts";
import type { Credentials } from "../functions/daraja/credentials.ts";
import { createTokenFetcher } from "../functions/daraja/oauth.ts";
import { DARAJA } from "../functions/daraja/environment.ts";
import type { Fetch } from "../functions/daraja/exchange.ts";
import { createPayoutDaraja } from "../functions/daraja/payout-client.ts";
import type { Clock } from "../functions/domain/clock.ts";
import { randomId } from "../functions/domain/ids.ts";
import type { Dynamo } from "../functions/store/client.ts";
import { createLaneLedger } from "../functions/store/dynamo-lanes.ts";
import type { PhoneVault } from "../functions/store/phone-vault.ts";
import { stageFor } from "../lib/stages.ts";
import type { DeployedStageName } from "./arguments.ts";
import { proveInitiator } from "./prove-initiator.ts";
import type { Proof } from "./prove-initiator.ts";
import { readRotating } from "./rotating.ts";
import type { SecretVault } from "./secret-vault.ts";
import { dataStack, gatewayStack } from "./stage.ts";
import type { Stacks } from "./stage.ts";

export interface ProveAtStageDeps {
  readonly stacks: Stacks;
  readonly vault: SecretVault;
  readonly dynamo: () => Dynamo;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly wait: (ms: number) => Promise<void>;
  readonly random: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly newToken: () => string;
  /** Daraja's address, where it is not the environment's own. */
  readonly darajaBaseUrl?: string;
}

/** Of a balance question's name. */
const QUESTION_BYTES = 16;

/** A lane names no phone. */
const noPhones = (): Promise<never> => Promise.reject(new Error("no phone number is read here"));
const NO_VAULT: PhoneVault = {
  hash: noPhones,
  seal: noPhones,
  open: noPhones,
  sealText: noPhones,
  openText: noPhones,
};

const clientOf = (
  deps: ProveAtStageDeps,
  {
    stage,
    credentials,
    urlOf,
  }: { stage: DeployedStageName; credentials: Credentials; urlOf: ClientDeps["callbackUrl"] },
): ClientDeps => {
  const { fetch, clock, wait, random } = deps;
  const environment = stageFor(stage).darajaEnvironment;
  const baseUrl = deps.darajaBaseUrl ?? DARAJA[environment].baseUrl;
  const own = (): Promise<Credentials> => Promise.resolve(credentials);
  const fetchToken = createTokenFetcher({ baseUrl, credentials: own, fetch, clock });
  const newToken = async (): Promise<string> => (await fetchToken()).token;
  return {
    environment,
    baseUrl,
    credentials: own,
    callbackUrl: urlOf,
    token: { get: newToken, replace: newToken },
    slots: { take: () => Promise.resolve("go"), throttled: () => Promise.resolve() },
    fetch,
    clock,
    wait,
    random,
    log: () => undefined,
  };
};

export const proveAtStage =
  (deps: ProveAtStageDeps) =>
  async (stage: DeployedStageName, credentials: Credentials): Promise<Proof> => {
    const data = await dataStack(deps.stacks, stage);
    const baseUrl = (await gatewayStack(deps.stacks, stage))("CallbackBaseUrl");
    const signing = await readRotating(deps.vault, "signing", data("SigningSecretArn"));
    const urlOf: ClientDeps["callbackUrl"] = (kind, id) =>
      Promise.resolve(callbackUrl({ baseUrl, kind, id, secret: addressSecrets(kind, signing).signsWith }));
    const { wait, random, clock, newToken } = deps;
    const lanes = createLaneLedger({
      dynamo: deps.dynamo(),
      tables: { transactions: data("TransactionsTableName"), coordination: data("CoordinationTableName") },
      vault: NO_VAULT,
      ...{ wait, random, clock, newToken },
    });
    const daraja = createPayoutDaraja(clientOf(deps, { stage, credentials, urlOf }));
    const newId = (): string => randomId("bal", deps.randomBytes(QUESTION_BYTES));
    return proveInitiator({ daraja, lanes, newId, wait }, credentials.shortcode);
  };
