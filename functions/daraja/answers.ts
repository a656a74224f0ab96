/**
 * What Daraja's answers to our own calls mean. The answer types are the promise to the rest of Malipo. What must stay
 * true: *refused* only on proof that M-PESA never took the push; whatever is not understood is unknown; a code that no
 * table lists never becomes an outcome of a query.
 */
import type { Failure, PushIds } from "../domain/evidence.ts";
import type { FailureCode } from "../domain/failures.ts";
import { member, parseForeign, textAt, textOf } from "./foreign-json.ts";
import type { Foreign } from "./foreign-json.ts";
import { CODE_LENGTH, gatewayError, isSuccess, saidBy, strange } from "./gateway-answer.ts";
import { gatewayVerdict } from "./gateway-errors.ts";
import type { GatewayError } from "./gateway-errors.ts";
import { failure } from "./mpesa-fields.ts";
import { stkResult } from "./result-codes.ts";
import { pushIds } from "./stk-fields.ts";

/** What became of a push that was sent. */
export type SubmitAnswer =
  /** Daraja took it: the payer's phone is about to ring. */
  | { readonly answer: "accepted"; readonly push: PushIds; readonly raw: string }
  /** Proof that M-PESA never took it. `raw` is null when nothing was received. */
  | { readonly answer: "refused"; readonly failure: Failure; readonly raw: string | null }
  /**
   * It may or may not have been taken: to be asked about, never to be resent. `push`: what the answer named all the same,
   * to be asked by; absent or null when it named none.
   */
  | {
      readonly answer: "unknown";
      readonly because: string;
      readonly push?: PushIds | null;
      readonly raw: string | null;
    };

/** What Daraja says when asked how a push ended. It names neither the receipt nor the amount nor the phone. */
export type QueryAnswer =
  | { readonly answer: "paid"; readonly push: PushIds | null; readonly raw: string }
  | { readonly answer: "unpaid"; readonly failure: Failure; readonly push: PushIds | null; readonly raw: string }
  /** The payer has not decided yet. */
  | { readonly answer: "in_progress" }
  /** Nothing was learnt; ask again later. `unlistedCode`: Daraja named a result that no table lists, an alarm. */
  | { readonly answer: "no_answer"; readonly because: string; readonly unlistedCode: string | null };

/** An answer as it came over the wire, cut off at the body limit. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** The gateway turned the call away before M-PESA saw it: try again with a new token, or later. */
export interface Setback {
  readonly kind: "token_dead" | "throttled";
  /** What it amounts to when it is not tried again. */
  readonly failure: Failure;
  readonly raw: string;
}

export type Reading<A> =
  | { readonly setback: Setback }
  | {
      readonly answer: A;
      /** A code that no table lists came along; an alarm. */
      readonly unlistedCode: string | null;
      /** Daraja said that it is busy: the lane has to slow down, whatever became of this call. */
      readonly slowDown?: true;
    };

/** What an error of the gateway comes to: a setback, a proven refusal, or neither. */
const readError = (http: HttpAnswer, error: GatewayError) => {
  const { push: verdict, listed } = gatewayVerdict(http.status, error);
  const said = saidBy(error);
  const nothing = { setback: null, refused: null, unlistedCode: listed ? null : error.code, pace: {} };
  const setback = (kind: Setback["kind"], code: FailureCode) => ({
    ...nothing,
    setback: { kind, failure: failure(code, said), raw: http.body },
  });
  switch (verdict.verdict) {
    case "token_dead":
      return setback("token_dead", "daraja_unavailable");
    case "throttled":
      return setback("throttled", "rate_limited");
    case "refused":
      return { ...nothing, refused: failure(verdict.failure, said) };
    case "busy":
      return { ...nothing, pace: { slowDown: true } as const };
    case "unknown":
      return nothing;
  }
};

/**
 * An answer with a ResponseCode: 0 is "accepted for processing". No other code is known to mean that M-PESA did not take
 * the push, so none is a refusal.
 */
const readResponse = (http: HttpAnswer, responseCode: string, push: PushIds | null): Reading<SubmitAnswer> => {
  const raw = http.body;
  if (responseCode !== "0") {
    const because = strange(http.status, { code: `ResponseCode ${responseCode}`, message: "" });
    return { answer: { answer: "unknown", because, push, raw }, unlistedCode: responseCode.slice(0, CODE_LENGTH) };
  }
  const answer: SubmitAnswer = push
    ? { answer: "accepted", push, raw }
    : { answer: "unknown", because: "accepted, but the push was not named", push, raw };
  return { answer, unlistedCode: null };
};

/**
 * Reads the answer to one sending of a push. Total: any status with any body. An error that comes along with an acceptance
 * or with the name of a push proves nothing. An earlier sending changes nothing of what an answer proves: a push is only
 * sent again after the gateway turned it away, and what the gateway turns away keeps no line busy.
 */
export const readSubmitAnswer = (http: HttpAnswer): Reading<SubmitAnswer> => {
  const raw = http.body;
  const body = parseForeign(raw);
  const error = gatewayError(body);
  const responseCode = body && textAt(body, "ResponseCode");
  const push = body && pushIds(body);
  if (responseCode !== null && isSuccess(http.status) && error.code === null)
    return readResponse(http, responseCode, push);
  const { setback, refused, unlistedCode, pace } = readError(http, error);
  const unknown = (because: string): Reading<SubmitAnswer> => ({
    answer: { answer: "unknown", because, push, raw },
    unlistedCode,
    ...pace,
  });
  if (push !== null || responseCode === "0") return unknown(strange(http.status, error));
  if (setback) return { setback };
  if (!refused) return unknown(strange(http.status, error));
  return { answer: { answer: "refused", failure: refused, raw }, unlistedCode };
};

/**
 * Whether an answer casts doubt on the token that was sent: a 401 that no table explains. No proof that the token is
 * dead, so nothing is sent again for it, but reason enough for the next call to ask for another one.
 */
export const doubtsToken = (http: HttpAnswer): boolean =>
  http.status === 401 && gatewayVerdict(http.status, gatewayError(parseForeign(http.body))).push.verdict === "unknown";

const noAnswer = (because: string, unlistedCode: string | null = null): Reading<QueryAnswer> => ({
  answer: { answer: "no_answer", because, unlistedCode },
  unlistedCode,
});

/** What the query says about a push that has a ResultCode. */
const readResult = (body: Foreign, code: string, raw: string): Reading<QueryAnswer> => {
  const push = pushIds(body);
  const result = stkResult(code);
  if (result === null) return noAnswer("a result that no table lists", code.slice(0, CODE_LENGTH));
  const said = { code, words: textAt(body, "ResultDesc") };
  const settled = (answer: QueryAnswer): Reading<QueryAnswer> => ({ answer, unlistedCode: null });
  if (result.says === "paid") return settled({ answer: "paid", push, raw });
  if (result.says === "in_progress") return settled({ answer: "in_progress" });
  return settled({ answer: "unpaid", failure: failure(result.says, said), push, raw });
};

/** Whether it names a push in whatever form, and that is not this one: then it says nothing about this one. */
const namesOther = (body: Foreign, checkoutId: string): boolean => {
  const named = member(body, "CheckoutRequestID") ?? "";
  return named !== "" && textOf(named) !== checkoutId;
};

/** Reads the answer to a query about `checkoutId`. Total; an error of the gateway, 500.001.1001 included, ends nothing. */
export const readQueryAnswer = (http: HttpAnswer, checkoutId: string): Reading<QueryAnswer> => {
  const body = parseForeign(http.body);
  const error = gatewayError(body);
  const code = body && textAt(body, "ResultCode");
  if (body && code !== null && isSuccess(http.status) && error.code === null) {
    if (namesOther(body, checkoutId)) return noAnswer("the answer is about another push");
    return readResult(body, code, http.body);
  }
  if (/the transaction is being processed/i.test(error.message))
    return { answer: { answer: "in_progress" }, unlistedCode: null };
  const { setback, pace } = readError(http, error);
  return setback ? { setback } : { ...noAnswer(strange(http.status, error)), ...pace };
};
