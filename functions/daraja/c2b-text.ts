/**
 * Texts that payers typed, made safe to keep: bounded, and of whole characters. What must stay true: nothing else about
 * them changes, because an account number is matched as it was typed.
 */
import { textAt } from "./foreign-json.ts";
import type { Foreign } from "./foreign-json.ts";

/** M-PESA takes 20 characters of an account number; no reference of ours is as long as this. */
const TEXT_LIMIT = 100;
/** Half a character, which nothing can store. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** At most `limit` characters of it. */
export const cutText = (text: string, limit = TEXT_LIMIT): string =>
  text.slice(0, limit).replace(LONE_SURROGATE, "\ufffd");

/** A text as it was typed, blanks included; empty when it is neither text nor number. */
export const typedText = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? cutText(String(value)) : "";

/** A member as trimmed text; null when it is missing or empty. */
export const shortText = (object: Foreign, name: string): string | null => {
  const text = textAt(object, name);
  return text === null ? null : cutText(text);
};
