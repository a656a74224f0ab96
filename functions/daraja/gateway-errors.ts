/**
 * How Daraja's gateway says no, and what that proves about a push and about a payout. One code carries several meanings,
 * so a row may also ask for words. What must stay true: only a row that proves M-PESA never took the request makes it a
 * refusal; whatever no row lists is unknown.
 */
import type { FailureCode } from "../domain/failures.ts";
import type { PayoutFailureCode } from "../domain/payout-failures.ts";
import type { Source } from "./result-codes.ts";

/** What is proven, with the failure in the words of what was asked for. */
export type GatewayVerdict<F = FailureCode> =
  /** M-PESA never took it, and will not the next time either. */
  | { readonly verdict: "refused"; readonly failure: F }
  /** The bearer token is dead; M-PESA never saw the request. */
  | { readonly verdict: "token_dead" }
  /** Too many requests; M-PESA never saw this one. */
  | { readonly verdict: "throttled" }
  /** It may have been taken, and there are too many requests. */
  | { readonly verdict: "busy" }
  /** It may have been taken. */
  | { readonly verdict: "unknown" };

export type PayoutVerdict =
  | GatewayVerdict<PayoutFailureCode>
  /** An earlier request under the same OriginatorConversationID was taken. */
  | { readonly verdict: "went_in" };

export interface GatewayRow {
  readonly code: string;
  /** The words that tell this meaning of the code from its others; null when the code has one meaning. */
  readonly words: RegExp | null;
  readonly push: GatewayVerdict;
  readonly payout: PayoutVerdict;
  readonly meaning: string;
  readonly source: Source;
}

type Verdicts = Pick<GatewayRow, "push" | "payout">;

const both = (verdict: GatewayVerdict<never>): Verdicts => ({ push: verdict, payout: verdict });
const refused = (push: FailureCode, payout: PayoutFailureCode): Verdicts => ({
  push: { verdict: "refused", failure: push },
  payout: { verdict: "refused", failure: payout },
});
/** Proof for a push; a payout has not been seen to be answered like this. */
const pushRefused = (failure: FailureCode): Verdicts => ({
  push: { verdict: "refused", failure },
  payout: { verdict: "unknown" },
});
const MISCONFIGURED = refused("merchant_misconfigured", "shortcode_misconfigured");
const TOKEN_DEAD = both({ verdict: "token_dead" });
const THROTTLED = both({ verdict: "throttled" });
const BUSY = both({ verdict: "busy" });
const UNKNOWN = both({ verdict: "unknown" });
const WENT_IN: Verdicts = { push: { verdict: "unknown" }, payout: { verdict: "went_in" } };
const QUOTA = refused("rate_limited", "rate_limited");

const row = (
  key: string | readonly [code: string, words: RegExp],
  verdicts: Verdicts,
  text: readonly [source: Source, meaning: string],
): GatewayRow => {
  const [code, words] = typeof key === "string" ? [key, null] : key;
  return { code, words, ...verdicts, source: text[0], meaning: text[1] };
};

/** In order: the first row that fits decides. Rows with words come before the row of the same code without. */
export const GATEWAY_ERRORS: readonly GatewayRow[] = [
  row("400.001", MISCONFIGURED, ["portal", "The shortcode is not valid."]),
  row(
    ["400.002.02", /invalid (phone ?number|party ?a)\b/i],
    refused("customer_unreachable", "shortcode_misconfigured"),
    ["portal", "M-PESA does not take the payer, who is the customer of a push and the shortcode of a payout."],
  ),
  row(["400.002.02", /invalid party ?b\b/i], refused("merchant_misconfigured", "invalid_receiver"), [
    "portal",
    "M-PESA does not take the receiver.",
  ]),
  row(["400.002.02", /invalid amount\b/i], refused("limit_exceeded", "amount_out_of_range"), [
    "portal",
    "M-PESA does not take the amount.",
  ]),
  row(
    ["400.002.02", /invalid (initiator|security ?credential)/i],
    refused("merchant_misconfigured", "initiator_misconfigured"),
    ["portal", "The API operator's name or encrypted password has the wrong form."],
  ),
  row(["400.002.02", /invalid (remarks|occas)/i], refused("merchant_misconfigured", "request_refused"), [
    "portal",
    "M-PESA does not take the words that go with it.",
  ]),
  row("400.002.02", MISCONFIGURED, ["portal", "A field is wrong or missing; the message names it."]),
  row("400.002.05", MISCONFIGURED, ["portal", "The request was not readable JSON."]),
  row("400.003.01", TOKEN_DEAD, ["portal", "The token is not valid."]),
  row("400.003.02", MISCONFIGURED, ["portal", "Something is missing from the request."]),
  row("401.001", TOKEN_DEAD, ["portal", "The token is not valid."]),
  row("401.002.01", TOKEN_DEAD, ["portal", "The token is not valid."]),
  row("401.003.01", TOKEN_DEAD, ["clients", "The token is not valid."]),
  row("404.001.01", MISCONFIGURED, ["portal", "There is nothing at this path."]),
  row("404.002.01", MISCONFIGURED, ["portal", "There is nothing at this path."]),
  row("404.003.01", MISCONFIGURED, ["portal", "There is nothing at this path."]),
  row("404.001.03", TOKEN_DEAD, ["portal", "The token is not valid."]),
  row("404.001.04", TOKEN_DEAD, ["portal", "The Authorization header is not valid."]),
  row("405.001", MISCONFIGURED, ["portal", "The path does not take this method."]),
  row(["500.001.1001", /merchant does not exist/i], MISCONFIGURED, ["portal", "The shortcode does not exist."]),
  row(["500.001.1001", /wrong credentials/i], pushRefused("merchant_misconfigured"), [
    "portal",
    "Shortcode, passkey and timestamp do not match.",
  ]),
  row(["500.001.1001", /unable to lock subscriber/i], pushRefused("customer_busy"), [
    "portal",
    "Another M-PESA session is open on the payer's line.",
  ]),
  row(["500.001.1001", /missing iccid/i], pushRefused("customer_unreachable"), [
    "single",
    "The payer's number has no live Safaricom SIM.",
  ]),
  row("500.001.1001", UNKNOWN, ["portal", "Anything: the code carries at least six meanings."]),
  row("500.002.1001", WENT_IN, ["portal", "An earlier request with the same id went in."]),
  row(["500.003.02", /spike arrest/i], THROTTLED, ["portal", "Too many requests at once."]),
  row("500.003.02", BUSY, ["portal", "The system is busy; whether it took the request, it does not say."]),
  row("500.003.03", QUOTA, ["portal", "The application's quota is used up."]),
  row("500.003.1001", UNKNOWN, ["portal", "An internal error."]),
  row("00.002.1001", UNKNOWN, ["portal", "The service is under maintenance."]),
  row("policies.ratelimit.SpikeArrestViolation", THROTTLED, ["observed", "Too many requests at once."]),
  row("policies.ratelimit.QuotaViolation", QUOTA, ["clients", "The application's quota is used up."]),
];

/** Meanings that the words alone carry, whatever code they come with: the same fault has other codes per product. */
const BY_WORDS: readonly (Verdicts & { readonly words: RegExp })[] = [
  { words: /invalid access token|access token expired/i, ...TOKEN_DEAD },
  { words: /no apiproduct match found/i, ...MISCONFIGURED },
  { words: /spike arrest violation/i, ...THROTTLED },
  { words: /duplicate originator/i, ...WENT_IN },
];

export interface GatewayError {
  /** `errorCode`, or the code of a fault envelope; null when there was none. */
  readonly code: string | null;
  /** `errorMessage`, or the text of a fault; empty when there was none. */
  readonly message: string;
}

/** What an error of the gateway proves. `listed` is false when no row knows it: an alarm, if it had a code at all. */
export const gatewayVerdict = (status: number, error: GatewayError): Verdicts & { readonly listed: boolean } => {
  const found =
    GATEWAY_ERRORS.find(({ code, words }) => code === error.code && (words?.test(error.message) ?? true)) ??
    BY_WORDS.find(({ words }) => words.test(error.message));
  if (found) return { push: found.push, payout: found.payout, listed: true };
  if (status === 429) return { ...THROTTLED, listed: true };
  return { ...UNKNOWN, listed: error.code === null };
};
