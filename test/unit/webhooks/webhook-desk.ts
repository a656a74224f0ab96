/**
 * Everything between an event and its receiver, with real requests to this machine: only the database, the clock, the queue
 * and chance are the test's own.
 */
import { randomBytes, randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { WebhookEndpoint } from "../../../functions/domain/webhook-endpoint.ts";
import type { WebhookEvent } from "../../../functions/domain/webhook-event.ts";
import type { Verdict } from "../../../functions/runtime/consumer.ts";
import type { Measured } from "../../../functions/runtime/metrics.ts";
import { createWebhookStore } from "../../../functions/store/dynamo-webhooks.ts";
import { PhoneKeysSecret, createPhoneVault } from "../../../functions/store/phone-vault.ts";
import { DUE_SHARDS } from "../../../functions/store/table.ts";
import { attemptDelivery } from "../../../functions/webhooks/attempt-delivery.ts";
import { changeDelivery } from "../../../functions/webhooks/change-delivery.ts";
import { changeEndpoints } from "../../../functions/webhooks/change-endpoints.ts";
import { deliverToEndpoint } from "../../../functions/webhooks/deliver-to-endpoint.ts";
import { disableEndpoint } from "../../../functions/webhooks/disable-endpoint.ts";
import { createKeyVault } from "../../../functions/webhooks/endpoint-keys.ts";
import { knownEndpoints } from "../../../functions/webhooks/known-endpoints.ts";
import { WebhookMessage } from "../../../functions/webhooks/messages.ts";
import { newKeys } from "../../../functions/webhooks/new-keys.ts";
import { postWebhook } from "../../../functions/webhooks/post-webhook.ts";
import { putDueBack } from "../../../functions/webhooks/put-due-back.ts";
import { queueWebhooks } from "../../../functions/webhooks/queue-webhooks.ts";
import { deliverWebhooks } from "../../../functions/workers/deliver-webhooks.ts";
import { encode32 } from "../../../functions/domain/ids.ts";
import { startReceiver } from "../../stories/receiver.ts";
import type { Receiver } from "../../stories/receiver.ts";
import { NOW, watched } from "../store/database.ts";
import { databaseInMemory } from "../store/in-memory.ts";

const MINUTE_MS = 60_000;
/** How long a request may take, in real time: the tests wait for the ones that hang. */
const LIMIT_MS = 300;

export const newEndpointId = (): string => `whe_${encode32(randomBytes(16))}`;

export const startWebhookDesk = (options: { readonly limitMs?: number } = {}) => {
  const time = { now: NOW };
  const { dynamo, calls } = watched(
    databaseInMemory(() => time.now),
    false,
  );
  const clock = { now: () => time.now };
  const patience = { wait: () => Promise.resolve(), random: () => 0 };
  const store = createWebhookStore({ dynamo, table: "webhooks", clock, ...patience });
  const queue: WebhookMessage[] = [];
  const webhookQueue = {
    send: (messages: readonly object[]) => {
      queue.push(...messages.map((message) => WebhookMessage.parse(message)));
      return Promise.resolve();
    },
  };
  const vault = createPhoneVault(() =>
    Promise.resolve(PhoneKeysSecret.parse({ current: "a secret that only tests know, long enough for a key" })),
  );
  const keyVault = createKeyVault(vault);
  const known = knownEndpoints({ endpoints: store.endpoints, clock });
  const sending = { webhookQueue, clock, random: patience.random, intervalMs: () => MINUTE_MS };
  const tell = queueWebhooks({ known, deliveries: store.deliveries, ...sending });
  const change = changeEndpoints({ endpoints: store.endpoints, ...patience });
  const changeOne = changeDelivery({ deliveries: store.deliveries });
  const logged: { readonly code: string; readonly facts: object }[] = [];
  const keep = (code: string, facts: object = {}): void => void logged.push({ code, facts });
  const log = { info: keep, warn: keep, error: keep };
  const counted: string[] = [];
  const measured: Measured[] = [];
  const measure = (one: Measured): void => void measured.push(one);
  const disable = disableEndpoint({ change, tell, clock, log, count: (metric) => void counted.push(metric) });
  const work = deliverWebhooks({
    disable,
    deliveries: store.deliveries,
    known,
    change: changeOne,
    deliver: deliverToEndpoint({
      turns: store.turns,
      attempt: attemptDelivery({
        keyVault,
        post: postWebhook({
          policy: () => ({ loopback: true }),
          resolve: () => Promise.resolve(["127.0.0.1"]),
          limitMs: options.limitMs ?? LIMIT_MS,
        }),
        clock,
      }),
      change: changeOne,
      disable,
      newHolder: randomUUID,
      log,
      measure,
      wait: patience.wait,
      ...sending,
    }),
    putDueBack: putDueBack({ deliveries: store.deliveries, shards: DUE_SHARDS, log, measure, ...sending }),
    clock,
    log,
  });
  const run = (messages: readonly WebhookMessage[], times: readonly number[] = []): Promise<readonly Verdict[]> =>
    work(
      messages.map((message, index) => ({ message, times: times[index] ?? 1 })),
      { remainingMs: () => 60_000 },
    );
  return {
    ...store,
    store,
    calls,
    time,
    clock,
    queue,
    logged,
    counted,
    measured,
    tell,
    run,
    change,
    changeOne,
    sending,
    vault,
    keyVault,
    /** Makes an endpoint and answers it with its keys as shown. */
    endpoint: async (
      storefront: string,
      wanted: Partial<WebhookEndpoint> & Pick<WebhookEndpoint, "url">,
    ): Promise<{ readonly endpoint: WebhookEndpoint; readonly v1: string; readonly v1a: string }> => {
      const id = newEndpointId();
      const { secrets, shown } = await newKeys({ keyVault, randomBytes }, id, time.now);
      const endpoint: WebhookEndpoint = {
        id,
        storefront,
        events: ["*"],
        description: null,
        disabled: null,
        secrets,
        previous: null,
        createdAt: time.now,
        updatedAt: time.now,
        ...wanted,
      };
      await change(storefront, (endpoints) => ({ next: [...endpoints, endpoint], result: null }));
      return { endpoint, v1: shown.v1, v1a: shown.v1a_public_key };
    },
    /** The delivery that is first on the queue. */
    onlyDelivery: () => {
      const [message] = queue;
      if (!message || !("delivery" in message)) throw new Error("nothing was put on the queue");
      const id = message.delivery;
      return { id, read: async () => (await store.deliveries.read([id]))[0]! };
    },
    /** Works off everything that is in the queue now. */
    deliver: () => run(queue.splice(0)),
    /** Goes to a time, and does what the clock and the queue then do. */
    goTo: async (at: number): Promise<void> => {
      time.now = at;
      await run([{ look: "due" }]);
      await run(queue.splice(0));
    },
  };
};
export type WebhookDesk = ReturnType<typeof startWebhookDesk>;

/** Receivers that end with their test. */
export const createReceivers = () => {
  const open: Receiver[] = [];
  return {
    start: async (...how: Parameters<typeof startReceiver>): Promise<Receiver> => {
      const receiver = await startReceiver(...how);
      open.push(receiver);
      return receiver;
    },
    close: async (): Promise<void> => {
      for (const receiver of open.splice(0)) await receiver.close();
    },
  };
};

/** A receiver's answer that says no. */
export const answering =
  (status: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse): void => {
    response.writeHead(status, headers).end("no");
  };

let events = 0;
/** Something that happened in this storefront. */
export const happening = (storefront: string, over: Partial<WebhookEvent> = {}): WebhookEvent => {
  events += 1;
  return {
    id: `evt_${String(events).padStart(26, "0")}`,
    type: "payment.succeeded",
    storefront,
    subject: `pay_${String(events).padStart(26, "0")}`,
    at: NOW,
    sequence: 3,
    object: { id: `pay_${events}`, object: "payment", status: "succeeded" },
    ...over,
  };
};
