/**
 * Stops telling an endpoint, by its own word or because nothing got through for days. What must stay true: its owner
 * hears of it: an alarm, a line in the log, and an event to the storefront's other endpoints, once.
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

/** Does nothing about an endpoint that is disabled already, that is gone, or whose address has changed since. */
export const disableEndpoint =
  ({ change, tell, clock, log, count }: DisableDeps): DisableEndpoint =>
  async ({ id, storefront, url }, because) => {
    const at = clock.now();
    const disabled = await change(storefront, (endpoints) => {
      const found = endpoints.find((endpoint) => endpoint.id === id);
      if (found?.disabled !== null || found.url !== url) return { next: null, result: null };
      const result = disabledFor(found, because, at);
      return { next: withEndpoint(endpoints, result), result };
    });
    if (disabled === null) return;
    log.warn("webhook.endpoint_disabled", { endpoint: id, storefront, because });
    count("WebhookEndpointDisabled");
    await tell([disabledEvent(disabled, at)]);
  };
