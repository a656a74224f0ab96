/**
 * What a result says about the API operator who asked for it. What must stay true: the operator counts as accepted only
 * where M-PESA went past its password.
 */
import { initiatorTrouble } from "./b2c-result-codes.ts";
import type { InitiatorTrouble } from "./b2c-result-codes.ts";
import { CODE_LENGTH } from "./gateway-answer.ts";
import { readEnvelope } from "./result-envelope.ts";

export interface OperatorWord {
  /** M-PESA's code, cut to what a history takes. */
  readonly code: string;
  /** The complaint about the operator; null when there is none. */
  readonly trouble: InitiatorTrouble | null;
  /** M-PESA knows the operator and takes its password. */
  readonly accepted: boolean;
}

/** The question was answered. */
const ANSWERED = "0";
/** The operator lacks the role for this question: M-PESA says so only once it has accepted the password. */
const LACKS_ROLE = "21";

/** Reads it out of a result's body; null when the body is no result. Total. */
export const operatorWord = (body: string): OperatorWord | null => {
  const read = readEnvelope(body);
  if (!read.readable) return null;
  const { code } = read.envelope;
  return {
    code: code.slice(0, CODE_LENGTH),
    trouble: initiatorTrouble(code),
    accepted: code === ANSWERED || code === LACKS_ROLE,
  };
};
