/**
 * JSON, read more strictly than JSON.parse does: one value for each key, whole numbers written as whole numbers, bounded
 * depth. A body that two parsers could read differently has no business asking for money.
 */
import { visit } from "jsonc-parser";
import type { JSONPath } from "jsonc-parser";

export interface Mistake {
  /** A JSON pointer (RFC 6901); empty for the whole body. */
  readonly pointer: string;
  readonly message: string;
}

export type StrictJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };

const MAX_DEPTH = 8;
const MAX_MISTAKES = 10;
const WHOLE = /^-?(?:0|[1-9]\d{0,14})$/;

/** A path as an RFC 6901 pointer. */
export const pointer = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/** How deep `text` nests, outside of its strings; stops counting past the limit. */
const tooDeep = (text: string): boolean => {
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{}\]]/gs)) {
    if (token === "[" || token === "{") depth += 1;
    else if (token === "]" || token === "}") depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
};

const doublesAndFractions = (text: string): Mistake[] => {
  const mistakes: Mistake[] = [];
  const seen = new Set<string>();
  const add = (path: JSONPath, message: string): void => {
    if (mistakes.length < MAX_MISTAKES) mistakes.push({ pointer: pointer(path), message });
  };
  visit(text, {
    onObjectProperty: (property, ...[, , , , path]) => {
      const full = [...path(), property];
      const key = JSON.stringify(full);
      if (seen.has(key)) add(full, "this key stands here twice");
      if (property === "__proto__") add(full, "this key means something else in too many places; choose another");
      seen.add(key);
    },
    onLiteralValue: (value: unknown, ...[offset, length, , , path]) => {
      if (typeof value === "number" && !WHOLE.test(text.slice(offset, offset + length)))
        add(path(), "numbers are whole and written plainly, without a fraction or an exponent");
    },
  });
  return mistakes;
};

/** Reads `text`, or says where it is wrong. Never throws. */
export const parseStrictJson = (text: string): StrictJson => {
  const wrong = (message: string): StrictJson => ({ ok: false, mistakes: [{ pointer: "", message }] });
  if (tooDeep(text)) return wrong(`the body nests deeper than ${MAX_DEPTH} levels`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return wrong("the body is not valid JSON");
  }
  const mistakes = doublesAndFractions(text);
  return mistakes.length > 0 ? { ok: false, mistakes } : { ok: true, value };
};
