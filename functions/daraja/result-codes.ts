/**
 * Every result that M-PESA is known to give a customer's push, and what it means to us. The code alone decides: the
 * same code comes with different words from the callback and from the query. What must stay true: a code that is not in
 * this table is never given a meaning, and every row says who says so.
 */
import type { FailureCode } from "../domain/failures.ts";

/** Where a meaning comes from. `portal` is Safaricom's own word; the others are weaker, in this order. */
export const SOURCES = {
  portal: "Safaricom's developer portal: the pages of its products and their error tables",
  clients: "several independent clients of Daraja agree",
  observed: "measured against Safaricom's sandbox",
  capture: "a payload captured in production",
  single: "one client, not confirmed by another",
} as const;
export type Source = keyof typeof SOURCES;

export interface StkResult {
  /** What became of the push: money moved, nobody knows yet, or why no money moved. */
  readonly says: "paid" | "in_progress" | FailureCode;
  /** The push has ended: it will never say anything else, late money apart. */
  readonly terminal: boolean;
  readonly meaning: string;
  readonly source: Source;
}

type Row = readonly [says: StkResult["says"], source: Source, meaning: string];

const ROWS: Readonly<Record<string, Row>> = {
  "0": ["paid", "portal", "The payer's money reached the shortcode."],
  "1": ["insufficient_funds", "portal", "The payer's balance does not cover the amount."],
  "2": ["limit_exceeded", "portal", "The amount is below the least that M-PESA moves."],
  "3": ["limit_exceeded", "portal", "The amount is above the most that one transaction may be."],
  "4": ["limit_exceeded", "portal", "The payer would exceed the day's limit."],
  "8": ["merchant_misconfigured", "portal", "The shortcode's own account would exceed its highest balance."],
  "11": ["account_inactive", "clients", "The payer's M-PESA account is not in a state to pay."],
  "17": ["duplicate_request", "portal", "The same amount was asked of the same payer within two minutes."],
  "20": ["merchant_misconfigured", "portal", "M-PESA could not resolve the shortcode's operator."],
  "21": ["merchant_misconfigured", "portal", "The shortcode's operator may not do this."],
  "26": ["daraja_unavailable", "portal", "M-PESA was overloaded and let this one go."],
  "1001": ["customer_busy", "portal", "Another M-PESA session was open on the payer's line."],
  "1019": ["prompt_expired", "portal", "The prompt reached the phone and was not answered in time."],
  "1025": ["daraja_unavailable", "portal", "The prompt could not be sent: too long, or the push failed."],
  "1031": ["cancelled_by_customer", "clients", "The payer cancelled, as 1032."],
  "1032": ["cancelled_by_customer", "portal", "The payer cancelled, or the prompt timed out on the handset."],
  "1036": ["customer_unreachable", "capture", "The mobile network did not confirm that the prompt arrived."],
  "1037": [
    "customer_unreachable",
    "portal",
    "The phone was off, busy or unable to show the prompt, or nobody answered.",
  ],
  "1101": ["merchant_misconfigured", "single", "The prompt's text was too long."],
  "1102": ["merchant_misconfigured", "single", "The prompt's text was too long."],
  "2001": ["wrong_pin", "portal", "The payer entered a wrong PIN."],
  "2008": ["prompt_expired", "single", "The payer's session could not be confirmed."],
  "2026": ["prompt_expired", "single", "The payer's session expired."],
  "2028": [
    "merchant_misconfigured",
    "portal",
    "The shortcode may not take this kind of payment, or type and receiver do not match.",
  ],
  "4999": ["in_progress", "observed", "The payer has not decided yet."],
  "8006": ["pin_locked", "portal", "The payer's PIN is locked; Safaricom's customer care unlocks it."],
  "9999": ["daraja_unavailable", "clients", "The prompt could not be sent."],
  SFC_IC0003: ["merchant_misconfigured", "portal", "Type and receiver of the payment do not match."],
  E3008: ["account_inactive", "observed", "Safaricom refuses the payer; seen in the sandbox with real numbers."],
  TP40153: ["merchant_misconfigured", "single", "The shortcode's operator lacks a permission."],
};

/** The whole table, by code: what the docs are made from. */
export const STK_RESULTS: ReadonlyMap<string, StkResult> = new Map(
  Object.entries(ROWS).map(([code, [says, source, meaning]]) => [
    code,
    { says, terminal: says !== "in_progress", meaning, source },
  ]),
);

/** What a ResultCode of a push means; null when nobody has told us. */
export const stkResult = (code: string): StkResult | null => STK_RESULTS.get(code) ?? null;
