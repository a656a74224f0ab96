/**
 * Bugs that were planted, to see whether the world sees them. Each is a small change to one part that the processes are made
 * of, of the kind that a hurried edit makes. `NONE` changes nothing.
 */
import { TransactWriteItemsCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { Daraja } from "../../../functions/daraja/client.ts";
import type { PullDaraja } from "../../../functions/daraja/pull-client.ts";
import type { HttpRequest, HttpResponse } from "../../../functions/runtime/http.ts";
import type { Ledger } from "../../../functions/store/ledger.ts";
import type { PullBook } from "../../../functions/store/pull-progress.ts";

type Send = (command: unknown) => Promise<unknown>;
type Callback = (request: HttpRequest) => Promise<HttpResponse>;

export interface Planted {
  readonly send: (send: Send) => Send;
  readonly ledger: (ledger: Ledger) => Ledger;
  readonly daraja: (daraja: Daraja) => Daraja;
  readonly callback: (callback: Callback) => Callback;
  readonly pull: (daraja: PullDaraja) => PullDaraja;
  readonly book: (book: PullBook) => PullBook;
}

/** The one address that callbacks are believed from. */
const SAFARICOM = "127.0.0.1";
const WEEK_MS = 7 * 86_400_000;

const same = <T>(value: T): T => value;

export const NONE: Planted = { send: same, ledger: same, daraja: same, callback: same, pull: same, book: same };

const editing =
  (edit: (items: readonly TransactWriteItem[]) => readonly TransactWriteItem[]) =>
  (send: Send): Send =>
  (command) =>
    command instanceof TransactWriteItemsCommand
      ? send(
          new TransactWriteItemsCommand({
            ...command.input,
            TransactItems: [...edit(command.input.TransactItems ?? [])],
          }),
        )
      : send(command);

const isClaim = ({ Put }: TransactWriteItem): boolean => Put?.Item?.["pk"]?.S?.startsWith("receipt#") ?? false;
const isPayment = (key: string | undefined): boolean => key?.startsWith("pay_") ?? false;

/** The opening write of a payment without its condition. */
const unconditional = (item: TransactWriteItem): TransactWriteItem => {
  if (!item.Put || !isPayment(item.Put.Item?.["pk"]?.S)) return item;
  const { TableName, Item } = item.Put;
  return { Put: { TableName, Item } };
};

/** A phone's guard that lets everybody through. */
const unguarded = (item: TransactWriteItem): TransactWriteItem => {
  const { Update } = item;
  if (Update?.UpdateExpression?.startsWith("SET l = :prompts") !== true) return item;
  const { ConditionExpression = "" } = Update;
  return { Update: { ...Update, ConditionExpression: `attribute_not_exists(never) OR ${ConditionExpression}` } };
};

/** An update of a payment that goes through in whatever state it is; its condition's values stay in use. */
const inAnyState = (command: unknown): unknown => {
  if (!(command instanceof UpdateItemCommand) || !isPayment(command.input.Key?.["pk"]?.S)) return command;
  const { ConditionExpression = "" } = command.input;
  if (!ConditionExpression.includes(" IN (")) return command;
  return new UpdateItemCommand({
    ...command.input,
    ConditionExpression: `attribute_exists(pk) OR (${ConditionExpression})`,
  });
};

export const PLANTED = {
  /** A push whose answer was lost is sent again. */
  "blind retry on unknown": {
    ...NONE,
    daraja: (daraja) => ({
      ...daraja,
      stkPush: async (push) => {
        const answer = await daraja.stkPush(push);
        return answer.answer === "unknown" ? daraja.stkPush(push) : answer;
      },
    }),
  },
  /** The item that is lock, intent and replay is written over. */
  "opening without its condition": { ...NONE, send: editing((items) => items.map(unconditional)) },
  /** Nobody looks at how often a phone was asked. */
  "prompt guard without its condition": { ...NONE, send: editing((items) => items.map(unguarded)) },
  /** Nobody claims a receipt. */
  "no receipt claim": { ...NONE, send: editing((items) => items.filter((item) => !isClaim(item))) },
  /** A question that failed is taken for a payment that did. */
  "query error taken as failure": {
    ...NONE,
    daraja: (daraja) => ({
      ...daraja,
      stkQuery: async (query) => {
        const answer = await daraja.stkQuery(query);
        if (answer.answer !== "no_answer") return answer;
        const failure = { code: "daraja_unavailable", resultCode: null, resultDesc: answer.because } as const;
        return { answer: "unpaid", failure, push: null, raw: answer.because };
      },
    }),
  },
  /** Safaricom hears 200 before anything is kept. */
  "acknowledge before the write": {
    ...NONE,
    callback: (callback) => (request) => {
      void callback(request).catch(() => undefined);
      return Promise.resolve({ status: 200, body: { ResultCode: 0, ResultDesc: "Success" } });
    },
  },
  /** What nobody read is written whatever state it finds. */
  "moves without the state's condition": { ...NONE, send: (send) => (command) => send(inAnyState(command)) },
  /** Money that comes late is not believed. */
  "late money ignored": {
    ...NONE,
    ledger: (ledger) => ({
      ...ledger,
      record: async (id, evidence) => {
        const payment = evidence.finding === "paid" ? await ledger.read(id) : null;
        return payment?.state === "failed"
          ? { recorded: "unchanged", payment, because: "it has ended" }
          : ledger.record(id, evidence);
      },
    }),
  },
  /** Where nobody answered in the end, the payment is called failed. */
  "overdue taken as failure": {
    ...NONE,
    ledger: (ledger) => ({
      ...ledger,
      record: (id, evidence) =>
        evidence.finding === "overdue"
          ? ledger.record(id, {
              finding: "unpaid",
              failure: { code: "prompt_expired", resultCode: null, resultDesc: null },
              push: null,
              source: "query",
              at: evidence.at,
              by: evidence.by,
              requestId: evidence.requestId,
              raw: null,
            })
          : ledger.record(id, evidence),
    }),
  },
  /** A question that is put off is put off for a week. */
  "questions put off too long": {
    ...NONE,
    ledger: (ledger) => ({
      ...ledger,
      postpone: (id, from, to) => ledger.postpone(id, from, { ...to, at: to.at + WEEK_MS }),
    }),
  },
  /** Nobody compares the amount that was paid with the one that was asked for. */
  "amount not compared": {
    ...NONE,
    ledger: (ledger) => ({
      ...ledger,
      record: async (id, evidence) => {
        if (evidence.finding !== "paid" || evidence.amount === null) return ledger.record(id, evidence);
        const payment = await ledger.read(id);
        return ledger.record(id, { ...evidence, amount: payment?.amount ?? evidence.amount });
      },
    }),
  },
  /** A callback is believed whatever address it comes from. */
  "a stranger believed": {
    ...NONE,
    callback: (callback) => (request) => callback({ ...request, sourceAddress: SAFARICOM }),
  },
  /** A payer is asked again while the prompt before is still on the phone. */
  "open prompt not minded": {
    ...NONE,
    ledger: (ledger) => ({
      ...ledger,
      open: (intent, limits) => ledger.open(intent, { ...limits, promptOpenMs: 1 }),
    }),
  },
  /** The first page of a pull is taken for all of it. */
  "a pull that skips pages": {
    ...NONE,
    pull: (daraja) => ({
      ...daraja,
      page: (query) =>
        query.offset === 0 ? daraja.page(query) : Promise.resolve({ answer: "no_records", listed: true }),
    }),
  },
  /** A span counts as pulled before its rows are kept. */
  "a pull that moves on too early": {
    ...NONE,
    book: (book) => ({
      ...book,
      read: async (shortcode) => {
        const seen = await book.read(shortcode);
        await book.advance(shortcode, seen, { pulledUntil: Date.now(), lost: null, caughtUp: true });
        return seen;
      },
    }),
  },
} as const satisfies Readonly<Record<string, Planted>>;

export type PlantedName = keyof typeof PLANTED;
