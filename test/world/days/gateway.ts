/**
 * The gateway's functions that close days and take statements in, each as its `.lambda.ts` and functions/wiring-*.ts put it
 * together, with the world in the place of AWS. What must stay true: nothing here decides anything.
 */
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { Context, SQSEvent } from "aws-lambda";
import { askAboutException } from "../../../functions/api/ask-exception.ts";
import { closeReconciliation } from "../../../functions/api/close-reconciliation.ts";
import { startStatement } from "../../../functions/api/start-statement.ts";
import { noteException, resolveException } from "../../../functions/api/work-exceptions.ts";
import type { Reply } from "../../../functions/api/reply.ts";
import { c2bValidation } from "../../../functions/callbacks/c2b-validation.ts";
import { checkCallbackToken } from "../../../functions/daraja/callback-url.ts";
import { randomId } from "../../../functions/domain/ids.ts";
import { currentPayouts } from "../../../functions/payouts/current-payouts.ts";
import { recordTold } from "../../../functions/payments/record-told.ts";
import { closeDay } from "../../../functions/reconciliation-day/close-day.ts";
import { lookAtDay } from "../../../functions/reconciliation-day/look-at-day.ts";
import { DayMessage } from "../../../functions/reconciliation-day/messages.ts";
import { raiseExceptions } from "../../../functions/reconciliation-day/raise-exceptions.ts";
import { readLedger } from "../../../functions/reconciliation-day/read-ledger.ts";
import { readStatements } from "../../../functions/reconciliation-day/read-statements.ts";
import { recordFindings } from "../../../functions/reconciliation-day/record-findings.ts";
import { writeReport } from "../../../functions/reconciliation-day/write-report.ts";
import { ownAccount } from "../../../functions/reconciliation/accounts.ts";
import { createHurry, onMessages } from "../../../functions/runtime/consumer.ts";
import type { Files } from "../../../functions/runtime/files.ts";
import type { LargeFiles } from "../../../functions/runtime/large-files.ts";
import { createQueue } from "../../../functions/runtime/queue.ts";
import { announce } from "../../../functions/statements-import/announce.ts";
import { importStatement } from "../../../functions/statements-import/import-statement.ts";
import { readLines } from "../../../functions/statements-import/kept-lines.ts";
import { createDayLease } from "../../../functions/store/day-lease.ts";
import { createDayReader } from "../../../functions/store/day-rows.ts";
import { createBatchLedger } from "../../../functions/store/dynamo-batches.ts";
import { createDayLedger } from "../../../functions/store/dynamo-days.ts";
import { createPayoutLedger } from "../../../functions/store/dynamo-payouts.ts";
import { createStatementLedger } from "../../../functions/store/dynamo-statements.ts";
import { beginDays } from "../../../functions/workers/begin-days.ts";
import { closeDays } from "../../../functions/workers/close-day.ts";
import { importUpload } from "../../../functions/workers/import-statement.ts";
import { SIGNING_SECRET, credentials, isSafaricom } from "../payments/gateway.ts";
import type { Surroundings } from "../payments/lambda.ts";
import { STOREFRONT, shortcodes, storefronts, toldHoldings } from "../payments/told-gateway.ts";
import { DAY_QUEUE } from "./outside.ts";
import type { Outside } from "./outside.ts";
import { askingParts } from "./receipts.ts";

const ID_BYTES = 16;
const BYTE = 256;

/** What one process holds. */
const holdings = (outside: Outside, surroundings: Surroundings) => {
  const { gate } = surroundings;
  const { bugs, files, large, log, random, newName } = outside;
  const held = toldHoldings(outside, surroundings);
  const sqs = {
    send: (command: unknown) => gate(() => outside.sqs(command)),
  } as unknown as SQSClient;
  const dayQueue = createQueue({
    sqs: () => sqs,
    url: () => DAY_QUEUE,
    wait: held.wait,
    random,
  });
  return {
    ...held,
    ...{ log, random, newName, bugs, sqs, dayQueue, storefronts, shortcodes },
    files: {
      ...files,
      put: (key, body, type) => gate(() => files.put(key, body, type)),
      read: (key) => gate(() => files.read(key)),
    } satisfies Files,
    large: {
      pin: (key) => gate(() => large.pin(key)),
      keep: (key, bytes, type) => gate(() => large.keep(key, bytes, type)),
    } satisfies LargeFiles,
    statements: bugs.statements(createStatementLedger(held.ledgerDeps)),
    days: bugs.days(createDayLedger(held.ledgerDeps)),
    count: () => undefined,
    owner: () => Promise.resolve(STOREFRONT),
  };
};
type Holdings = ReturnType<typeof holdings>;

const ourNumbers = async (): Promise<readonly string[]> => {
  const { shortcode, receiver } = await shortcodes();
  return [...new Set([shortcode, receiver])];
};

/** What calls come through the storefronts' door, by the functions that answer them. */
const doors = {
  statements: (held: Holdings) => ({
    start: startStatement({
      ...held,
      shortcodes: ourNumbers,
      newId: () =>
        randomId(
          "stm",
          Uint8Array.from({ length: ID_BYTES }, () => Math.floor(held.random() * BYTE)),
        ),
    }),
  }),
  reconciliations: (held: Holdings) => ({
    close: closeReconciliation({
      ...held,
      shortcodeFor: (asked) => Promise.resolve(asked === undefined ? credentials.shortcode : null),
      ownerOf: held.owner,
    }),
  }),
  "work-exceptions": (held: Holdings, asking: () => ReturnType<typeof askingParts>) => {
    const { held: paying, ...parts } = asking();
    const ask = askAboutException({
      ...paying,
      ...parts,
      ledger: paying.payments,
      ask: held.ask,
    });
    return { ask, resolve: resolveException(held), note: noteException(held) };
  },
} as const;
export type Doors = typeof doors;

/** A process behind the storefronts' door: what it is given picks the endpoint. */
export const doorProcess =
  <N extends keyof Doors>(name: N, outside: Outside) =>
  (surroundings: Surroundings) => {
    const asking = () => askingParts(outside, surroundings);
    const endpoints = doors[name](holdings(outside, surroundings), asking) as ReturnType<Doors[N]>;
    return (ask: (endpoints: ReturnType<Doors[N]>) => Promise<Reply>): Promise<Reply> => ask(endpoints);
  };

/** A file that was uploaded. */
export const importProcess = (outside: Outside) => (surroundings: Surroundings) => {
  const held = holdings(outside, surroundings);
  const { bugs, statements, exceptions, dayQueue, clock } = held;
  const take = importStatement({
    ...held,
    files: held.large,
    announce: announce({
      statements,
      exceptions,
      dayQueue: bugs.tell(dayQueue),
      clock,
    }),
    shortcodes: async () => bugs.ours(await ourNumbers()),
    accountOf: ownAccount,
  });
  const run = importUpload({
    importStatement: bugs.take(take, statements),
    log: held.log,
  });
  return ({ key, bytes }: { readonly key: string; readonly bytes: number }) =>
    run({ key, bytes }, { requestId: outside.newName() });
};

/** After midnight, on the clock. */
export const beginProcess = (outside: Outside) => (surroundings: Surroundings) => {
  const held = holdings(outside, surroundings);
  const { dayQueue, log, clock } = held;
  const shortcode = () => Promise.resolve(credentials.shortcode);
  const run = beginDays({
    dayQueue,
    log,
    shortcode,
    clock: held.bugs.nightClock(clock),
  });
  return (_: null) => run();
};

const closing = (held: Holdings) => {
  const { ledgerDeps, record, recording, bugs, statements, files, days } = held;
  const reader = createDayReader(ledgerDeps);
  const payouts = createPayoutLedger(ledgerDeps);
  const nobodys = (): Promise<never> => Promise.reject(new Error("these worlds pay nobody out"));
  return bugs.close(
    closeDay({
      look: bugs.look(
        lookAtDay({
          readLedger: readLedger({
            reader,
            batches: createBatchLedger(ledgerDeps),
            currentPayouts: currentPayouts(payouts),
          }),
          readStatements: readStatements({
            statements,
            readLines: readLines(files),
          }),
          reader,
          days,
          files,
        }),
      ) as Parameters<typeof closeDay>[0]["look"],
      record: recordFindings({
        recordPayment: record,
        recordPayout: nobodys,
        recordRefund: nobodys,
        recordTold: recordTold(recording),
      }),
      raise: bugs.raise(raiseExceptions(held)),
      write: writeReport({ files }),
      days,
      files,
    }),
  );
};

/** The queue of days. */
export const closeProcess = (outside: Outside) => (surroundings: Surroundings) => {
  const held = holdings(outside, surroundings);
  const { log, sqs } = held;
  const work = closeDays({
    ...held,
    close: closing(held),
    lease: createDayLease(held.coordination),
    newHolder: outside.newName,
  });
  const handle = onMessages({
    begin: () => undefined,
    hurry: createHurry({ sqs: () => sqs, url: () => DAY_QUEUE }),
    onUnreadable: (message) => log.error("message.unreadable", { message }),
    onFault: (fault) => log.error("message.failed", {}, fault),
  })(DayMessage, work);
  return (event: SQSEvent) => {
    const context = {
      awsRequestId: outside.newName(),
      getRemainingTimeInMillis: surroundings.remainingMs,
    } as Context;
    return handle(event, context);
  };
};

/** POST /callbacks/v1/c2b-validation/{shortcode}/{token}. */
export const validationProcess = (outside: Outside) => (surroundings: Surroundings) =>
  c2bValidation({
    ...holdings(outside, surroundings),
    isSafaricom,
    checkToken: ({ id, token }) =>
      Promise.resolve(
        checkCallbackToken({
          kind: "c2b-validation",
          id,
          token,
          secrets: [SIGNING_SECRET],
        }),
      ),
    rules: () => ({
      accept: "known_references",
      minimum: 1,
      maximum: 250_000,
      whenUnsure: "accept",
    }),
  });
