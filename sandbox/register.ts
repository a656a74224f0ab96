/**
 * Registers the sandbox's shortcode at the Daraja that it talks to, by the code that `npm run c2b` runs: from then on
 * payments from the phone's menu are confirmed here, and what was not confirmed can be pulled.
 */
import { setTimeout as wait } from "node:timers/promises";

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";

import { attendedClient } from "../functions/daraja/attended.ts";
import { createC2bDaraja } from "../functions/daraja/c2b-client.ts";
import type { RegistrationAnswer } from "../functions/daraja/c2b-registration.ts";
import { addressSecrets, callbackUrl } from "../functions/daraja/callback-url.ts";
import { Credentials } from "../functions/daraja/credentials.ts";
import { createPullDaraja } from "../functions/daraja/pull-client.ts";
import { registerShortcode } from "../functions/daraja/register-shortcode.ts";
import { Msisdn } from "../functions/domain/msisdn.ts";
import { Signing } from "../functions/domain/rotating.ts";
import { createSharedToken } from "../functions/store/coordination.ts";
import type { SecretStore } from "./aws/secrets/secret-store.ts";
import { named, secretValue } from "./seed.ts";
import type { Deployment } from "./template/deployment.ts";

export type RegisterOptions = {
  readonly deployment: Deployment;
  readonly secrets: SecretStore;
  readonly dynamoDbUrl: string;
  /** The Daraja that the sandbox talks to. */
  readonly darajaUrl: string;
  /** Where Daraja reaches the gateway. */
  readonly callbackBaseUrl: string;
  readonly report: (line: string) => void;
};

/** Safaricom's own example; the simulator takes any Kenyan number. */
const NOMINATED = Msisdn.parse("254722000000");
/** A Daraja that does not answer holds up the start no longer than this, milliseconds. */
const TIME = { attemptMs: 3_000, totalMs: 8_000 } as const;

/** Whether it worked, and if not a line that says what the sandbox does without. */
const tell = (report: (line: string) => void, what: string, answer: RegistrationAnswer): void => {
  if (answer.answer === "accepted") return;
  const because = answer.answer === "refused" ? (answer.failure.resultDesc ?? answer.failure.code) : answer.because;
  report(`Not registered at Daraja (${because}): ${what}`);
};

/** Safe to repeat. Another Daraja may refuse: then the sandbox runs without, and says so. */
export const registerAtDaraja = async (options: RegisterOptions): Promise<void> => {
  const { deployment, secrets, darajaUrl, callbackBaseUrl, report } = options;
  const secret = (output: string): unknown => JSON.parse(secretValue(secrets, named(deployment, output)));
  const credentials = Credentials.parse(secret("DarajaSecretArn"));
  const signing = Signing.parse(secret("SigningSecretArn"));
  const dynamo = new DynamoDBClient({
    endpoint: options.dynamoDbUrl,
    region: deployment.place.region,
    credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" },
  });
  const patience = { wait: (ms: number): Promise<void> => wait(ms), random: Math.random };
  const table = named(deployment, "CoordinationTableName");
  const client = {
    ...attendedClient({
      environment: "sandbox",
      baseUrl: darajaUrl,
      credentials: () => Promise.resolve(credentials),
      shared: createSharedToken({ dynamo, table, clock: Date, ...patience }, "sandbox"),
      callbackUrl: () => Promise.reject(new Error("a registration brings its own addresses")),
      fetch,
      clock: Date,
      log: () => undefined,
      ...patience,
    }),
    time: TIME,
  };
  try {
    const { urls, pull } = await registerShortcode(
      {
        c2b: createC2bDaraja(client),
        pull: createPullDaraja(client),
        callbackUrl: (kind, id) =>
          Promise.resolve(
            callbackUrl({ baseUrl: callbackBaseUrl, kind, id, secret: addressSecrets(kind, signing).signsWith }),
          ),
      },
      { shortcode: credentials.shortcode, whenSilent: "accept", nominatedNumber: NOMINATED },
    );
    tell(report, "payments from the phone's menu are not confirmed here.", urls);
    if (pull !== null) tell(report, "payments are not pulled.", pull);
  } finally {
    dynamo.destroy();
  }
};
