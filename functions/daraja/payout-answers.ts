/**
 * What Daraja's answers to payouts and to questions mean. The answer types are the promise to the rest of Malipo. What
 * must stay true: a payout is called refused or turned away only on proof that M-PESA never took it; a repeat that
 * Daraja refuses for its id is proof of the opposite; whatever is not understood is unknown.
 */
import type { PayoutFailure } from "../domain/payout.ts";
import type { PayoutFailureCode } from "../domain/payout-failures.ts";
import type { HttpAnswer, Reading, Setback } from "./answers.ts";
import type { Called } from "./call.ts";
import { parseForeign, textAt } from "./foreign-json.ts";
import { CODE_LENGTH, gatewayError, isSuccess, saidBy, strange } from "./gateway-answer.ts";
import { gatewayVerdict } from "./gateway-errors.ts";
import type { GatewayError } from "./gateway-errors.ts";
import { failure } from "./mpesa-fields.ts";
import { conversation } from "./result-envelope.ts";

/** What became of a payout that was to be sent. `raw` is null when nothing was received. */
export type PayoutAnswer =
  /** Daraja took it; the result comes later. `conversationId` is M-PESA's name for it, null when it gave none. */
  | { readonly answer: "accepted"; readonly conversationId: string | null; readonly raw: string }
  /** Daraja refused the repeat: an earlier sending under this id was taken, so it has to be asked about. */
  | { readonly answer: "went_in"; readonly raw: string }
  /** Proof that this sending never reached M-PESA, and sending it later makes sense. */
  | { readonly answer: "turned_away"; readonly failure: PayoutFailure; readonly raw: string | null }
  /** Proof that M-PESA never took this sending; the same again would be refused again. */
  | { readonly answer: "refused"; readonly failure: PayoutFailure; readonly raw: string | null }
  /** Nothing was sent: `release` said no. */
  | { readonly answer: "withheld" }
  /** It may or may not have been taken: to be asked about. `conversationId`: what the answer named all the same. */
  | {
      readonly answer: "unknown";
      readonly because: string;
      readonly conversationId?: string | null;
      readonly raw: string | null;
    };

/** Whether a question reached M-PESA; what it answers comes later, as a callback. */
export type AskAnswer =
  | { readonly asked: "yes"; readonly conversationId: string | null }
  | { readonly asked: "no" | "maybe"; readonly because: string };

/** An `AskAnswer` with the word that is logged. */
export interface Asking {
  readonly answer: "asked" | "not_asked" | "maybe_asked";
  readonly ask: AskAnswer;
}

/** Failures that pass by themselves. */
const PASSING: ReadonlySet<PayoutFailureCode> = new Set(["rate_limited", "daraja_unavailable"]);

/** Proof that M-PESA never took the payout, told by whether sending it later makes sense. */
const notTaken = (why: PayoutFailure, raw: string | null): PayoutAnswer => ({
  answer: PASSING.has(why.code) ? "turned_away" : "refused",
  failure: why,
  raw,
});

/** What is in an answer of either kind. */
const readGateway = (http: HttpAnswer) => {
  const body = parseForeign(http.body);
  const error = gatewayError(body);
  const responseCode = body && textAt(body, "ResponseCode");
  const conversationId = conversation(body && textAt(body, "ConversationID"));
  const isClean = isSuccess(http.status) && error.code === null;
  const { payout: verdict, listed } = gatewayVerdict(http.status, error);
  return {
    error,
    conversationId,
    /** The ResponseCode of an answer that is no error. */
    answered: isClean ? responseCode : null,
    /** An error that comes along with an acceptance or with the name of a conversation proves nothing. */
    contradicts: responseCode === "0" || conversationId !== null,
    verdict,
    unlistedCode: listed ? null : error.code,
    pace: verdict.verdict === "busy" ? ({ slowDown: true } as const) : {},
  };
};

/** The gateway turned it away before M-PESA saw it. */
const setback = (kind: Setback["kind"], error: GatewayError, raw: string): { readonly setback: Setback } => ({
  setback: {
    kind,
    failure: failure(kind === "throttled" ? "rate_limited" : "daraja_unavailable", saidBy(error)),
    raw,
  },
});

const otherResponse = (responseCode: string): { readonly because: string; readonly unlistedCode: string } => ({
  because: strange(200, { code: `ResponseCode ${responseCode}`, message: "" }),
  unlistedCode: responseCode.slice(0, CODE_LENGTH),
});

/** Reads the answer to one sending of a payout. Total: any status with any body. */
export const readPayoutAnswer = (http: HttpAnswer): Reading<PayoutAnswer> => {
  const raw = http.body;
  const { error, conversationId, answered, contradicts, verdict, unlistedCode, pace } = readGateway(http);
  if (answered === "0") return { answer: { answer: "accepted", conversationId, raw }, unlistedCode: null };
  if (answered !== null) {
    const { because, unlistedCode: code } = otherResponse(answered);
    return { answer: { answer: "unknown", because, conversationId, raw }, unlistedCode: code };
  }
  if (verdict.verdict === "went_in") return { answer: { answer: "went_in", raw }, unlistedCode: null };
  if (!contradicts) {
    switch (verdict.verdict) {
      case "token_dead":
      case "throttled":
        return setback(verdict.verdict, error, raw);
      case "refused":
        return { answer: notTaken(failure(verdict.failure, saidBy(error)), raw), unlistedCode };
      case "busy":
      case "unknown":
        break;
    }
  }
  const because = strange(http.status, error);
  return { answer: { answer: "unknown", because, conversationId, raw }, unlistedCode, ...pace };
};

const told = (ask: AskAnswer): Asking => {
  const words = { yes: "asked", no: "not_asked", maybe: "maybe_asked" } as const;
  return { answer: words[ask.asked], ask };
};

/** Reads the answer to a question about a payout or about the accounts. Total: any status with any body. */
export const readAskAnswer = (http: HttpAnswer): Reading<Asking> => {
  const { error, conversationId, answered, contradicts, verdict, unlistedCode, pace } = readGateway(http);
  if (answered === "0") return { answer: told({ asked: "yes", conversationId }), unlistedCode: null };
  if (answered !== null) {
    const { because, unlistedCode: code } = otherResponse(answered);
    return { answer: told({ asked: "maybe", because }), unlistedCode: code };
  }
  if (!contradicts && (verdict.verdict === "token_dead" || verdict.verdict === "throttled"))
    return setback(verdict.verdict, error, http.body);
  const asked = !contradicts && verdict.verdict === "refused" ? "no" : "maybe";
  return { answer: told({ asked, because: strange(http.status, error) }), unlistedCode, ...pace };
};

/** The answer for a payout that was not sent. */
export const unsent = (code: PayoutFailureCode): PayoutAnswer => ({
  answer: "turned_away",
  failure: { code, resultCode: null, resultDesc: null },
  raw: null,
});

/** What a payout's call proves. */
export const payoutAnswer = (called: Called<PayoutAnswer>): PayoutAnswer => {
  switch (called.came) {
    case "no_token":
      return unsent(called.failure === "merchant_misconfigured" ? "shortcode_misconfigured" : called.failure);
    case "no_slot":
      return unsent("rate_limited");
    case "withheld":
      return { answer: "withheld" };
    case "nothing":
      if (called.sent === "no") return unsent("daraja_unavailable");
      return { answer: "unknown", because: `no answer (${called.because})`, raw: null };
    case "setback": {
      const { kind, failure, raw } = called.setback;
      return notTaken({ ...failure, code: kind === "throttled" ? "rate_limited" : "daraja_unavailable" }, raw);
    }
    case "answer":
      return called.answer;
  }
};

/** What a question's call came to. */
export const askAnswer = (called: Called<Asking>): AskAnswer => {
  switch (called.came) {
    case "no_token":
      return { asked: "no", because: called.because };
    case "no_slot":
      return { asked: "no", because: "no slot in time" };
    case "withheld":
      return { asked: "no", because: "withheld" };
    case "nothing":
      return { asked: called.sent, because: `no answer (${called.because})` };
    case "setback":
      return { asked: "no", because: called.setback.kind };
    case "answer":
      return called.answer.ask;
  }
};
