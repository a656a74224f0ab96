/**
 * What sockets may be watching when a payment changes: the payment itself, and the checkout session whose button began
 * it. What must stay true: a session's sockets are told of the session's own tries and of nothing else.
 */
import { isCheckoutSessionId } from "../domain/ids.ts";
import type { Payment } from "../domain/payment.ts";

/** How the button of a session's page signs the payments that it begins; see `pay-checkout.ts`. */
const BY_CHECKOUT = "checkout:";

/** The ids under which a change of this payment is of interest. */
export const subjectsOf = ({ id, history }: Pick<Payment, "id" | "history">): readonly string[] => {
  const by = history.at(0)?.by ?? "";
  const session = by.startsWith(BY_CHECKOUT) ? by.slice(BY_CHECKOUT.length) : "";
  return isCheckoutSessionId(session) ? [id, session] : [id];
};
