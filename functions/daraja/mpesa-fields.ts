/**
 * The parts that everything M-PESA says is made of, whether it speaks of pushes, payouts or balances: named values,
 * receipts, and reasons made safe to keep. What must stay true: a value that can't be read, or that is there twice and
 * differs, is null and never a guess.
 */
import { maskText } from "../domain/masking.ts";
import { listOf, member, textAt, textOf } from "./foreign-json.ts";
import type { Foreign } from "./foreign-json.ts";

/** Longer than any id that was ever seen (about 40), short enough to keep. */
export const ID_LIMIT = 100;
const DESCRIPTION_LIMIT = 200;

/**
 * A list of `{Name, Value}` or `{Key, Value}` by the name in lower case. A name given twice with two values is null:
 * nobody can say which one is true.
 */
export const namedValues = (list: unknown, called: "Name" | "Key"): ReadonlyMap<string, string | null> => {
  const isNamed = (object: Foreign): boolean => textAt(object, called) !== null;
  const values = new Map<string, string | null>();
  for (const item of listOf(list, isNamed)) {
    const name = textAt(item, called)?.toLowerCase();
    const value = textOf(member(item, "Value"));
    if (name === undefined || value === null) continue;
    values.set(name, values.has(name) && values.get(name) !== value ? null : value);
  }
  return values;
};

/** `read` on a value that may be missing. */
export const optional = <T>(text: string | null | undefined, read: (text: string) => T | null): T | null =>
  text === null || text === undefined ? null : read(text);

const RECEIPT = /^[A-Z0-9]{8,20}$/;
/** `OAK0000000` and its like stand for "no receipt" and are not unique. */
const PLACEHOLDER = /^[A-Z0-9]{3}0{7}$/;

/** A receipt as M-PESA writes it, in upper case; null for a placeholder or anything else. */
export const readReceipt = (text: string): string | null => {
  const receipt = text.trim().toUpperCase();
  return RECEIPT.test(receipt) && !PLACEHOLDER.test(receipt) ? receipt : null;
};

/** `[STK_CB - ]`, `[MpesaCB - ]`, `[Controller - ]`: the part of M-PESA that spoke, in front of what it said. */
const SPEAKER = /^(?:\[[^\]]{1,30}\]\s*)+/;

/** M-PESA's own words without personal data, bounded; null when it said nothing. */
export const description = (text: string | null): string | null => {
  if (text === null) return null;
  const words = maskText(text.slice(0, 4 * DESCRIPTION_LIMIT).replace(SPEAKER, "")).trim();
  return words === "" ? null : words.slice(0, DESCRIPTION_LIMIT);
};

/** A failure in our words (a payment's or a payout's) and in M-PESA's. */
export const failure = <Code extends string>(
  code: Code,
  said: { readonly code: string | null; readonly words: string | null },
): { readonly code: Code; readonly resultCode: string | null; readonly resultDesc: string | null } => ({
  code,
  resultCode: said.code === null ? null : maskText(said.code.slice(0, ID_LIMIT)),
  resultDesc: description(said.words),
});
