/**
 * The payouts' API as a caller meets it: every route mounted over the real ledger, asked with whole
 * requests. Queue, bucket and Daraja are small real ones that live in memory.
 */
import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { askAboutException } from "../../../functions/api/ask-exception.ts";
import { audit, readHistory } from "../../../functions/api/audit.ts";
import { readBalance, refreshBalance } from "../../../functions/api/balance.ts";
import { readBatchRejected, readBatchResults, readBatchRows } from "../../../functions/api/batch-files.ts";
import { listBatchPayouts } from "../../../functions/api/batch-payouts.ts";
import { toContext } from "../../../functions/api/caller.ts";
import { cancelPayout } from "../../../functions/api/cancel-payout.ts";
import { ROUTES } from "../../../functions/api/contract.ts";
import type { Route } from "../../../functions/api/contract.ts";
import { mount, serve } from "../../../functions/api/endpoint.ts";
import { haltPayoutLane, readPayoutLane, resumePayoutLane } from "../../../functions/api/payout-lane.ts";
import { listBatches, readBatch } from "../../../functions/api/read-batches.ts";
import { listExceptions, readException } from "../../../functions/api/read-exceptions.ts";
import { listPayouts, readPayout } from "../../../functions/api/read-payouts.ts";
import { startBatch } from "../../../functions/api/start-batch.ts";
import { startPayout } from "../../../functions/api/start-payout.ts";
import { approveBatch, cancelBatch, pauseBatch, resumeBatch } from "../../../functions/api/steer-batch.ts";
import { assignException, noteException, resolveException } from "../../../functions/api/work-exceptions.ts";
import type { QueryAnswer } from "../../../functions/daraja/answers.ts";
import type { AskAnswer } from "../../../functions/daraja/payout-client.ts";
import { approvalsNeeded } from "../../../functions/domain/decide-batch.ts";
import type { Scope } from "../../../functions/domain/scopes.ts";
import { askAbout } from "../../../functions/payments/ask-about.ts";
import { askReceipt } from "../../../functions/payouts/ask-receipt.ts";
import { recordEvidence } from "../../../functions/payments/record-evidence.ts";
import { askBalance } from "../../../functions/payouts/ask-balance.ts";
import { askStatus } from "../../../functions/payouts/ask-status.ts";
import { changeBatch } from "../../../functions/payouts/change-batch.ts";
import { changeLane } from "../../../functions/payouts/change-lane.ts";
import { freezeBatch } from "../../../functions/payouts/freeze-batch.ts";
import { freezeInTurn } from "../../../functions/payouts/freeze-in-turn.ts";
import { haltLane } from "../../../functions/payouts/halt-lane.ts";
import { liftLane } from "../../../functions/payouts/lift-lane.ts";
import { writeResults } from "../../../functions/payouts/write-results.ts";
import { askRefund } from "../../../functions/refunds/ask-refund.ts";
import type { Files } from "../../../functions/runtime/files.ts";
import type { HttpResponse } from "../../../functions/runtime/http.ts";
import type { Replay } from "../../../functions/runtime/idempotency.ts";
import type { Log } from "../../../functions/runtime/logger.ts";
import type { Queue } from "../../../functions/runtime/queue.ts";
import { createToldLedger } from "../../../functions/store/dynamo-told.ts";
import { createFreezeLease } from "../../../functions/store/freeze-lease.ts";
import { startLedgerInMemory } from "../store/in-memory.ts";

export const SHORTCODE = "600992";
export const OPERATOR = "fingerprint-of-operator";

/** A bucket in memory. */
const createBucket = () => {
  const kept = new Map<string, Uint8Array>();
  const addresses: { readonly key: string; readonly expiresInSeconds: number }[] = [];
  const files: Files = {
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
    uploadUrl: (key, { expiresInSeconds }) => Promise.resolve(`https://files.test/${key}?put&for=${expiresInSeconds}`),
    downloadUrl: (key, { fileName, expiresInSeconds }) => {
      addresses.push({ key, expiresInSeconds });
      return Promise.resolve(`https://files.test/${key}?name=${fileName}`);
    },
  };
  return { kept, addresses, files };
};

/** A replay cache in memory, as Powertools is one: answers the same claim again, refuses another body. */
const createMemory = () => {
  const kept = new Map<string, { readonly fingerprint: string; readonly answer: unknown }>();
  const replay: Replay = async ({ storefront, operation, key, fingerprint }, run, keep) => {
    const name = JSON.stringify([storefront, operation, key]);
    const known = kept.get(name);
    if (known)
      return known.fingerprint === fingerprint
        ? { outcome: "replayed", kept: known.answer }
        : { outcome: "reused_key" };
    const result = await run();
    const answer = keep(result);
    if (answer !== undefined) kept.set(name, { fingerprint, answer });
    return { outcome: "ran", result };
  };
  return { kept, replay };
};

export interface Asked {
  readonly key?: string;
  readonly storefront?: string;
  readonly scopes?: readonly Scope[];
  readonly headers?: Record<string, string>;
  /** Headers that are left out. */
  readonly without?: readonly string[];
  readonly id?: string;
  readonly query?: Record<string, string>;
  readonly body?: unknown;
  /** Sent as it is. */
  readonly text?: string;
}

const FINANCE: readonly Scope[] = ["payouts:write", "reconciliation:read"];
export const APPROVER = { key: "key_approver", scopes: ["payouts:approve", "audit:read"] } satisfies Asked;

const startBooks = async () => {
  const books = await startLedgerInMemory();
  const messages: object[] = [];
  const logged: string[] = [];
  /** What a test may change about the world. */
  const world = {
    initiator: OPERATOR as string | null,
    queueIsDown: false,
    answer: { asked: "yes", conversationId: null } as AskAnswer,
    query: { answer: "in_progress" } as QueryAnswer,
    /** What happens while a question about a receipt is on its way. */
    beforeAnswer: (): Promise<void> => Promise.resolve(),
  };
  const queue: Queue = {
    send: (sent) => {
      if (world.queueIsDown) return Promise.reject(new Error("the queue is down"));
      messages.push(...sent);
      return Promise.resolve();
    },
  };
  const note = (code: string): void => void logged.push(code);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  return { books, messages, logged, world, queue, log };
};

/** Everything that the routes are made of. */
const startParts = async () => {
  const started = await startBooks();
  const { books, world, queue, log } = started;
  const { ledger, payouts, batches, lanes } = books;
  const patience = { wait: () => setTimeout(1), random: () => 0.5 };
  const clock = { now: () => books.time.now };
  const count = (): void => undefined;
  const change = changeLane({ lanes, ...patience });
  const lift = liftLane({ change, log });
  const steering = changeBatch({ batches, batchQueue: queue, lift, log, count, ...patience });
  const { kept: bucket, addresses, files } = createBucket();
  const { kept: memory, replay } = createMemory();
  const balanceQuestions: string[] = [];
  const initiator = () => Promise.resolve(world.initiator);
  const shortcode = () => Promise.resolve(SHORTCODE);
  const limits = { secondApprovalTotal: 1_000_000_00, secondApprovalSingle: 150_000_00 };
  const ask = askBalance({
    ...{ lanes, change, batches, changeBatch: steering, initiator, clock, log, count },
    daraja: {
      accountBalance: ({ id }) => {
        balanceQuestions.push(id);
        return Promise.resolve(world.answer);
      },
    },
    newId: () => `bal_${randomUUID()}`,
  });
  const freeze = freezeBatch({ files, batches, approvalsNeeded: (batch) => approvalsNeeded(limits, batch), log });
  const lease = createFreezeLease({ ...books.deps, table: books.deps.tables.coordination });
  const inTurn = freezeInTurn({ lease, newHolder: randomUUID, log, ...patience });
  const ledgers = { ledger, payouts, batches, lanes, refunds: books.refunds, exceptions: books.exceptions };
  const halt = haltLane({ change, batches, changeBatch: steering, clock, log });
  const deps = { ...ledgers, files, queue, replay, clock, log, shortcode, initiator, halt, lift, ask, freeze, inTurn };
  const questions: string[] = [];
  const status = {
    transactionStatus: ({ id }: { readonly id: string }) => {
      questions.push(id);
      return Promise.resolve(world.answer);
    },
  };
  const receipts = {
    receiptStatus: async ({ receipt }: { readonly receipt: string }) => {
      questions.push(receipt);
      await world.beforeAnswer();
      return world.answer;
    },
  };
  const asking = {
    told: createToldLedger(books.deps),
    askReceipt: askReceipt({ daraja: receipts, shortcode: () => Promise.resolve(SHORTCODE), ...{ lanes, log } }),
    ask: askAbout({
      daraja: {
        stkQuery: ({ checkoutId }) => {
          questions.push(checkoutId);
          return Promise.resolve(world.query);
        },
      },
      ...{ record: recordEvidence({ ledger, log, count }), clock, log },
    }),
    askStatus: askStatus({ daraja: status, ...{ lanes, log } }),
    askRefund: askRefund({ daraja: status, shortcode: () => Promise.resolve(SHORTCODE), ...{ lanes, log } }),
  };
  return {
    ...started,
    bucket,
    addresses,
    memory,
    balanceQuestions,
    questions,
    asking,
    deps: {
      ...deps,
      ...patience,
      change: steering,
      results: writeResults({ files, ledger: payouts }),
      singleMaximum: () => 100_000,
      firstCheck: (at: number) => at + 30_000,
    },
  };
};

export const openDesk = async () => {
  const parts = await startParts();
  const { deps, books, asking } = parts;
  const answer = serve([
    mount(ROUTES.startPayout, startPayout(deps)),
    mount(ROUTES.cancelPayout, cancelPayout(deps)),
    mount(ROUTES.readPayout, readPayout(deps)),
    mount(ROUTES.listPayouts, listPayouts(deps)),
    mount(ROUTES.startBatch, startBatch(deps)),
    mount(ROUTES.readBatch, readBatch(deps)),
    mount(ROUTES.listBatches, listBatches(deps)),
    mount(ROUTES.listBatchPayouts, listBatchPayouts(deps)),
    mount(ROUTES.readBatchRows, readBatchRows(deps)),
    mount(ROUTES.readBatchResults, readBatchResults(deps)),
    mount(ROUTES.readBatchRejected, readBatchRejected(deps)),
    mount(ROUTES.approveBatch, approveBatch(deps)),
    mount(ROUTES.pauseBatch, pauseBatch(deps)),
    mount(ROUTES.resumeBatch, resumeBatch(deps)),
    mount(ROUTES.cancelBatch, cancelBatch(deps)),
    mount(ROUTES.readBalance, readBalance(deps)),
    mount(ROUTES.refreshBalance, refreshBalance(deps)),
    mount(ROUTES.readPayoutLane, readPayoutLane(deps)),
    mount(ROUTES.haltPayoutLane, haltPayoutLane(deps)),
    mount(ROUTES.resumePayoutLane, resumePayoutLane(deps)),
    mount(ROUTES.readHistory, readHistory(deps)),
    mount(ROUTES.audit, audit(deps)),
    mount(ROUTES.listExceptions, listExceptions(deps)),
    mount(ROUTES.readException, readException(deps)),
    mount(ROUTES.assignException, assignException(deps)),
    mount(ROUTES.noteException, noteException(deps)),
    mount(ROUTES.resolveException, resolveException(deps)),
    mount(ROUTES.askAboutException, askAboutException({ ...deps, ...asking })),
  ]);
  /** Asks as finance unless told otherwise; routes that take an Idempotency-Key get a new one. */
  const ask = (route: Route, asked: Asked = {}): Promise<HttpResponse> => {
    const { key = "key_finance", storefront = "shop", scopes = FINANCE, id, query = {}, without = [] } = asked;
    const headers = { ...(route.idempotent ? { "idempotency-key": randomUUID() } : {}), ...asked.headers };
    const body = asked.text ?? (asked.body === undefined ? null : JSON.stringify(asked.body));
    return answer({
      method: route.method,
      route: route.path,
      params: id === undefined ? {} : { id },
      query: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, [value]])),
      headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !without.includes(name))),
      body,
      sourceAddress: "203.0.113.7",
      requestId: randomUUID(),
      authoriser: toContext({ kind: "key", keyId: key, storefront, scopes }),
      remainingMs: () => 20_000,
    });
  };
  return { ...parts, ask, close: () => books.close() };
};
export type Desk = Awaited<ReturnType<typeof openDesk>>;

/** An answer's body, for looking into. */
export const bodyOf = (response: HttpResponse): Record<string, unknown> => response.body as Record<string, unknown>;
/** Status and problem code. */
export const verdict = (response: HttpResponse): readonly [number, unknown] => [
  response.status,
  bodyOf(response)["code"],
];
