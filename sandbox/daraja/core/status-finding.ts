/**
 * What M-PESA knows of one transaction, in the words of a transaction status. ResultCode 0 there means that the question
 * was answered; how the transaction went is in `TransactionStatus`, and its receipt in `ReceiptNo`, for the outer
 * TransactionID is a placeholder.
 */
import { createHash } from "node:crypto";
import type { MenuPayment } from "./menu-payment.ts";
import { paymentWords, payoutReason, reversalWords } from "./movement.ts";
import { nairobiStamp } from "./nairobi-time.ts";
import { publicName } from "./party-names.ts";
import type { Payout } from "./payout.ts";
import type { Push } from "./push.ts";
import { text, type Parameter } from "./result-body.ts";
import type { Reversal } from "./reversal.ts";
import { payoutFee } from "./tariffs.ts";

/** Organisations' names come padded to this width. */
const NAME_WIDTH = 60;

const organisationName = (shortcode: string, name: string): string =>
  `${shortcode} - ${name.toUpperCase().padEnd(NAME_WIDTH)}`;

type Known = {
  readonly debit: string;
  readonly credit: string;
  readonly account: string;
  readonly reason: string;
  readonly status: "Completed" | "Initiated" | "Declined";
  readonly amount: number;
  readonly originatorConversationId: string;
  readonly conversationId: string;
  readonly receipt: string | null;
  readonly takenAtMs: number;
  readonly settledAtMs: number | null;
  readonly fee: string | null;
};

const optional = (key: string, json: string | null): Parameter => (json === null ? [key] : [key, json]);

const parametersOf = (known: Known): Parameter[] => [
  ["DebitPartyName", text(known.debit)],
  ["CreditPartyName", text(known.credit)],
  ["OriginatorConversationID", text(known.originatorConversationId)],
  ["InitiatedTime", nairobiStamp(known.takenAtMs)],
  ["CreditPartyCharges"],
  optional("DebitPartyCharges", known.fee === null ? null : text(known.fee)),
  ["DebitAccountType", text(known.account)],
  ["TransactionReason"],
  ["ReasonType", text(known.reason)],
  ["TransactionStatus", text(known.status)],
  optional("FinalisedTime", known.settledAtMs === null ? null : nairobiStamp(known.settledAtMs)),
  ["Amount", known.amount.toFixed(1)],
  ["ConversationID", text(known.conversationId)],
  optional("ReceiptNo", known.receipt === null ? null : text(known.receipt)),
];

const settledStatus = { accepted: "Initiated", paid: "Completed", failed: "Declined" } as const;

/** The items of a status about a payout. */
export const payoutParameters = (payout: Payout): Parameter[] => {
  const fee = payoutFee(payout.amount);
  return parametersOf({
    ...payout,
    debit: organisationName(payout.shortcode, payout.organisation),
    credit: publicName(payout.msisdn),
    account: "Utility Account",
    reason: payoutReason(payout.commandId),
    status: settledStatus[payout.state],
    fee: payout.state === "paid" && fee > 0 ? `Fee For B2C Payment|KES|${fee.toFixed(2)}` : null,
  });
};

/** A push has no ConversationID of its own on the wire: one is drawn from its CheckoutRequestID, always the same. */
const conversationOf = ({ checkoutRequestId, takenAtMs }: Push): string => {
  const digest = createHash("sha256").update(checkoutRequestId).digest("hex").slice(0, 16);
  return `AG_${nairobiStamp(takenAtMs).slice(0, 8)}_2010${digest}`;
};

/** The items of a status about a customer's payment, which only its receipt leads to. */
export const pushParameters = (push: Push): Parameter[] =>
  parametersOf({
    ...push,
    debit: publicName(push.msisdn),
    credit: organisationName(push.partyB, push.merchantName),
    account: "MMF Account For Customer",
    reason: paymentWords(push.kind, "push").reason,
    status: "Completed",
    originatorConversationId: push.merchantRequestId,
    conversationId: conversationOf(push),
    fee: null,
  });

/** The items of a status about a payment from a phone's menu. */
export const menuPaymentParameters = (payment: MenuPayment): Parameter[] =>
  parametersOf({
    ...payment,
    debit: publicName(payment.msisdn),
    credit: organisationName(payment.receiver, payment.merchantName),
    account: "MMF Account For Customer",
    reason: paymentWords(payment.kind, "menu").reason,
    status: "Completed",
    amount: payment.cents / 100,
    receipt: payment.transactionId,
    originatorConversationId: payment.conversationId,
    fee: null,
  });

/** The items of a status about a reversal, by its own receipt or the id that its request was given. */
export const reversalParameters = (reversal: Reversal): Parameter[] =>
  parametersOf({
    ...reversal,
    debit: organisationName(reversal.shortcode, reversal.organisation),
    credit: publicName(reversal.msisdn ?? ""),
    account: "Utility Account",
    reason: reversalWords.reason,
    status: settledStatus[reversal.state],
    fee: null,
  });
