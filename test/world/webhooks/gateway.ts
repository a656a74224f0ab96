/**
 * The gateway's functions that tell others what the ledger took in, put together as functions/wiring-webhooks.ts,
 * functions/wiring-live.ts and functions/wiring-audit.ts put them together. What must stay true: nothing here decides
 * anything.
 */
import type { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { S3Client } from "@aws-sdk/client-s3";
import type { Context, SQSEvent } from "aws-lambda";
import { createWebhookEndpoint, rotateWebhookSecret } from "../../../functions/api/create-webhook-endpoint.ts";
import { readClientToken } from "../../../functions/api/client-token.ts";
import { paymentView } from "../../../functions/api/payment-view.ts";
import type { Reply } from "../../../functions/api/reply.ts";
import {
  listWebhookDeliveries,
  redeliverWebhook,
  redeliverWebhooks,
  testWebhookEndpoint,
} from "../../../functions/api/webhook-deliveries.ts";
import {
  changeWebhookEndpoint,
  deleteWebhookEndpoint,
  listWebhookEndpoints,
} from "../../../functions/api/webhook-endpoints.ts";
import { randomId } from "../../../functions/domain/ids.ts";
import { answerSocket } from "../../../functions/live/answer.ts";
import { sayPayment } from "../../../functions/live/messages.ts";
import { createPush } from "../../../functions/live/push.ts";
import type { Later } from "../../../functions/live/within.ts";
import { createArchive } from "../../../functions/runtime/archive.ts";
import { createHurry, onMessages } from "../../../functions/runtime/consumer.ts";
import type { Log } from "../../../functions/runtime/logger.ts";
import { createQueue } from "../../../functions/runtime/queue.ts";
import { createSendToSocket } from "../../../functions/runtime/sockets.ts";
import type { SocketEvent } from "../../../functions/runtime/sockets.ts";
import type { StreamedWrite } from "../../../functions/runtime/stream.ts";
import type { Dynamo } from "../../../functions/store/client.ts";
import { createPayments } from "../../../functions/store/dynamo-ledger.ts";
import { createSocketBook } from "../../../functions/store/dynamo-sockets.ts";
import { createToldLedger } from "../../../functions/store/dynamo-told.ts";
import { createWebhookStore } from "../../../functions/store/dynamo-webhooks.ts";
import { DUE_SHARDS } from "../../../functions/store/table.ts";
import { guardAddress } from "../../../functions/webhooks/address-guard.ts";
import type { Resolve } from "../../../functions/webhooks/address-guard.ts";
import { attemptDelivery } from "../../../functions/webhooks/attempt-delivery.ts";
import { changeDelivery } from "../../../functions/webhooks/change-delivery.ts";
import { changeEndpoints } from "../../../functions/webhooks/change-endpoints.ts";
import { deliverToEndpoint } from "../../../functions/webhooks/deliver-to-endpoint.ts";
import type { DisableEndpoint } from "../../../functions/webhooks/disable-endpoint.ts";
import { disableEndpoint } from "../../../functions/webhooks/disable-endpoint.ts";
import { createKeyVault } from "../../../functions/webhooks/endpoint-keys.ts";
import { knownEndpoints } from "../../../functions/webhooks/known-endpoints.ts";
import { WebhookMessage } from "../../../functions/webhooks/messages.ts";
import { postWebhook } from "../../../functions/webhooks/post-webhook.ts";
import { putDueBack } from "../../../functions/webhooks/put-due-back.ts";
import { queueWebhooks } from "../../../functions/webhooks/queue-webhooks.ts";
import { archiveEntries } from "../../../functions/workers/archive-entries.ts";
import { dailyRoot } from "../../../functions/workers/daily-root.ts";
import { deliverWebhooks } from "../../../functions/workers/deliver-webhooks.ts";
import { notify } from "../../../functions/workers/notify.ts";
import { TABLE_NAMES } from "../dynamo/lagging-engine.ts";
import type { Gate, Surroundings } from "../payments/lambda.ts";
import { vault } from "../payments/phones.ts";
import type { Planted } from "./planted.ts";

export const QUEUE_URL = "https://queues.world/webhooks";
export const SIGNING = { current: "a signing secret of the world, long enough" };
export const INTERVAL_MS = 60_000;
const policy = { loopback: false };

type Send = (command: unknown, options?: { readonly abortSignal: AbortSignal }) => Promise<unknown>;

/** Everything outside of the processes. */
export interface Outside {
  readonly send: Send;
  readonly sqs: Send;
  readonly s3: Send;
  readonly sockets: Send;
  readonly resolve: Resolve;
  readonly wait: (ms: number) => Promise<void>;
  readonly after: Later;
  readonly random: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
  /** A name that was never given before. */
  readonly newName: () => string;
  readonly log: Log;
  readonly count: (metric: string) => void;
  readonly planted: Planted;
}

const gated =
  (gate: Gate, send: Send): Send =>
  (command, options) =>
    gate(() => send(command, options));

const nothing = (): undefined => undefined;

/** What one process holds; the same for each kind of function. */
const holdings = (outside: Outside, { gate, now }: Surroundings) => {
  const { random, log, planted, randomBytes } = outside;
  const clock = { now };
  const wait = (ms: number): Promise<void> => gate(() => outside.wait(ms));
  const patience = { wait, random };
  const dynamo = { send: planted.send(gated(gate, outside.send)) } as unknown as Dynamo;
  const store = createWebhookStore({ dynamo, table: TABLE_NAMES.webhooks, clock, ...patience });
  const deliveries = planted.deliveries(store.deliveries);
  const turns = planted.turns(store.turns);
  const known = planted.known(knownEndpoints({ endpoints: store.endpoints, clock }));
  const sqs = () => ({ send: gated(gate, outside.sqs) }) as unknown as SQSClient;
  const webhookQueue = createQueue({ sqs, url: () => QUEUE_URL, ...patience });
  const sending = { webhookQueue, clock, random, intervalMs: () => INTERVAL_MS };
  const resolve: Resolve = (host) => gate(() => outside.resolve(host));
  const s3 = () => ({ send: gated(gate, outside.s3) }) as unknown as S3Client;
  return {
    ...outside,
    ...sending,
    ...patience,
    gate,
    dynamo,
    sqs,
    deliveries,
    turns,
    known,
    resolve,
    vault,
    randomBytes,
    endpoints: store.endpoints,
    keyVault: planted.keyVault(createKeyVault(vault)),
    change: changeEndpoints({ endpoints: store.endpoints, ...patience }),
    changeOfDelivery: changeDelivery({ deliveries }),
    tell: queueWebhooks({ known, deliveries, ...sending }),
    guard: (url: string) => guardAddress(url, policy, resolve),
    archive: planted.archive(createArchive({ s3, bucket: () => "archive" }), now),
    measure: nothing,
    coordination: { dynamo, table: TABLE_NAMES.coordination, clock, ...patience },
    ledgerDeps: { dynamo, tables: TABLE_NAMES, vault, clock, newToken: outside.newName, ...patience },
    log,
  };
};
type Holdings = ReturnType<typeof holdings>;

const say = sayPayment(paymentView);

/** Behind the ledger's stream. */
export const notifyProcess = (outside: Outside) => (surroundings: Surroundings) => {
  const held = holdings(outside, surroundings);
  const client = { send: gated(held.gate, outside.sockets) } as unknown as ApiGatewayManagementApiClient;
  const pushLive = createPush({
    sockets: createSocketBook(held.coordination),
    send: createSendToSocket(() => client),
    say,
    log: held.log,
    later: outside.after,
  });
  return held.planted.notify(notify({ ...held, queueWebhooks: held.tell, pushLive }));
};

export const archiveProcess =
  (outside: Outside) =>
  (surroundings: Surroundings): ((writes: readonly StreamedWrite[]) => Promise<void>) =>
    archiveEntries(holdings(outside, surroundings));

/** On the clock, each night. */
export const rootProcess = (outside: Outside) => (surroundings: Surroundings) => {
  const run = dailyRoot(holdings(outside, surroundings));
  return () => run({ remainingMs: surroundings.remainingMs });
};

const deliverDeps = (
  held: Holdings & { readonly disable: DisableEndpoint },
): Parameters<typeof deliverToEndpoint>[0] => {
  const { gate, resolve, planted } = held;
  const real = postWebhook({ policy: () => policy, resolve });
  const post = planted.post((request) => gate(() => real(request)));
  return {
    ...held,
    attempt: planted.attempt(attemptDelivery({ ...held, post })),
    change: held.changeOfDelivery,
    newHolder: held.newName,
  };
};

/** Behind the queue. */
export const deliverProcess = (outside: Outside) => (surroundings: Surroundings) => {
  const parts = holdings(outside, surroundings);
  const held = { ...parts, disable: disableEndpoint(parts) };
  const work = deliverWebhooks({
    ...held,
    change: held.changeOfDelivery,
    disable: held.planted.finish(held.disable),
    deliver: deliverToEndpoint(deliverDeps(held)),
    putDueBack: putDueBack({ ...held, shards: DUE_SHARDS }),
  });
  const handle = onMessages({
    begin: nothing,
    hurry: createHurry({ sqs: held.sqs, url: () => QUEUE_URL }),
    onUnreadable: (message) => held.log.error("message.unreadable", { message }),
    onFault: (fault) => held.log.error("message.failed", {}, fault),
  })(WebhookMessage, work);
  const context = { getRemainingTimeInMillis: surroundings.remainingMs };
  return (event: SQSEvent) => handle(event, { ...context, awsRequestId: outside.newName() } as Context);
};

/** The owners' door: what it is given picks the endpoint. */
export const webhooksProcess = (outside: Outside) => (surroundings: Surroundings) => {
  const held = holdings(outside, surroundings);
  const again = { ...held, change: held.changeOfDelivery };
  const newId = () => randomId("whe", outside.randomBytes(16));
  const newEventId = () => randomId("evt", outside.randomBytes(16));
  const door = {
    create: createWebhookEndpoint({ ...held, newId }),
    change: changeWebhookEndpoint(held),
    remove: deleteWebhookEndpoint(held),
    rotate: rotateWebhookSecret(held),
    list: listWebhookEndpoints(held),
    test: testWebhookEndpoint({ ...again, newEventId }),
    deliveries: listWebhookDeliveries(held),
    redeliver: redeliverWebhook(again),
    redeliverAll: redeliverWebhooks(again),
  };
  return (ask: (endpoints: typeof door) => Promise<Reply>): Promise<Reply> => ask(door);
};
export type OwnersDoor = Parameters<Parameters<ReturnType<ReturnType<typeof webhooksProcess>>>[0]>[0];

/** Payers' sockets. */
export const liveProcess = (outside: Outside) => (surroundings: Surroundings) => {
  const held = holdings(outside, surroundings);
  const answer = answerSocket({
    sockets: createSocketBook(held.coordination),
    ledger: createPayments(held.ledgerDeps),
    checkouts: { read: () => Promise.resolve(null) },
    subjectOf: (token) => Promise.resolve(readClientToken(token, held.clock.now(), SIGNING)),
    say,
    clock: held.clock,
  });
  return (event: SocketEvent) => answer(event);
};

/** What moves the ledger: the store's own writes, behind a door of their own. */
export const ledgerProcess = (outside: Outside) => (surroundings: Surroundings) => {
  const { ledgerDeps } = holdings(outside, surroundings);
  const ledger = { ...createPayments(ledgerDeps), told: createToldLedger(ledgerDeps) };
  return (ask: (to: typeof ledger) => Promise<unknown>): Promise<unknown> => ask(ledger);
};
export type LedgerDoor = Parameters<Parameters<ReturnType<ReturnType<typeof ledgerProcess>>>[0]>[0];
