/**
 * Everything that gives payments back, wired as the composition root wires it: the real ledgers, the
 * pay office's lane, and M-PESA in memory, which reverses a payment once. Time moves when a test says so.
 */
import { randomUUID } from "node:crypto";
import { listRefunds, readRefund } from "../../../functions/api/read-refunds.ts";
import { toContext } from "../../../functions/api/caller.ts";
import { ROUTES } from "../../../functions/api/contract.ts";
import type { Operation } from "../../../functions/api/contract.ts";
import { mount, serve } from "../../../functions/api/endpoint.ts";
import { startRefund } from "../../../functions/api/start-refund.ts";
import type { ReversalAnswer } from "../../../functions/daraja/reversal-answers.ts";
import type { ReversalDaraja, ReversalRequest } from "../../../functions/daraja/reversal-client.ts";
import type { Payment } from "../../../functions/domain/payment.ts";
import type { Scope } from "../../../functions/domain/scopes.ts";
import { refundGate } from "../../../functions/refunds/refund-gate.ts";
import { sendRefund } from "../../../functions/refunds/send-refund.ts";
import type { HttpResponse } from "../../../functions/runtime/http.ts";
import type { Replay } from "../../../functions/runtime/idempotency.ts";
import { DUE_SHARDS } from "../../../functions/store/table.ts";
import { sweepRefunds } from "../../../functions/workers/sweep-refunds.ts";
import { openPayOffice, run } from "../payouts/pay-office.ts";
import { confirmed } from "../store/refund-samples.ts";

/** What the samples' payments were made to; the pay office's credentials belong to another shortcode of the same till. */
const RECEIVER = "174379";

export const TAKEN = (refundId: string): ReversalAnswer => ({
  answer: "accepted",
  conversationId: `AG_${refundId}`,
  originatorId: `7071-${refundId}`,
  raw: '{"ResponseCode":"0"}',
});
export const LOST: ReversalAnswer = { answer: "unknown", because: "no answer (timeout)", raw: null };
export const THROTTLED: ReversalAnswer = {
  answer: "turned_away",
  failure: { code: "rate_limited", resultCode: "500.003.02", resultDesc: "Spike Arrest Violation" },
  raw: '{"errorCode":"500.003.02"}',
};

/** A result as M-PESA sends it about `request`. */
export const resultOf = (
  { refundId, receipt, amount }: ReversalRequest,
  says: { readonly code?: string; readonly own?: string; readonly amount?: number } = {},
): string =>
  JSON.stringify({
    Result: {
      ResultType: 0,
      ResultCode: says.code ?? 0,
      ResultDesc: "said",
      OriginatorConversationID: `7071-${refundId}`,
      ConversationID: `AG_${refundId}`,
      TransactionID: says.own ?? "UKL0REVERSE",
      ResultParameters: {
        ResultParameter: [
          { Key: "Amount", Value: says.amount ?? amount / 100 },
          { Key: "TransCompletedTime", Value: 20261121120030 },
          { Key: "OriginalTransactionID", Value: receipt },
          { Key: "Charge", Value: 0 },
        ],
      },
    },
  });

/** Runs everything: the store's own item answers a repeated request. */
const noCache: Replay = async (_claim, act) => ({ outcome: "ran", result: await act() });

const createReversals = (operator: () => string | null) => {
  const sent: ReversalRequest[] = [];
  const world = {
    hasSlots: true,
    answer: TAKEN,
  };
  const unsent = (code: "rate_limited" | "initiator_misconfigured"): ReversalAnswer => ({
    answer: "turned_away",
    failure: { code, resultCode: null, resultDesc: null },
    raw: null,
  });
  const daraja: ReversalDaraja = {
    reverse: async ({ release, ...request }) => {
      const named = operator();
      if (named === null) return unsent("initiator_misconfigured");
      if (!world.hasSlots) return unsent("rate_limited");
      if (release !== undefined && !(await release(named))) return { answer: "withheld" };
      sent.push(request);
      return world.answer(request.refundId);
    },
  };
  return { sent, world, daraja };
};

const requestOf = (operation: Operation, asked: Asked) => {
  const route = ROUTES[operation];
  const {
    storefront = "storefront",
    scopes = ["refunds:write", "payments:read"],
    id,
    body,
    key = randomUUID(),
  } = asked;
  return {
    method: route.method,
    route: route.path,
    params: { id },
    query: {},
    headers: {
      "content-type": "application/json",
      ...(route.method === "POST" ? { "idempotency-key": key } : {}),
    },
    body: body === undefined ? null : JSON.stringify(body),
    sourceAddress: "127.0.0.1",
    requestId: "request",
    authoriser: toContext({ kind: "key", keyId: "key_1", storefront, scopes: [...scopes] }),
    remainingMs: () => 20_000,
  };
};

export interface Asked {
  readonly id: string;
  readonly storefront?: string;
  readonly scopes?: readonly Scope[];
  readonly key?: string;
  readonly body?: unknown;
}

export const openRefundDesk = async () => {
  const office = await openPayOffice();
  const { base, books, safaricom, trip, prove, recordRefund: record, askRefund } = office;
  const reversals = createReversals(() => safaricom.world.operator);
  const merchant = async () => ({ shortcode: await base.shortcode(), receiver: RECEIVER });
  const gate = refundGate({ ...base, merchant });
  const send = sendRefund({ ...base, ledger: base.refunds, daraja: reversals.daraja, gate, record, trip });
  const start = startRefund({ ...base, send, prove, merchant, replay: noCache });
  const api = serve([
    mount(ROUTES.startRefund, start),
    mount(ROUTES.readRefund, readRefund(base)),
    mount(ROUTES.listRefunds, listRefunds({ ...base, ledger: books.ledger })),
  ]);
  const sweeper = sweepRefunds({ ...base, record, send, askRefund, prove, shards: DUE_SHARDS, atOnce: 10 });
  const call = (operation: Operation, asked: Asked): Promise<HttpResponse> => api(requestOf(operation, asked));
  const payment = async (id: string): Promise<Payment> => {
    const found = await books.ledger.read(id);
    if (!found) throw new Error("there is no such payment");
    return found;
  };
  return {
    ...office,
    ...reversals,
    call,
    payment,
    /** A payment that M-PESA has confirmed. */
    paid: () => confirmed(books),
    refund: (id: string, body: object = { reason: "test" }, more: Partial<Asked> = {}) =>
      call("startRefund", { id, body, ...more }),
    sweepRefunds: () => sweeper(run(900_000)),
  };
};
export type RefundDesk = Awaited<ReturnType<typeof openRefundDesk>>;
