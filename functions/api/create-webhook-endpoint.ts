/**
 * POST /v1/webhook-endpoints and .../rotate-secret: the two answers that show secrets. What must stay true: a secret is
 * shown in the answer that made it and never again; an address that may not be called is refused before it is kept.
 */
import type { Clock } from "../domain/clock.ts";
import { MOST_ENDPOINTS, rotated } from "../domain/webhook-endpoint.ts";
import type { WebhookEndpoint } from "../domain/webhook-endpoint.ts";
import type { Log } from "../runtime/logger.ts";
import type { Guarded } from "../webhooks/address-guard.ts";
import { withEndpoint } from "../webhooks/change-endpoints.ts";
import type { ChangeEndpoints } from "../webhooks/change-endpoints.ts";
import { newKeys } from "../webhooks/new-keys.ts";
import type { NewKeys, NewKeysDeps } from "../webhooks/new-keys.ts";
import type { ROUTES } from "./contract.ts";
import type { Endpoint } from "./endpoint.ts";
import { created, ok, problem } from "./reply.ts";
import type { Reply } from "./reply.ts";
import type { WebhookEndpointWithSecrets } from "./responses-webhooks.ts";
import { endpointView } from "./webhook-view.ts";

/** Whether an address may be called, by what stands behind it now. */
export type GuardUrl = (url: string) => Promise<Guarded>;

/**
 * The mistake in an address; null when it may be called. A name that nobody knows yet is taken: its deliveries say so, and
 * what stands behind it one day is looked at then.
 */
export const refusedUrl = async (guard: GuardUrl, url: string): Promise<Reply | null> => {
  const guarded = await guard(url);
  if (guarded.ok || guarded.unresolved) return null;
  return problem("invalid_request", { errors: [{ pointer: "/url", message: `this address ${guarded.because}` }] });
};

const withSecrets = (endpoint: WebhookEndpoint, { shown }: NewKeys): WebhookEndpointWithSecrets => ({
  ...endpointView(endpoint),
  secrets: shown,
});

interface SecretsDeps extends NewKeysDeps {
  readonly change: ChangeEndpoints;
  readonly clock: Clock;
  readonly log: Pick<Log, "info">;
}

export const createWebhookEndpoint =
  (
    deps: SecretsDeps & { readonly guard: GuardUrl; readonly newId: () => string },
  ): Endpoint<typeof ROUTES.createWebhookEndpoint> =>
  async ({ caller, body }) => {
    const refused = await refusedUrl(deps.guard, body.url);
    if (refused) return refused;
    const id = deps.newId();
    const now = deps.clock.now();
    const keys = await newKeys(deps, id, now);
    const endpoint: WebhookEndpoint = {
      id,
      storefront: caller.storefront,
      url: body.url,
      events: body.events,
      description: body.description ?? null,
      disabled: null,
      secrets: keys.secrets,
      previous: null,
      createdAt: now,
      updatedAt: now,
    };
    const isKept = await deps.change(caller.storefront, (endpoints) =>
      endpoints.length >= MOST_ENDPOINTS
        ? { next: null, result: false }
        : { next: [...endpoints, endpoint], result: true },
    );
    if (!isKept) return problem("too_many_webhook_endpoints");
    deps.log.info("webhook.endpoint_changed", { endpoint: id, what: "created", by: caller.keyId });
    return created(withSecrets(endpoint, keys), { replayed: false });
  };

export const rotateWebhookSecret =
  (deps: SecretsDeps): Endpoint<typeof ROUTES.rotateWebhookSecret> =>
  async ({ caller, params }) => {
    const keys = await newKeys(deps, params.id, deps.clock.now());
    const endpoint = await deps.change(caller.storefront, (endpoints) => {
      const found = endpoints.find(({ id }) => id === params.id);
      if (found === undefined) return { next: null, result: null };
      const result = rotated(found, keys.secrets);
      return { next: withEndpoint(endpoints, result), result };
    });
    if (endpoint === null) return problem("not_found");
    deps.log.info("webhook.endpoint_changed", { endpoint: endpoint.id, what: "rotated", by: caller.keyId });
    return ok(withSecrets(endpoint, keys));
  };
