/** GET, PATCH and DELETE of webhook endpoints, each confined to the caller's storefront. */
import type { Clock } from "../domain/clock.ts";
import { disabledFor } from "../domain/webhook-endpoint.ts";
import type { WebhookEndpoint } from "../domain/webhook-endpoint.ts";
import type { Log } from "../runtime/logger.ts";
import type { WebhookEndpoints, WebhookTurns } from "../store/webhook-ledger.ts";
import { withEndpoint } from "../webhooks/change-endpoints.ts";
import type { ChangeEndpoints } from "../webhooks/change-endpoints.ts";
import type { ROUTES } from "./contract.ts";
import { refusedUrl } from "./create-webhook-endpoint.ts";
import type { GuardUrl } from "./create-webhook-endpoint.ts";
import type { Call, Endpoint } from "./endpoint.ts";
import { ok, problem } from "./reply.ts";
import type { DeletedWebhookEndpoint } from "./responses-webhooks.ts";
import { endpointView } from "./webhook-view.ts";

type Endpoints = Pick<WebhookEndpoints, "read">;

/** The storefront's endpoint `id`; null when there is none. Another storefront's is never looked at. */
export const ownEndpoint = async (
  endpoints: Endpoints,
  storefront: string,
  id: string,
): Promise<WebhookEndpoint | null> =>
  (await endpoints.read(storefront)).endpoints.find((endpoint) => endpoint.id === id) ?? null;

export const listWebhookEndpoints =
  (deps: { readonly endpoints: Endpoints }): Endpoint<typeof ROUTES.listWebhookEndpoints> =>
  async ({ caller }) => {
    const { endpoints } = await deps.endpoints.read(caller.storefront);
    return ok({ object: "list", data: endpoints.map(endpointView), next_cursor: null });
  };

export const readWebhookEndpoint =
  (deps: { readonly endpoints: Endpoints }): Endpoint<typeof ROUTES.readWebhookEndpoint> =>
  async ({ caller, params }) => {
    const endpoint = await ownEndpoint(deps.endpoints, caller.storefront, params.id);
    return endpoint ? ok(endpointView(endpoint)) : problem("not_found");
  };

interface ChangeDeps {
  readonly change: ChangeEndpoints;
  readonly log: Pick<Log, "info">;
}

type Wanted = Call<typeof ROUTES.changeWebhookEndpoint>["body"];

const changed = (endpoint: WebhookEndpoint, wanted: Wanted, now: number): WebhookEndpoint => {
  const { url, events, description, status } = wanted;
  const edited: WebhookEndpoint = {
    ...endpoint,
    ...(url === undefined ? {} : { url }),
    ...(events === undefined ? {} : { events }),
    ...(description === undefined ? {} : { description }),
    ...(status === "enabled" ? { disabled: null } : {}),
    updatedAt: now,
  };
  return status === "disabled" ? disabledFor(edited, "owner", now) : edited;
};

export const changeWebhookEndpoint =
  (
    deps: ChangeDeps & {
      readonly guard: GuardUrl;
      readonly turns: Pick<WebhookTurns, "forget">;
      readonly clock: Clock;
    },
  ): Endpoint<typeof ROUTES.changeWebhookEndpoint> =>
  async ({ caller, params, body }) => {
    const refused = body.url === undefined ? null : await refusedUrl(deps.guard, body.url);
    if (refused) return refused;
    const endpoint = await deps.change(caller.storefront, (endpoints) => {
      const found = endpoints.find(({ id }) => id === params.id);
      if (found === undefined) return { next: null, result: null };
      const result = changed(found, body, deps.clock.now());
      return { next: withEndpoint(endpoints, result), result };
    });
    if (endpoint === null) return problem("not_found");
    // What was seen of the endpoint was another address's, or is what its owner has mended.
    if (body.url !== undefined || body.status === "enabled") await deps.turns.forget(endpoint.id);
    deps.log.info("webhook.endpoint_changed", { endpoint: endpoint.id, what: "changed", by: caller.keyId });
    return ok(endpointView(endpoint));
  };

export const deleteWebhookEndpoint =
  (deps: ChangeDeps): Endpoint<typeof ROUTES.deleteWebhookEndpoint> =>
  async ({ caller, params }) => {
    const isFound = await deps.change(caller.storefront, (endpoints) => {
      const left = endpoints.filter(({ id }) => id !== params.id);
      const result = left.length < endpoints.length;
      return { next: result ? left : null, result };
    });
    if (!isFound) return problem("not_found");
    deps.log.info("webhook.endpoint_changed", { endpoint: params.id, what: "deleted", by: caller.keyId });
    const answer: DeletedWebhookEndpoint = { id: params.id, object: "webhook_endpoint", deleted: true };
    return ok(answer);
  };
