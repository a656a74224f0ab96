/**
 * What M-PESA posts about a customer's payment: the same shape for validation and confirmation. Every value is a string,
 * amounts included; the balance is empty while nothing has moved.
 */
import { withCents } from "./accounts.ts";
import type { C2bUrls } from "./c2b-urls.ts";
import type { CallbackPlan } from "./faults.ts";
import type { Merchant } from "./merchants.ts";
import { msisdnForm, writeMsisdn } from "./msisdn-forms.ts";
import { nairobiStamp } from "./nairobi-time.ts";
import { namesOf } from "./party-names.ts";
import type { Switches } from "./switches.ts";

/** What M-PESA says of a payment; amounts in cents. */
export type Told = {
  readonly kind: Merchant["kind"];
  readonly shortcode: string;
  readonly transactionId: string;
  readonly atMs: number;
  readonly cents: number;
  readonly reference: string;
  readonly msisdn: string;
  /** Utility after it; null before. */
  readonly balance: number | null;
  /** What the validation's answer called it. */
  readonly thirdPartyTransId: string;
};

type Manner = {
  readonly version: C2bUrls["version"];
  readonly switches: Pick<Switches, "c2b_msisdn" | "c2b_names">;
  /** What the body lies about. */
  readonly plan: CallbackPlan;
};

const TRANSACTION_TYPES: Record<Merchant["kind"], string> = {
  paybill: "Pay Bill",
  till: "Customer Merchant Payment",
};

const nameKeys = (msisdn: string, which: Switches["c2b_names"]): Record<string, string> => {
  const { first, last } = namesOf(msisdn);
  switch (which) {
    case "first_only":
      return { FirstName: first };
    case "all":
      return { FirstName: first, MiddleName: "", LastName: last };
    case "none":
      return { FirstName: "" };
  }
};

const amountOf = (told: Told, plan: CallbackPlan): string =>
  withCents(plan.amount === undefined ? told.cents + (plan.amount_offset ?? 0) * 100 : Math.round(plan.amount * 100));

/** The body, keys in M-PESA's order. */
export const c2bBody = (told: Told, { version, switches, plan }: Manner): string =>
  JSON.stringify({
    TransactionType: TRANSACTION_TYPES[told.kind],
    TransID: plan.receipt ?? told.transactionId,
    TransTime: nairobiStamp(told.atMs),
    TransAmount: amountOf(told, plan),
    BusinessShortCode: told.shortcode,
    BillRefNumber: told.reference,
    InvoiceNumber: "",
    OrgAccountBalance: told.balance === null ? "" : withCents(told.balance),
    ThirdPartyTransID: told.thirdPartyTransId,
    MSISDN: plan.phone ?? writeMsisdn[msisdnForm(switches.c2b_msisdn, version)](told.msisdn),
    ...nameKeys(told.msisdn, switches.c2b_names),
  });
