/** POST /v1/payments/{id}/verify: asks Daraja now, instead of waiting for the callback or the next sweep. */
import type { Payment } from "../domain/payment.ts";
import type { AskAbout } from "../payments/ask-about.ts";
import type { Ledger } from "../store/ledger.ts";
import type { ROUTES } from "./contract.ts";
import type { Endpoint } from "./endpoint.ts";
import { paymentView } from "./payment-view.ts";
import { ownPayment } from "./read-payments.ts";
import { ok, problem } from "./reply.ts";

interface VerifyPaymentDeps {
  readonly ledger: Pick<Ledger, "read">;
  readonly ask: AskAbout;
}

/** A payment is worth asking about until it is paid; even a failed one, because the payer may have paid after all. */
const worthAsking = (payment: Payment): boolean => payment.state !== "succeeded" && payment.state !== "reversed";

export const verifyPayment =
  ({ ledger, ask }: VerifyPaymentDeps): Endpoint<typeof ROUTES.verifyPayment> =>
  async ({ caller, params, requestId }) => {
    const payment = await ownPayment(ledger, caller, params.id);
    if (!payment) return problem("not_found");
    if (!payment.push || !worthAsking(payment)) return ok(paymentView(payment));
    const { checkoutId } = payment.push;
    const answer = await ask({ paymentId: payment.id, checkoutId, by: `key:${caller.keyId}`, requestId });
    if (answer.asked === "not_told" || answer.outcome.recorded === "unknown_transaction")
      return ok(paymentView(payment));
    const settled = answer.outcome.payment ?? (await ledger.read(payment.id)) ?? payment;
    return ok(paymentView(settled));
  };
