/**
 * What Daraja's answers to registrations mean: of the paybill's URLs, and of the pull of transactions. What must stay
 * true: being registered already is no failure, and whatever is not understood is unknown.
 *
 * A registration moves no money and may be repeated until it is answered: a second one changes nothing in production and
 * overwrites the first in Safaricom's sandbox. But "registered already" does not say what is registered, and nothing can
 * be asked: after a change of the callbacks' domain or secret the old URLs must be deleted in Safaricom's portal first.
 */
import type { HttpAnswer, Reading } from "./answers.ts";
import type { Called } from "./call.ts";
import { parseForeign } from "./foreign-json.ts";
import type { Foreign } from "./foreign-json.ts";
import { CODE_LENGTH, gatewayError, isSuccess, saidBy, strange } from "./gateway-answer.ts";
import { gatewayVerdict } from "./gateway-errors.ts";
import type { GatewayError } from "./gateway-errors.ts";
import { failure } from "./mpesa-fields.ts";
import type { Source } from "./result-codes.ts";

export type RegistrationFailureCode =
  /** The shortcode's URLs are still on Safaricom's former platform; only Safaricom can take them off. */
  "registered_elsewhere" | "merchant_misconfigured" | "rate_limited" | "daraja_unavailable";

export interface RegistrationFailure {
  readonly code: RegistrationFailureCode;
  /** Daraja's own code and words, free of personal data; null when it said nothing. */
  readonly resultCode: string | null;
  readonly resultDesc: string | null;
}

/** `raw` is null when nothing was received. */
export type RegistrationAnswer =
  /** `already`: it was registered before, with these URLs or with others. */
  | { readonly answer: "accepted"; readonly already: boolean; readonly raw: string }
  /** Proof that nothing was registered. */
  | { readonly answer: "refused"; readonly failure: RegistrationFailure; readonly raw: string | null }
  /** It may or may not have been registered: register again. */
  | { readonly answer: "unknown"; readonly because: string; readonly raw: string | null };

export interface RegistrationError {
  readonly code: string;
  /** The words that tell this meaning of the code from its others. */
  readonly words: RegExp;
  readonly says: "already" | "elsewhere";
  readonly meaning: string;
  readonly source: Source;
}

/** Errors that only a registration meets; the code is the one of any internal error, so the words have to tell. */
export const REGISTRATION_ERRORS: readonly RegistrationError[] = [
  {
    code: "500.003.1001",
    words: /already registered/i,
    says: "already",
    meaning: "The shortcode has URLs; they are deleted in Safaricom's portal before others are registered.",
    source: "portal",
  },
  {
    code: "500.003.1001",
    words: /duplicate notification info/i,
    says: "elsewhere",
    meaning: "The shortcode's URLs are still on Safaricom's former platform.",
    source: "portal",
  },
];

/** How a product says in an answer without an error that it registered: its code, null when the answer has none. */
export interface RegistrationCodes {
  readonly codeOf: (body: Foreign) => string | null;
  readonly done: string;
  /** Null for a product that says it with an error. */
  readonly already: string | null;
}

const refusal = (code: RegistrationFailureCode, error: GatewayError, raw: string): RegistrationAnswer => ({
  answer: "refused",
  failure: failure(code, saidBy(error)),
  raw,
});

/** What an answer that is an error comes to. */
const readError = (http: HttpAnswer, error: GatewayError): Reading<RegistrationAnswer> => {
  const raw = http.body;
  const known = REGISTRATION_ERRORS.find(({ code, words }) => code === error.code && words.test(error.message));
  if (known?.says === "already") return { answer: { answer: "accepted", already: true, raw }, unlistedCode: null };
  if (known) return { answer: refusal("registered_elsewhere", error, raw), unlistedCode: null };
  const { push: verdict, listed } = gatewayVerdict(http.status, error);
  const unlistedCode = listed ? null : error.code;
  const unknown = { answer: "unknown", because: strange(http.status, error), raw } as const;
  switch (verdict.verdict) {
    case "token_dead":
    case "throttled": {
      const code = verdict.verdict === "throttled" ? "rate_limited" : "daraja_unavailable";
      return { setback: { kind: verdict.verdict, failure: failure(code, saidBy(error)), raw } };
    }
    case "refused": {
      const code = verdict.failure === "rate_limited" ? "rate_limited" : "merchant_misconfigured";
      return { answer: refusal(code, error, raw), unlistedCode };
    }
    case "busy":
      return { answer: unknown, unlistedCode, slowDown: true };
    case "unknown":
      return { answer: unknown, unlistedCode };
  }
};

/** Reads the answer to a registration. Total: any status with any body. */
export const readRegistration =
  ({ codeOf, done, already }: RegistrationCodes) =>
  (http: HttpAnswer): Reading<RegistrationAnswer> => {
    const raw = http.body;
    const body = parseForeign(raw);
    const error = gatewayError(body);
    const code = body && codeOf(body);
    if (code === null || error.code !== null || !isSuccess(http.status)) return readError(http, error);
    if (code === done || code === already)
      return { answer: { answer: "accepted", already: code === already, raw }, unlistedCode: null };
    const because = strange(http.status, { code: `code ${code}`, message: "" });
    return { answer: { answer: "unknown", because, raw }, unlistedCode: code.slice(0, CODE_LENGTH) };
  };

/** The answer for a registration that was not sent. */
export const unregistered = (code: RegistrationFailureCode): RegistrationAnswer => ({
  answer: "refused",
  failure: { code, resultCode: null, resultDesc: null },
  raw: null,
});

/** What a registration's call proves. */
export const registrationAnswer = (called: Called<RegistrationAnswer>): RegistrationAnswer => {
  switch (called.came) {
    case "no_token":
      return unregistered(called.failure);
    case "no_slot":
    case "withheld":
      return unregistered("rate_limited");
    case "nothing":
      if (called.sent === "no") return unregistered("daraja_unavailable");
      return { answer: "unknown", because: `no answer (${called.because})`, raw: null };
    case "setback": {
      const { kind, failure, raw } = called.setback;
      const code = kind === "throttled" ? "rate_limited" : "daraja_unavailable";
      return { answer: "refused", failure: { ...failure, code }, raw };
    }
    case "answer":
      return called.answer;
  }
};
