/** Webhook endpoints, deliveries and turns on DynamoDB, in one table of their own. */
import type { WebhookDeps } from "./webhook-deps.ts";
import { createWebhookDeliveries } from "./webhook-deliveries.ts";
import { createWebhookEndpoints } from "./webhook-endpoints.ts";
import type { WebhookDeliveries, WebhookEndpoints, WebhookTurns } from "./webhook-ledger.ts";
import { createWebhookTurns } from "./webhook-turns.ts";

export interface WebhookStore {
  readonly endpoints: WebhookEndpoints;
  readonly deliveries: WebhookDeliveries;
  readonly turns: WebhookTurns;
}

export const createWebhookStore = (deps: WebhookDeps): WebhookStore => ({
  endpoints: createWebhookEndpoints(deps),
  deliveries: createWebhookDeliveries(deps),
  turns: createWebhookTurns(deps),
});
