/** Webhook endpoints and deliveries as their owner sees them: secrets never, what was sent and answered to the letter. */
import { utcIso } from "../domain/time.ts";
import type { Attempt, Delivery } from "../domain/webhook-delivery.ts";
import type { WebhookEndpoint } from "../domain/webhook-endpoint.ts";
import type { WebhookDeliveryResource, WebhookEndpointResource } from "./responses-webhooks.ts";

const timeOrNull = (at: number | null): string | null => (at === null ? null : utcIso(at));

export const endpointView = (endpoint: WebhookEndpoint): WebhookEndpointResource => ({
  id: endpoint.id,
  object: "webhook_endpoint",
  url: endpoint.url,
  events: [...endpoint.events],
  description: endpoint.description,
  status: endpoint.disabled === null ? "enabled" : "disabled",
  disabled_because: endpoint.disabled?.because ?? null,
  disabled_at: timeOrNull(endpoint.disabled?.at ?? null),
  previous_secret_until: timeOrNull(endpoint.previous?.until ?? null),
  created_at: utcIso(endpoint.createdAt),
  updated_at: utcIso(endpoint.updatedAt),
});

const attemptView = ({ at, ms, result, url, status, excerpt, error }: Attempt) => ({
  at: utcIso(at),
  ms,
  result,
  url,
  status,
  response_excerpt: excerpt,
  error,
});

/** `headersAt` makes the headers of a request that was, or would be, sent at that time. */
export const deliveryView = (
  delivery: Delivery,
  headersAt: (eventId: string, at: number) => Readonly<Record<string, string>>,
): WebhookDeliveryResource => ({
  id: delivery.id,
  object: "webhook_delivery",
  endpoint: delivery.endpoint,
  event: { ...delivery.event },
  status: delivery.status,
  failed_because: delivery.failedBecause,
  attempts_made: delivery.made,
  next_attempt_at: timeOrNull(delivery.dueAt),
  request: {
    headers: { ...headersAt(delivery.event.id, delivery.attempts.at(-1)?.at ?? delivery.createdAt) },
    body: delivery.body,
  },
  attempts: delivery.attempts.map(attemptView),
  created_at: utcIso(delivery.createdAt),
  updated_at: utcIso(delivery.updatedAt),
});
