/**
 * One transaction as the organisation's books know it: which receipt, when, with whom, and M-PESA's own words for what
 * happened. It says nothing about accounts; the journal does.
 */
import type { Merchant } from "./merchants.ts";

export type Movement = {
  readonly kind: "payment" | "payout" | "reversal" | "transfer" | "withdrawal" | "deposit";
  readonly receipt: string;
  readonly initiatedAtMs: number;
  readonly completedAtMs: number;
  /** The statement's Reason Type. */
  readonly reason: string;
  /** How the statement's Details begin. */
  readonly title: string;
  /** What the Details of its charge say; null where there is never one. */
  readonly chargeTitle: string | null;
  /** The phone on the other side; null where there is none. */
  readonly msisdn: string | null;
  /** The account number that the customer typed; null where there is none. */
  readonly reference: string | null;
  /** The receipt that this one undoes. */
  readonly linkedReceipt: string | null;
};

type Words = Pick<Movement, "kind" | "reason" | "title" | "chargeTitle">;

const payment = (reason: string, title: string, chargeTitle: string): Words => ({
  kind: "payment",
  reason,
  title,
  chargeTitle,
});

const PAYMENTS: Record<Merchant["kind"], { readonly push: Words; readonly menu: Words }> = {
  paybill: {
    push: payment("Pay Bill Online", "Pay Bill Online", "Pay Bill Charge"),
    menu: payment("Pay Utility", "Pay Bill", "Pay Bill Charge"),
  },
  till: {
    push: payment("Merchant Payment Online", "Merchant Payment Online", "Pay merchant Charge"),
    menu: payment("Merchant Payment", "Merchant Payment", "Pay merchant Charge"),
  },
};

/** The words for a customer's payment: asked for by push, or made from the phone's menu. */
export const paymentWords = (kind: Merchant["kind"], by: "push" | "menu"): Words => PAYMENTS[kind][by];

const PAYOUT_REASONS: Readonly<Record<string, string>> = {
  BusinessPayment: "Business Payment to Customer via API",
  SalaryPayment: "Salary Payment via API",
  PromotionPayment: "Promotion Payment via API",
};

/** A payout's Reason Type. */
export const payoutReason = (commandId: string): string => PAYOUT_REASONS[commandId] ?? commandId;

export const payoutWords = (commandId: string): Words => ({
  kind: "payout",
  reason: payoutReason(commandId),
  title: payoutReason(commandId),
  chargeTitle: "Business Payment to Customer Charge",
});

export const reversalWords: Words = {
  kind: "reversal",
  reason: "Pay Bill Reversal",
  title: "Pay Bill Reversal",
  chargeTitle: null,
};

/** Between accounts of the organisation, or to and from its bank. */
export const ownWords = (kind: "transfer" | "withdrawal" | "deposit", title: string): Words => ({
  kind,
  reason: title,
  title,
  chargeTitle: null,
});
