/**
 * What a document says, told without any of the gateway's readers: every value with the name that it stands under, in
 * lower case, whether as `"Amount": 5` or as `{"Name": "Amount", "Value": 5}`. The judge of whether a credit was right.
 */

export interface Said {
  readonly name: string;
  /** A text or a number, as text, trimmed. */
  readonly value: string;
}

const isPlain = (value: unknown): value is string | number => typeof value === "string" || typeof value === "number";

type Entries = readonly (readonly [string, unknown])[];

const entriesOf = (value: unknown): Entries =>
  typeof value === "object" && value !== null ? Object.entries(value) : [];

/** What `{"Name": ..., "Value": ...}` says; nothing for anything else. */
const named = (value: unknown): readonly Said[] => {
  const find = (wanted: RegExp): unknown => entriesOf(value).find(([key]) => wanted.test(key))?.[1];
  const [name, content] = [find(/^(name|key)$/i), find(/^value$/i)];
  if (!isPlain(name) || !isPlain(content)) return [];
  return [{ name: String(name).trim().toLowerCase(), value: String(content).trim() }];
};

const walk = (value: unknown): readonly Said[] => [
  ...named(value),
  ...entriesOf(value).flatMap(([key, inner]) => [
    ...(isPlain(inner) ? [{ name: key.toLowerCase(), value: String(inner).trim() }] : []),
    ...walk(inner),
  ]),
];

const walkItems = (value: unknown): readonly Said[] =>
  entriesOf(value).flatMap(([key, inner]) => {
    if (!/^item$/i.test(key)) return walkItems(inner);
    const alone = named(inner);
    return alone.length > 0 ? alone : entriesOf(inner).flatMap(([, item]) => named(item));
  });

/** What the items of a JSON text say; what lies inside of one of them, or elsewhere, is no item. */
export const itemsBy = (text: string): readonly Said[] => walkItems(JSON.parse(text.trim()));

/** Null for a text that is no JSON. */
export const saidBy = (text: string): readonly Said[] | null => {
  try {
    return walk(JSON.parse(text.trim()));
  } catch {
    return null;
  }
};

/** Whether some value of one of these names passes, and how. */
export const says = (said: readonly Said[], names: readonly string[], is: (value: string) => boolean): boolean =>
  said.some(({ name, value }) => names.includes(name) && is(value));

/** Zero, however it is spelled. */
export const isZero = (value: string): boolean => value !== "" && Number(value) === 0;

/** How many shillings a text says, with or without cents and thousands; NaN for none. */
export const shillingsIn = (value: string): number => Number(value.replaceAll(/[,\s]|KES|KSH/gi, ""));

/** This many shillings. */
export const isShillings =
  (shillings: number) =>
  (value: string): boolean =>
    shillingsIn(value) === shillings;
