/**
 * Why a payout failed: what finance reads, whether it may be paid again as a new payout, and whether everything else has
 * to wait until somebody has mended it. What must stay true: a failure that would repeat for every payout, or would lock
 * the initiator, halts the lane at once.
 */
export const PAYOUT_FAILURE_CODES = [
  "float_too_low",
  "initiator_misconfigured",
  "initiator_locked",
  "shortcode_misconfigured",
  "request_refused",
  "receiver_not_registered",
  "receiver_limit_exceeded",
  "amount_out_of_range",
  "invalid_receiver",
  "ended_unpaid",
  "never_sent",
  "rate_limited",
  "daraja_unavailable",
  "unclassified",
] as const;
export type PayoutFailureCode = (typeof PAYOUT_FAILURE_CODES)[number];

/** What stops: `initiator` every call that names the initiator, `float` and `shortcode` the sending of payouts. */
export type HaltCause = "initiator" | "float" | "shortcode";

export interface PayoutFailureText {
  /** For finance and the engineer: what happened and what to do. */
  readonly message: string;
  /** Whether the same person may be paid by a new payout: `after_fix` once what `halts` names is mended. */
  readonly payAgain: "yes" | "no" | "after_fix" | "later";
  /** What this failure stops for everybody else; null when it concerns this payout alone. */
  readonly halts: HaltCause | null;
}

/** Every failure's texts. The meanings follow Safaricom's published result codes for B2C. */
export const PAYOUT_FAILURES: Readonly<Record<PayoutFailureCode, PayoutFailureText>> = {
  float_too_low: {
    message:
      "The utility account did not hold enough. No money moved. Move money into the utility account, then resume: what was stopped by it is sent again.",
    payAgain: "after_fix",
    halts: "float",
  },
  initiator_misconfigured: {
    message:
      "M-PESA did not accept the API operator: wrong name or password, an expired password, a missing role, or the wrong certificate. No money moved. Mend the operator in Safaricom's organisation portal, store it with `npm run credentials -- put`, then resume.",
    payAgain: "after_fix",
    halts: "initiator",
  },
  initiator_locked: {
    message:
      "The API operator's password is locked. No money moved. An administrator unlocks it in Safaricom's organisation portal; resume only after that, because every further attempt keeps it locked.",
    payAgain: "after_fix",
    halts: "initiator",
  },
  shortcode_misconfigured: {
    message:
      "The shortcode may not pay out like this: the product is missing, its account is not active, or the request was refused as malformed. No money moved. Ask Safaricom to enable B2C for the shortcode; `daraja` holds M-PESA's own words.",
    payAgain: "after_fix",
    halts: "shortcode",
  },
  request_refused: {
    message:
      "M-PESA did not take something in the request for this one payout; `daraja` holds its words. No money moved. Mend it, such as a remark with unusual characters, and pay by a new payout.",
    payAgain: "after_fix",
    halts: null,
  },
  receiver_not_registered: {
    message: "The number is not registered on M-PESA. No money moved. Check the number with the person.",
    payAgain: "no",
    halts: null,
  },
  receiver_limit_exceeded: {
    message:
      "The receiver's account would exceed what M-PESA lets it hold or receive in a day. No money moved. Pay again another day, or a smaller amount.",
    payAgain: "later",
    halts: null,
  },
  amount_out_of_range: {
    message: "M-PESA does not move this amount in one payout. No money moved. Use an amount within its limits.",
    payAgain: "no",
    halts: null,
  },
  invalid_receiver: {
    message: "M-PESA does not take the receiver's number. No money moved. Check the number.",
    payAgain: "no",
    halts: null,
  },
  ended_unpaid: {
    message:
      "M-PESA's own record says that the transaction was cancelled, declined or has expired. No money moved. It may be paid by a new payout.",
    payAgain: "yes",
    halts: null,
  },
  never_sent: {
    message:
      "It could not be sent within two days, because the lane was halted or Daraja took nothing. No money moved. It may be paid by a new payout.",
    payAgain: "yes",
    halts: null,
  },
  rate_limited: {
    message: "Daraja takes no more requests for now and did not take this one. No money moved.",
    payAgain: "later",
    halts: null,
  },
  daraja_unavailable: {
    message: "Daraja could not be reached, and it is certain that it did not take this payout. No money moved.",
    payAgain: "later",
    halts: null,
  },
  unclassified: {
    message:
      "M-PESA's record of this payout ended with a code that Malipo does not know; `daraja` holds its words. Ask Safaricom before paying again. An exception was opened for a person to look at.",
    payAgain: "no",
    halts: null,
  },
};

/** It failed by something that halts everything until a person has mended it, and nothing was made in its place yet. */
export const isStopped = ({
  state,
  failure,
  replacedBy,
}: {
  readonly state: string;
  readonly failure: { readonly code: PayoutFailureCode } | null;
  readonly replacedBy: string | null;
}): boolean =>
  state === "failed" && replacedBy === null && failure !== null && PAYOUT_FAILURES[failure.code].halts !== null;
