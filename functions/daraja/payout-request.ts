/**
 * What Daraja is asked for when money goes out: bodies of payouts, of questions about them and of balance questions
 * (Daraja portal: B2C, Transaction Status, Account Balance). The misspellings are Safaricom's.
 */
import { wholeShillings } from "../domain/money.ts";
import type { Cents } from "../domain/money.ts";
import type { Msisdn } from "../domain/msisdn.ts";
import type { PayoutKind } from "../domain/payout.ts";
import type { InitiatorCredential } from "./security-credential.ts";

/** A payout to send: the intent that the ledger already holds. */
export interface PayoutRequest {
  /** The payout's id; it is the OriginatorConversationID of every sending. */
  readonly payoutId: string;
  /** Whole shillings, in cents. */
  readonly amount: Cents;
  readonly phone: Msisdn;
  readonly kind: PayoutKind;
  /** Shown to the receiver; at most 100 characters are sent. */
  readonly remarks: string;
  /** Comes back in nothing; at most 100 characters are sent. */
  readonly occasion: string;
}

/** Who calls, and where the answer goes. */
export interface Envelope {
  readonly initiator: InitiatorCredential;
  readonly shortcode: string;
  /** What customers pay to: a till's own number, else the shortcode. */
  readonly receiver: string;
  readonly resultUrl: string;
  readonly lateUrl: string;
}

const COMMANDS: Readonly<Record<PayoutKind, string>> = {
  business: "BusinessPayment",
  salary: "SalaryPayment",
  promotion: "PromotionPayment",
};

/** The identifier type of a shortcode. */
const SHORTCODE = "4";
const TEXT_LENGTH = { min: 2, max: 100 } as const;
const REMARKS_DEFAULT = "Payment";
const QUESTION_REMARKS = "Status";

/** Accents go, and whatever is no letter, digit or plain mark becomes a blank: Daraja hands the text on as XML. */
const plain = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^A-Za-z0-9.,:/()#_+-]+/g, " ")
    .trim()
    .slice(0, TEXT_LENGTH.max)
    .trim();

const textOr = (text: string, instead: string): string => {
  const sent = plain(text);
  return sent.length < TEXT_LENGTH.min ? instead : sent;
};

const callbacks = ({ lateUrl, resultUrl }: Envelope) => ({ QueueTimeOutURL: lateUrl, ResultURL: resultUrl });

/** The body of a payout. Throws a RangeError for an amount that is not whole shillings. */
export const payoutBody = (envelope: Envelope, payout: PayoutRequest): string => {
  const remarks = textOr(payout.remarks, REMARKS_DEFAULT);
  return JSON.stringify({
    OriginatorConversationID: payout.payoutId,
    InitiatorName: envelope.initiator.name,
    SecurityCredential: envelope.initiator.credential,
    CommandID: COMMANDS[payout.kind],
    Amount: wholeShillings(payout.amount),
    PartyA: envelope.shortcode,
    PartyB: payout.phone,
    Remarks: remarks,
    ...callbacks(envelope),
    Occassion: textOr(payout.occasion, remarks),
  });
};

const question = (envelope: Envelope, command: string) => ({
  Initiator: envelope.initiator.name,
  SecurityCredential: envelope.initiator.credential,
  CommandID: command,
  PartyA: envelope.shortcode,
  IdentifierType: SHORTCODE,
  Remarks: QUESTION_REMARKS,
  ...callbacks(envelope),
});

/**
 * What a question is about: a request by its OriginatorConversationID (a payout's is the id that we gave it), or a
 * transaction by its receipt. M-PESA takes either, never both.
 */
export type Asked = { readonly originatorId: string } | { readonly receipt: string };

/** The body of a question about a transaction. */
export const statusBody = (envelope: Envelope, asked: Asked): string =>
  JSON.stringify({
    ...question(envelope, "TransactionStatusQuery"),
    ...("receipt" in asked ? { TransactionID: asked.receipt } : { OriginalConversationID: asked.originatorId }),
    Occasion: QUESTION_REMARKS,
  });

/** The body of a question about what the shortcode's accounts hold. */
export const balanceBody = (envelope: Envelope): string => JSON.stringify(question(envelope, "AccountBalance"));
