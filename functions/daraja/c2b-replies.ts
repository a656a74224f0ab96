/**
 * What M-PESA is told at the paybill's door. What must stay true: a confirmation is always acknowledged, because its
 * money has moved and no answer sends it back; only a validation can turn a customer away.
 *
 * M-PESA waits about eight seconds for a validation's answer. What it does without one was said when the URLs were
 * registered (`whenSilent` of `registerUrls`), so an answer that comes too late is no answer. Answering twice the same
 * is harmless.
 */
import type { Source } from "./result-codes.ts";

/** Why a customer is turned away; each has a message of its own that M-PESA sends to the customer. */
export type C2bRejection =
  | "invalid_phone"
  | "invalid_account"
  | "invalid_amount"
  | "invalid_customer"
  | "invalid_shortcode"
  | "other";

export interface C2bRejectionCode {
  readonly code: string;
  readonly meaning: string;
  readonly source: Source;
}

/** The whole table: what the docs are made from. */
export const C2B_REJECTIONS: Readonly<Record<C2bRejection, C2bRejectionCode>> = {
  invalid_phone: { code: "C2B00011", meaning: "The payer's number is not accepted.", source: "portal" },
  invalid_account: { code: "C2B00012", meaning: "There is no such account.", source: "portal" },
  invalid_amount: { code: "C2B00013", meaning: "This amount is not accepted.", source: "portal" },
  invalid_customer: { code: "C2B00014", meaning: "The payer's details are not accepted.", source: "portal" },
  invalid_shortcode: { code: "C2B00015", meaning: "Nothing is paid to this number.", source: "portal" },
  other: { code: "C2B00016", meaning: "Anything else.", source: "portal" },
};

/** The body of an answer. `ResultCode` is text at validation and a number at confirmation, as Safaricom's portal has it. */
export interface C2bReply {
  readonly ResultCode: string | number;
  readonly ResultDesc: string;
  readonly ThirdPartyTransID?: string;
}

/** An id that comes back unchanged whatever carries it. */
const PLAIN_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Lets the customer pay. `thirdPartyId` comes back in the confirmation; one that is no plain id is left out. */
export const acceptPayment = (thirdPartyId?: string): C2bReply => ({
  ResultCode: "0",
  ResultDesc: "Accepted",
  ...(thirdPartyId !== undefined && PLAIN_ID.test(thirdPartyId) ? { ThirdPartyTransID: thirdPartyId } : {}),
});

/** Turns the customer away; no money moves. */
export const rejectPayment = (why: C2bRejection): C2bReply => ({
  ResultCode: C2B_REJECTIONS[why].code,
  ResultDesc: "Rejected",
});

/** The only answer to a confirmation, whatever Malipo thinks of it. */
export const CONFIRMED: C2bReply = { ResultCode: 0, ResultDesc: "Success" };
