/**
 * Everything that pays out, wired as the composition root wires it: the real ledgers, and Safaricom, the
 * queues and the bucket in memory. Time moves when a test says so.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { takeResult } from "../../../functions/callbacks/results.ts";
import type { ResultKind } from "../../../functions/callbacks/results.ts";
import { callbackToken, checkCallbackToken } from "../../../functions/daraja/callback-url.ts";
import { approvalsNeeded } from "../../../functions/domain/decide-batch.ts";
import { firstPayoutCheck } from "../../../functions/domain/payout-schedule.ts";
import { recordEvidence } from "../../../functions/payments/record-evidence.ts";
import { recordTold } from "../../../functions/payments/record-told.ts";
import { askBalance } from "../../../functions/payouts/ask-balance.ts";
import { askStatus } from "../../../functions/payouts/ask-status.ts";
import { changeBatch } from "../../../functions/payouts/change-batch.ts";
import { changeLane } from "../../../functions/payouts/change-lane.ts";
import { floatOf } from "../../../functions/payouts/float.ts";
import { freezeBatch } from "../../../functions/payouts/freeze-batch.ts";
import { freezeInTurn } from "../../../functions/payouts/freeze-in-turn.ts";
import { createGate } from "../../../functions/payouts/gate.ts";
import { haltLane } from "../../../functions/payouts/halt-lane.ts";
import { handBack } from "../../../functions/payouts/hand-back.ts";
import { liftLane } from "../../../functions/payouts/lift-lane.ts";
import { BatchMessage, PayoutMessage } from "../../../functions/payouts/messages.ts";
import { proveLane } from "../../../functions/payouts/prove-lane.ts";
import { newQuestionId } from "../../../functions/payouts/question-id.ts";
import { recordPayout } from "../../../functions/payouts/record-payout.ts";
import { sendPayout } from "../../../functions/payouts/send-payout.ts";
import { tripLane } from "../../../functions/payouts/trip-lane.ts";
import { watchFloat } from "../../../functions/payouts/watch-float.ts";
import { writeResults } from "../../../functions/payouts/write-results.ts";
import { askRefund } from "../../../functions/refunds/ask-refund.ts";
import { recordRefund } from "../../../functions/refunds/record-refund.ts";
import type { Verdict } from "../../../functions/runtime/consumer.ts";
import type { Files } from "../../../functions/runtime/files.ts";
import type { HttpResponse } from "../../../functions/runtime/http.ts";
import type { Log } from "../../../functions/runtime/logger.ts";
import type { Measured } from "../../../functions/runtime/metrics.ts";
import type { Queue } from "../../../functions/runtime/queue.ts";
import type { ScheduledRun } from "../../../functions/runtime/schedule.ts";
import { createToldLedger } from "../../../functions/store/dynamo-told.ts";
import { createFreezeLease } from "../../../functions/store/freeze-lease.ts";
import { DUE_SHARDS } from "../../../functions/store/table.ts";
import { dispatchPayouts } from "../../../functions/workers/dispatch-payouts.ts";
import { importBatch } from "../../../functions/workers/import-batch.ts";
import { sweepPayouts } from "../../../functions/workers/sweep-payouts.ts";
import { tendBatches } from "../../../functions/workers/tend-batch.ts";
import type { TestLedger } from "../store/database.ts";
import { startLedgerInMemory } from "../store/in-memory.ts";
import { createSafaricom } from "./safaricom.ts";

/** Whose payouts the samples are. */
export const SHORTCODE = "600992";
const LISTED = "196.201.214.200";
const SECRET = "a signing secret that only tests know";
const INTERVAL_MS = 60_000;
export const LOW_FLOAT = 50_000_00;

/** A queue that keeps what it is sent until a test takes it. */
const createPost = () => {
  const messages: { readonly message: object; readonly delaySeconds: number }[] = [];
  const state = { isDown: false };
  const queue: Queue = {
    send: (sent, { delaySeconds = 0 } = {}) => {
      if (state.isDown) return Promise.reject(new Error("the queue is down"));
      messages.push(...sent.map((message) => ({ message, delaySeconds })));
      return Promise.resolve();
    },
  };
  return { queue, state, messages, take: () => messages.splice(0).map(({ message }) => message) };
};

const createBucket = () => {
  const kept = new Map<string, Uint8Array>();
  const files: Pick<Files, "put" | "read"> = {
    put: (key, body) => {
      kept.set(key, typeof body === "string" ? Buffer.from(body) : body);
      return Promise.resolve();
    },
    read: (key) => {
      const bytes = kept.get(key);
      const pieces = async function* () {
        if (bytes) yield await Promise.resolve(bytes);
      };
      return Promise.resolve(bytes ? pieces() : null);
    },
  };
  return { kept, files };
};

export const run = (remainingMs = 300_000): ScheduledRun => ({ requestId: "test", remainingMs: () => remainingMs });

const startParts = async () => {
  const books = await startLedgerInMemory();
  const safaricom = createSafaricom();
  const [payoutPost, batchPost, bucket] = [createPost(), createPost(), createBucket()];
  const logged: string[] = [];
  const counted: string[] = [];
  const measured: Measured[] = [];
  const note = (code: string): void => void logged.push(code);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const count = (metric: string): void => void counted.push(metric);
  const measure = (one: Measured): void => void measured.push(one);
  const patience = { wait: () => setTimeout(1), random: () => 0.5 };
  const clock = { now: () => books.time.now };
  const { payouts, batches, lanes, refunds } = books;
  const { files } = bucket;
  const lease = createFreezeLease({ ...books.deps, table: books.deps.tables.coordination });
  const base = {
    inTurn: freezeInTurn({ lease, newHolder: randomUUID, log, ...patience }),
    ...{ payouts, batches, lanes, refunds, files, log, count, measure, clock, ...patience },
    daraja: safaricom.daraja,
    payoutQueue: payoutPost.queue,
    batchQueue: batchPost.queue,
    shortcode: () => Promise.resolve(SHORTCODE),
    initiator: () => Promise.resolve(safaricom.world.operator),
    newId: () => newQuestionId(randomBytes),
    intervalMs: () => INTERVAL_MS,
    firstCheck: (at: number) => firstPayoutCheck({ at, intervalMs: INTERVAL_MS, jitter: 0.5 }),
  };
  return { books, safaricom, payoutPost, batchPost, bucket, logged, counted, measured, base };
};

type Base = Awaited<ReturnType<typeof startParts>>["base"];

/** What the doors share. */
const wire = (base: Base) => {
  const changeOfLane = changeLane(base);
  const lift = liftLane({ change: changeOfLane, log: base.log });
  const steer = changeBatch({ ...base, lift });
  const trip = tripLane({ ...base, change: changeOfLane, changeBatch: steer });
  const giveBack = handBack(base);
  const record = recordPayout({ ...base, ledger: base.payouts, trip, handBack: giveBack });
  const send = sendPayout({ ...base, ledger: base.payouts, record, trip });
  const ask = askBalance({ ...base, change: changeOfLane, changeBatch: steer });
  const limits = { secondApprovalTotal: 1_000_000_00, secondApprovalSingle: 150_000_00 };
  return {
    changeOfLane,
    halt: haltLane({ ...base, change: changeOfLane, changeBatch: steer }),
    lift,
    steer,
    trip,
    record,
    send,
    giveBack,
    ask,
    prove: proveLane({ ...base, ask }),
    status: askStatus(base),
    recordRefund: recordRefund({ ...base, ledger: base.refunds, trip }),
    askRefund: askRefund(base),
    float: floatOf(base),
    watch: watchFloat({ ...base, lowFloat: () => LOW_FLOAT }),
    gate: (ids: readonly string[]) => createGate(base, ids),
    freeze: freezeBatch({ ...base, approvalsNeeded: (batch) => approvalsNeeded(limits, batch) }),
    results: writeResults({ files: base.files, ledger: base.payouts }),
  };
};

/** Answers about receipts have a test of their own: here they share the door. */
const aboutReceipts = (base: Base, { deps, ledger, exceptions }: TestLedger) => {
  const told = createToldLedger(deps);
  const shortcodes = () => Promise.resolve({ shortcode: SHORTCODE, receiver: SHORTCODE });
  const storefronts = () => Promise.resolve([]);
  const record = recordEvidence({ ...base, ledger });
  return {
    ledger,
    exceptions,
    told,
    shortcodes,
    recordTold: recordTold({ ...base, told, record, exceptions, storefronts, shortcodes }),
  };
};
type Receipts = ReturnType<typeof aboutReceipts>;

const doors = (base: Base, parts: ReturnType<typeof wire>, receipts: Receipts) => {
  const { changeOfLane, steer, trip, record, send, giveBack, ask, prove, status, gate, watch } = parts;
  const results = takeResult({
    ...base,
    ...{ record, trip, watch, askStatus: status, change: changeOfLane },
    ...{ recordRefund: parts.recordRefund, askRefund: parts.askRefund },
    ...receipts,
    checkToken: (callback) => Promise.resolve(checkCallbackToken({ ...callback, secrets: [SECRET] })),
    isSafaricom: (address) => address === LISTED,
    onUnlistedCode: () => base.count("UnclassifiedCode"),
  });
  return {
    dispatcher: dispatchPayouts({ ...base, ledger: base.payouts, gate, send, record, trip, handBack: giveBack, prove }),
    tender: tendBatches({
      ...base,
      ...{ ask, trip, record, change: steer, float: parts.float, writeResults: parts.results },
      rate: () => 10,
    }),
    importer: importBatch({ ...base, freeze: parts.freeze, change: steer }),
    sweeper: sweepPayouts({
      ...base,
      ...{ record, send, gate, watch, prove, askStatus: status, askBalance: ask },
      balanceIntervalMs: () => 600_000,
      shards: DUE_SHARDS,
      atOnce: 10,
    }),
    results,
  };
};

const requestOf = (kind: ResultKind, id: string, body: string) => ({
  method: "POST",
  route: `/callbacks/v1/${kind}/{id}/{token}`,
  params: { id, token: callbackToken({ kind, id, secret: SECRET }) },
  query: {},
  headers: {},
  body,
  sourceAddress: LISTED,
  requestId: "callback",
  authoriser: {},
  remainingMs: () => 20_000,
});

export const openPayOffice = async () => {
  const started = await startParts();
  const { base, books, safaricom, payoutPost, batchPost } = started;
  const parts = wire(base);
  const { dispatcher, tender, importer, sweeper, results } = doors(base, parts, aboutReceipts(base, books));

  /** Delivers messages to one dispatcher, ten at a time. */
  const dispatch = async (messages: readonly object[], times = 1): Promise<readonly Verdict[]> => {
    const verdicts: Verdict[] = [];
    const delivered = messages.map((message) => ({ message: PayoutMessage.parse(message), times }));
    for (let start = 0; start < delivered.length; start += 10)
      verdicts.push(...(await dispatcher(delivered.slice(start, start + 10), run(60_000))));
    return verdicts;
  };
  const tend = (messages: readonly object[]): Promise<readonly Verdict[]> =>
    tender(
      messages.map((message) => ({ message: BatchMessage.parse(message), times: 1 })),
      run(),
    );
  const callback = (
    kind: ResultKind,
    { id, body, ...changes }: { id: string; body: string; sourceAddress?: string; params?: Record<string, string> },
  ): Promise<HttpResponse> => results({ ...requestOf(kind, id, body), ...changes });
  const pass = (ms: number): void => void (books.time.now += ms);
  /** Has the credential proven, as the first payout would. */
  const openLane = async (): Promise<void> => {
    const seen = await base.lanes.lane(await base.shortcode());
    await base.lanes.changeLane(seen, { halt: null, provenFor: safaricom.world.operator, probe: null });
  };
  return {
    ...started,
    ...parts,
    ...{ dispatch, dispatcher, tend, tender, callback, pass, openLane, importer },
    sweep: (remainingMs = 900_000) => sweeper(run(remainingMs)),
    lane: async () => base.lanes.lane(await base.shortcode()),
    takePayouts: payoutPost.take,
    takeBatches: batchPost.take,
    close: () => books.close(),
  };
};
export type PayOffice = Awaited<ReturnType<typeof openPayOffice>>;
