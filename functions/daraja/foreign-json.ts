/**
 * Reading what others wrote. Daraja's JSON changes case, turns numbers into strings and one-element lists into objects,
 * and sometimes is no JSON at all. What must stay true: nothing here throws, whatever the text.
 */

/** The most of any body that is read, in characters; a genuine one has less than two thousand. */
export const BODY_LIMIT = 65_536;

export type Foreign = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Foreign =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The text as a JSON object; null when it is anything else. A byte order mark in front is forgiven. */
export const parseForeign = (text: string): Foreign | null => {
  if (text.length > BODY_LIMIT) return null;
  try {
    const value: unknown = JSON.parse(text.trim());
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
};

/** A member by name, in any case; the exact spelling wins. Undefined when there is none. */
export const member = (object: Foreign, name: string): unknown => {
  if (Object.hasOwn(object, name)) return object[name];
  const wanted = name.toLowerCase();
  const spelled = Object.keys(object).find((key) => key.toLowerCase() === wanted);
  return spelled === undefined ? undefined : object[spelled];
};

/** A member that is an object; null when it is missing or something else. */
export const objectAt = (object: Foreign, name: string): Foreign | null => {
  const value = member(object, name);
  return isObject(value) ? value : null;
};

/** A text or number as trimmed text; null when it is neither, or empty. */
export const textOf = (value: unknown): string | null => {
  if (typeof value !== "string" && typeof value !== "number") return null;
  const text = String(value).trim();
  return text === "" ? null : text;
};

/** A member as text. */
export const textAt = (object: Foreign, name: string): string | null => textOf(member(object, name));

/** A list of objects, however it arrives: as a list, as an object keyed by position, or as its only element. */
export const listOf = (value: unknown, isElement: (object: Foreign) => boolean): readonly Foreign[] => {
  if (Array.isArray(value)) return value.filter(isObject);
  if (!isObject(value)) return [];
  return isElement(value) ? [value] : Object.values(value).filter(isObject);
};
