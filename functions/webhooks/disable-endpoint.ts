/**
 * Stops telling an endpoint, by its own word or because nothing got through for days. What must stay true: its owner
 * hears of it: an alarm, a line in the log, and an event to the storefront's other endpoints. Who dies in between leaves all
 * of that undone, so asking again does it again: the alarm may ring twice, the event is the same one.
 */
import { endpointView } from "../api/webhook-view.ts";
import type { Clock } from "../domain/clock.ts";
import { eventId } from "../domain/ids.ts";
import { disabledFor } from "../domain/webhook-endpoint.ts";
import type { DisabledBecause, WebhookEndpoint } from "../domain/webhook-endpoint.ts";
import type { WebhookEvent } from "../domain/webhook-event.ts";
import type { Log } from "../runtime/logger.ts";
import type { Count } from "../runtime/metrics.ts";
import { withEndpoint } from "./change-endpoints.ts";
import type { ChangeEndpoints } from "./change-endpoints.ts";

export interface DisableDeps {
  readonly change: ChangeEndpoints;
  readonly tell: (events: readonly WebhookEvent[]) => Promise<void>;
  readonly clock: Clock;
  readonly log: Pick<Log, "warn">;
  readonly count: Count;
}

export type DisableEndpoint = (endpoint: WebhookEndpoint, because: DisabledBecause) => Promise<void>;

const disabledEvent = (endpoint: WebhookEndpoint, at: number): WebhookEvent => ({
  id: eventId(endpoint.id, at),
  type: "endpoint.disabled",
  storefront: endpoint.storefront,
  subject: endpoint.id,
  at,
  sequence: at,
  object: endpointView(endpoint),
});

/** One that was disabled already, and whether anybody heard of it is not known; null once its owner has touched it since. */
const disabledBefore = (endpoint: WebhookEndpoint): WebhookEndpoint | null => {
  const { disabled, updatedAt } = endpoint;
  return disabled !== null && disabled.because !== "owner" && updatedAt === disabled.at ? endpoint : null;
};

/** Does nothing about an endpoint that is gone, that its owner has disabled, or whose address has changed since. */
export const disableEndpoint =
  ({ change, tell, clock, log, count }: DisableDeps): DisableEndpoint =>
  async ({ id, storefront, url }, because) => {
    const now = clock.now();
    const disabled = await change(storefront, (endpoints) => {
      const found = endpoints.find((endpoint) => endpoint.id === id);
      if (found?.url !== url) return { next: null, result: null };
      if (found.disabled !== null) return { next: null, result: disabledBefore(found) };
      const result = disabledFor(found, because, now);
      return { next: withEndpoint(endpoints, result), result };
    });
    if (!disabled?.disabled) return;
    log.warn("webhook.endpoint_disabled", { endpoint: id, storefront, because: disabled.disabled.because });
    count("WebhookEndpointDisabled");
    await tell([disabledEvent(disabled, disabled.disabled.at)]);
  };
