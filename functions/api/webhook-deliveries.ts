/** Deliveries of a storefront's own endpoints: the log, and having them sent again. */
import type { Clock } from "../domain/clock.ts";
import { isDeliveryId } from "../domain/ids.ts";
import { utcIso } from "../domain/time.ts";
import { again } from "../domain/webhook-delivery.ts";
import { TEST_EVENT } from "../domain/webhook-event.ts";
import type { WebhookEvent } from "../domain/webhook-event.ts";
import type { Queue } from "../runtime/queue.ts";
import { readCursor, writeCursor } from "../store/cursor.ts";
import { eachAtMost } from "../store/each-at-most.ts";
import type { PhoneVault } from "../store/phone-vault.ts";
import type { KeptDelivery, WebhookDeliveries, WebhookEndpoints } from "../store/webhook-ledger.ts";
import { unsignedHeaders } from "../webhooks/attempt-delivery.ts";
import type { ChangeDelivery } from "../webhooks/change-delivery.ts";
import { messageOf } from "../webhooks/messages.ts";
import type { WebhookMessage } from "../webhooks/messages.ts";
import { newDelivery } from "../webhooks/queue-webhooks.ts";
import type { ROUTES } from "./contract.ts";
import type { Endpoint } from "./endpoint.ts";
import { pageOf, paged } from "./listing.ts";
import { accepted, ok, problem } from "./reply.ts";
import type { WebhookRedelivery } from "./responses-webhooks.ts";
import { ownEndpoint } from "./webhook-endpoints.ts";
import { deliveryView } from "./webhook-view.ts";

interface OwnedDeps {
  readonly endpoints: Pick<WebhookEndpoints, "read">;
}

interface SendingDeps extends OwnedDeps {
  readonly webhookQueue: Queue;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly intervalMs: () => number;
}

const shown = (delivery: KeptDelivery | ReturnType<typeof newDelivery>) => deliveryView(delivery, unsignedHeaders);

/** Sends `endpoint.test` to one endpoint. */
export const testWebhookEndpoint =
  (
    deps: SendingDeps & { readonly deliveries: Pick<WebhookDeliveries, "add">; readonly newEventId: () => string },
  ): Endpoint<typeof ROUTES.testWebhookEndpoint> =>
  async ({ caller, params }) => {
    const endpoint = await ownEndpoint(deps.endpoints, caller.storefront, params.id);
    if (endpoint === null) return problem("not_found");
    if (endpoint.disabled !== null) return problem("webhook_endpoint_disabled");
    const at = deps.clock.now();
    const event: WebhookEvent = {
      id: deps.newEventId(),
      type: TEST_EVENT,
      storefront: caller.storefront,
      subject: endpoint.id,
      at,
      sequence: at,
      object: { object: "test", endpoint: endpoint.id, message: "If you can read this, your endpoint works." },
    };
    const delivery = newDelivery(deps, event, endpoint);
    await deps.deliveries.add(delivery);
    await deps.webhookQueue.send([messageOf(delivery)]);
    return accepted(shown(delivery));
  };

const isWanted = (status: string | undefined) => (delivery: KeptDelivery) =>
  status === undefined || delivery.status === status;

/** Deliveries in the order of `ids`: what expired in between is left out. */
const readInOrder = async (
  deliveries: Pick<WebhookDeliveries, "read">,
  ids: readonly string[],
): Promise<readonly KeptDelivery[]> => (ids.length === 0 ? [] : deliveries.read(ids));

export const listWebhookDeliveries =
  (
    deps: OwnedDeps & {
      readonly deliveries: Pick<WebhookDeliveries, "walk" | "read">;
      readonly vault: PhoneVault;
      readonly clock: Clock;
    },
  ): Endpoint<typeof ROUTES.listWebhookDeliveries> =>
  ({ caller, params, query }) =>
    paged(async () => {
      const endpoint = await ownEndpoint(deps.endpoints, caller.storefront, params.id);
      if (endpoint === null) return problem("not_found");
      const { limit, cursor } = pageOf(query);
      const asked = { listing: "dlv", endpoint: endpoint.id, status: query.status ?? null };
      const { keys, next } = await deps.deliveries.walk({
        endpoint: endpoint.id,
        from: 0,
        to: deps.clock.now(),
        order: "newest_first",
        after: await readCursor(deps.vault, asked, cursor),
        limit,
      });
      const found = await readInOrder(
        deps.deliveries,
        keys.map(({ id }) => id),
      );
      return ok({
        object: "list",
        data: found.filter(isWanted(query.status)).map(shown),
        next_cursor: next && (await writeCursor(deps.vault, asked, next)),
      });
    });

interface RedeliverDeps extends SendingDeps {
  readonly change: ChangeDelivery;
}

const createAgain =
  ({ change, clock, random, intervalMs }: RedeliverDeps) =>
  (delivery: KeptDelivery): Promise<KeptDelivery | null> =>
    change(delivery, (current) => again(current, clock.now(), { intervalMs: intervalMs(), jitter: random() }));

export const redeliverWebhook =
  (
    deps: RedeliverDeps & { readonly deliveries: Pick<WebhookDeliveries, "read"> },
  ): Endpoint<typeof ROUTES.redeliverWebhook> =>
  async ({ caller, params }) => {
    const [delivery] = isDeliveryId(params.id) ? await deps.deliveries.read([params.id]) : [];
    if (delivery === undefined || delivery.storefront !== caller.storefront) return problem("not_found");
    const endpoint = await ownEndpoint(deps.endpoints, caller.storefront, delivery.endpoint);
    if (endpoint === null) return problem("not_found");
    if (endpoint.disabled !== null) return problem("webhook_endpoint_disabled");
    const queued = await createAgain(deps)(delivery);
    if (queued === null) return problem("not_found");
    await deps.webhookQueue.send([messageOf(queued)]);
    return accepted(shown(queued));
  };

/** The most that one request has sent again. */
const MOST_REDELIVERED = 1_000;
const PAGE = 100;
const CHANGES_AT_ONCE = 16;

export const redeliverWebhooks =
  (
    deps: RedeliverDeps & { readonly deliveries: Pick<WebhookDeliveries, "walk" | "read"> },
  ): Endpoint<typeof ROUTES.redeliverWebhooks> =>
  async ({ caller, params, body }) => {
    const endpoint = await ownEndpoint(deps.endpoints, caller.storefront, params.id);
    if (endpoint === null) return problem("not_found");
    if (endpoint.disabled !== null) return problem("webhook_endpoint_disabled");
    const sendAgain = createAgain(deps);
    const span = { from: Date.parse(body.from), to: Date.parse(body.to) };
    let queued = 0;
    let after: Parameters<WebhookDeliveries["walk"]>[0]["after"] = null;
    for (let looked = 0; looked < MOST_REDELIVERED; looked += PAGE) {
      const page: Awaited<ReturnType<WebhookDeliveries["walk"]>> = await deps.deliveries.walk({
        endpoint: endpoint.id,
        ...span,
        order: "oldest_first",
        after,
        limit: PAGE,
      });
      const found = await readInOrder(
        deps.deliveries,
        page.keys.map(({ id }) => id),
      );
      const messages: WebhookMessage[] = [];
      await eachAtMost(CHANGES_AT_ONCE, found.filter(isWanted(body.status)), async (delivery) => {
        const changed = await sendAgain(delivery);
        if (changed !== null) messages.push(messageOf(changed));
      });
      await deps.webhookQueue.send(messages);
      queued += messages.length;
      after = page.next;
      if (after === null) break;
    }
    const answer: WebhookRedelivery = {
      object: "webhook_redelivery",
      endpoint: endpoint.id,
      queued,
      continue_from: after === null ? null : utcIso(after.at),
    };
    return accepted(answer);
  };
