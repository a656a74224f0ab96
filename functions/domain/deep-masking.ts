/**
 * Masks structured values before they are written anywhere: by the names of their fields, and by what their texts hold.
 * What must stay true: whatever comes in (cycles, huge lists, objects that throw when read), something small and masked
 * comes out.
 */
import { maskText } from "./masking.ts";
import { namesQuantity } from "./phone-masking.ts";
import { MASK, namesSecret } from "./secret-masking.ts";

export const DEEP_LIMITS = {
  /** Levels below the value itself. */
  depth: 8,
  /** Fields and items, over all levels. */
  nodes: 1_000,
  /** Characters of one text. */
  text: 8_192,
} as const;

/** A text is masked a little beyond where it is cut, so that no half of a number or secret is left at the end. */
const OVERLAP = 512;

const maskLong = (text: string): string => {
  if (text.length <= DEEP_LIMITS.text) return maskText(text);
  const masked = maskText(text.slice(0, DEEP_LIMITS.text + OVERLAP));
  const kept = masked.slice(0, Math.max(0, Math.min(DEEP_LIMITS.text, masked.length - OVERLAP)));
  return `${kept}… [${text.length} characters]`;
};

const NINE_DIGITS = /^\d{9}$/;

const maskLeaf = (name: string, leaf: string): string =>
  NINE_DIGITS.test(leaf) && namesQuantity(name) ? leaf : maskLong(leaf);

const maskNumber = (name: string, value: number | bigint): unknown => {
  const text = String(value);
  const masked = maskLeaf(name, text);
  return masked === text ? value : masked;
};

interface Walk {
  readonly depth: number;
  /** Shared by the whole walk and counted down. */
  readonly left: { nodes: number };
}

/** What there is to walk through in an object; null when it is not worth walking. */
const fieldsOf = (value: object): readonly (readonly [string, unknown])[] | null => {
  if (value instanceof Error) {
    const own = Object.entries(value).filter(([key]) => !["name", "message", "stack", "cause"].includes(key));
    const cause: (readonly [string, unknown])[] = value.cause === undefined ? [] : [["cause", value.cause]];
    return [["name", value.name], ["message", value.message], ["stack", value.stack], ...cause, ...own];
  }
  if (value instanceof Map) return [...value].map(([key, item]) => [String(key), item]);
  return Object.entries(value);
};

const maskItems = (items: Iterable<unknown>, name: string, walk: Walk): unknown[] => {
  const masked: unknown[] = [];
  for (const item of items) {
    if (walk.left.nodes <= 0) return [...masked, "[more]"];
    masked.push(maskValue(name, item, walk));
  }
  return masked;
};

const maskObject = (value: object, name: string, walk: Walk): unknown => {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "[invalid date]" : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (walk.depth >= DEEP_LIMITS.depth) return "[deeper]";
  const inner: Walk = { depth: walk.depth + 1, left: walk.left };
  if (Array.isArray(value) || value instanceof Set) return maskItems(value, name, inner);
  const masked: Record<string, unknown> = {};
  for (const [key, item] of fieldsOf(value) ?? []) {
    if (walk.left.nodes <= 0) return { ...masked, more: "[more]" };
    masked[maskLong(key)] = maskValue(key, item, inner);
  }
  return masked;
};

const maskValue = (name: string, value: unknown, walk: Walk): unknown => {
  walk.left.nodes -= 1;
  if (value === null || value === undefined || typeof value === "boolean" || value === "") return value;
  if (namesSecret(name)) return MASK;
  if (typeof value === "string") return maskLeaf(name, value);
  if (typeof value === "number" || typeof value === "bigint") return maskNumber(name, value);
  if (typeof value !== "object") return `[${typeof value}]`;
  try {
    return maskObject(value, name, walk);
  } catch {
    return "[unreadable]";
  }
};

/** A copy of the value that is safe to write down: masked, at most 8 levels, 1,000 fields and 8,192 characters a text. */
export const maskDeep = (value: unknown): unknown =>
  maskValue("", value, { depth: 0, left: { nodes: DEEP_LIMITS.nodes } });
