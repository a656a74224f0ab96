/**
 * How Daraja's gateway says no, and what that proves. One code carries several meanings, so a row may also ask for
 * words. What must stay true: only a row that proves M-PESA never took the request makes it a refusal; whatever no row
 * lists is unknown.
 */
import type { FailureCode } from "../domain/failures.ts";
import type { Source } from "./result-codes.ts";

export type GatewayVerdict =
  /** M-PESA never took it, and will not the next time either. */
  | { readonly verdict: "refused"; readonly failure: FailureCode }
  /** The bearer token is dead; M-PESA never saw the request. */
  | { readonly verdict: "token_dead" }
  /** Too many requests; M-PESA never saw this one. */
  | { readonly verdict: "throttled" }
  /** It may have been taken. */
  | { readonly verdict: "unknown" };

export interface GatewayRow {
  readonly code: string;
  /** The words that tell this meaning of the code from its others; null when the code has one meaning. */
  readonly words: RegExp | null;
  readonly verdict: GatewayVerdict;
  readonly meaning: string;
  readonly source: Source;
}

const refused = (failure: FailureCode): GatewayVerdict => ({ verdict: "refused", failure });
const MISCONFIGURED = refused("merchant_misconfigured");
const TOKEN_DEAD: GatewayVerdict = { verdict: "token_dead" };
const THROTTLED: GatewayVerdict = { verdict: "throttled" };
const UNKNOWN: GatewayVerdict = { verdict: "unknown" };

const row = (
  key: string | readonly [code: string, words: RegExp],
  verdict: GatewayVerdict,
  text: readonly [source: Source, meaning: string],
): GatewayRow => {
  const [code, words] = typeof key === "string" ? [key, null] : key;
  return { code, words, verdict, source: text[0], meaning: text[1] };
};

/** In order: the first row that fits decides. Rows with words come before the row of the same code without. */
export const GATEWAY_ERRORS: readonly GatewayRow[] = [
  row("400.001", MISCONFIGURED, ["portal", "The shortcode is not valid."]),
  row(["400.002.02", /invalid (phone ?number|party ?a)\b/i], refused("customer_unreachable"), [
    "portal",
    "M-PESA does not take the payer's number.",
  ]),
  row(["400.002.02", /invalid amount\b/i], refused("limit_exceeded"), ["portal", "M-PESA does not take the amount."]),
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
  row(["500.001.1001", /wrong credentials/i], MISCONFIGURED, [
    "portal",
    "Shortcode, passkey and timestamp do not match.",
  ]),
  row(["500.001.1001", /unable to lock subscriber/i], refused("customer_busy"), [
    "portal",
    "Another M-PESA session is open on the payer's line.",
  ]),
  row(["500.001.1001", /missing iccid/i], refused("customer_unreachable"), [
    "single",
    "The payer's number has no live Safaricom SIM.",
  ]),
  row("500.001.1001", UNKNOWN, ["portal", "Anything: the code carries at least six meanings."]),
  row("500.002.1001", UNKNOWN, ["portal", "An earlier request with the same id went in."]),
  row(["500.003.02", /spike arrest/i], THROTTLED, ["portal", "Too many requests at once."]),
  row("500.003.02", UNKNOWN, ["portal", "The system is busy; whether it took the request, it does not say."]),
  row("500.003.03", refused("rate_limited"), ["portal", "The application's quota is used up."]),
  row("500.003.1001", UNKNOWN, ["portal", "An internal error."]),
  row("00.002.1001", UNKNOWN, ["portal", "The service is under maintenance."]),
  row("policies.ratelimit.SpikeArrestViolation", THROTTLED, ["observed", "Too many requests at once."]),
  row("policies.ratelimit.QuotaViolation", refused("rate_limited"), ["clients", "The application's quota is used up."]),
];

/** Meanings that the words alone carry, whatever code they come with: the same fault has other codes per product. */
const BY_WORDS: readonly { readonly words: RegExp; readonly verdict: GatewayVerdict }[] = [
  { words: /invalid access token|access token expired/i, verdict: TOKEN_DEAD },
  { words: /no apiproduct match found/i, verdict: MISCONFIGURED },
  { words: /spike arrest violation/i, verdict: THROTTLED },
];

export interface GatewayError {
  /** `errorCode`, or the code of a fault envelope; null when there was none. */
  readonly code: string | null;
  /** `errorMessage`, or the text of a fault; empty when there was none. */
  readonly message: string;
}

/** What an error of the gateway proves. `listed` is false when no row knows it: an alarm, if it had a code at all. */
export const gatewayVerdict = (
  status: number,
  error: GatewayError,
): { readonly verdict: GatewayVerdict; readonly listed: boolean } => {
  const found = GATEWAY_ERRORS.find(({ code, words }) => code === error.code && (words?.test(error.message) ?? true));
  if (found) return { verdict: found.verdict, listed: true };
  const worded = BY_WORDS.find(({ words }) => words.test(error.message));
  if (worded) return { verdict: worded.verdict, listed: true };
  if (status === 429) return { verdict: THROTTLED, listed: true };
  return { verdict: UNKNOWN, listed: error.code === null };
};
