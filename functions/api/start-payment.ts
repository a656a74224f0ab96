/**
 * POST /v1/payments. The payment is on the ledger before Safaricom hears of it, so a lost answer is never a lost
 * payment, and the payment's own item is what keeps a repeated request from sending a second prompt.
 */
import { createHash } from "node:crypto";
import type { Daraja } from "../daraja/client.ts";
import { submitEvidence } from "../daraja/stk-evidence.ts";
import type { Clock } from "../domain/clock.ts";
import { transactionId } from "../domain/ids.ts";
import { shillings } from "../domain/money.ts";
import { parseMsisdn } from "../domain/msisdn.ts";
import type { Msisdn } from "../domain/msisdn.ts";
import type { Payment, PaymentIntent } from "../domain/payment.ts";
import type { PromptLimits } from "../domain/prompts.ts";
import { utcIso } from "../domain/time.ts";
import type { Replay } from "../runtime/idempotency.ts";
import type { Log } from "../runtime/logger.ts";
import type { Ledger, OpenOutcome } from "../store/ledger.ts";
import type { ROUTES } from "./contract.ts";
import type { Call, Endpoint } from "./endpoint.ts";
import { paymentView } from "./payment-view.ts";
import { created, problem } from "./reply.ts";
import type { Reply } from "./reply.ts";
import type { StartedPayment } from "./responses.ts";

/** Part of every payment's id: never change it. */
const OPERATION = "start_payment";

type StartRoute = typeof ROUTES.startPayment;

/** What it takes to put a payment on the ledger and to ask its payer. */
export interface BeginDeps {
  readonly ledger: Pick<Ledger, "open" | "record">;
  readonly daraja: Pick<Daraja, "stkPush">;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: () => PromptLimits;
}

export interface StartPaymentDeps extends BeginDeps {
  readonly replay: Replay;
  /** The shortcode that the stage's credentials belong to. */
  readonly shortcode: () => Promise<string>;
  readonly clientToken: (paymentId: string) => Promise<string>;
  /** Where this stage's checkout page is, without a slash at the end; null: it has none yet. */
  readonly checkoutBaseUrl: () => string | null;
  /** When the sweep should first ask about a payment created at `createdAt`. */
  readonly firstCheck: (createdAt: number) => number;
}

/** The body as it counts: two spellings of one phone are one request, an absent field is not an empty one. */
const fingerprint = (body: Call<StartRoute>["body"], phone: Msisdn): string => {
  const metadata = Object.entries(body.metadata ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const canonical = [body.amount, phone, body.reference, body.description ?? null, metadata];
  return createHash("sha256").update(JSON.stringify(canonical)).digest("base64url");
};

const started = async (deps: StartPaymentDeps, payment: Payment): Promise<StartedPayment> => {
  const [token, baseUrl] = [await deps.clientToken(payment.id), deps.checkoutBaseUrl()];
  return {
    ...paymentView(payment),
    client_token: token,
    checkout_url: baseUrl === null ? null : `${baseUrl}/checkout/${payment.id}#${token}`,
  };
};

/** Why the payer's phone is not asked now. `now` in epoch milliseconds. */
export const refusal = (opened: Extract<OpenOutcome, { opened: "refused" }>, now: number): Reply => {
  if (opened.because === "payment_in_progress")
    return problem("payment_in_progress", opened.paymentId === null ? {} : { payment_id: opened.paymentId }, 10);
  const seconds = Math.max(1, Math.ceil((opened.retryAt - now) / 1000));
  return problem(opened.because, { retry_at: utcIso(opened.retryAt) }, seconds);
};

/** Sends the push and records what came of it. A ledger that fails now does not undo the push, so it is no error. */
const push = async (deps: BeginDeps, intent: PaymentIntent, opened: Payment): Promise<Payment> => {
  const answer = await deps.daraja.stkPush({
    transactionId: intent.id,
    amount: intent.amount,
    phone: intent.phone,
    reference: intent.reference,
    description: intent.description,
  });
  if (answer.answer === "unknown") deps.log.warn("submit.unknown", { transaction: intent.id, because: answer.because });
  const at = deps.clock.now();
  const evidence = submitEvidence(answer, { at, by: intent.openedBy, requestId: intent.requestId });
  try {
    const outcome = await deps.ledger.record(intent.id, evidence);
    return outcome.recorded === "unknown_transaction" ? opened : (outcome.payment ?? opened);
  } catch (fault) {
    deps.log.error("submit.not_recorded", { transaction: intent.id, answer: answer.answer }, fault);
    return opened;
  }
};

/**
 * Puts an intent on the ledger and, when it was not there before, sends its one prompt. However often this runs for one
 * id, the phone rings at most once.
 */
export const beginPayment = async (deps: BeginDeps, intent: PaymentIntent): Promise<OpenOutcome> => {
  const opened = await deps.ledger.open(intent, deps.limits());
  if (opened.opened !== "new") return opened;
  const payment = await push(deps, intent, opened.payment);
  deps.log.info("payment.started", { transaction: payment.id, state: payment.state, failure: payment.failure?.code });
  return { opened: "new", payment };
};

const run = async (deps: StartPaymentDeps, intent: PaymentIntent): Promise<Reply> => {
  const opened = await beginPayment(deps, intent);
  switch (opened.opened) {
    case "refused":
      return refusal(opened, deps.clock.now());
    case "reused_key":
      return problem("idempotency_key_reused", { payment_id: opened.payment.id });
    case "existing":
      return created(await started(deps, opened.payment), { replayed: true });
    case "new":
      return created(await started(deps, opened.payment), { replayed: false });
  }
};

/** Only a payment is worth replaying; a problem recorded nothing, so the next attempt starts afresh. */
const kept = (reply: Reply): unknown => (reply.reply === "resource" ? reply.body : undefined);

/** Asks the payer's phone for money. */
export const startPayment =
  (deps: StartPaymentDeps): Endpoint<StartRoute> =>
  async ({ caller, body, idempotencyKey, requestId }) => {
    const phone = parseMsisdn(body.phone);
    if (!phone.ok) return problem("invalid_request", { errors: [{ pointer: "/phone", message: phone.message }] });
    const id = transactionId("pay", { storefront: caller.storefront, operation: OPERATION, key: idempotencyKey });
    const createdAt = deps.clock.now();
    const intent: PaymentIntent = {
      id,
      storefront: caller.storefront,
      shortcode: await deps.shortcode(),
      amount: shillings(body.amount),
      phone: phone.msisdn,
      reference: body.reference,
      description: body.description ?? body.reference,
      metadata: body.metadata ?? {},
      fingerprint: fingerprint(body, phone.msisdn),
      openedBy: `key:${caller.keyId}`,
      requestId,
      createdAt,
      checkAt: deps.firstCheck(createdAt),
    };
    const claim = {
      storefront: caller.storefront,
      operation: OPERATION,
      key: idempotencyKey,
      fingerprint: intent.fingerprint,
    };
    const replayed = await deps.replay(claim, () => run(deps, intent), kept);
    switch (replayed.outcome) {
      case "ran":
        return replayed.result;
      case "replayed":
        return created(replayed.kept, { replayed: true });
      case "reused_key":
        return problem("idempotency_key_reused", { payment_id: id });
    }
  };
