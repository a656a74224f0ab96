/**
 * What a developer finds in a fresh sandbox: the simulator's credentials in the Daraja secret, two storefronts, and
 * API keys with fixed texts. Everything is written by the code that runs in production; only the texts are chosen here.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";

import { Rotating } from "../functions/domain/rotating.ts";
import { SCOPES } from "../functions/domain/scopes.ts";
import type { Scope } from "../functions/domain/scopes.ts";
import { createDirectory } from "../functions/store/dynamo-directory.ts";
import type { UsagePlans } from "./aws/rest-api/usage-plans.ts";
import type { SecretStore } from "./aws/secrets/secret-store.ts";
import type { Deployment } from "./template/deployment.ts";

type SeededKey = { readonly text: string; readonly storefront: string; readonly scopes: readonly Scope[] };

const STOREFRONTS = [
  { id: "demo", name: "Malipo Demo Shop", shortcode: null, references: [], isDefault: true },
  { id: "neighbour", name: "The Shop Next Door", shortcode: null, references: ["NEXT"], isDefault: false },
];

const SHOP: readonly Scope[] = ["payments:write", "payments:read", "refunds:write", "webhooks:write"];

const APPROVER: readonly Scope[] = ["payouts:approve", "audit:read"];

/**
 * Finance and the approvers are three, because nobody approves a payout of their own and large ones take two. The
 * neighbour is another storefront, which may do everything and must see nothing of the first one's.
 */
const SANDBOX_KEYS: readonly SeededKey[] = [
  { text: "sk_test_storefront", storefront: "demo", scopes: SHOP },
  {
    text: "sk_test_finance",
    storefront: "demo",
    scopes: ["payments:read", "payouts:write", "reconciliation:read", "reconciliation:write", "audit:read"],
  },
  { text: "sk_test_approver", storefront: "demo", scopes: APPROVER },
  { text: "sk_test_approver_two", storefront: "demo", scopes: APPROVER },
  { text: "sk_test_neighbour", storefront: "neighbour", scopes: SCOPES },
];

/** The usage plan of every key: a developer's tests ask more often than a shop. */
const TIER = "high";

/** The half of the simulator's key pair that everybody may have. */
const CERTIFICATE = new URL("./daraja/certificate/certificate.pem", import.meta.url);

/** The simulator's credentials, which are Safaricom's published sandbox constants where there are any. */
const darajaSecret = () => ({
  transaction_type: "CustomerPayBillOnline",
  consumer_key: "malipo",
  consumer_secret: "malipo",
  shortcode: "174379",
  passkey: "bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919",
  initiator_name: "testapi",
  initiator_password: "Safaricom999!*!",
  initiator_certificate: readFileSync(CERTIFICATE, "utf8"),
  initiator_password_since: new Date().toISOString().slice(0, 10),
});

export type SeedOptions = {
  readonly deployment: Deployment;
  readonly secrets: SecretStore;
  readonly usagePlans: UsagePlans;
  readonly dynamoDbUrl: string;
};

/** Safe to repeat: what is there already is replaced by the same. */
export const seed = async ({ deployment, secrets, usagePlans, dynamoDbUrl }: SeedOptions): Promise<void> => {
  seedDarajaSecret(secrets, named(deployment, "DarajaSecretArn"));
  const pepper = Rotating.parse(JSON.parse(secretValue(secrets, named(deployment, "PepperSecretArn"))));
  const client = new DynamoDBClient({
    endpoint: dynamoDbUrl,
    region: deployment.place.region,
    credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" },
  });
  const directory = createDirectory({
    dynamo: client,
    table: named(deployment, "DirectoryTableName"),
    pepper: () => Promise.resolve(pepper),
    clock: Date,
    randomBytes,
    newToken: randomUUID,
    wait,
    random: Math.random,
  });
  const plan = usagePlans.plans.find(({ name }) => name.endsWith(TIER))?.name ?? TIER;
  try {
    for (const storefront of STOREFRONTS) await directory.putStorefront(storefront);
    for (const { text, storefront, scopes } of SANDBOX_KEYS) {
      const usageIdentifier = `sandbox-usage-of-${text}`;
      await directory.plantKey({ storefront, name: text, scopes, tier: TIER, usageIdentifier, mode: "test" }, text);
      usagePlans.addKey(plan, usageIdentifier);
    }
  } finally {
    client.destroy();
  }
};

/** Throws when the template has no such output. */
export const named = (deployment: Deployment, output: string): string => {
  const value = deployment.output(output);
  if (value === null) throw new Error(`The template has no output ${output}, so the sandbox cannot be seeded.`);
  return value;
};

const seedDarajaSecret = (secrets: SecretStore, arn: string): void => {
  const secret = secrets.find(arn);
  if (secret === null) throw new Error(`There is no secret ${arn}.`);
  const value = JSON.stringify(darajaSecret());
  const current = secret.versions.find(({ stages }) => stages.includes("AWSCURRENT"))?.value;
  if (current !== value) secrets.put(secret, { id: randomUUID(), value, stages: ["AWSCURRENT"] });
};

/** The value in force. Throws when there is none. */
export const secretValue = (secrets: SecretStore, arn: string): string => {
  const value = secrets.find(arn)?.versions.find(({ stages }) => stages.includes("AWSCURRENT"))?.value ?? null;
  if (value === null) throw new Error(`The secret ${arn} has no value.`);
  return value;
};
