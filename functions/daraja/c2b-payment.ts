/**
 * A payment that a customer made from the phone's menu, as M-PESA tells it at validation and at confirmation: one shape,
 * all of it text. What must stay true: any text at all gives an answer and none throws; nothing is readable that lacks
 * its receipt, its amount or its shortcode; the account number is what the customer typed, to the letter.
 *
 * A confirmation is money that moved. A validation is a question: it carries the same receipt and proves nothing. Both
 * may come twice, and a push that was paid comes as a confirmation too, under the same receipt: the receipt tells.
 */
import type { Evidence } from "../domain/evidence.ts";
import { readAmount } from "../domain/money.ts";
import type { Cents } from "../domain/money.ts";
import { readPayerPhone } from "../domain/payer-phone.ts";
import type { PayerPhone } from "../domain/payer-phone.ts";
import { readMpesaTime } from "../domain/time.ts";
import { cutText, shortText, typedText } from "./c2b-text.ts";
import { member, parseForeign, textAt } from "./foreign-json.ts";
import type { Foreign } from "./foreign-json.ts";
import { optional, readReceipt } from "./mpesa-fields.ts";
import type { Provenance } from "./stk-evidence.ts";

export interface C2bPayment {
  readonly receipt: string;
  /** Above zero; may carry cents. */
  readonly amount: Cents;
  /** What the customer paid to: of a till, its own number. 5 to 7 digits. */
  readonly shortcode: string;
  /** `Pay Bill`, `Buy Goods`, `Customer Merchant Payment`, or nothing: M-PESA's own words, for people. */
  readonly transactionType: string;
  /** The account number as the customer typed it: case, blanks and slips included. Empty for tills. */
  readonly reference: string;
  readonly invoice: string | null;
  readonly payer: { readonly phone: PayerPhone | null; /** As far as M-PESA says. */ readonly name: string | null };
  /** Epoch milliseconds; null when it is not readable. */
  readonly paidAt: number | null;
  /** The utility account after it; null at validation. */
  readonly balance: Cents | null;
  /** What our answer to the validation named; null when there was none. */
  readonly thirdPartyId: string | null;
}

export type C2bMessage =
  | { readonly readable: true; readonly payment: C2bPayment }
  /** To be kept as it is; `because` completes "the message can't be read:" and repeats nothing of it. */
  | { readonly readable: false; readonly because: string };

const unreadable = (because: string): C2bMessage => ({ readable: false, because });

const SHORTCODE = /^\d{5,7}$/;
const nameOf = (message: Foreign): string | null => {
  const names = ["FirstName", "MiddleName", "LastName"].map((part) => textAt(message, part)).filter(Boolean);
  return names.length === 0 ? null : cutText(names.join(" "));
};

/** Reads the body of a validation or a confirmation (Daraja portal, C2B). Total: every string has an answer. */
export const readC2b = (body: string): C2bMessage => {
  const message = parseForeign(body);
  if (message === null) return unreadable("it is not a JSON object");
  const receipt = optional(textAt(message, "TransID"), readReceipt);
  if (receipt === null) return unreadable("it names no receipt");
  const amount = optional(textAt(message, "TransAmount"), readAmount);
  if (amount === null || amount === 0) return unreadable("it names no readable amount above zero");
  const shortcode = textAt(message, "BusinessShortCode");
  if (shortcode === null || !SHORTCODE.test(shortcode)) return unreadable("it names no shortcode");
  const payment: C2bPayment = {
    receipt,
    amount,
    shortcode,
    transactionType: shortText(message, "TransactionType") ?? "",
    reference: typedText(member(message, "BillRefNumber")),
    invoice: shortText(message, "InvoiceNumber"),
    payer: { phone: optional(textAt(message, "MSISDN"), readPayerPhone), name: nameOf(message) },
    paidAt: optional(textAt(message, "TransTime"), readMpesaTime),
    balance: optional(textAt(message, "OrgAccountBalance"), readAmount),
    thirdPartyId: shortText(message, "ThirdPartyTransID"),
  };
  return { readable: true, payment };
};

/**
 * A confirmation as the ledger weighs it; `raw` is its whole body. The phone is there only when M-PESA named it whole: a
 * masked or hashed one is `payment.payer.phone`'s to compare. Never for a validation.
 */
export const c2bEvidence = (
  { receipt, amount, payer, paidAt }: C2bPayment,
  provenance: Provenance & { readonly raw: string },
): Evidence => ({
  ...provenance,
  source: "c2b",
  finding: "paid",
  receipt,
  amount,
  phone: payer.phone?.form === "plain" ? payer.phone.msisdn : null,
  push: null,
  paidAt,
});
