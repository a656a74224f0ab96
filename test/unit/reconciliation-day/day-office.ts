/**
 * Where days are closed in tests: the real ledger, and a bucket and a queue that are small real ones in
 * memory. The day is 20 November 2026; it is looked at in the morning of the next.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { randomId } from "../../../functions/domain/ids.ts";
import type { Evidence } from "../../../functions/domain/evidence.ts";
import type { OwnAccount } from "../../../functions/domain/matching.ts";
import { shillings } from "../../../functions/domain/money.ts";
import type { Payment } from "../../../functions/domain/payment.ts";
import type { ReconciledDay } from "../../../functions/domain/reconciled-day.ts";
import type { StatementLine } from "../../../functions/domain/statement-line.ts";
import { isImported } from "../../../functions/domain/statement.ts";
import { dayBounds } from "../../../functions/domain/time.ts";
import { recordEvidence } from "../../../functions/payments/record-evidence.ts";
import { recordTold as createRecordTold } from "../../../functions/payments/record-told.ts";
import { currentPayouts } from "../../../functions/payouts/current-payouts.ts";
import { closeDay } from "../../../functions/reconciliation-day/close-day.ts";
import { dayFiles, versionOf } from "../../../functions/reconciliation-day/day-files.ts";
import { lookAtDay } from "../../../functions/reconciliation-day/look-at-day.ts";
import { raiseExceptions } from "../../../functions/reconciliation-day/raise-exceptions.ts";
import { readLedger } from "../../../functions/reconciliation-day/read-ledger.ts";
import { readStatements } from "../../../functions/reconciliation-day/read-statements.ts";
import { recordFindings } from "../../../functions/reconciliation-day/record-findings.ts";
import { writeReport } from "../../../functions/reconciliation-day/write-report.ts";
import type { Delivered } from "../../../functions/runtime/consumer.ts";
import type { Files } from "../../../functions/runtime/files.ts";
import type { Log } from "../../../functions/runtime/logger.ts";
import type { Queue } from "../../../functions/runtime/queue.ts";
import { packLines, readLines } from "../../../functions/statements-import/kept-lines.ts";
import { createDayLease } from "../../../functions/store/day-lease.ts";
import { createDayReader } from "../../../functions/store/day-rows.ts";
import { createDayLedger } from "../../../functions/store/dynamo-days.ts";
import { createStatementLedger } from "../../../functions/store/dynamo-statements.ts";
import { createToldLedger } from "../../../functions/store/dynamo-told.ts";
import type { DayMessage } from "../../../functions/reconciliation-day/messages.ts";
import { closeDays } from "../../../functions/workers/close-day.ts";
import { SignedCents } from "../../../functions/domain/balance.ts";
import { line } from "../reconciliation/matching-world.ts";
import { LIMITS } from "../store/database.ts";
import { startLedgerInMemory } from "../store/in-memory.ts";
import { evidence, intent, pushOf } from "../store/samples.ts";

export const SHORTCODE = "174379";
export const DAY = "2026-11-20";
export const NEXT_DAY = "2026-11-21";
export const BOUNDS = dayBounds(DAY)!;
export const NOON = BOUNDS.from + 12 * 3_600_000;
const HOUR = 3_600_000;

const STOREFRONTS = [
  { id: "storefront", shortcode: null, references: [], isDefault: true },
  { id: "branch", shortcode: null, references: ["BR"], isDefault: false },
];

const createBucket = () => {
  const kept = new Map<string, Buffer>();
  const files: Pick<Files, "put" | "read"> = {
    put: (key, body) => {
      kept.set(key, Buffer.from(body));
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

const createClosing = async () => {
  const books = await startLedgerInMemory();
  const bucket = createBucket();
  const { files } = bucket;
  const { deps, payouts, refunds, batches, exceptions, ledger } = books;
  const world = { shortcode: SHORTCODE, receiver: SHORTCODE, isQueueAway: false };
  const messages: object[] = [];
  const logged: string[] = [];
  const counted: string[] = [];
  const note = (code: string): void => void logged.push(code);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const count = (metric: string): void => void counted.push(metric);
  const dayQueue: Queue = {
    send: (sent) => {
      if (world.isQueueAway) return Promise.reject(new Error("the queue is away"));
      messages.push(...sent);
      return Promise.resolve();
    },
  };
  const patience = { wait: () => setTimeout(1), random: () => 0.5 };
  const statements = createStatementLedger(deps);
  const days = createDayLedger(deps);
  const reader = createDayReader(deps);
  const record = recordEvidence({ ledger, log, count });
  const storefronts = () => Promise.resolve(STOREFRONTS);
  const shortcodes = () => Promise.resolve(world);
  const told = createToldLedger(deps);
  const recordTold = createRecordTold({
    ...{ told, record, exceptions, storefronts, shortcodes, log, count, ...patience },
  });
  const close = closeDay({
    look: lookAtDay({
      readLedger: readLedger({ reader, batches, currentPayouts: currentPayouts(payouts) }),
      readStatements: readStatements({ statements, readLines: readLines(files) }),
      ...{ reader, days, files },
    }),
    record: recordFindings({
      recordPayment: record,
      recordPayout: (id, heard) => payouts.record(id, heard),
      recordRefund: (id, heard) => refunds.record(id, heard),
      recordTold,
    }),
    raise: raiseExceptions({ exceptions, log, count }),
    write: writeReport({ files }),
    days,
    files,
  });
  const clock = { now: () => books.time.now };
  const coordination = { dynamo: deps.dynamo, table: deps.tables.coordination, clock, ...patience };
  const lease = createDayLease(coordination);
  const tend = closeDays({
    ...{ close, days, lease, dayQueue, storefronts, shortcodes, clock, log },
    newHolder: randomUUID,
  });
  return { books, bucket, messages, logged, counted, world, statements, days, record, recordTold, lease, tend };
};

/** A line of the statement that says the same as a payment. */
export const lineOf = ({ receipt, amount, reference }: Payment, given: Partial<StatementLine> = {}): StatementLine =>
  line({ receipt: receipt ?? "", amount: SignedCents.parse(amount), completedAt: NOON, reference, ...given });

export const openDayOffice = async () => {
  const parts = await createClosing();
  const { books, bucket, statements, days, tend } = parts;
  const { ledger, exceptions } = books;
  books.time.now = BOUNDS.until + 5 * HOUR;

  /** A payment that was asked for at `at`, and not answered yet. */
  const asked = async (amount: number, at = NOON, storefront = "storefront"): Promise<Payment> => {
    const wanted = intent({ amount: shillings(amount), createdAt: at, checkAt: at + 30_000, storefront });
    await ledger.open(wanted, LIMITS);
    await ledger.record(wanted.id, evidence({ finding: "accepted", push: pushOf(wanted) }, { at }));
    return (await ledger.read(wanted.id))!;
  };
  const tellPaid = async (payment: Payment, receipt: string, heard: Partial<Evidence> = {}): Promise<Payment> => {
    const { amount } = payment;
    const paid = { finding: "paid", receipt, amount, phone: null, push: null, paidAt: payment.createdAt } as const;
    await ledger.record(payment.id, { ...evidence(paid, { at: payment.createdAt + 1_000 }), ...heard } as Evidence);
    return (await ledger.read(payment.id))!;
  };
  /** A payment that a callback has said to be paid. */
  const paid = async (
    amount: number,
    receipt: string,
    { at = NOON, storefront = "storefront" } = {},
  ): Promise<Payment> => tellPaid(await asked(amount, at, storefront), receipt);

  /** Keeps a statement of a whole day as if it had been imported. */
  const statement = async (
    lines: readonly StatementLine[],
    given: { account?: OwnAccount | null; opening?: number; closing?: number; day?: string } = {},
  ): Promise<string> => {
    const { day = DAY } = given;
    const id = randomId("stm", randomBytes(16));
    const asked = { shortcode: null, account: null, from: null, until: null };
    const at = books.time.now;
    await statements.open({ id, storefront: "storefront", asked, createdBy: "key_finance", createdAt: at });
    const packed = packLines(
      (async function* () {
        for (const one of lines) yield await Promise.resolve(one);
      })(),
    );
    const file = `statements/${SHORTCODE}/${id}/lines.ndjson.gz`;
    bucket.kept.set(file, await buffer(packed.bytes));
    const money = (shillings: number | undefined) =>
      shillings === undefined ? null : SignedCents.parse(shillings * 100);
    const content = {
      ...({ format: "csv", template: "classic", shortcode: SHORTCODE } as const),
      ...{ account: given.account === undefined ? ("utility" as const) : given.account, accountName: null },
      ...dayBounds(day)!,
      ...{ opening: money(given.opening), closing: money(given.closing) },
      ...{ paidIn: SignedCents.parse(0), withdrawn: SignedCents.parse(0), lineCount: lines.length },
      ...{ unreadableCount: 0, unreadable: [], balanceBreaks: 0, firstBreakRow: null },
      digest: randomBytes(32).toString("hex"),
    };
    const ended = await statements.end(
      id,
      { ending: "imported", content, lines: { file, sha256: packed.sha256() } },
      at,
    );
    if (!isImported(ended)) throw new Error("the statement was not imported");
    await statements.listUnder(ended, [day]);
    return id;
  };

  const deliver = async (message: Partial<DayMessage> = {}, times = 1) => {
    const delivered: Delivered<DayMessage> = { message: { shortcode: SHORTCODE, day: DAY, ...message }, times };
    const [verdict] = await tend([delivered], { requestId: randomUUID(), remainingMs: () => 600_000 });
    return verdict;
  };
  const record = async (): Promise<ReconciledDay> => (await days.read(SHORTCODE, DAY))!;
  /** Closes the day, or looks at it again. */
  const closed = async (): Promise<ReconciledDay> => {
    const verdict = await deliver();
    if (verdict?.verdict !== "done") throw new Error(`the day was not closed: ${parts.logged.join()}`);
    return record();
  };
  /** Closes the day after, with its statement. */
  const nextDay = async (lines: readonly StatementLine[]): Promise<ReconciledDay> => {
    books.time.now += 24 * HOUR;
    await statement(lines, { day: NEXT_DAY });
    await deliver({ day: NEXT_DAY });
    return (await days.read(SHORTCODE, NEXT_DAY))!;
  };
  const open = async (storefront = "storefront") =>
    (await exceptions.list({ storefront, filters: { status: "open" }, limit: 100, cursor: null })).exceptions;
  const file = async (form: "csv" | "xlsx" | "report"): Promise<Buffer> => {
    const bytes = bucket.kept.get(dayFiles(versionOf(await record()))[form])!;
    return form === "report" ? gunzipSync(bytes) : bytes;
  };
  return {
    ...parts,
    asked,
    paid,
    tellPaid,
    statement,
    deliver,
    record,
    closed,
    nextDay,
    open,
    file,
    close: () => books.close(),
  };
};
export type DayOffice = Awaited<ReturnType<typeof openDayOffice>>;
