/**
 * Why a refund failed: what finance reads, and whether it may be asked for again. What must stay true: every text says
 * that no money went back, because a failure without proof of that is no failure.
 */
export const REFUND_FAILURE_CODES = [
  "invalid_original",
  "float_too_low",
  "initiator_misconfigured",
  "initiator_locked",
  "initiator_lacks_role",
  "shortcode_misconfigured",
  "amount_out_of_range",
  "ended_unreversed",
  "never_sent",
  "rate_limited",
  "daraja_unavailable",
] as const;
export type RefundFailureCode = (typeof REFUND_FAILURE_CODES)[number];

export interface RefundFailureText {
  /** For finance and the engineer: what happened and what to do. */
  readonly message: string;
  /** Whether the same may be asked for by a new refund: `after_fix` once what the message names is mended. */
  readonly refundAgain: "yes" | "no" | "after_fix";
}

/** Every failure's texts. The meanings follow Safaricom's published result codes for reversals. */
export const REFUND_FAILURES: Readonly<Record<RefundFailureCode, RefundFailureText>> = {
  invalid_original: {
    message:
      "M-PESA knows no payment under this receipt that it could reverse. No money went back. Look the receipt up in the organisation portal, and pay the customer by a payout if the refund is due.",
    refundAgain: "no",
  },
  float_too_low: {
    message:
      "The account that the payment went to did not hold enough. No money went back. Move money into it, then ask for a new refund.",
    refundAgain: "after_fix",
  },
  initiator_misconfigured: {
    message:
      "M-PESA did not accept the API operator: wrong name or password, an expired password, or the wrong certificate. No money went back. Mend the operator in Safaricom's organisation portal, store it with `npm run credentials -- put`, resume the payout lane, then ask for a new refund.",
    refundAgain: "after_fix",
  },
  initiator_locked: {
    message:
      "The API operator's password is locked. No money went back. An administrator unlocks it in Safaricom's organisation portal; resume the payout lane only after that, then ask for a new refund.",
    refundAgain: "after_fix",
  },
  initiator_lacks_role: {
    message:
      "M-PESA knows the API operator, who lacks the role for reversals. No money went back, and payouts go on. Give it the role in Safaricom's organisation portal, then ask for a new refund.",
    refundAgain: "after_fix",
  },
  shortcode_misconfigured: {
    message:
      "The shortcode may not reverse like this: the product is missing, its account is not active, or the request was refused as malformed. No money went back. Ask Safaricom to enable reversals for the shortcode; `daraja` holds M-PESA's own words.",
    refundAgain: "after_fix",
  },
  amount_out_of_range: {
    message:
      "M-PESA does not reverse this amount of this payment. No money went back. Use an amount within its limits.",
    refundAgain: "no",
  },
  ended_unreversed: {
    message:
      "M-PESA's own record says that the reversal was cancelled, declined or has expired. No money went back. A new refund may be asked for.",
    refundAgain: "yes",
  },
  never_sent: {
    message:
      "It could not be sent within two days, because the lane was halted or Daraja took nothing. No money went back. A new refund may be asked for.",
    refundAgain: "yes",
  },
  rate_limited: {
    message:
      "Daraja took no more requests and did not take this one. No money went back. A new refund may be asked for.",
    refundAgain: "yes",
  },
  daraja_unavailable: {
    message:
      "Daraja could not be reached, and it is certain that it did not take this refund. No money went back. A new refund may be asked for.",
    refundAgain: "yes",
  },
};
