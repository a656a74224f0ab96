/**
 * A payment that a customer made from the phone's menu, as it enters the ledger: nobody asked for it, and M-PESA told of it
 * when its money had moved. What must stay true: its id follows from its receipt, so whoever tells of it, and however
 * often, tells of one payment.
 */
import type { Evidence } from "./evidence.ts";
import { transactionId } from "./ids.ts";
import type { Msisdn } from "./msisdn.ts";
import { maskPayer } from "./payer-phone.ts";
import type { Routing } from "./payment.ts";
import type { ToldPayment } from "./told-payment.ts";

/** Part of every such payment's id: never change it. */
const OPERATION = "told";

/** The id of the payment behind a receipt that nobody had asked for. */
export const paybillId = ({ shortcode, receipt }: Pick<ToldPayment, "shortcode" | "receipt">): string =>
  transactionId("pay", { storefront: shortcode, operation: OPERATION, key: receipt });

/** A told payment, and whose it is. */
export interface PaybillPayment {
  readonly id: string;
  readonly storefront: string;
  readonly routing: Exclude<Routing, "requested">;
  readonly told: ToldPayment;
  /** It may belong to one of several payments that we asked for, and nothing says to which. */
  readonly isAmbiguous: boolean;
}

/** The payer's number when M-PESA named it whole. */
export const wholePhone = ({ payer }: Pick<ToldPayment, "payer">): Msisdn | null =>
  payer.phone?.form === "plain" ? payer.phone.msisdn : null;

/** What is shown of the payer's number; null when M-PESA hashed it or did not name it. */
export const shownPhone = ({ payer }: Pick<ToldPayment, "payer">): string | null =>
  payer.phone && maskPayer(payer.phone);

/**
 * When the payment was made, epoch milliseconds: M-PESA's time where it is known, never later than when we heard of it.
 */
export const madeAt = ({ paidAt, at }: Pick<ToldPayment, "paidAt" | "at">): number => Math.min(paidAt ?? at, at);

/** The told payment as evidence about a payment that is on the ledger. */
export const toldEvidence = (told: ToldPayment): Evidence => {
  const { source, at, by, requestId, raw, receipt, amount, paidAt } = told;
  const heard = { source, at, by, requestId, raw };
  return { ...heard, finding: "paid", receipt, amount, phone: wholePhone(told), push: null, paidAt };
};
