/**
 * Safaricom's Daraja as the rest of Malipo sees it: ask a phone for money, ask how that ended. What must stay true: a
 * push is called refused only on proof that M-PESA never took it, and it is never sent twice without that proof.
 */
import type { Failure } from "../domain/evidence.ts";
import type { Cents } from "../domain/money.ts";
import { wholeShillings } from "../domain/money.ts";
import type { Msisdn } from "../domain/msisdn.ts";
import { darajaTimestamp } from "../domain/time.ts";
import { readQueryAnswer, readSubmitAnswer } from "./answers.ts";
import type { QueryAnswer, SubmitAnswer } from "./answers.ts";
import type { Called, TimeAllowed } from "./call.ts";
import { createMake, orNull, takesUrls } from "./client-call.ts";
import type { ClientDeps } from "./client-call.ts";
import { stkPassword } from "./credentials.ts";
import type { Credentials } from "./credentials.ts";

export type { QueryAnswer, SubmitAnswer } from "./answers.ts";

/** A push to send: the intent that the ledger already holds. */
export interface PushRequest {
  /** The payment's id; the callback URL is made from it. */
  readonly transactionId: string;
  /** Whole shillings, in cents. */
  readonly amount: Cents;
  readonly phone: Msisdn;
  /** Shown to the payer; at most 12 characters, the rest is cut off. */
  readonly reference: string;
  /** At most 13 characters, the rest is cut off. */
  readonly description: string;
}

export interface Daraja {
  /**
   * Asks the payer's phone for money. Never rejects for trouble upstream: the answer says what is known. Rejects with a
   * RangeError for an amount that is not whole shillings.
   */
  stkPush(push: PushRequest): Promise<SubmitAnswer>;
  /** Asks how a push ended. Never rejects for trouble upstream. */
  stkQuery(query: { readonly checkoutId: string }): Promise<QueryAnswer>;
}

export interface DarajaDeps extends ClientDeps {
  readonly time?: { readonly push: TimeAllowed; readonly query: TimeAllowed };
}

/** Fits the timeouts of the functions that wait for it: 28 s for a push, 20 s for a query. */
const TIME = {
  push: { attemptMs: 12_000, totalMs: 24_000 },
  query: { attemptMs: 8_000, totalMs: 15_000 },
} as const;

/** What Safaricom's prompt takes (portal, M-PESA Express). */
const REFERENCE_LENGTH = 12;
const DESCRIPTION_LENGTH = 13;
/** An empty description is refused as "Invalid Remarks". */
const DESCRIPTION_DEFAULT = "Payment";
const THROTTLE_RETRIES = 2;

const cut = (text: string, length: number): string => Array.from(text.trim()).slice(0, length).join("");

const unsent = (code: Failure["code"]): SubmitAnswer => ({
  answer: "refused",
  failure: { code, resultCode: null, resultDesc: null },
  raw: null,
});

/** What signs every STK request. */
const signature = ({ shortcode, passkey }: Credentials, at: number) => {
  const timestamp = darajaTimestamp(at);
  const password = stkPassword({ shortcode, passkey, timestamp });
  return { BusinessShortCode: shortcode, Password: password, Timestamp: timestamp };
};

/** The body of a push, made anew for every attempt: shortcode, password and timestamp belong together. */
const pushBody = (credentials: Credentials, push: PushRequest, url: string) => {
  const description = cut(push.description, DESCRIPTION_LENGTH);
  const fixed = {
    TransactionType: credentials.transactionType,
    Amount: wholeShillings(push.amount),
    PartyA: push.phone,
    PartyB: credentials.receiver,
    PhoneNumber: push.phone,
    CallBackURL: url,
    AccountReference: cut(push.reference, REFERENCE_LENGTH),
    TransactionDesc: description === "" ? DESCRIPTION_DEFAULT : description,
  };
  return (at: number): string => JSON.stringify({ ...signature(credentials, at), ...fixed });
};

/** What a push's call proves. */
const submitAnswer = (called: Called<SubmitAnswer>): SubmitAnswer => {
  switch (called.came) {
    case "no_token":
      return unsent(called.failure);
    case "no_slot":
    case "withheld":
      return unsent("rate_limited");
    case "nothing":
      if (called.sent === "no") return unsent("daraja_unavailable");
      return { answer: "unknown", because: `no answer (${called.because})`, push: null, raw: null };
    case "setback":
      return { answer: "refused", failure: called.setback.failure, raw: called.setback.raw };
    case "answer":
      return called.answer;
  }
};

const noAnswer = (because: string): QueryAnswer => ({ answer: "no_answer", because, unlistedCode: null });

/** What a query's call taught. */
const queryAnswer = (called: Called<QueryAnswer>): QueryAnswer => {
  switch (called.came) {
    case "no_token":
      return noAnswer(`not asked: ${called.because}`);
    case "no_slot":
    case "withheld":
      return noAnswer("not asked: no slot in time");
    case "nothing":
      return noAnswer(`no answer (${called.because})`);
    case "setback":
      return noAnswer(called.setback.kind);
    case "answer":
      return called.answer;
  }
};

/** The client of one shortcode; one per process, because it remembers what its calls learn about the token. */
export const createDaraja = (deps: DarajaDeps): Daraja => {
  const make = createMake(deps);
  const time = deps.time ?? TIME;

  const stkPush = async (push: PushRequest): Promise<SubmitAnswer> => {
    const needed = Promise.all([deps.credentials(), deps.callbackUrl("stk", push.transactionId)]);
    const ready = await orNull(deps, "stk_push", needed);
    if (ready === null) return unsent("merchant_misconfigured");
    const [credentials, url] = ready;
    if (!takesUrls(deps, "stk_push", [url])) return unsent("merchant_misconfigured");
    const called = await make<SubmitAnswer>({
      operation: "stk_push",
      lane: "stk",
      path: "/mpesa/stkpush/v1/processrequest",
      body: pushBody(credentials, push, url),
      read: readSubmitAnswer,
      time: time.push,
      throttleRetries: THROTTLE_RETRIES,
    });
    return submitAnswer(called);
  };

  const stkQuery = async ({ checkoutId }: { readonly checkoutId: string }): Promise<QueryAnswer> => {
    const credentials = await orNull(deps, "stk_query", deps.credentials());
    if (credentials === null) return noAnswer("not asked: the Daraja secret can't be read");
    const called = await make<QueryAnswer>({
      operation: "stk_query",
      lane: "query",
      path: "/mpesa/stkpushquery/v1/query",
      body: (at) => JSON.stringify({ ...signature(credentials, at), CheckoutRequestID: checkoutId }),
      read: (http) => readQueryAnswer(http, checkoutId),
      time: time.query,
      throttleRetries: 0,
    });
    return queryAnswer(called);
  };

  return { stkPush, stkQuery };
};
