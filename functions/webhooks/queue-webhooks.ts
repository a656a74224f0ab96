/**
 * Puts an event on its way to every endpoint that listens. What must stay true: the delivery is kept before its message
 * leaves, so a lost message is only late; done twice, it adds nothing; where nobody listens nothing is written.
 */
import type { Clock } from "../domain/clock.ts";
import { deliveryId } from "../domain/ids.ts";
import { safetyAt } from "../domain/webhook-delivery.ts";
import type { Delivery } from "../domain/webhook-delivery.ts";
import { listens } from "../domain/webhook-endpoint.ts";
import type { WebhookEndpoint } from "../domain/webhook-endpoint.ts";
import { eventBody } from "../domain/webhook-event.ts";
import type { WebhookEvent } from "../domain/webhook-event.ts";
import type { Queue } from "../runtime/queue.ts";
import { eachAtMost } from "../store/each-at-most.ts";
import type { WebhookDeliveries } from "../store/webhook-ledger.ts";
import type { KnownEndpoints } from "./known-endpoints.ts";
import { messageOf } from "./messages.ts";

export interface QueueWebhooksDeps {
  readonly known: Pick<KnownEndpoints, "of">;
  readonly deliveries: Pick<WebhookDeliveries, "add">;
  readonly webhookQueue: Queue;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly intervalMs: () => number;
}

const WRITES_AT_ONCE = 16;

type NewDeliveryDeps = Pick<QueueWebhooksDeps, "clock" | "random" | "intervalMs">;

/** An event's delivery to one endpoint, before anything is sent. */
export const newDelivery = (
  { clock, random, intervalMs }: NewDeliveryDeps,
  event: WebhookEvent,
  endpoint: Pick<WebhookEndpoint, "id">,
): Delivery => {
  const now = clock.now();
  return {
    id: deliveryId(event.id, endpoint.id),
    storefront: event.storefront,
    endpoint: endpoint.id,
    event: { id: event.id, type: event.type, subject: event.subject },
    body: eventBody(event),
    status: "pending",
    failedBecause: null,
    made: 0,
    madeBefore: 0,
    attempts: [],
    dueAt: safetyAt(now, { intervalMs: intervalMs(), jitter: random() }),
    createdAt: now,
    updatedAt: now,
  };
};

/** Throws when not all of them could be kept and sent; doing all of it again is safe. */
export const queueWebhooks =
  (deps: QueueWebhooksDeps) =>
  async (events: readonly WebhookEvent[]): Promise<void> => {
    const listening = await Promise.all(
      events.map(async (event) => {
        const endpoints = await deps.known.of(event.storefront);
        return endpoints
          .filter((endpoint) => listens(endpoint, event.type) && endpoint.id !== event.subject)
          .map((endpoint) => newDelivery(deps, event, endpoint));
      }),
    );
    const deliveries = listening.flat();
    if (deliveries.length === 0) return;
    await eachAtMost(WRITES_AT_ONCE, deliveries, async (delivery) => {
      await deps.deliveries.add(delivery);
    });
    await deps.webhookQueue.send(deliveries.map(messageOf));
  };
