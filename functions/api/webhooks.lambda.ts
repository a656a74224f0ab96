import { randomBytes } from "node:crypto";
import { overApi } from "../wiring-doors.ts";
import {
  change,
  changeOfDelivery,
  deliveries,
  endpoints,
  guard,
  keyVault,
  newEndpointId,
  newEventId,
  sending,
  turns,
  vault,
} from "../wiring-webhooks.ts";
import { clock, log } from "../wiring.ts";
import { WEBHOOK_ROUTES } from "./contract-webhooks.ts";
import { createWebhookEndpoint, rotateWebhookSecret } from "./create-webhook-endpoint.ts";
import { mount } from "./endpoint.ts";
import {
  listWebhookDeliveries,
  redeliverWebhook,
  redeliverWebhooks,
  testWebhookEndpoint,
} from "./webhook-deliveries.ts";
import {
  changeWebhookEndpoint,
  deleteWebhookEndpoint,
  listWebhookEndpoints,
  readWebhookEndpoint,
} from "./webhook-endpoints.ts";

const owned = { endpoints: endpoints() };
const secrets = { change: change(), keyVault: keyVault(), randomBytes, clock, log };
const kept = { ...owned, deliveries: deliveries(), vault: vault(), clock };
const again = { ...owned, ...sending, deliveries: deliveries(), change: changeOfDelivery() };

export const handler = overApi([
  mount(WEBHOOK_ROUTES.createWebhookEndpoint, createWebhookEndpoint({ ...secrets, guard, newId: newEndpointId })),
  mount(WEBHOOK_ROUTES.listWebhookEndpoints, listWebhookEndpoints(owned)),
  mount(WEBHOOK_ROUTES.readWebhookEndpoint, readWebhookEndpoint(owned)),
  mount(
    WEBHOOK_ROUTES.changeWebhookEndpoint,
    changeWebhookEndpoint({ change: change(), guard, turns: turns(), clock, log }),
  ),
  mount(WEBHOOK_ROUTES.deleteWebhookEndpoint, deleteWebhookEndpoint({ change: change(), log })),
  mount(WEBHOOK_ROUTES.rotateWebhookSecret, rotateWebhookSecret(secrets)),
  mount(WEBHOOK_ROUTES.testWebhookEndpoint, testWebhookEndpoint({ ...again, newEventId })),
  mount(WEBHOOK_ROUTES.listWebhookDeliveries, listWebhookDeliveries(kept)),
  mount(WEBHOOK_ROUTES.redeliverWebhooks, redeliverWebhooks(again)),
  mount(WEBHOOK_ROUTES.redeliverWebhook, redeliverWebhook(again)),
]);
