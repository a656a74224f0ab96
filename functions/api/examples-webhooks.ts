/** What requests about webhooks look like, and what they are answered. */
import type { OperationExample } from "./example.ts";
import { PAID } from "./examples-payments.ts";
import type {
  WebhookDeliveryResource,
  WebhookEndpointResource,
  WebhookEndpointWithSecrets,
} from "./responses-webhooks.ts";

const MADE_AT = "2026-11-21T08:00:00.000Z";
const TOLD_AT = "2026-11-21T09:30:15.420Z";
const EVENT = "evt_4k9qdz1n7ah0xv3rw8gtb2jcf5";

const endpoint: WebhookEndpointResource = {
  id: "whe_4k9qdz1n7ah0xv3rw8gtb2jcf5",
  object: "webhook_endpoint",
  url: "https://duka.co.ke/hooks/malipo",
  events: ["payment.succeeded", "payment.failed"],
  description: "Orders",
  status: "enabled",
  disabled_because: null,
  disabled_at: null,
  previous_secret_until: null,
  created_at: MADE_AT,
  updated_at: MADE_AT,
};
const secrets: WebhookEndpointWithSecrets["secrets"] = {
  v1: "whsec_3dJX0vQm9rTz6uKfYb1Wc8nPa4Ls7EhG2iOxR5tUq0M=",
  v1a_public_key: "whpk_Kq7mZ2xW9cV4nB8aS1dF6gH3jL0pO5iU7yT2rE9wQ4M=",
};

const delivered: WebhookDeliveryResource = {
  id: "dlv_4k9qdz1n7ah0xv3rw8gtb2jcf5",
  object: "webhook_delivery",
  endpoint: endpoint.id,
  event: { id: EVENT, type: "payment.succeeded", subject: PAID.id },
  status: "delivered",
  failed_because: null,
  attempts_made: 1,
  next_attempt_at: null,
  request: {
    headers: {
      "content-type": "application/json",
      "webhook-id": EVENT,
      "webhook-timestamp": "1795253415",
    },
    body: JSON.stringify({
      id: EVENT,
      type: "payment.succeeded",
      created_at: "2026-11-21T09:30:15.210Z",
      sequence: 3,
      data: { object: PAID },
    }),
  },
  attempts: [
    {
      at: TOLD_AT,
      ms: 84,
      result: "delivered",
      url: endpoint.url,
      status: 200,
      response_excerpt: "ok",
      error: null,
    },
  ],
  created_at: "2026-11-21T09:30:15.300Z",
  updated_at: "2026-11-21T09:30:15.504Z",
};
const waiting: WebhookDeliveryResource = { ...delivered, status: "pending", next_attempt_at: TOLD_AT };

export const WEBHOOK_EXAMPLES = {
  createWebhookEndpoint: {
    request: { url: endpoint.url, events: ["payment.succeeded", "payment.failed"], description: "Orders" },
    answer: { ...endpoint, secrets },
  },
  listWebhookEndpoints: { answer: { object: "list", data: [endpoint], next_cursor: null } },
  readWebhookEndpoint: { answer: endpoint },
  changeWebhookEndpoint: {
    request: { events: ["*"], status: "enabled" },
    answer: { ...endpoint, events: ["*"], updated_at: TOLD_AT },
  },
  deleteWebhookEndpoint: { answer: { id: endpoint.id, object: "webhook_endpoint", deleted: true } },
  rotateWebhookSecret: {
    answer: { ...endpoint, previous_secret_until: "2026-11-22T10:00:00.000Z", secrets },
  },
  testWebhookEndpoint: {
    answer: {
      ...delivered,
      event: { id: EVENT, type: "endpoint.test", subject: endpoint.id },
      status: "pending",
      attempts_made: 0,
      next_attempt_at: MADE_AT,
      request: {
        headers: { "content-type": "application/json", "webhook-id": EVENT },
        body: JSON.stringify({ id: EVENT, type: "endpoint.test", created_at: MADE_AT, sequence: 1, data: {} }),
      },
      attempts: [],
      created_at: MADE_AT,
      updated_at: MADE_AT,
    },
  },
  listWebhookDeliveries: { answer: { object: "list", data: [delivered], next_cursor: null } },
  redeliverWebhooks: {
    request: { from: "2026-11-21T00:00:00Z", to: "2026-11-21T12:00:00Z", status: "failed" },
    answer: { object: "webhook_redelivery", endpoint: endpoint.id, queued: 3, continue_from: null },
  },
  redeliverWebhook: { answer: waiting },
} as const satisfies Readonly<Record<string, OperationExample>>;
