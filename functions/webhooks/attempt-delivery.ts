/**
 * One attempt: signs a delivery as of now, sends it, and says what became of it. What must stay true: id and body are
 * those of every other attempt; only the timestamp and the signatures are new.
 */
import type { Clock } from "../domain/clock.ts";
import type { Attempt, Delivery } from "../domain/webhook-delivery.ts";
import type { WebhookEndpoint } from "../domain/webhook-endpoint.ts";
import { readRetryAfter } from "../domain/webhook-schedule.ts";
import { signatures } from "./endpoint-keys.ts";
import type { KeyVault } from "./endpoint-keys.ts";
import type { PostWebhook } from "./post-webhook.ts";

export interface AttemptDeps {
  readonly keyVault: Pick<KeyVault, "open">;
  readonly post: PostWebhook;
  readonly clock: Clock;
}

/** What every request to an endpoint carries, whatever it is about. */
const FIXED_HEADERS = { "content-type": "application/json", "user-agent": "Malipo-Webhooks/1" } as const;

/** Everything about a request but its signatures. `at` in epoch milliseconds. */
export const unsignedHeaders = (eventId: string, at: number): Readonly<Record<string, string>> => ({
  ...FIXED_HEADERS,
  "webhook-id": eventId,
  "webhook-timestamp": String(Math.floor(at / 1_000)),
});

export type AttemptDelivery = (
  delivery: Delivery,
  endpoint: WebhookEndpoint,
) => Promise<Attempt & { readonly retryAfterMs: number | null }>;

export const attemptDelivery =
  ({ keyVault, post, clock }: AttemptDeps): AttemptDelivery =>
  async ({ event, body }, endpoint) => {
    const at = clock.now();
    const keys = await keyVault.open(endpoint, at);
    const signed = { id: event.id, timestamp: Math.floor(at / 1_000), body };
    const headers = {
      ...unsignedHeaders(event.id, at),
      "webhook-signature": signatures(keys, signed),
      "content-length": String(Buffer.byteLength(body)),
    };
    const { retryAfter, ...answer } = await post({ url: endpoint.url, headers, body });
    const end = clock.now();
    return {
      at,
      ms: Math.max(0, end - at),
      url: endpoint.url,
      ...answer,
      retryAfterMs: readRetryAfter(retryAfter, end),
    };
  };
