/** What may be said about one payment of 1,500 shillings, and the payment once it has heard it. */
import type { EvidenceSource, Finding } from "../../../functions/domain/evidence.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { Msisdn } from "../../../functions/domain/msisdn.ts";
import type { Payment, Weighed } from "../../../functions/domain/payment.ts";
import { hear, newPayment, weigh } from "../../laws/arbitraries.ts";

export const PUSH = { checkoutId: "ws_CO_211120261705099990708374149", merchantId: "29115-34620561-1" };
export const OTHER_PUSH = { checkoutId: "ws_CO_211120261805099990708374149", merchantId: "29115-34620561-2" };
export const RECEIPT = "NLJ7RT61SV";
let messages = 0;

/** Evidence with a text of its own. */
export const said = (finding: Finding, source: EvidenceSource = "callback"): Weighed =>
  weigh({
    ...finding,
    source,
    at: 1_700_000_010_000,
    by: "safaricom",
    requestId: "r",
    raw: `{"message":${(messages += 1)}}`,
  });

export const accepted = said({ finding: "accepted", push: PUSH }, "submit");
export const lost = said({ finding: "unknown", because: "the connection was reset" }, "submit");
export const refused = said(
  { finding: "refused", failure: { code: "rate_limited", resultCode: "500.003.02", resultDesc: null } },
  "submit",
);
type Paid = Extract<Finding, { finding: "paid" }>;
const callback: Paid = {
  finding: "paid",
  receipt: RECEIPT,
  amount: shillings(1500),
  phone: Msisdn.parse("254708374149"),
  push: PUSH,
  paidAt: 1_700_000_009_000,
};
export const paid = (changes: Partial<Paid> = {}): Weighed => said({ ...callback, ...changes });
export const queryPaid = (): Weighed =>
  said({ finding: "paid", receipt: null, amount: null, phone: null, push: PUSH, paidAt: null }, "query");
export const unpaid = (source: EvidenceSource = "callback"): Weighed =>
  said(
    {
      finding: "unpaid",
      failure: { code: "customer_unreachable", resultCode: "1037", resultDesc: "No response from user." },
      push: PUSH,
    },
    source,
  );
export const overdue = weigh({ finding: "overdue", source: "sweep", at: 1, by: "sweep", requestId: "r", raw: null });

export const after = (...life: Weighed[]): Payment =>
  life.reduce((payment, about) => hear(payment, about), newPayment());
export const exceptions = (payment: Payment) => payment.history.flatMap((entry) => entry.exception ?? []);
