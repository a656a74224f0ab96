/**
 * POST /v1/payments/{id}/refunds. The refund is on the ledger, and its amount reserved on the payment, before M-PESA hears
 * of it; the refund's own item is what keeps a repeated request from giving back twice.
 */
import { createHash } from "node:crypto";
import type { Clock } from "../domain/clock.ts";
import { isPaymentId, transactionId } from "../domain/ids.ts";
import { maskText } from "../domain/masking.ts";
import { shillings } from "../domain/money.ts";
import { haltMessage } from "../domain/payout-lane.ts";
import type { RefundRefusal } from "../domain/refund-share.ts";
import type { Refund, RefundIntent } from "../domain/refund.ts";
import type { ProveLane } from "../payouts/prove-lane.ts";
import type { SendRefund } from "../refunds/send-refund.ts";
import type { Replay } from "../runtime/idempotency.ts";
import type { Log } from "../runtime/logger.ts";
import type { LaneLedger } from "../store/lane-ledger.ts";
import type { OpenRefundOutcome, RefundLedger } from "../store/refund-ledger.ts";
import type { ROUTES } from "./contract.ts";
import type { Call, Endpoint } from "./endpoint.ts";
import { refundView } from "./refund-view.ts";
import { created, problem } from "./reply.ts";
import type { Reply } from "./reply.ts";

/** Part of every refund's id: never change it. */
const OPERATION = "start_refund";

type StartRoute = typeof ROUTES.startRefund;

export interface StartRefundDeps {
  readonly refunds: Pick<RefundLedger, "open" | "read">;
  readonly send: SendRefund;
  readonly lanes: Pick<LaneLedger, "lane">;
  /** Has a credential proven that M-PESA has not accepted yet. */
  readonly prove: ProveLane;
  readonly replay: Replay;
  readonly clock: Clock;
  readonly log: Log;
  /** What the stage's credentials belong to: only what was paid to one of them can be reversed with them. */
  readonly merchant: () => Promise<{ readonly shortcode: string; readonly receiver: string }>;
  /** Fingerprint of the API operator in force; null when none is configured. */
  readonly initiator: () => Promise<string | null>;
  /** When the sweep should first look at a refund created at `createdAt`. */
  readonly firstCheck: (createdAt: number) => number;
}

/** The body as it counts. */
const fingerprint = (paymentId: string, body: Call<StartRoute>["body"]): string =>
  createHash("sha256")
    .update(JSON.stringify([paymentId, body.amount ?? null, body.reason]))
    .digest("base64url");

const whatIsLeft = (cents: number): string =>
  cents === 0 ? "nothing of it is left to give back" : `${(cents / 100).toFixed(2)} shillings of it are left`;

const refusal = (refused: RefundRefusal): Reply => {
  switch (refused.because) {
    case "not_refundable":
    case "receipt_unknown":
      return problem(refused.because);
    case "too_many":
      return problem("too_many_refunds");
    case "exceeds_payment":
      return problem("refund_exceeds_payment", {
        detail: `Of this payment, less what went back and what its other refunds reserve, ${whatIsLeft(refused.left)}. Nothing was reserved.`,
      });
    case "carries_cents": {
      const message = `M-PESA gives back whole shillings only, and ${whatIsLeft(refused.left)}: name the amount`;
      return problem("invalid_request", { errors: [{ pointer: "/amount", message }] });
    }
  }
};

/** Sends what was just recorded. Whatever holds it back now, the sweep sends it later: it is recorded, so that is no error. */
const send = async (deps: StartRefundDeps, { openedBy: by, requestId }: RefundIntent, opened: Refund) => {
  try {
    const sending = await deps.send({ refund: opened, by, requestId });
    if (sending.sent === "no") {
      deps.log.info("refund.not_sent", { transaction: opened.id, because: sending.because });
      if (sending.because === "prove") await deps.prove((await deps.merchant()).shortcode);
    }
    return sending.refund;
  } catch (fault) {
    deps.log.error("refund.item_failed", { transaction: opened.id }, fault);
    return opened;
  }
};

const answer = async (deps: StartRefundDeps, intent: RefundIntent, outcome: OpenRefundOutcome): Promise<Reply> => {
  switch (outcome.opened) {
    case "unknown_payment":
      return problem("not_found");
    case "refused":
      return refusal(outcome.refusal);
    case "reused_key":
      return problem("idempotency_key_reused", { refund_id: outcome.refund.id });
    case "existing":
      return created(refundView(outcome.refund), { replayed: true });
    case "new": {
      deps.log.info("refund.opened", { transaction: outcome.refund.id, payment: outcome.refund.paymentId });
      return created(refundView(await send(deps, intent, outcome.refund)), { replayed: false });
    }
  }
};

/** While the lane is halted nothing new is reserved; what was asked for before is still answered. */
const run = async (deps: StartRefundDeps, intent: RefundIntent): Promise<Reply> => {
  const { halt } = await deps.lanes.lane((await deps.merchant()).shortcode);
  if (halt !== null && (await deps.refunds.read(intent.id)) === null)
    return problem("payout_lane_halted", { detail: `${haltMessage(halt.code)} Nothing was reserved or sent.` });
  return answer(deps, intent, await deps.refunds.open(intent));
};

/** Only a refund is worth replaying; a problem recorded nothing, so the next attempt starts afresh. */
const kept = (reply: Reply): unknown => (reply.reply === "resource" ? reply.body : undefined);

/** Gives a payment back, once. */
export const startRefund =
  (deps: StartRefundDeps): Endpoint<StartRoute> =>
  async ({ caller, params, body, idempotencyKey, requestId }) => {
    if (!isPaymentId(params.id)) return problem("not_found");
    const [{ shortcode, receiver }, initiator] = await Promise.all([deps.merchant(), deps.initiator()]);
    if (initiator === null) return problem("payouts_not_configured");
    const { storefront, keyId } = caller;
    const name = { storefront, operation: OPERATION, key: idempotencyKey };
    const createdAt = deps.clock.now();
    const intent: RefundIntent = {
      id: transactionId("rfd", name),
      storefront,
      paymentId: params.id,
      shortcodes: [shortcode, receiver],
      amount: body.amount === undefined ? null : shillings(body.amount),
      reason: maskText(body.reason),
      fingerprint: fingerprint(params.id, body),
      openedBy: `key:${keyId}`,
      requestId,
      createdAt,
      checkAt: deps.firstCheck(createdAt),
    };
    const replayed = await deps.replay({ ...name, fingerprint: intent.fingerprint }, () => run(deps, intent), kept);
    switch (replayed.outcome) {
      case "ran":
        return replayed.result;
      case "replayed":
        return created(replayed.kept, { replayed: true });
      case "reused_key":
        return problem("idempotency_key_reused", { refund_id: intent.id });
    }
  };
