/**
 * What M-PESA's result says about a reversal. What must stay true: "reversed" and "not reversed" only where M-PESA says
 * so in so many words; "reversed already" names no amount, so it is never taken for one; whatever else comes leaves the
 * reversal to be looked into, and never throws.
 */
import { readAmount } from "../domain/money.ts";
import type { Cents } from "../domain/money.ts";
import type { Msisdn } from "../domain/msisdn.ts";
import { readMpesaTime } from "../domain/time.ts";
import { CODE_LENGTH } from "./gateway-answer.ts";
import { description, failure, optional, readReceipt } from "./mpesa-fields.ts";
import { partyPhone, readEnvelope } from "./result-envelope.ts";
import type { ResultEnvelope } from "./result-envelope.ts";
import { reversalResult } from "./reversal-codes.ts";
import type { ReversalFailureCode } from "./reversal-codes.ts";

export interface ReversalFailure {
  readonly code: ReversalFailureCode;
  /** M-PESA's own code and words, free of personal data; null when it never reached M-PESA. */
  readonly resultCode: string | null;
  readonly resultDesc: string | null;
}

export type ReversalOutcome =
  /** Money went back. */
  | {
      readonly finding: "reversed";
      /** The reversal's own receipt; null when M-PESA gave none, or only the payment's. */
      readonly receipt: string | null;
      /** The receipt of the payment that was reversed. */
      readonly original: string | null;
      readonly amount: Cents | null;
      /** What M-PESA took for it. */
      readonly charge: Cents | null;
      /** Who got it back; null when M-PESA masked the number. */
      readonly phone: Msisdn | null;
      readonly conversationId: string | null;
      /** Epoch milliseconds; null when M-PESA did not say. */
      readonly reversedAt: number | null;
    }
  /**
   * The payment had been reversed before: by an earlier sending of this reversal, by another one, or by hand in Safaricom's
   * portal. How much of it, M-PESA does not say.
   */
  | { readonly finding: "already_reversed"; readonly conversationId: string | null }
  /** No money went back. */
  | { readonly finding: "not_reversed"; readonly failure: ReversalFailure; readonly conversationId: string | null }
  /** M-PESA did not say how it ended. `unlistedCode`: a code that no table lists, an alarm. */
  | { readonly finding: "untold"; readonly because: string; readonly unlistedCode: string | null }
  /** It is no result; `because` completes "the result can't be read:". */
  | { readonly finding: "unreadable"; readonly because: string };

const reversed = ({ parameters, transactionId, conversationId }: ResultEnvelope): ReversalOutcome => {
  const original = optional(parameters.get("originaltransactionid"), readReceipt);
  const own = optional(transactionId, readReceipt);
  return {
    finding: "reversed",
    receipt: own === original ? null : own,
    original,
    amount: optional(parameters.get("amount"), readAmount),
    charge: optional(parameters.get("charge"), readAmount),
    phone: optional(parameters.get("creditpartypublicname"), partyPhone),
    conversationId,
    reversedAt: optional(parameters.get("transcompletedtime"), readMpesaTime),
  };
};

/**
 * Reads the result of a reversal (Daraja portal, Reversal). Total: every string has an answer. What it says about the
 * operator is `operatorWord`'s to read.
 */
export const readReversalResult = (body: string): ReversalOutcome => {
  const read = readEnvelope(body);
  if (!read.readable) return { finding: "unreadable", because: read.because };
  const { code, words, conversationId } = read.envelope;
  const result = reversalResult(code);
  const says = result?.says ?? "untold";
  if (says === "reversed") return reversed(read.envelope);
  if (says === "already_reversed") return { finding: "already_reversed", conversationId };
  if (says === "untold") {
    const shown = description(code)?.slice(0, CODE_LENGTH) ?? "nothing";
    const unlistedCode = result === null ? code.slice(0, CODE_LENGTH) : null;
    return { finding: "untold", because: `M-PESA's result does not say how it ended: ${shown}`, unlistedCode };
  }
  return { finding: "not_reversed", failure: failure(says, { code, words }), conversationId };
};
