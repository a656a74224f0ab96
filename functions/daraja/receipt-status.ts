/**
 * What M-PESA's books say of a receipt: the answer to a transaction status that was asked for by `TransactionID` (Daraja
 * portal, Transaction Status). What must stay true: only a customer's completed payment into an organisation's account reads
 * as paid, and only with its receipt, its amount and its time; any text gives an answer and none throws.
 *
 * The answer names neither the account number that the customer typed nor the push, if there was one.
 */
import { readAmount } from "../domain/money.ts";
import type { Cents } from "../domain/money.ts";
import { readPayerPhone } from "../domain/payer-phone.ts";
import type { PayerPhone } from "../domain/payer-phone.ts";
import { readMpesaTime } from "../domain/time.ts";
import { cutText } from "./c2b-text.ts";
import { CODE_LENGTH } from "./gateway-answer.ts";
import { description, optional, readReceipt } from "./mpesa-fields.ts";
import { unlisted } from "./payout-results.ts";
import { readEnvelope } from "./result-envelope.ts";
import type { ResultEnvelope } from "./result-envelope.ts";

/** A customer's payment, as M-PESA's books have it. */
export interface ReceiptPayment {
  readonly receipt: string;
  /** Above zero; may carry cents. */
  readonly amount: Cents;
  /** What the customer paid to: a paybill, or a till's own number. */
  readonly shortcode: string;
  readonly payer: {
    readonly phone: PayerPhone | null;
    /** The first name, as confirmations give it. */ readonly name: string | null;
  };
  /** When it was done, else when it was begun; epoch milliseconds. */
  readonly paidAt: number;
}

export type ReceiptWord =
  | { readonly says: "paid"; readonly payment: ReceiptPayment }
  /** Nothing that proves a payment; `because` is a sentence about M-PESA's answer, free of personal data. */
  | { readonly says: "nothing"; readonly because: string };

export interface ReceiptStatus {
  readonly word: ReceiptWord;
  /** The question's code when no table lists it: an alarm. */
  readonly unlistedCode: string | null;
}

const nothing = (because: string): ReceiptWord => ({ says: "nothing", because });

/** A code or status fit for a sentence. */
const shown = (text: string): string => description(text)?.slice(0, CODE_LENGTH) ?? "nothing";

/** Between the number and the name, which may be missing: then the text ends here, as texts are trimmed. */
const DASH = / -(?: |$)/;

/** `254722000063 - JOHN DOE`, `600000 - DUKA LETU      `: the number, and the first word of the name. */
const readParty = (text: string): { readonly number: string; readonly firstName: string | null } => {
  const [number = "", name = ""] = text.split(DASH, 2);
  const [first = ""] = name.trim().split(/\s+/u);
  return { number: number.trim(), firstName: first === "" ? null : cutText(first) };
};

const SHORTCODE = /^\d{5,7}$/;

const readPaid = ({ parameters }: ResultEnvelope): ReceiptWord => {
  const credit = optional(parameters.get("creditpartyname"), readParty);
  if (credit === null || !SHORTCODE.test(credit.number))
    return nothing("M-PESA has it as something else than a customer's payment to a business");
  const receipt = optional(parameters.get("receiptno"), readReceipt);
  const amount = optional(parameters.get("amount"), readAmount);
  if (receipt === null || amount === null || amount === 0)
    return nothing("M-PESA's answer names no readable receipt and amount");
  const debit = optional(parameters.get("debitpartyname"), readParty);
  if (debit !== null && SHORTCODE.test(debit.number)) return nothing("M-PESA has it as a payment of a business");
  const payer = { phone: optional(debit?.number, readPayerPhone), name: debit?.firstName ?? null };
  const times = ["finalisedtime", "finalizedtime", "initiatedtime"];
  const paidAt = times.map((name) => optional(parameters.get(name), readMpesaTime)).find((time) => time !== null);
  if (paidAt === undefined) return nothing("M-PESA's answer names no readable time");
  return { says: "paid", payment: { receipt, amount, shortcode: credit.number, payer, paidAt } };
};

const byStatus = (envelope: ResultEnvelope): ReceiptWord => {
  const status = envelope.parameters.get("transactionstatus") ?? null;
  if (status === null) return nothing("M-PESA's answer names no one status");
  if (status.toLowerCase() !== "completed") return nothing(`its status at M-PESA is ${shown(status)}`);
  return readPaid(envelope);
};

/** Reads the answer. Total. A ResultCode other than 0 is about the question: mostly M-PESA knows no such receipt. */
export const readReceiptStatus = (body: string): ReceiptStatus => {
  const read = readEnvelope(body);
  if (!read.readable) return { word: nothing(`M-PESA's answer can't be read: ${read.because}`), unlistedCode: null };
  const { code } = read.envelope;
  if (code === "0") return { word: byStatus(read.envelope), unlistedCode: null };
  return { word: nothing(`M-PESA did not tell: ${shown(code)}`), unlistedCode: unlisted(code) };
};
