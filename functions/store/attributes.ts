/**
 * DynamoDB's typed values, to and from ours. Small on purpose: a general marshaller guesses types and costs start-up
 * time; the ledger knows what it stores. Reading is strict: an item that is not as written here is a fault, never a guess.
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";

export type Item = Readonly<Record<string, AttributeValue>>;

/** An item of ours does not look as we write it. Names the attribute, never its value. */
export class CorruptItem extends Error {
  constructor(attribute: string) {
    super(`a stored item has no readable attribute "${attribute}"; retrying won't help, look at the item`);
    this.name = "CorruptItem";
  }
}

export const text = (value: string): AttributeValue => ({ S: value });
export const number = (value: number): AttributeValue => ({ N: String(value) });
export const bytes = (value: Uint8Array): AttributeValue => ({ B: value });
export const list = (values: readonly AttributeValue[]): AttributeValue => ({ L: [...values] });
export const map = (values: Item): AttributeValue => ({ M: { ...values } });
export const flag = (value: boolean): AttributeValue => ({ BOOL: value });

/** SHA-256 and other hexadecimal texts take half the room as bytes. */
export const hex = (value: string): AttributeValue => bytes(Buffer.from(value, "hex"));

const present = <T>(value: T | null, name: string): T => {
  if (value === null) throw new CorruptItem(name);
  return value;
};

export const maybeText = (item: Item, name: string): string | null => item[name]?.S ?? null;
export const maybeBytes = (item: Item, name: string): Uint8Array | null => item[name]?.B ?? null;
export const maybeMap = (item: Item, name: string): Item | null => item[name]?.M ?? null;

export const maybeNumber = (item: Item, name: string): number | null => {
  const digits = item[name]?.N;
  if (digits === undefined) return null;
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : present<number>(null, name);
};

export const readText = (item: Item, name: string): string => present(maybeText(item, name), name);
export const readNumber = (item: Item, name: string): number => present(maybeNumber(item, name), name);
export const readBytes = (item: Item, name: string): Uint8Array => present(maybeBytes(item, name), name);
export const readList = (item: Item, name: string): readonly AttributeValue[] => present(item[name]?.L ?? null, name);

export const toHex = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString("hex");

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Where the parts of a UUID stand among its hexadecimal digits. */
const UUID_PARTS = [
  [0, 8],
  [8, 12],
  [12, 16],
  [16, 20],
  [20, 32],
] as const;

/** A request's id: AWS's are UUIDs, kept as their 16 bytes; any other text stays text. */
export const requestId = (id: string): AttributeValue =>
  UUID.test(id) ? bytes(Buffer.from(id.replaceAll("-", ""), "hex")) : text(id);

export const readRequestId = (item: Item, name: string): string => {
  const packed = maybeBytes(item, name);
  if (!packed) return readText(item, name);
  const digits = toHex(packed);
  return UUID_PARTS.map(([from, until]) => digits.slice(from, until)).join("-");
};

/** Storage codes for a fixed set of words, and the way back. */
export const codes = <W extends string>(table: Readonly<Record<W, string>>) => {
  const isWord = (word: string): word is W => Object.hasOwn(table, word);
  const words = new Map(
    Object.keys(table)
      .filter(isWord)
      .map((word) => [table[word], word]),
  );
  if (words.size !== Object.keys(table).length) throw new Error("two words share a storage code");
  return {
    write: (word: W): AttributeValue => text(table[word]),
    read: (item: Item, name: string): W => present(words.get(readText(item, name)) ?? null, name),
    maybe: (item: Item, name: string): W | null =>
      item[name] ? present(words.get(readText(item, name)) ?? null, name) : null,
  };
};

/** `word` as one of `known`: an item of this kind holds no other. */
export const oneOf = <W extends string>(known: readonly W[], word: string, name: string): W =>
  present(known.find((candidate) => candidate === word) ?? null, name);
