/**
 * Every result that M-PESA is known to give a reversal. What must stay true: a reversal has failed only by a code that
 * says so; "reversed already" is a success of an earlier one; every other code leaves it to be looked into, because
 * reversing again on a guess may give money back twice.
 */
import type { PayoutFailureCode } from "../domain/payout-failures.ts";
import { b2cResult } from "./b2c-result-codes.ts";
import type { Source } from "./result-codes.ts";

/** Why a payment was not given back, in the words of payouts where they mean the same. */
export type ReversalFailureCode =
  /** M-PESA knows no payment under the receipt that could be reversed. */
  | "invalid_original"
  /** M-PESA takes the operator, who may not reverse: payouts and questions are none the worse for it. */
  | "initiator_lacks_role"
  | Extract<
      PayoutFailureCode,
      | "float_too_low"
      | "initiator_misconfigured"
      | "initiator_locked"
      | "shortcode_misconfigured"
      | "amount_out_of_range"
      | "rate_limited"
      | "daraja_unavailable"
    >;

export interface ReversalResult {
  readonly says: "reversed" | "already_reversed" | "untold" | ReversalFailureCode;
  readonly meaning: string;
  readonly source: Source;
}

type Row = readonly [says: ReversalResult["says"], source: Source, meaning: string];

const ROWS: Readonly<Record<string, Row>> = {
  "0": ["reversed", "portal", "The money went back to the payer."],
  "1": ["float_too_low", "portal", "The utility account does not cover the amount."],
  "11": ["shortcode_misconfigured", "portal", "The shortcode's account is not in a state to pay."],
  "21": ["initiator_lacks_role", "portal", "The operator lacks the role for reversals."],
  "2001": ["initiator_misconfigured", "portal", "The operator's name, password or encryption is wrong."],
  "2006": ["shortcode_misconfigured", "portal", "The shortcode's account is not active."],
  "2028": ["shortcode_misconfigured", "portal", "The shortcode may not reverse."],
  "8006": ["initiator_locked", "portal", "The operator's password is locked."],
  R000001: ["already_reversed", "portal", "The payment was reversed before."],
  R000002: ["invalid_original", "portal", "There is no payment under this receipt."],
};

/** The whole table, by code: what the docs are made from. */
export const REVERSAL_RESULTS: ReadonlyMap<string, ReversalResult> = new Map(
  Object.entries(ROWS).map(([code, [says, source, meaning]]) => [code, { says, meaning, source }]),
);

/** What payouts share with every call that names the operator: meanings about the caller or M-PESA, not about a receiver. */
const sharedResult = (code: string): ReversalResult | null => {
  const result = b2cResult(code);
  if (result === null) return null;
  const { says, meaning, source } = result;
  switch (says) {
    case "untold":
    case "initiator_misconfigured":
    case "initiator_locked":
    case "shortcode_misconfigured":
      return { says, meaning, source };
    case "request_refused":
      return { says: "shortcode_misconfigured", meaning, source };
    default:
      return null;
  }
};

/** What a ResultCode means for a reversal; null when nobody has told us. */
export const reversalResult = (code: string): ReversalResult | null => REVERSAL_RESULTS.get(code) ?? sharedResult(code);
