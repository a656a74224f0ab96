/**
 * What Daraja's answer to a reversal means. It is read as a payout's, because the gateway answers both alike and both
 * move money out; what differs is put right here. What must stay true: nothing is called refused or turned away without
 * proof that M-PESA never took it.
 */
import type { PayoutFailure } from "../domain/payout.ts";
import { parseForeign, textAt } from "./foreign-json.ts";
import type { PayoutAnswer } from "./payout-answers.ts";
import { conversation } from "./result-envelope.ts";
import type { ReversalFailureCode } from "./reversal-codes.ts";
import type { ReversalFailure } from "./reversal-results.ts";

/** What became of a reversal that was to be sent; each as for payouts. `raw` is null when nothing was received. */
export type ReversalAnswer =
  /** Daraja took it. `originatorId`: the name that Daraja gave to the request, by which M-PESA can be asked about it. */
  | (Extract<PayoutAnswer, { readonly answer: "accepted" }> & { readonly originatorId: string | null })
  | Extract<PayoutAnswer, { readonly answer: "withheld" | "unknown" }>
  /** Proof that M-PESA never took it. `turned_away`: sending it later makes sense; `refused`: the same would be refused. */
  | {
      readonly answer: "turned_away" | "refused";
      readonly failure: ReversalFailure;
      readonly raw: string | null;
    };

/** Why a reversal was not even tried. */
export type NotReadyToReverse = Extract<
  ReversalFailureCode,
  "initiator_misconfigured" | "shortcode_misconfigured" | "daraja_unavailable"
>;

/** How the gateway names the payment's receipt when it does not take it. */
const INVALID_ORIGINAL = /invalid (original ?)?transaction ?id\b/i;

/** A payout's failure in the words of reversals. The receiver that a reversal names is the shortcode itself. */
const reversalFailure = ({ code, resultCode, resultDesc }: PayoutFailure): ReversalFailure => {
  const said = { resultCode, resultDesc };
  if (resultDesc !== null && INVALID_ORIGINAL.test(resultDesc)) return { code: "invalid_original", ...said };
  switch (code) {
    case "float_too_low":
    case "initiator_misconfigured":
    case "initiator_locked":
    case "amount_out_of_range":
    case "rate_limited":
    case "daraja_unavailable":
      return { code, ...said };
    case "shortcode_misconfigured":
    case "invalid_receiver":
    case "receiver_not_registered":
    case "receiver_limit_exceeded":
    case "ended_unpaid":
    case "never_sent":
    case "request_refused":
    case "unclassified":
      return { code: "shortcode_misconfigured", ...said };
  }
};

/** The name that Daraja gave to a request, which its answer tells; null when it has none. */
export const originatorOf = (raw: string): string | null => {
  const body = parseForeign(raw);
  return conversation(body && textAt(body, "OriginatorConversationID"));
};

/** What the call of a reversal proves. A refused repeat would prove it sent, but a reversal has no id to be refused by. */
export const reversalAnswer = (answer: PayoutAnswer): ReversalAnswer => {
  switch (answer.answer) {
    case "turned_away":
    case "refused":
      return { ...answer, failure: reversalFailure(answer.failure) };
    case "went_in":
      return { answer: "unknown", because: "Daraja calls it a repeat", raw: answer.raw };
    case "accepted":
      return { ...answer, originatorId: originatorOf(answer.raw) };
    case "withheld":
    case "unknown":
      return answer;
  }
};

/** The answer for a reversal that was not sent. All of its reasons are mended without it, so it may be sent later. */
export const unsentReversal = (code: NotReadyToReverse): ReversalAnswer => ({
  answer: "turned_away",
  failure: { code, resultCode: null, resultDesc: null },
  raw: null,
});
