/**
 * POST /v1/payouts. The payout is on the ledger before anyone is told to send it, so a lost message is only a delay, and
 * the payout's own item is what keeps a repeated request from paying twice.
 */
import { createHash } from "node:crypto";
import type { Clock } from "../domain/clock.ts";
import { transactionId } from "../domain/ids.ts";
import { shillings } from "../domain/money.ts";
import { parseMsisdn } from "../domain/msisdn.ts";
import type { Msisdn } from "../domain/msisdn.ts";
import type { PayoutIntent } from "../domain/payout.ts";
import type { Replay } from "../runtime/idempotency.ts";
import type { Log } from "../runtime/logger.ts";
import type { Queue } from "../runtime/queue.ts";
import type { BatchLedger } from "../store/batch-ledger.ts";
import type { PayoutLedger } from "../store/payout-ledger.ts";
import type { ROUTES } from "./contract.ts";
import type { Call, Endpoint } from "./endpoint.ts";
import { payoutView } from "./payout-view.ts";
import { created, problem } from "./reply.ts";
import type { Reply } from "./reply.ts";

/** Part of every payout's id: never change it. */
const OPERATION = "start_payout";

type StartRoute = typeof ROUTES.startPayout;

export interface StartPayoutDeps {
  readonly payouts: Pick<PayoutLedger, "open">;
  readonly batches: Pick<BatchLedger, "remember">;
  /** Of messages to whoever sends payouts. */
  readonly queue: Queue;
  readonly replay: Replay;
  readonly clock: Clock;
  readonly log: Log;
  /** The shortcode that the stage's credentials belong to. */
  readonly shortcode: () => Promise<string>;
  /** Fingerprint of the API operator in force; null when none is configured. */
  readonly initiator: () => Promise<string | null>;
  /** The most that may be paid without anybody's approval, in whole shillings. */
  readonly singleMaximum: () => number;
  /** When the sweep should first look at a payout created at `createdAt`. */
  readonly firstCheck: (createdAt: number) => number;
}

/** The body as it counts: two spellings of one phone are one request, an absent field is its default. */
const fingerprint = (body: Call<StartRoute>["body"], phone: Msisdn): string => {
  const metadata = Object.entries(body.metadata ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const canonical = [body.amount, phone, body.reference, body.kind ?? "business", body.remarks ?? "", metadata];
  return createHash("sha256").update(JSON.stringify(canonical)).digest("base64url");
};

/** A message that does not leave is no error: the sweep finds the payout queued and sends it another. */
const enqueue = async ({ queue, log }: StartPayoutDeps, id: string): Promise<void> => {
  try {
    await queue.send([{ payout: id }]);
  } catch (fault) {
    log.warn("message.not_sent", { transaction: id, because: fault instanceof Error ? fault.name : "unknown" });
  }
};

/** So that a batch of the next seven days shows a row that pays the same again. */
const remember = async ({ batches, log }: StartPayoutDeps, intent: PayoutIntent): Promise<void> => {
  const { id, storefront, phone, amount } = intent;
  try {
    await batches.remember(storefront, [{ phone, amount, payoutId: id, batchId: null }]);
  } catch (fault) {
    log.error("payout.not_remembered", { transaction: id }, fault);
  }
};

const run = async (deps: StartPayoutDeps, intent: PayoutIntent): Promise<Reply> => {
  const opened = await deps.payouts.open(intent);
  switch (opened.opened) {
    case "reused_key":
      return problem("idempotency_key_reused", { payout_id: opened.payout.id });
    case "existing":
      return created(payoutView(opened.payout), { replayed: true });
    case "new":
      await Promise.all([enqueue(deps, intent.id), remember(deps, intent)]);
      deps.log.info("payout.opened", { transaction: intent.id });
      return created(payoutView(opened.payout), { replayed: false });
  }
};

/** Only a payout is worth replaying; a problem recorded nothing, so the next attempt starts afresh. */
const kept = (reply: Reply): unknown => (reply.reply === "resource" ? reply.body : undefined);

const tooLarge = (most: number): Reply =>
  problem("invalid_request", {
    errors: [
      {
        pointer: "/amount",
        message: `a payout above ${most} shillings has to be approved: make a batch of it, POST /v1/payout-batches`,
      },
    ],
  });

/** Pays one person, once. */
export const startPayout =
  (deps: StartPayoutDeps): Endpoint<StartRoute> =>
  async ({ caller, body, idempotencyKey, requestId }) => {
    const phone = parseMsisdn(body.phone);
    if (!phone.ok) return problem("invalid_request", { errors: [{ pointer: "/phone", message: phone.message }] });
    if (body.amount > deps.singleMaximum()) return tooLarge(deps.singleMaximum());
    const [shortcode, initiator] = await Promise.all([deps.shortcode(), deps.initiator()]);
    if (initiator === null) return problem("payouts_not_configured");
    const { storefront, keyId } = caller;
    const name = { storefront, operation: OPERATION, key: idempotencyKey };
    const createdAt = deps.clock.now();
    const intent: PayoutIntent = {
      id: transactionId("pyo", name),
      storefront,
      shortcode,
      kind: body.kind ?? "business",
      amount: shillings(body.amount),
      phone: phone.msisdn,
      reference: body.reference,
      remarks: body.remarks ?? "",
      metadata: body.metadata ?? {},
      fingerprint: fingerprint(body, phone.msisdn),
      openedBy: `key:${keyId}`,
      requestId,
      createdAt,
      batch: null,
      checkAt: deps.firstCheck(createdAt),
    };
    const replayed = await deps.replay({ ...name, fingerprint: intent.fingerprint }, () => run(deps, intent), kept);
    switch (replayed.outcome) {
      case "ran":
        return replayed.result;
      case "replayed":
        return created(replayed.kept, { replayed: true });
      case "reused_key":
        return problem("idempotency_key_reused", { payout_id: intent.id });
    }
  };
