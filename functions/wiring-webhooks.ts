/**
 * The composition root of webhooks: see wiring.ts, which it stands on. What must stay true: who speaks to strangers is
 * handed the webhooks' own table and nothing of the ledger.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { randomId } from "./domain/ids.ts";
import { env } from "./runtime/env.ts";
import { lazy } from "./runtime/lazy.ts";
import { createQueue } from "./runtime/queue.ts";
import { secret } from "./runtime/secrets.ts";
import { createWebhookStore } from "./store/dynamo-webhooks.ts";
import { PhoneKeysSecret, createPhoneVault } from "./store/phone-vault.ts";
import { DUE_SHARDS } from "./store/table.ts";
import { guardAddress } from "./webhooks/address-guard.ts";
import type { Guarded } from "./webhooks/address-guard.ts";
import { attemptDelivery } from "./webhooks/attempt-delivery.ts";
import { changeDelivery } from "./webhooks/change-delivery.ts";
import { changeEndpoints } from "./webhooks/change-endpoints.ts";
import { deliverToEndpoint } from "./webhooks/deliver-to-endpoint.ts";
import { disableEndpoint } from "./webhooks/disable-endpoint.ts";
import { createKeyVault } from "./webhooks/endpoint-keys.ts";
import { knownEndpoints } from "./webhooks/known-endpoints.ts";
import { postWebhook } from "./webhooks/post-webhook.ts";
import { putDueBack } from "./webhooks/put-due-back.ts";
import { queueWebhooks } from "./webhooks/queue-webhooks.ts";
import { resolveHost } from "./webhooks/resolve-host.ts";
import { clock, count, dynamo, intervalMs, log, measure, random, sqs, wait } from "./wiring.ts";
import type { DeliverWebhooksDeps } from "./workers/deliver-webhooks.ts";

const patience = { wait, random };
const store = /* @__PURE__ */ lazy(() =>
  createWebhookStore({ dynamo: dynamo(), table: env.webhooksTable(), clock, ...patience }),
);
const phoneKeys = /* @__PURE__ */ lazy(() => secret({ arn: env.phoneKeysSecret, schema: PhoneKeysSecret, clock }));
const policy = () => ({ loopback: env.webhookLoopback() });

export const vault = /* @__PURE__ */ lazy(() => createPhoneVault(phoneKeys()));
export const keyVault = /* @__PURE__ */ lazy(() => createKeyVault(vault()));
const webhookQueue = /* @__PURE__ */ createQueue({ sqs, url: env.webhookQueue, ...patience });

export const endpoints = () => store().endpoints;
export const deliveries = () => store().deliveries;
export const turns = () => store().turns;

const known = /* @__PURE__ */ lazy(() => knownEndpoints({ endpoints: endpoints(), clock }));

/** What puts something on its way needs these. */
export const sending = { webhookQueue, clock, random, intervalMs };

export const newEndpointId = (): string => randomId("whe", randomBytes(16));
export const newEventId = (): string => randomId("evt", randomBytes(16));

/** Whether an endpoint's address may be called, by what stands behind it now. */
export const guard = (url: string): Promise<Guarded> => guardAddress(url, policy(), resolveHost);

export const change = /* @__PURE__ */ lazy(() => changeEndpoints({ endpoints: endpoints(), ...patience }));
export const changeOfDelivery = /* @__PURE__ */ lazy(() => changeDelivery({ deliveries: deliveries() }));

/** Puts events on their way to whoever listens. */
export const queueEvents = /* @__PURE__ */ lazy(() =>
  queueWebhooks({ known: known(), deliveries: deliveries(), ...sending }),
);

const disable = /* @__PURE__ */ lazy(() =>
  disableEndpoint({ change: change(), tell: queueEvents(), clock, log, count }),
);

/** What working off the queue takes. */
export const deliverWebhooksDeps = (): DeliverWebhooksDeps => ({
  deliveries: deliveries(),
  known: known(),
  change: changeOfDelivery(),
  disable: disable(),
  deliver: deliverToEndpoint({
    turns: turns(),
    attempt: attemptDelivery({ keyVault: keyVault(), post: postWebhook({ policy, resolve: resolveHost }), clock }),
    change: changeOfDelivery(),
    disable: disable(),
    newHolder: randomUUID,
    clock,
    log,
    measure,
    intervalMs,
    ...patience,
  }),
  putDueBack: putDueBack({ deliveries: deliveries(), shards: DUE_SHARDS, log, measure, ...sending }),
  clock,
  log,
});
