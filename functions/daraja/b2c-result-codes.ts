/**
 * Every result that M-PESA is known to give a payout, a question about a payout or a balance question: they share one
 * list. What must stay true: a payout has failed only by a code that says so; every other code, listed or not, leaves it
 * to be asked about, because paying again on a guess pays twice.
 */
import type { PayoutFailureCode } from "../domain/payout-failures.ts";
import type { Source } from "./result-codes.ts";

export interface B2cResult {
  /** Money moved; nobody can tell from this; or why no money moved. */
  readonly says: "paid" | "untold" | PayoutFailureCode;
  readonly meaning: string;
  readonly source: Source;
}

type Row = readonly [says: B2cResult["says"], source: Source, meaning: string];

const ROWS: Readonly<Record<string, Row>> = {
  "0": ["paid", "portal", "The money reached the receiver."],
  "1": ["float_too_low", "portal", "The utility account does not cover the amount."],
  "2": ["amount_out_of_range", "portal", "The amount is below the least that M-PESA moves."],
  "3": ["amount_out_of_range", "portal", "The amount is above the most that one transaction may be."],
  "4": ["receiver_limit_exceeded", "portal", "The day's limit would be exceeded."],
  "8": ["receiver_limit_exceeded", "portal", "The receiver's account would exceed its highest balance."],
  "11": ["shortcode_misconfigured", "portal", "The shortcode's account is not in a state to pay."],
  "15": ["untold", "portal", "A repeat of an OriginatorConversationID: the first one went in."],
  "17": ["untold", "portal", "A repeat within two minutes, or (in older texts) an internal error."],
  "18": ["initiator_misconfigured", "portal", "The operator's password is wrong."],
  "20": ["initiator_misconfigured", "portal", "M-PESA could not resolve the operator."],
  "21": ["initiator_misconfigured", "portal", "The operator lacks the role for this."],
  "22": ["initiator_misconfigured", "portal", "The operator is not active."],
  "24": ["request_refused", "portal", "A parameter is missing from the request."],
  "25": ["request_refused", "portal", "A parameter of the request is not valid."],
  "26": ["untold", "portal", "M-PESA was overloaded."],
  "2001": ["initiator_misconfigured", "portal", "The operator's name, password or encryption is wrong."],
  "2006": ["shortcode_misconfigured", "portal", "The shortcode's account is not active."],
  "2028": ["shortcode_misconfigured", "portal", "The shortcode may not pay out."],
  "2040": ["receiver_not_registered", "portal", "The receiver is not registered on M-PESA."],
  "8006": ["initiator_locked", "portal", "The operator's password is locked."],
  SFC_IC0003: ["receiver_not_registered", "portal", "The receiver's number does not exist on M-PESA."],
  TP40153: ["initiator_misconfigured", "single", "The operator lacks a permission."],
  "100000000": ["untold", "portal", "M-PESA keeps the request and will send it again."],
  "100000001": ["untold", "portal", "M-PESA was overloaded."],
  "100000002": ["untold", "portal", "M-PESA throttled the request."],
  "100000004": ["untold", "portal", "An internal error."],
  "100000005": ["untold", "portal", "M-PESA's back end did not take its input."],
  "100000007": ["untold", "portal", "A service of M-PESA did not work as it should."],
  "100000009": ["untold", "portal", "An interface of M-PESA did not work as it should."],
  "100000010": ["untold", "portal", "M-PESA's back end lacked a permission."],
  "100000011": ["untold", "portal", "M-PESA's back end had too many requests."],
};

/** The whole table, by code: what the docs are made from. */
export const B2C_RESULTS: ReadonlyMap<string, B2cResult> = new Map(
  Object.entries(ROWS).map(([code, [says, source, meaning]]) => [code, { says, meaning, source }]),
);

/** What a ResultCode means for a payout; null when nobody has told us. */
export const b2cResult = (code: string): B2cResult | null => B2C_RESULTS.get(code) ?? null;

/** A failure that concerns the operator, so that every further call with it does harm. */
export type InitiatorTrouble = Extract<PayoutFailureCode, "initiator_misconfigured" | "initiator_locked">;

/** The code's complaint about the operator; null when it has none. */
export const initiatorTrouble = (code: string): InitiatorTrouble | null => {
  const says = b2cResult(code)?.says;
  return says === "initiator_misconfigured" || says === "initiator_locked" ? says : null;
};
