/**
 * DynamoDB's values: equal, ordered, counted and weighed as the engine does it. What must stay true: numbers are exact
 * decimals, never floating point; a value that was stored is nobody else's object.
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Item } from "../../../functions/store/attributes.ts";

const NUMBER = /^(-?)0*(\d+?)(?:\.(\d*?)0*)?(?:e([+-]?\d+))?$/i;
/** Digits that DynamoDB keeps of a number. */
const MOST_DIGITS = 38;

/** A decimal as an integer and how many of its digits stand behind the point. */
interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

const decimal = (text: string): Decimal => {
  const found = NUMBER.exec(text);
  if (!found) throw new RangeError("a stored number is not one");
  const [, sign = "", whole = "0", behind = "", exponent = "0"] = found;
  const scale = behind.length - Number(exponent);
  const units = BigInt(`${sign}${whole}${behind}`);
  return scale >= 0 ? { units, scale } : { units: units * 10n ** BigInt(-scale), scale: 0 };
};

const at = ({ units, scale }: Decimal, wanted: number): bigint => units * 10n ** BigInt(wanted - scale);

const aligned = (a: string, b: string): readonly [bigint, bigint, number] => {
  const [left, right] = [decimal(a), decimal(b)];
  const scale = Math.max(left.scale, right.scale);
  return [at(left, scale), at(right, scale), scale];
};

const written = (units: bigint, scale: number): string => {
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, "0");
  const behind = digits.slice(digits.length - scale).replace(/0+$/, "");
  const text = scale === 0 || behind === "" ? digits.slice(0, digits.length - scale) : "";
  const plain = text === "" ? `${digits.slice(0, digits.length - scale)}.${behind}` : text;
  if (plain.replace(/^0\.0*|\./g, "").replace(/0+$/, "").length > MOST_DIGITS)
    throw new RangeError("a number has more digits than DynamoDB keeps");
  return units < 0n ? `-${plain}` : plain;
};

const SMALL = /^(0|-?[1-9]\d{0,14})$/;

/** The one way in which DynamoDB writes a number. */
const plainNumber = (text: string): string => {
  if (SMALL.test(text)) return text;
  const { units, scale } = decimal(text);
  return written(units, scale);
};

export const addNumbers = (a: string, b: string, sign: 1 | -1): string => {
  if (SMALL.test(a) && SMALL.test(b)) return String(Number(a) + sign * Number(b));
  const [left, right, scale] = aligned(a, b);
  return written(left + BigInt(sign) * right, scale);
};

const compareNumbers = (a: string, b: string): number => {
  if (SMALL.test(a) && SMALL.test(b)) return Number(a) - Number(b);
  const [left, right] = aligned(a, b);
  return left < right ? -1 : left > right ? 1 : 0;
};

/** A copy in DynamoDB's own spelling: plain numbers, plain bytes. */
const copyValue = (value: AttributeValue): AttributeValue => {
  if (value.S !== undefined) return { S: value.S };
  if (value.N !== undefined) return { N: plainNumber(value.N) };
  if (value.B !== undefined) return { B: Uint8Array.from(value.B) };
  if (value.L !== undefined) return { L: value.L.map(copyValue) };
  if (value.M !== undefined) return { M: copyItem(value.M) };
  if (value.SS !== undefined) return { SS: [...value.SS] };
  if (value.BOOL !== undefined) return { BOOL: value.BOOL };
  if (value.NULL !== undefined) return { NULL: value.NULL };
  throw new RangeError("the stand-in for DynamoDB knows no sets but those of text");
};

export const copyItem = (item: Item): Record<string, AttributeValue> => {
  const copy: Record<string, AttributeValue> = {};
  for (const name of Object.keys(item)) copy[name] = copyValue(item[name]!);
  return copy;
};

const sameItem = (a: Item, b: Item): boolean => {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => b[name] && sameValue(a[name]!, b[name]));
};

/** Equality as `=` has it. Sets are equal in any order. */
export const sameValue = (a: AttributeValue, b: AttributeValue): boolean => {
  if (a.S !== undefined) return a.S === b.S;
  if (a.N !== undefined) return b.N !== undefined && compareNumbers(a.N, b.N) === 0;
  if (a.BOOL !== undefined) return a.BOOL === b.BOOL;
  if (a.NULL !== undefined) return a.NULL === b.NULL;
  if (a.B !== undefined) return b.B !== undefined && Buffer.compare(a.B, b.B) === 0;
  if (a.L !== undefined) {
    const other = b.L;
    return other?.length === a.L.length && a.L.every((value, place) => sameValue(value, other[place]!));
  }
  if (a.M !== undefined) return b.M !== undefined && sameItem(a.M, b.M);
  const others = new Set(b.SS);
  return a.SS !== undefined && others.size === a.SS.length && a.SS.every((text) => others.has(text));
};

/** Below, at or above zero as `a` comes before, with or after `b`; null for two values that have no order. */
export const compareValues = (a: AttributeValue, b: AttributeValue): number | null => {
  if (a.N !== undefined && b.N !== undefined) return compareNumbers(a.N, b.N);
  if (a.S !== undefined && b.S !== undefined) return Buffer.compare(Buffer.from(a.S), Buffer.from(b.S));
  if (a.B !== undefined && b.B !== undefined) return Buffer.compare(a.B, b.B);
  return null;
};

/** What `size()` says of a value; null where it says nothing. */
export const lengthOf = (value: AttributeValue): number | null => {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.B !== undefined) return value.B.length;
  if (value.SS !== undefined) return value.SS.length;
  if (value.L !== undefined) return value.L.length;
  return value.M === undefined ? null : Object.keys(value.M).length;
};

/** Bytes of a value as DynamoDB counts them (developer guide, "Item sizes and formats"). */
const bytesOf = (value: AttributeValue): number => {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return Math.ceil(value.N.replace(/\D/g, "").length / 2) + 1;
  if (value.B !== undefined) return value.B.length;
  if (value.SS !== undefined) return value.SS.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (value.L !== undefined) return value.L.reduce((sum, one) => sum + 1 + bytesOf(one), 3);
  return value.M === undefined ? 1 : 3 + Object.keys(value.M).length + itemBytes(value.M);
};

export const itemBytes = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + bytesOf(value), 0);

const MOST_BYTES_OF_A_CHARACTER = 3;

const mayWeighValue = (value: AttributeValue): number => {
  if (value.S !== undefined) return value.S.length * MOST_BYTES_OF_A_CHARACTER;
  if (value.L !== undefined) return value.L.reduce((sum, one) => sum + 1 + mayWeighValue(one), 3);
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + mayWeigh(value.M);
  return value.N !== undefined ? value.N.length + 1 : bytesOf(value);
};

/** No less than `itemBytes`, and quickly told: nearly every item is far from every limit. */
export const mayWeigh = (item: Item): number => {
  let sum = 0;
  for (const name in item) sum += name.length * MOST_BYTES_OF_A_CHARACTER + mayWeighValue(item[name]!);
  return sum;
};
