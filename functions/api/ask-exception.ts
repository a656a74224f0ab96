/**
 * POST /v1/exceptions/{id}/ask: has M-PESA asked about the payment or payout behind an exception, and resolves the
 * exception when its word leaves nothing to look at. What must stay true: only evidence on the ledger resolves one here,
 * and what needs a person's judgement is left to a person whatever M-PESA says.
 */
import { decideException, isSettled } from "../domain/decide-exception.ts";
import type { ExceptionEvent, Outcome } from "../domain/decide-exception.ts";
import type { Exception } from "../domain/exception.ts";
import { isPaymentId, isPayoutId } from "../domain/ids.ts";
import { OPEN_STATES } from "../domain/payment-states.ts";
import type { Payment } from "../domain/payment.ts";
import { OPEN_PAYOUT_STATES } from "../domain/payout-states.ts";
import type { Payout } from "../domain/payout.ts";
import type { AskAbout, AskOutcome } from "../payments/ask-about.ts";
import type { AskStatus } from "../payouts/ask-status.ts";
import type { Ledger } from "../store/ledger.ts";
import type { PayoutLedger } from "../store/payout-ledger.ts";
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
  readonly ask: AskAbout;
  readonly askStatus: AskStatus;
}

type Behind =
  | { readonly kind: "payment"; readonly payment: Payment; readonly checkoutId: string }
  | { readonly kind: "payout"; readonly payout: Payout };

/** What is behind the exception and can be asked about: a push that M-PESA named, a payout that was sent. */
const behind = async ({ ledger, payouts }: AskExceptionDeps, { transactionId }: Exception): Promise<Behind | null> => {
  const payment = transactionId !== null && isPaymentId(transactionId) ? await ledger.read(transactionId) : null;
  if (payment?.push) return { kind: "payment", payment, checkoutId: payment.push.checkoutId };
  const payout = transactionId !== null && isPayoutId(transactionId) ? await payouts.read(transactionId) : null;
  return payout && payout.attempts > 0 && payout.state !== "queued" ? { kind: "payout", payout } : null;
};

const outcomeOf = (transaction: Payment | Payout, confirmed: boolean): Outcome => {
  const { state, disputed, history } = transaction;
  const isOpen = [...OPEN_STATES, ...OPEN_PAYOUT_STATES].some((open) => open === state);
  return { isOpen, disputed, history, confirmed };
};

/** M-PESA's word agreed with what the ledger holds now. */
const agrees = (answer: AskOutcome): boolean => {
  if (answer.asked === "not_told" || answer.outcome.recorded === "unknown_transaction") return false;
  return answer.outcome.recorded === "unchanged" || answer.outcome.exception === null;
};

const resolved = ({ state }: Payment | Payout): ExceptionEvent => ({
  event: "resolved",
  resolution: "evidence",
  note: `M-PESA said how it ended: ${state}`,
});

const askPayment = async (
  deps: AskExceptionDeps,
  call: Work,
  { exception, about }: { readonly exception: Exception; readonly about: Extract<Behind, { kind: "payment" }> },
): Promise<Reply> => {
  const { payment, checkoutId } = about;
  const by = `key:${call.caller.keyId}`;
  const answer = await deps.ask({ paymentId: payment.id, checkoutId, by, requestId: call.requestId });
  const now = (await deps.ledger.read(payment.id)) ?? payment;
  const settled = isSettled(exception, outcomeOf(now, agrees(answer)));
  return work(deps, call, settled ? resolved(now) : { event: "asked", told: answer.asked === "told" });
};

/** Has M-PESA asked, unless what it said by now is enough. */
export const askAboutException =
  (deps: AskExceptionDeps): Endpoint<typeof ROUTES.askAboutException> =>
  async (call) => {
    const exception = await ownException(deps.exceptions, call.caller.storefront, call.params.id);
    if (!exception) return problem("not_found");
    const decision = decideException(exception, { event: "asked", told: false }, actOf(call, deps));
    if (decision.decision === "refuse" && decision.because === "already_resolved") return problem(decision.because);
    const about = await behind(deps, exception);
    if (about === null) return problem("nothing_to_ask");
    const transaction = about.kind === "payment" ? about.payment : about.payout;
    if (isSettled(exception, outcomeOf(transaction, false))) return work(deps, call, resolved(transaction));
    if (decision.decision === "refuse") return problem(decision.because);
    if (about.kind === "payment") return askPayment(deps, call, { exception, about });
    if (!(await deps.askStatus(about.payout))) return problem("not_asked");
    return work(deps, call, { event: "asked", told: false });
  };
