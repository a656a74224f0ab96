/**
 * The callback of a push: how it ended, in Safaricom's JSON. What must stay true: any text at all gives an answer and
 * none throws; a success is readable only if it names the push and the amount, because nothing else may be credited.
 */
import type { Finding } from "../domain/evidence.ts";
import { readAmount } from "../domain/money.ts";
import { parseMsisdn } from "../domain/msisdn.ts";
import { readMpesaTime } from "../domain/time.ts";
import { listOf, member, objectAt, parseForeign, textAt, textOf } from "./foreign-json.ts";
import type { Foreign } from "./foreign-json.ts";
import { stkResult } from "./result-codes.ts";
import { failure, pushIds } from "./stk-fields.ts";

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

/** The named values of a success. A name given twice with two values is null: nobody can say which one is true. */
const itemsOf = (callback: Foreign): ReadonlyMap<string, string | null> => {
  const metadata = objectAt(callback, "CallbackMetadata");
  const named = (object: Foreign): boolean => textAt(object, "Name") !== null;
  const items = new Map<string, string | null>();
  for (const item of listOf(metadata && member(metadata, "Item"), named)) {
    const name = textAt(item, "Name")?.toLowerCase();
    const value = textOf(member(item, "Value"));
    if (name === undefined || value === null) continue;
    items.set(name, items.has(name) && items.get(name) !== value ? null : value);
  }
  return items;
};

const RECEIPT = /^[A-Z0-9]{8,20}$/;
/** `OAK0000000` and its like stand for "no receipt" and are not unique. */
const PLACEHOLDER = /^[A-Z0-9]{3}0{7}$/;

/** A receipt as M-PESA writes it, in upper case; null for a placeholder or anything else. */
export const readReceipt = (text: string): string | null => {
  const receipt = text.trim().toUpperCase();
  return RECEIPT.test(receipt) && !PLACEHOLDER.test(receipt) ? receipt : null;
};

/** A phone as M-PESA names it; null when it is masked, hashed or no Kenyan mobile number. */
const readPhone = (text: string) => {
  const parsed = parseMsisdn(text);
  return parsed.ok ? parsed.msisdn : null;
};

/** `read` on a value that may be missing. */
const optional = <T>(text: string | null | undefined, read: (text: string) => T | null): T | null =>
  text === null || text === undefined ? null : read(text);

const paid = (callback: Foreign): StkCallback => {
  const push = pushIds(callback);
  const items = itemsOf(callback);
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
