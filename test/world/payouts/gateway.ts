/**
 * The gateway's functions that move money out, each as its `.lambda.ts` puts it together. What must stay true: nothing here
 * decides anything; each function is given what its process holds and nothing else.
 */
import type { Context, SQSEvent } from "aws-lambda";
import { askAboutException } from "../../../functions/api/ask-exception.ts";
import { cancelPayout } from "../../../functions/api/cancel-payout.ts";
import { haltPayoutLane, resumePayoutLane } from "../../../functions/api/payout-lane.ts";
import type { Reply } from "../../../functions/api/reply.ts";
import { startBatch } from "../../../functions/api/start-batch.ts";
import { startPayout } from "../../../functions/api/start-payout.ts";
import { startRefund } from "../../../functions/api/start-refund.ts";
import { approveBatch, cancelBatch, pauseBatch, resumeBatch } from "../../../functions/api/steer-batch.ts";
import { resolveException } from "../../../functions/api/work-exceptions.ts";
import { takeResult } from "../../../functions/callbacks/results.ts";
import { checkCallbackToken } from "../../../functions/daraja/callback-url.ts";
import { BatchMessage, PayoutMessage } from "../../../functions/payouts/messages.ts";
import { createHurry, onMessages } from "../../../functions/runtime/consumer.ts";
import type { ScheduledRun } from "../../../functions/runtime/schedule.ts";
import { DUE_SHARDS } from "../../../functions/store/table.ts";
import { dispatchPayouts } from "../../../functions/workers/dispatch-payouts.ts";
import { importBatch } from "../../../functions/workers/import-batch.ts";
import { oneAfterAnother } from "../../../functions/workers/one-after-another.ts";
import { sweepPayouts } from "../../../functions/workers/sweep-payouts.ts";
import { sweepRefunds } from "../../../functions/workers/sweep-refunds.ts";
import { tendBatches } from "../../../functions/workers/tend-batch.ts";
import type { Surroundings } from "../payments/lambda.ts";
import { QUEUE_URLS, SIGNING_SECRET } from "./holdings.ts";
import type { Outside } from "./holdings.ts";
import { partsOf } from "./parts.ts";
import type { Parts } from "./parts.ts";
import { POLICY } from "./scenario.ts";

/** The one address that callbacks are believed from. */
const SAFARICOM = "127.0.0.1";
const BALANCE_INTERVAL_MS = 600_000;
/** Questions that wait for their slots at once. */
const AT_ONCE = 20;

/** What calls come through the storefronts' door, by the functions that answer them. */
const doors = {
  "start-payout": ({ held }: Parts) => ({
    startPayout: startPayout({ ...held, queue: held.payoutQueue, singleMaximum: () => POLICY.singleMaximum }),
    cancelPayout: cancelPayout(held),
  }),
  "start-batch": ({ held, freeze, inTurn }: Parts) => ({ startBatch: startBatch({ ...held, freeze, inTurn }) }),
  "start-refund": ({ held, sendFromApi, prove }: Parts) => ({
    startRefund: startRefund({ ...held, send: sendFromApi, prove }),
  }),
  "steer-batch": ({ held, steer, halt, lift }: Parts) => {
    const ofBatches = { ...held, change: steer };
    return {
      approve: approveBatch(ofBatches),
      pause: pauseBatch(ofBatches),
      resume: resumeBatch(ofBatches),
      cancel: cancelBatch(ofBatches),
      haltLane: haltPayoutLane({ ...held, halt }),
      resumeLane: resumePayoutLane({ ...held, lift }),
    };
  },
  "work-exceptions": ({ held, ...parts }: Parts) => ({
    resolve: resolveException(held),
    ask: askAboutException({ ...held, ...parts, ledger: held.payments, ask: nobodyAsks }),
  }),
} as const;
export type Doors = typeof doors;

/** These worlds have no pushes to ask about. */
const nobodyAsks = (): never => {
  throw new Error("a push was asked about");
};

/** A process behind the storefronts' door: what it is given picks the endpoint. */
export const doorProcess =
  <N extends keyof Doors>(name: N, outside: Outside) =>
  (surroundings: Surroundings) => {
    const endpoints = doors[name](partsOf(outside, surroundings)) as ReturnType<Doors[N]>;
    return (ask: (endpoints: ReturnType<Doors[N]>) => Promise<Reply>): Promise<Reply> => ask(endpoints);
  };

/** POST /callbacks/v1/{kind}/{id}/{token}. */
export const resultsProcess = (outside: Outside) => (surroundings: Surroundings) => {
  const { held, ...parts } = partsOf(outside, surroundings);
  const take = takeResult({
    ...held,
    ...parts,
    ledger: held.payments,
    recordRefund: parts.recordOfRefund,
    change: parts.changeOfLane,
    checkToken: ({ kind, id, token }) =>
      Promise.resolve(checkCallbackToken({ kind, id, token, secrets: [SIGNING_SECRET] })),
    recordTold: () => Promise.reject(new Error("nobody asked about a receipt of a customer")),
    shortcodes: held.merchant,
    isSafaricom: (address) => address === SAFARICOM,
    onUnlistedCode: () => undefined,
  });
  return held.planted.results(take);
};

/** What a function behind a queue is told by Lambda. */
const contextOf = ({ remainingMs }: Surroundings, awsRequestId: string): Context =>
  ({ awsRequestId, getRemainingTimeInMillis: remainingMs }) as Context;

const overQueue = ({ held: { log, sqs } }: Parts, url: string) =>
  onMessages({
    begin: () => undefined,
    hurry: createHurry({ sqs: () => sqs, url: () => url }),
    onUnreadable: (message) => log.error("message.unreadable", { message }),
    onFault: (fault) => log.error("message.failed", {}, fault),
  });

export const dispatchProcess = (outside: Outside) => (surroundings: Surroundings) => {
  const parts = partsOf(outside, surroundings);
  const { held } = parts;
  const work = dispatchPayouts({ ...held, ...parts, ledger: held.payouts, handBack: parts.giveBack });
  const handle = overQueue(parts, QUEUE_URLS.payouts)(PayoutMessage, work);
  return (event: SQSEvent) => handle(event, contextOf(surroundings, outside.newName()));
};

export const tendProcess = (outside: Outside) => (surroundings: Surroundings) => {
  const parts = partsOf(outside, surroundings);
  const { held, steer, results } = parts;
  const work = tendBatches({
    ...held,
    ...parts,
    change: steer,
    writeResults: results,
    rate: () => held.perSecond,
  });
  const handle = overQueue(parts, QUEUE_URLS.batches)(BatchMessage, work);
  return (event: SQSEvent) => handle(event, contextOf(surroundings, outside.newName()));
};

/** A file that was uploaded. */
export const importProcess = (outside: Outside) => (surroundings: Surroundings) => {
  const { held, freeze, inTurn, steer } = partsOf(outside, surroundings);
  const work = importBatch({ ...held, freeze, inTurn, change: steer });
  return (key: string) =>
    work({ key } as Parameters<typeof work>[0], {
      requestId: outside.newName(),
      remainingMs: surroundings.remainingMs,
    });
};

/** The sweep, on the clock. */
export const sweepProcess = (outside: Outside) => (surroundings: Surroundings) => {
  const parts = partsOf(outside, surroundings);
  const { held } = parts;
  const looking = { ...held, shards: DUE_SHARDS, atOnce: AT_ONCE };
  const run = oneAfterAnother([
    sweepRefunds({ ...looking, ...parts, record: parts.recordOfRefund, send: parts.sendFromSweep }),
    sweepPayouts({
      ...looking,
      ...parts,
      askBalance: parts.ask,
      balanceIntervalMs: () => BALANCE_INTERVAL_MS,
    }),
  ]);
  return (scheduled: Pick<ScheduledRun, "requestId">) => run({ ...scheduled, remainingMs: surroundings.remainingMs });
};
