/**
 * Bugs that were planted, to see whether the world of payouts sees them. Each is a small change to one part that the
 * processes are made of, of the kind that a hurried edit makes. `NONE` changes nothing.
 */
import { PutItemCommand, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { PayoutDaraja } from "../../../functions/daraja/payout-client.ts";
import type { Slots } from "../../../functions/daraja/pacing.ts";
import type { ReversalDaraja } from "../../../functions/daraja/reversal-client.ts";
import type { PayoutEvidence } from "../../../functions/domain/payout.ts";
import type { FreezeInTurn } from "../../../functions/payouts/freeze-in-turn.ts";
import type { Gate } from "../../../functions/payouts/gate.ts";
import type { HttpRequest, HttpResponse } from "../../../functions/runtime/http.ts";
import type { BatchLedger } from "../../../functions/store/batch-ledger.ts";
import type { PayoutLedger } from "../../../functions/store/payout-ledger.ts";
import type { RefundLedger } from "../../../functions/store/refund-ledger.ts";

type Send = (command: unknown) => Promise<unknown>;
type Callback = (request: HttpRequest) => Promise<HttpResponse>;

export interface Planted {
  readonly send: (send: Send) => Send;
  readonly payouts: (ledger: PayoutLedger) => PayoutLedger;
  readonly batches: (ledger: BatchLedger) => BatchLedger;
  readonly refunds: (ledger: RefundLedger) => RefundLedger;
  readonly payoutDaraja: (daraja: PayoutDaraja) => PayoutDaraja;
  readonly reversalDaraja: (daraja: ReversalDaraja) => ReversalDaraja;
  readonly slots: (slots: Slots) => Slots;
  readonly gate: (gate: Gate) => Gate;
  /** How many approvals a batch takes. */
  readonly approvals: (needed: number) => number;
  readonly inTurn: (inTurn: FreezeInTurn) => FreezeInTurn;
  readonly results: (callback: Callback) => Callback;
}

const same = <T>(value: T): T => value;

export const NONE: Planted = {
  send: same,
  payouts: same,
  batches: same,
  refunds: same,
  payoutDaraja: same,
  reversalDaraja: same,
  slots: same,
  gate: same,
  approvals: same,
  inTurn: same,
  results: same,
};

const keyOf = ({ Put, Update }: TransactWriteItem): string => (Put?.Item?.["pk"] ?? Update?.Key?.["pk"])?.S ?? "";

/** Transactions with some of their writes. */
const keeping =
  (keeps: (item: TransactWriteItem, all: readonly TransactWriteItem[]) => boolean) =>
  (send: Send): Send =>
  (command) => {
    if (!(command instanceof TransactWriteItemsCommand)) return send(command);
    const { TransactItems: all = [] } = command.input;
    const TransactItems = all.filter((item) => keeps(item, all));
    return send(new TransactWriteItemsCommand({ ...command.input, TransactItems }));
  };

/** Whether it is a refund's mark on its payment while the refund is being made. */
const isReservation = (item: TransactWriteItem, all: readonly TransactWriteItem[]): boolean =>
  keyOf(item).startsWith("pay_") && all.some(({ Put }) => Put?.Item?.["pk"]?.S?.startsWith("rfd_"));

const throttled = { code: "rate_limited", resultCode: null, resultDesc: null } as const;
const ended = { code: "ended_unpaid", resultCode: null, resultDesc: null } as const;

/** The same word, as if it said that the payout has ended and nobody was paid. */
const endedWithout = ({ source, at, by, requestId, raw }: PayoutEvidence): PayoutEvidence => ({
  ...{ finding: "unpaid", failure: ended, conversationId: null },
  ...{ source, at, by, requestId, raw },
});

/** A payout that is put on the ledger whatever stands there. */
const overRows = (command: unknown): unknown => {
  if (!(command instanceof PutItemCommand)) return command;
  const { TableName, Item } = command.input;
  return Item?.["pk"]?.S?.startsWith("pyo_") === true ? new PutItemCommand({ TableName, Item }) : command;
};

export const PLANTED = {
  /** A payout whose answer was lost is sent again under another name. */
  "another name for the second sending": {
    ...NONE,
    payoutDaraja: (daraja) => ({
      ...daraja,
      b2c: async (payout) => {
        const answer = await daraja.b2c(payout);
        if (answer.answer !== "unknown") return answer;
        const { release: _, ...rest } = payout;
        return daraja.b2c({ ...rest, payoutId: `${payout.payoutId.slice(0, -1)}x` });
      },
    }),
  },
  /** Who lost the right to send to somebody else sends all the same. */
  "a lost claim taken for a claim": {
    ...NONE,
    payouts: (ledger) => ({ ...ledger, claim: async (payout, claim) => (await ledger.claim(payout, claim)) ?? payout }),
  },
  /** Nobody asks whether the batch still runs, nor whether the lane is open. */
  "a gate that is always open": { ...NONE, gate: () => () => Promise.resolve("go") },
  /** One approval does for every batch. */
  "one approval for any batch": { ...NONE, approvals: () => 1 },
  /** An answer that was lost is taken for proof that nothing was taken. */
  "a lost answer taken for a refusal": {
    ...NONE,
    payoutDaraja: (daraja) => ({
      ...daraja,
      b2c: async (payout) => {
        const answer = await daraja.b2c(payout);
        return answer.answer === "unknown" ? { answer: "turned_away", failure: throttled, raw: null } : answer;
      },
    }),
  },
  /** A credential that M-PESA has not accepted is used all the same. */
  "an unproven credential used": {
    ...NONE,
    gate: (gate) => async (payout, initiator) => {
      const verdict = await gate(payout, initiator);
      return verdict === "prove" || verdict === "wait" ? "go" : verdict;
    },
  },
  /** A refund whose answer was lost is sent again. */
  "a refund sent again": {
    ...NONE,
    reversalDaraja: (daraja) => ({
      reverse: async (reversal) => {
        const answer = await daraja.reverse(reversal);
        const { release: _, ...rest } = reversal;
        return answer.answer === "unknown" ? daraja.reverse(rest) : answer;
      },
    }),
  },
  /** A refund is made without its share of the payment. */
  "a refund that reserves nothing": { ...NONE, send: keeping((item, all) => !isReservation(item, all)) },
  /** What a batch has come to is not counted. */
  "payouts move uncounted": { ...NONE, send: keeping((item) => !keyOf(item).startsWith("tally#")) },
  /** A question that brings no answer is taken for the payout's end. */
  "an empty answer taken for failure": {
    ...NONE,
    payouts: (ledger) => ({
      ...ledger,
      record: (id, evidence) => ledger.record(id, evidence.finding === "untold" ? endedWithout(evidence) : evidence),
    }),
  },
  /** A queue timeout, after which the result may still come, is taken for the payout's end. */
  "a queue timeout taken as final": {
    ...NONE,
    payouts: (ledger) => ({
      ...ledger,
      record: (id, evidence) =>
        ledger.record(
          id,
          evidence.finding === "untold" && evidence.source === "callback" ? endedWithout(evidence) : evidence,
        ),
    }),
  },
  /** What a process has seen of a batch it goes by for as long as it lives. */
  "a pause that comes late": {
    ...NONE,
    batches: (ledger) => {
      const seen = new Map<string, ReturnType<BatchLedger["readMany"]>>();
      return {
        ...ledger,
        readMany: (ids) => {
          const look = seen.get(ids.join()) ?? ledger.readMany(ids);
          seen.set(ids.join(), look);
          return look;
        },
      };
    },
  },
  /** Payouts leave by a lane that is halted. */
  "a halted lane that pays": {
    ...NONE,
    gate: (gate) => async (payout, initiator) => {
      const verdict = await gate(payout, initiator);
      return verdict === "halted" ? "go" : verdict;
    },
  },
  /** Who lost the right to send a refund to somebody else sends it all the same. */
  "a refund sent without its claim": {
    ...NONE,
    refunds: (ledger) => ({ ...ledger, claim: async (refund, claim) => (await ledger.claim(refund, claim)) ?? refund }),
  },
  /** A row's payout is made anew whenever its batch is fed. */
  "rows written over": {
    ...NONE,
    send: (send) => (command) => send(overRows(command)),
    payouts: (ledger) => ({ ...ledger, readMany: (ids) => Promise.resolve(ids.map(() => null)) }),
  },
  /** Nobody waits for a slot. */
  "no slots": { ...NONE, slots: (slots) => ({ ...slots, take: () => Promise.resolve("go") }) },
  /** The same payroll, handed in twice at once, is compared with what was there before either. */
  "batches frozen at once": {
    ...NONE,
    inTurn: () => async (_turn, work) => ({ had: true, result: await work() }),
  },
  /** A result is acknowledged before it is kept. */
  "acknowledge before the write": {
    ...NONE,
    results: (callback) => (request) => {
      void callback(request).catch(() => undefined);
      return Promise.resolve({ status: 200, body: { ResultCode: 0, ResultDesc: "Success" } });
    },
  },
} as const satisfies Readonly<Record<string, Planted>>;

export type PlantedName = keyof typeof PLANTED;
