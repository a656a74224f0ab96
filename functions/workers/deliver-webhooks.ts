/**
 * Works off the queue of webhooks: each delivery to its endpoint, endpoints side by side. What must stay true: a message
 * that came twice, or late, sends nothing twice; one endpoint's trouble stays its own.
 */
import type { Clock } from "../domain/clock.ts";
import { abandoned } from "../domain/webhook-delivery.ts";
import type { FailedBecause } from "../domain/webhook-delivery.ts";
import type { Delivered, Verdict } from "../runtime/consumer.ts";
import type { Log } from "../runtime/logger.ts";
import type { ScheduledRun } from "../runtime/schedule.ts";
import type { KeptDelivery, WebhookDeliveries } from "../store/webhook-ledger.ts";
import type { ChangeDelivery } from "../webhooks/change-delivery.ts";
import type { DisableEndpoint } from "../webhooks/disable-endpoint.ts";
import type { DeliverRun, deliverToEndpoint, Verdicts } from "../webhooks/deliver-to-endpoint.ts";
import type { KnownEndpoints } from "../webhooks/known-endpoints.ts";
import type { WebhookMessage } from "../webhooks/messages.ts";
import type { PutDueBack } from "../webhooks/put-due-back.ts";

export interface DeliverWebhooksDeps {
  readonly deliveries: Pick<WebhookDeliveries, "read">;
  readonly known: KnownEndpoints;
  readonly deliver: ReturnType<typeof deliverToEndpoint>;
  readonly change: ChangeDelivery;
  readonly disable: DisableEndpoint;
  readonly putDueBack: PutDueBack;
  readonly clock: Clock;
  readonly log: Pick<Log, "error">;
}

const DONE: Verdict = { verdict: "done" };
const FAILED: Verdict = { verdict: "failed" };

/** How many attempts each delivery had when its message was put on the queue. */
type Asked = ReadonlyMap<string, number>;

/** What the messages ask to be sent, and is still to be sent, by endpoint. */
const waitingOf = (asked: Asked, deliveries: readonly KeptDelivery[]): readonly (readonly KeptDelivery[])[] => {
  const waiting = deliveries.filter(({ id, status, made }) => status === "pending" && asked.get(id) === made);
  const endpoints = new Map<string, KeptDelivery[]>();
  for (const delivery of waiting) {
    const place = endpoints.get(delivery.endpoint);
    if (place) place.push(delivery);
    else endpoints.set(delivery.endpoint, [delivery]);
  }
  return [...endpoints.values()];
};

const createGroup =
  ({ known, deliver, change, clock, log }: DeliverWebhooksDeps, run: DeliverRun) =>
  async (waiting: readonly KeptDelivery[]): Promise<Verdicts> => {
    const [first] = waiting;
    if (first === undefined) return new Map();
    const giveUp = async (because: FailedBecause): Promise<Verdicts> => {
      for (const delivery of waiting)
        await change(delivery, (current) =>
          current.status === "pending" ? abandoned(current, because, clock.now()) : null,
        );
      return new Map();
    };
    try {
      const endpoint = await known.find(first.storefront, first.endpoint);
      if (endpoint === null) return await giveUp("endpoint_deleted");
      if (endpoint.disabled !== null) return await giveUp("endpoint_disabled");
      return await deliver(endpoint, waiting, run);
    } catch (fault) {
      log.error("webhook.item_failed", { endpoint: first.endpoint }, fault);
      return new Map(waiting.map(({ id }) => [id, FAILED]));
    }
  };

/**
 * Ends what a run that died may have left undone: a message comes again although its attempt was made and kept, so what
 * that attempt showed of the endpoint may have gone no further. What its owner did since stands.
 */
const createFinish =
  ({ known, disable, log }: DeliverWebhooksDeps) =>
  async ({ id, storefront, endpoint: name, failedBecause, attempts }: KeptDelivery): Promise<Verdicts> => {
    try {
      const endpoint = await known.find(storefront, name);
      const last = attempts.at(-1);
      if (endpoint === null || last === undefined) return new Map();
      const isAsItWas = endpoint.url === last.url && endpoint.updatedAt <= last.at + last.ms;
      if (endpoint.disabled !== null || (failedBecause === "endpoint_gone" && isAsItWas))
        await disable(endpoint, "gone");
      return new Map();
    } catch (fault) {
      log.error("webhook.item_failed", { delivery: id }, fault);
      return new Map([[id, FAILED]]);
    }
  };

export const deliverWebhooks =
  (deps: DeliverWebhooksDeps) =>
  async (
    messages: readonly Delivered<WebhookMessage>[],
    { remainingMs }: Pick<ScheduledRun, "remainingMs">,
  ): Promise<readonly Verdict[]> => {
    const named = messages.flatMap(({ message, times: came }) => ("delivery" in message ? [{ ...message, came }] : []));
    const times = new Map(named.map(({ delivery, came }) => [delivery, came]));
    // Somebody waits for the webhook: the endpoints are looked up meanwhile. A fault shows where they are used.
    for (const storefront of new Set(named.map((one) => one.storefront)))
      deps.known.of(storefront).catch(() => undefined);
    const deliveries = named.length === 0 ? [] : await deps.deliveries.read([...times.keys()]);
    const work = createGroup(deps, { remainingMs, timesOf: (id) => times.get(id) ?? 1 });
    const asked = new Map(named.map(({ delivery, made }) => [delivery, made]));
    const made = deliveries.filter((delivery) => delivery.made > (asked.get(delivery.id) ?? Infinity));
    const groups = await Promise.all([...waitingOf(asked, deliveries).map(work), ...made.map(createFinish(deps))]);
    const verdicts = new Map(groups.flatMap((group) => [...group]));
    if (messages.some(({ message }) => "look" in message)) await deps.putDueBack(remainingMs);
    return messages.map(({ message }) => ("delivery" in message ? (verdicts.get(message.delivery) ?? DONE) : DONE));
  };
