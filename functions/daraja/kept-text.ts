/**
 * What is kept of a text from Safaricom as evidence: all of it but its secrets. A queue timeout echoes our own request,
 * security credential and callback tokens included. What must stay true: no secret is kept, at whatever depth and in
 * whatever form the text is, and a text without one is kept as it came.
 */
import { MASK, maskSecretsIn, namesSecret } from "../domain/secret-masking.ts";
import { BODY_LIMIT, textOf } from "./foreign-json.ts";

const HIDDEN = "***";
/** Deeper values are hidden whole; nothing genuine nests further. */
const MAX_DEPTH = 32;

const hideIn = (text: string): string => {
  const masked = maskSecretsIn(text);
  return masked === text ? text : masked.replaceAll(MASK, HIDDEN);
};

/** Whether it is `{Key: "SecurityCredential", Value: ...}`: then the secret goes by another member's name. */
const isNamedSecret = (entries: readonly (readonly [string, unknown])[]): boolean =>
  entries.some(([name, value]) => /^(?:key|name)$/i.test(name) && namesSecret(textOf(value) ?? ""));

const hide = (value: unknown, depth: number): unknown => {
  if (typeof value === "string") return hideIn(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= MAX_DEPTH) return HIDDEN;
  if (Array.isArray(value)) return value.map((item) => hide(item, depth + 1));
  const entries = Object.entries(value);
  const secretValue = isNamedSecret(entries);
  const isSecret = (name: string): boolean => namesSecret(name) || (secretValue && /^value$/i.test(name));
  return Object.fromEntries(entries.map(([name, item]) => [name, isSecret(name) ? HIDDEN : hide(item, depth + 1)]));
};

/** The text to keep, at most 65,536 characters of it. Total: JSON or not, nothing is thrown. */
export const keptText = (text: string): string => {
  const cut = text.slice(0, BODY_LIMIT);
  try {
    const value: unknown = JSON.parse(cut);
    const hidden = JSON.stringify(hide(value, 0));
    return hidden === JSON.stringify(value) ? hideIn(cut) : hidden;
  } catch {
    return hideIn(cut);
  }
};
