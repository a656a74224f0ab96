/**
 * What Daraja's answers to a pull mean. What must stay true: a pull that failed says so, whatever its HTTP status; "no
 * records" is read only from an answer that has the code and the form for it; whatever is not understood is a failure.
 *
 * 1001 comes with HTTP 200 and the words "No records found or Organization Name not available": it is also what a
 * shortcode gets that is not registered for pulls. Where the ledger knows a payment that lies in the span, "no records"
 * is a failure too, and only the caller can see that.
 */
import type { HttpAnswer, Reading } from "./answers.ts";
import type { Called } from "./call.ts";
import { BODY_LIMIT, member, parseForeign, textAt } from "./foreign-json.ts";
import type { Foreign } from "./foreign-json.ts";
import { CODE_LENGTH, gatewayError, isSuccess, saidBy, strange } from "./gateway-answer.ts";
import { gatewayVerdict } from "./gateway-errors.ts";
import type { GatewayError } from "./gateway-errors.ts";
import { failure } from "./mpesa-fields.ts";
import { readPulledRow } from "./pull-payment.ts";
import type { PulledRow } from "./pull-payment.ts";
import type { Source } from "./result-codes.ts";

/** What one call of a pull brought. */
export type PageAnswer =
  /** At least one row. `totalPages`: how many pages there are, where the answer says so. */
  | { readonly answer: "rows"; readonly rows: readonly PulledRow[]; readonly totalPages: number | null }
  /** Nothing there, or not registered. `listed`: the answer holds an empty list, as it does for a registered shortcode. */
  | { readonly answer: "no_records"; readonly listed: boolean }
  /** More than is read of any answer: ask for less. */
  | { readonly answer: "too_long" }
  /** Nothing was learnt; `because` completes "the pull failed:" and holds no personal data. */
  | { readonly answer: "failed"; readonly because: string };

export interface PullCode {
  readonly says: "rows" | "no_records";
  readonly meaning: string;
  readonly source: Source;
}

/** The codes of pulls that are no failures: what the docs are made from. */
export const PULL_CODES: ReadonlyMap<string, PullCode> = new Map([
  ["1000", { says: "rows", meaning: "Payments follow.", source: "portal" }],
  [
    "1001",
    { says: "no_records", meaning: "No payments, or the shortcode is not registered for pulls.", source: "portal" },
  ],
]);

const CODE_NAMES = ["ResponseCode", "Response Code", "ResponseStatus", "Response Status"] as const;

/** The code under any of its names, with a blank in them or without; null when there is none, or two that differ. */
export const pullCode = (body: Foreign): string | null => {
  const codes = new Set(CODE_NAMES.map((name) => textAt(body, name)).filter((code) => code !== null));
  const [code = null] = codes;
  return codes.size === 1 ? code : null;
};

const isRow = (value: unknown): value is Foreign =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The rows in `Response`: a list in a list, a list, or the only row itself. Null when it is none of these. */
const rowsIn = (response: unknown): readonly Foreign[] | null => {
  if (isRow(response)) return member(response, "transactionId") === undefined ? null : [response];
  if (!Array.isArray(response)) return null;
  const rows: readonly unknown[] = response.flat();
  return rows.every(isRow) ? rows : null;
};

const PAGES = /^\d{1,6}$/;

const totalPagesOf = (body: Foreign): number | null => {
  const text = textAt(body, "TotalPages");
  return text !== null && PAGES.test(text) ? Number(text) : null;
};

const failed = (because: string): PageAnswer => ({ answer: "failed", because });

/** An answer that has a code and is no error. */
const readCoded = (body: Foreign, code: string): PageAnswer => {
  const response = member(body, "Response");
  const rows = rowsIn(response);
  const says = PULL_CODES.get(code)?.says;
  if (says === undefined) return failed(strange(200, { code: `code ${code}`, message: "" }));
  if (rows?.length === 0) return { answer: "no_records", listed: true };
  if (says === "rows")
    return rows === null
      ? failed("it was answered, but without a list of payments")
      : { answer: "rows", rows: rows.map(readPulledRow), totalPages: totalPagesOf(body) };
  return response === undefined
    ? { answer: "no_records", listed: false }
    : failed("it was answered with no records and with something else at once");
};

const readError = (http: HttpAnswer, error: GatewayError): Reading<PageAnswer> => {
  const { push: verdict, listed } = gatewayVerdict(http.status, error);
  const said = saidBy(error);
  switch (verdict.verdict) {
    case "token_dead":
      return { setback: { kind: "token_dead", failure: failure("daraja_unavailable", said), raw: http.body } };
    case "throttled":
      return { setback: { kind: "throttled", failure: failure("rate_limited", said), raw: http.body } };
    case "busy":
      return { answer: failed(strange(http.status, error)), unlistedCode: null, slowDown: true };
    case "refused":
    case "unknown":
      return { answer: failed(strange(http.status, error)), unlistedCode: listed ? null : error.code };
  }
};

/** Reads the answer to one call of a pull (Daraja portal, Pull Transactions). Total: any status with any body. */
export const readPullPage = (http: HttpAnswer): Reading<PageAnswer> => {
  if (isSuccess(http.status) && Buffer.byteLength(http.body) >= BODY_LIMIT)
    return { answer: { answer: "too_long" }, unlistedCode: null };
  const body = parseForeign(http.body);
  const error = gatewayError(body);
  const code = body && pullCode(body);
  if (body === null || code === null || error.code !== null || !isSuccess(http.status)) return readError(http, error);
  return { answer: readCoded(body, code), unlistedCode: PULL_CODES.has(code) ? null : code.slice(0, CODE_LENGTH) };
};

/** What a pull's call taught. */
export const pageAnswer = (called: Called<PageAnswer>): PageAnswer => {
  switch (called.came) {
    case "no_token":
      return failed(`not asked: ${called.because}`);
    case "no_slot":
    case "withheld":
      return failed("not asked: no slot in time");
    case "nothing":
      return failed(`no answer (${called.because})`);
    case "setback":
      return failed(called.setback.kind);
    case "answer":
      return called.answer;
  }
};
