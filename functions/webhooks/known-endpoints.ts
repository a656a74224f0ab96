/**
 * The endpoints of each storefront, read at most once a second. What must stay true: an endpoint is told of everything
 * from a second after it was made, and of nothing from a second after it was disabled or deleted.
 */
import type { Clock } from "../domain/clock.ts";
import type { WebhookEndpoint } from "../domain/webhook-endpoint.ts";
import type { WebhookEndpoints } from "../store/webhook-ledger.ts";

const FRESH_MS = 1_000;
/** Storefronts remembered; a process that meets more begins anew. */
const MOST_KNOWN = 1_000;

export interface KnownEndpoints {
  of(storefront: string): Promise<readonly WebhookEndpoint[]>;
  /** One of them; whether one is gone or disabled is looked at afresh. Null when there is none. */
  find(storefront: string, id: string): Promise<WebhookEndpoint | null>;
}

interface Known {
  readonly at: number;
  readonly endpoints: Promise<readonly WebhookEndpoint[]>;
}

export const knownEndpoints = (deps: {
  readonly endpoints: Pick<WebhookEndpoints, "read">;
  readonly clock: Clock;
}): KnownEndpoints => {
  const known = new Map<string, Known>();
  const look = (storefront: string): Known => {
    if (known.size >= MOST_KNOWN) known.clear();
    const endpoints = deps.endpoints.read(storefront).then((shelf) => shelf.endpoints);
    const fresh: Known = { at: deps.clock.now(), endpoints };
    known.set(storefront, fresh);
    endpoints.catch(() => known.delete(storefront));
    return fresh;
  };
  const isFresh = ({ at }: Known): boolean => Math.abs(deps.clock.now() - at) < FRESH_MS;
  const of = (storefront: string): Promise<readonly WebhookEndpoint[]> => {
    const held = known.get(storefront);
    return (held && isFresh(held) ? held : look(storefront)).endpoints;
  };
  return {
    of,
    find: async (storefront, id) => {
      const byId = (endpoints: readonly WebhookEndpoint[]): WebhookEndpoint | null =>
        endpoints.find((endpoint) => endpoint.id === id) ?? null;
      const held = byId(await of(storefront));
      return held?.disabled === null ? held : byId(await look(storefront).endpoints);
    },
  };
};
