/**
 * What the deep check looks at. Part of the composition root (wiring.ts); only `*.lambda.ts` imports it. What must stay true:
 * a secret is asked for anew each time, because one that is still in memory says nothing of Secrets Manager.
 */
import type * as z from "zod";
import type { HealthPart } from "./api/check-health.ts";
import { Credentials } from "./daraja/credentials.ts";
import { Rotating, Signing } from "./domain/rotating.ts";
import { utcIso } from "./domain/time.ts";
import { env } from "./runtime/env.ts";
import { lookAtQueue } from "./runtime/queue-look.ts";
import { secret } from "./runtime/secrets.ts";
import { PhoneKeysSecret } from "./store/phone-vault.ts";
import { createReach } from "./store/reach.ts";
import type { TableKey } from "./store/table.ts";
import { createTokenEnd } from "./store/token-end.ts";
import { clock, coordination, dynamo, sqs } from "./wiring.ts";

const reach = /* @__PURE__ */ createReach(dynamo);

const ofTable = (name: string, key: TableKey, tell: { tableName: () => string; neededFor: string }): HealthPart => ({
  name,
  neededFor: tell.neededFor,
  look: async () => {
    await reach(key, tell.tableName());
    return "answers";
  },
});

const ofSecret = <S extends z.ZodType>(
  name: string,
  what: { arn: () => string; schema: S; neededFor: string; say?: (value: z.output<S>) => string },
): HealthPart => ({
  name,
  neededFor: what.neededFor,
  look: async () => {
    const value = await secret({ arn: what.arn, schema: what.schema, clock })();
    return what.say?.(value) ?? "readable and complete";
  },
});

const ofQueue = (name: string, url: () => string, neededFor: string): HealthPart => ({
  name,
  neededFor,
  look: async () => {
    const waiting = await lookAtQueue(sqs(), url());
    return waiting === 0 ? "answers; nothing waits" : `answers; about ${waiting} waiting`;
  },
});

const tokenWords = (end: number | null): string => {
  if (end === null) return "nobody has needed one yet; the next call to Daraja fetches it";
  return end > clock.now()
    ? `fresh until ${utcIso(end)}`
    : `ended at ${utcIso(end)}; the next call to Daraja fetches another`;
};

export const healthParts = (): readonly HealthPart[] => [
  ofTable("ledger", "transactions", {
    tableName: env.transactionsTable,
    neededFor: "everything about money: nothing starts, ends or can be read without it",
  }),
  ofTable("replay cache", "idempotency", {
    tableName: env.idempotencyTable,
    neededFor: "the same answer to a request that comes twice; the ledger keeps such requests apart without it",
  }),
  ofTable("directory", "directory", {
    tableName: env.directoryTable,
    neededFor: "letting keys in, and knowing whose payment from the phone's menu is",
  }),
  ofTable("coordination", "coordination", {
    tableName: env.coordinationTable,
    neededFor: "the shared token and the pace of calls to Daraja; each process goes by itself without it",
  }),
  ofTable("webhooks", "webhooks", {
    tableName: env.webhooksTable,
    neededFor: "telling storefronts what happened; they can ask without it",
  }),
  ofSecret("signing secret", {
    arn: env.signingSecret,
    schema: Signing,
    neededFor: "believing callbacks, and letting payers' pages in",
  }),
  ofSecret("key pepper", { arn: env.pepperSecret, schema: Rotating, neededFor: "recognising API keys" }),
  ofSecret("phone keys", {
    arn: env.phoneKeysSecret,
    schema: PhoneKeysSecret,
    neededFor: "sealing and finding phone numbers: no payment starts without them",
  }),
  ofSecret("Daraja credentials", {
    arn: env.darajaSecret,
    schema: Credentials,
    neededFor: "every call to Daraja; callbacks and reading go on without them",
    say: ({ initiator }) => (initiator === null ? "complete; no API operator, so no payouts" : "complete"),
  }),
  {
    name: "Daraja token",
    neededFor: "every call to Daraja; it is fetched when it is needed",
    look: async () => tokenWords(await createTokenEnd(coordination(), env.darajaEnvironment())()),
  },
  ofQueue("payout queue", env.payoutQueue, "sending payouts; the sweep hands them on later without it"),
  ofQueue("batch queue", env.batchQueue, "starting and feeding batches; the sweep wakes them later without it"),
  ofQueue("day queue", env.dayQueue, "closing days"),
  ofQueue("webhook queue", env.webhookQueue, "sending webhooks at once; the clock sends them later without it"),
];
