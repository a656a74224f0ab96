/**
 * Every secret of the stage rotates while shops, payers' pages and Safaricom go on: twenty requests a second, of which none
 * is refused. The same sandbox serves the other stories meanwhile, and they notice nothing either.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { beforeAll, expect, inject, test } from "vitest";
import { mintClientToken } from "../../functions/api/client-token.ts";
import { callbackUrl } from "../../functions/daraja/callback-url.ts";
import { Rotating, Signing } from "../../functions/domain/rotating.ts";
import { createDirectory } from "../../functions/store/dynamo-directory.ts";
import { credentialsCommand } from "../../operator/credentials-command.ts";
import { proveAtStage } from "../../operator/prove-at-stage.ts";
import { rotateCommand } from "../../operator/rotate-command.ts";
import { secretsManagerVersions } from "../../operator/secret-versions.ts";
import { connectControl } from "../../sandbox/control/client.ts";
import { recordingTerminal, stacksOf } from "../unit/operator/fakes.ts";
import {
  answerPhone,
  call,
  callbackBody,
  ended,
  gateway,
  newPhone,
  pushOf,
  reference,
  start,
  until,
} from "./storefront.ts";
import type { PaymentBody, Truth } from "./storefront.ts";

/** Twenty a second. */
const EVERY_MS = 50;
const MOST_WAITING = 20;
/** Requests after the last rotation. */
const AFTERWARDS = 20;
const KEYS = 30;
const CANCELLED = { resultCode: 1032 };

const account = { region: "af-south-1", credentials: { accessKeyId: "somebody", secretAccessKey: "sandbox" } };
const patience = { wait: (ms: number): Promise<void> => wait(ms), random: Math.random };

let secrets: SecretsManagerClient;
let arns: { readonly signing: string; readonly pepper: string; readonly phones: string; readonly daraja: string };
beforeAll(async () => {
  const control = connectControl(inject("controlUrl"));
  const secret = (name: string): Promise<string> => control.nameOf("AWS::SecretsManager::Secret", name);
  const table = (name: string): Promise<string> => control.nameOf("AWS::DynamoDB::Table", name);
  secrets = new SecretsManagerClient({ ...account, endpoint: inject("awsUrl") });
  arns = {
    signing: await secret("SigningSecret"),
    pepper: await secret("PepperSecret"),
    phones: await secret("PhoneKeysSecret"),
    daraja: await secret("DarajaSecret"),
  };
  tables = {
    directory: await table("Directory"),
    transactions: await table("Transactions"),
    coordination: await table("Coordination"),
  };
});
let tables: { readonly directory: string; readonly transactions: string; readonly coordination: string };

const valueOf = async (arn: string): Promise<unknown> =>
  JSON.parse((await secrets.send(new GetSecretValueCommand({ SecretId: arn }))).SecretString ?? "");
const signingNow = async (): Promise<Signing> => Signing.parse(await valueOf(arns.signing));

/** Keys that API Gateway has never seen, so that each asks the authoriser. */
const newKeys = async (count: number): Promise<readonly string[]> => {
  const pepper = Rotating.parse(await valueOf(arns.pepper));
  const dynamo = new DynamoDBClient({ ...account, endpoint: inject("awsUrl") });
  const directory = createDirectory({
    dynamo,
    table: tables.directory,
    pepper: () => Promise.resolve(pepper),
    clock: Date,
    randomBytes,
    newToken: randomUUID,
    ...patience,
  });
  const wanted = {
    storefront: "demo",
    name: "rotation",
    scopes: ["payments:read" as const],
    tier: "high",
    usageIdentifier: "sandbox-usage-of-sk_test_storefront",
    mode: "test" as const,
  };
  const made = await Promise.all(Array.from({ length: count }, () => directory.createKey(wanted)));
  dynamo.destroy();
  return made.map(({ clearText }) => clearText);
};

/** Whoever asks a person here waits for ever. */
const NOBODY = { read: () => Promise.reject(new Error("nobody types here")) };

/** The operator's commands, in a stage that lies in the sandbox. */
const operator = () => {
  const vault = secretsManagerVersions(secrets);
  const stacks = stacksOf({
    "MalipoData-sandbox": {
      SigningSecretArn: arns.signing,
      PepperSecretArn: arns.pepper,
      PhoneKeysSecretArn: arns.phones,
      DarajaSecretArn: arns.daraja,
      TransactionsTableName: tables.transactions,
      CoordinationTableName: tables.coordination,
    },
    "MalipoGateway-sandbox": { CallbackBaseUrl: gateway() },
  });
  const { terminal, all } = recordingTerminal();
  const darajaBaseUrl = inject("simulatorUrl");
  const shared = { stacks, vault, terminal, fetch, clock: Date, darajaBaseUrl };
  const dynamo = new DynamoDBClient({ ...account, endpoint: inject("awsUrl") });
  const newValue = (): string => randomBytes(48).toString("base64url");
  return {
    vault,
    said: all,
    rotate: (name: string) =>
      rotateCommand({ ...shared, newValue, wait: () => wait(300) }, [name, "--stage", "sandbox"]),
    credentials: (step: string) =>
      credentialsCommand(
        {
          ...shared,
          input: NOBODY,
          changes: NOBODY,
          prove: proveAtStage({
            ...shared,
            ...patience,
            wait: () => wait(500),
            dynamo: () => dynamo,
            randomBytes,
            newToken: randomUUID,
          }),
        },
        [step, "--stage", "sandbox"],
      ),
  };
};

interface Ringing extends PaymentBody {
  readonly phoneNumber: string;
  readonly push: Truth;
}

/** A payment whose prompt is out, and the address that M-PESA was given for it. */
const ringing = async (): Promise<Ringing> => {
  const [phoneNumber, order] = [newPhone(), reference()];
  const { body } = await start({ phone: phoneNumber, reference: order });
  return { ...body, phoneNumber, push: await pushOf(order) };
};

/** The address that M-PESA would have been given under that secret. */
const addressOf = ({ id }: Ringing, { current: secret }: Signing): string =>
  callbackUrl({ baseUrl: gateway(), kind: "stk", id, secret });

/**
 * Sends one request every fiftieth of a second until told to stop, as long as not too many wait for their answers; gives
 * what was not answered as it should be.
 */
const load = (requests: readonly (() => Promise<string | null>)[]) => {
  const failed: string[] = [];
  const running = new Set<Promise<void>>();
  let sent = 0;
  const ask = async (request: () => Promise<string | null>): Promise<void> => {
    const fault = await request().catch(String);
    if (fault !== null) failed.push(fault);
  };
  const timer = setInterval(() => {
    if (running.size >= MOST_WAITING) return;
    const one = ask(requests[sent % requests.length]!);
    running.add(one);
    void one.then(() => running.delete(one));
    sent += 1;
  }, EVERY_MS);
  return {
    sent: () => sent,
    end: async (): Promise<readonly string[]> => {
      clearInterval(timer);
      await Promise.all(running);
      return failed;
    },
  };
};

const expecting = (what: string, wanted: number, got: number): string | null =>
  got === wanted ? null : `${what}: ${String(got)}`;

test("twenty requests a second meet no refusal while every secret of the stage rotates", async () => {
  const before = await signingNow();
  const [keys, payment, late] = await Promise.all([newKeys(KEYS), ringing(), ringing()]);
  /** The newest that is in force; functions that have cached the one before find it out when they meet it. */
  let newest = before;
  let [key, minute] = [0, 0];
  const withKey = async (): Promise<string | null> => {
    const { status } = await call("GET", `/v1/payments/${payment.id}`, { key: keys[(key += 1) % KEYS]! });
    return expecting("an API key", 200, status);
  };
  const withToken = async (what: string, signing: Signing): Promise<string | null> => {
    const token = mintClientToken(payment.id, Date.now() + 3_600_000 + (minute += 1) * 60_000, signing);
    return expecting(what, 200, (await call("GET", `/v1/payments/${payment.id}`, { key: token })).status);
  };
  const toAddress = async (what: string, signing: Signing): Promise<string | null> => {
    const body = JSON.stringify(callbackBody(payment.push, CANCELLED));
    return expecting(what, 200, (await fetch(addressOf(payment, signing), { method: "POST", body })).status);
  };
  const running = load([
    withKey,
    () => toAddress("an address of before", before),
    () => withToken("a token of before", before),
    withKey,
    () => withToken("the newest token", newest),
    () => toAddress("the newest address", newest),
  ]);

  const { vault, rotate, credentials, said } = operator();
  await rotate("signing");
  newest = await signingNow();
  expect(newest).toMatchObject({ previous: before.current, lasting: before.lasting ?? before.current });
  await rotate("pepper");
  await rotate("phones");
  // The same credentials as another version: with others, the other stories' payouts would have to prove them first.
  await vault.propose(arns.daraja, JSON.stringify(await valueOf(arns.daraja), null, 2));
  await until(
    () => credentials("promote").catch((fault: unknown) => String(fault)),
    (fault) => fault === undefined,
  );
  await credentials("roll-back");
  const rotatedAt = running.sent();
  await until(
    () => Promise.resolve(running.sent()),
    (sent) => sent >= rotatedAt + AFTERWARDS,
  );
  expect(await running.end()).toEqual([]);
  expect(said()).toContain("M-PESA accepts the operator");

  await answerPhone(late.phoneNumber, "pay");
  expect(await ended(late.id)).toMatchObject({ status: "succeeded" });
});
