/**
 * POST /v1/exceptions/{id}/ask: has M-PESA asked about the payment, payout, refund or receipt behind an exception, and
 * resolves the exception when its word leaves nothing to look at. What must stay true: only evidence on the ledger resolves one here,
 * and what needs a person's judgement is left to a person whatever M-PESA says.
 */
import { decideException, isSettled } from "../domain/decide-exception.ts";
import type { ExceptionEvent, Outcome } from "../domain/decide-exception.ts";
import { namesOtherAmount, receiptOf } from "../domain/exception.ts";
import type { Exception } from "../domain/exception.ts";
import { isPaymentId, isPayoutId, isRefundId } from "../domain/ids.ts";
import { OPEN_STATES } from "../domain/payment-states.ts";
import type { Payment } from "../domain/payment.ts";
import { OPEN_PAYOUT_STATES } from "../domain/payout-states.ts";
import type { Payout } from "../domain/payout.ts";
import { OPEN_REFUND_STATES } from "../domain/refund-states.ts";
import type { Refund } from "../domain/refund.ts";
import type { AskAbout, AskOutcome } from "../payments/ask-about.ts";
import type { AskReceipt } from "../payouts/ask-receipt.ts";
import type { AskStatus } from "../payouts/ask-status.ts";
import type { AskRefund } from "../refunds/ask-refund.ts";
import type { Ledger } from "../store/ledger.ts";
import type { PayoutLedger } from "../store/payout-ledger.ts";
import type { RefundLedger } from "../store/refund-ledger.ts";
import type { ToldLedger } from "../store/told-ledger.ts";
import type { ROUTES } from "./contract.ts";
import type { Endpoint } from "./endpoint.ts";
import { ownException } from "./read-exceptions.ts";
import { problem } from "./reply.ts";
import type { Reply } from "./reply.ts";
import { actOf, work } from "./work-exceptions.ts";
import type { Work, WorkDeps } from "./work-exceptions.ts";

export interface AskExceptionDeps extends WorkDeps {
  readonly ledger: Pick<Ledger, "read">;
  readonly payouts: Pick<PayoutLedger, "read">;
  readonly refunds: Pick<RefundLedger, "read">;
  readonly ask: AskAbout;
  readonly askStatus: AskStatus;
  readonly askRefund: AskRefund;
  readonly told: Pick<ToldLedger, "owner">;
  readonly askReceipt: AskReceipt;
}

type Behind =
  | { readonly kind: "push"; readonly transaction: Payment; readonly checkoutId: string }
  | { readonly kind: "payout"; readonly transaction: Payout }
  | { readonly kind: "refund"; readonly transaction: Refund }
  /** A payment that no push leads to, or one that the ledger may not have at all. */
  | { readonly kind: "receipt"; readonly transaction: Payment | null; readonly receipt: string };

const behindPayment = (payment: Payment): Behind | null => {
  const { push, receipt } = payment;
  if (push) return { kind: "push", transaction: payment, checkoutId: push.checkoutId };
  return receipt === null ? null : { kind: "receipt", transaction: payment, receipt };
};

/** A receipt that nobody proved: the payment may have come to the ledger by another way meanwhile. */
const behindReceipt = async (deps: AskExceptionDeps, exception: Exception): Promise<Behind | null> => {
  const receipt = exception.kind === "unverified_source" ? receiptOf(exception) : null;
  if (receipt === null) return null;
  const payment = (await deps.told.owner(receipt))?.payment ?? null;
  const isWhatWasTold = payment !== null && !namesOtherAmount(exception, payment.amount);
  return { kind: "receipt", transaction: isWhatWasTold ? payment : null, receipt };
};

/** What can be asked about: a push or refund that Daraja named, a payout that was sent, a receipt. */
const behind = async (deps: AskExceptionDeps, exception: Exception): Promise<Behind | null> => {
  const { transactionId: id } = exception;
  if (id === null) return behindReceipt(deps, exception);
  const payment = isPaymentId(id) ? await deps.ledger.read(id) : null;
  if (payment) return behindPayment(payment);
  const payout = isPayoutId(id) ? await deps.payouts.read(id) : null;
  if (payout && payout.attempts > 0 && payout.state !== "queued") return { kind: "payout", transaction: payout };
  const refund = isRefundId(id) ? await deps.refunds.read(id) : null;
  return refund && refund.originatorId !== null ? { kind: "refund", transaction: refund } : null;
};

const outcomeOf = (transaction: Payment | Payout | Refund, confirmed: boolean): Outcome => {
  const { state, disputed, history } = transaction;
  const isOpen = [...OPEN_STATES, ...OPEN_PAYOUT_STATES, ...OPEN_REFUND_STATES].some((open) => open === state);
  return { isOpen, disputed, history, confirmed };
};

/** M-PESA's word agreed with what the ledger holds now. */
const agrees = (answer: AskOutcome): boolean => {
  if (answer.asked === "not_told" || answer.outcome.recorded === "unknown_transaction") return false;
  return answer.outcome.recorded === "unchanged" || answer.outcome.exception === null;
};

const resolved = ({ state }: Payment | Payout | Refund): ExceptionEvent => ({
  event: "resolved",
  resolution: "evidence",
  note: `M-PESA said how it ended: ${state}`,
});

const askPush = async (
  deps: AskExceptionDeps,
  call: Work,
  { exception, about }: { readonly exception: Exception; readonly about: Extract<Behind, { kind: "push" }> },
): Promise<Reply> => {
  const { transaction: payment, checkoutId } = about;
  const by = `key:${call.caller.keyId}`;
  const answer = await deps.ask({ paymentId: payment.id, checkoutId, by, requestId: call.requestId });
  const now = (await deps.ledger.read(payment.id)) ?? payment;
  const settled = isSettled(exception, outcomeOf(now, agrees(answer)));
  return work(deps, call, settled ? resolved(now) : { event: "asked", told: answer.asked === "told" });
};

/** Has M-PESA asked what it answers by callback; false when no question left. */
const askLater = (
  deps: AskExceptionDeps,
  exception: Exception,
  about: Exclude<Behind, { kind: "push" }>,
): Promise<boolean> => {
  switch (about.kind) {
    case "payout":
      return deps.askStatus(about.transaction);
    case "refund":
      return deps.askRefund(about.transaction);
    case "receipt":
      return deps.askReceipt(exception.id, about.receipt);
  }
};

/** Has M-PESA asked, unless what it said by now is enough. */
export const askAboutException =
  (deps: AskExceptionDeps): Endpoint<typeof ROUTES.askAboutException> =>
  async (call) => {
    const exception = await ownException(deps.exceptions, call.caller.storefront, call.params.id);
    if (!exception) return problem("not_found");
    if (exception.status === "resolved") return problem("already_resolved");
    const decision = decideException(exception, { event: "asked", told: false }, actOf(call, deps));
    const about = await behind(deps, exception);
    if (about === null) return problem("nothing_to_ask");
    const { transaction } = about;
    if (transaction && isSettled(exception, outcomeOf(transaction, false)))
      return work(deps, call, resolved(transaction));
    if (decision.decision === "refuse") return problem(decision.because);
    if (about.kind === "push") return askPush(deps, call, { exception, about });
    if (!(await askLater(deps, exception, about))) return problem("not_asked");
    return work(deps, call, { event: "asked", told: false });
  };
