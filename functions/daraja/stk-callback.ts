/**
 * The callback of a push: how it ended, in Safaricom's JSON. What must stay true: any text at all gives an answer and
 * none throws; a success is readable only if it names the push and the amount, because nothing else may be credited.
 */
import type { Finding } from "../domain/evidence.ts";
import { readAmount } from "../domain/money.ts";
import { parseMsisdn } from "../domain/msisdn.ts";
import { readMpesaTime } from "../domain/time.ts";
import { member, objectAt, parseForeign, textAt } from "./foreign-json.ts";
import type { Foreign } from "./foreign-json.ts";
import { failure, namedValues, optional, readReceipt } from "./mpesa-fields.ts";
import { stkResult } from "./result-codes.ts";
import { pushIds } from "./stk-fields.ts";

export type StkOutcome = Extract<Finding, { finding: "paid" | "unpaid" }>;

export type StkCallback =
  | {
      readonly readable: true;
      readonly finding: StkOutcome;
      /** M-PESA's code when no table lists it: an alarm. */
      readonly unlistedCode: string | null;
    }
  /** To be kept as it is and asked about; it proves nothing. */
  | { readonly readable: false; readonly because: string };

const unreadable = (because: string): StkCallback => ({ readable: false, because });

/** A phone as M-PESA names it; null when it is masked, hashed or no Kenyan mobile number. */
const readPhone = (text: string) => {
  const parsed = parseMsisdn(text);
  return parsed.ok ? parsed.msisdn : null;
};

const paid = (callback: Foreign): StkCallback => {
  const push = pushIds(callback);
  const metadata = objectAt(callback, "CallbackMetadata");
  const items = namedValues(metadata && member(metadata, "Item"), "Name");
  const amount = optional(items.get("amount"), readAmount);
  if (push === null) return unreadable("a success that does not name its push");
  if (amount === null) return unreadable("a success without one readable amount");
  const finding = {
    finding: "paid",
    amount,
    push,
    receipt: optional(items.get("mpesareceiptnumber"), readReceipt),
    phone: optional(items.get("phonenumber"), readPhone),
    paidAt: optional(items.get("transactiondate"), readMpesaTime),
  } as const;
  return { readable: true, finding, unlistedCode: null };
};

/** Reads the body of an STK callback. Total: every string has an answer. */
export const readStkCallback = (body: string): StkCallback => {
  const envelope = parseForeign(body);
  const inner = envelope && objectAt(envelope, "Body");
  const callback = inner && objectAt(inner, "stkCallback");
  if (!callback) return unreadable("it is not an STK callback");
  const code = textAt(callback, "ResultCode");
  if (code === null) return unreadable("it has no ResultCode");
  const result = stkResult(code);
  if (result?.says === "paid") return paid(callback);
  if (result?.says === "in_progress") return unreadable("it says that the push has not ended");
  const push = pushIds(callback);
  if (push === null) return unreadable("a failure that does not name its push");
  const said = { code, words: textAt(callback, "ResultDesc") };
  const finding = { finding: "unpaid", failure: failure(result?.says ?? "unclassified", said), push } as const;
  return { readable: true, finding, unlistedCode: result === null ? code.slice(0, 40) : null };
};
