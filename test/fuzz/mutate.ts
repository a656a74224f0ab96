/**
 * Changes documents in ways that others have got them wrong: values of another type, keys that are missing, doubled or in
 * another case, numbers that are nearly the same, text that was cut off. What must stay true: one chance makes one change,
 * so that every document is known by its number.
 */
import type { Chance } from "../world/core/prng.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** What parsers trip over. */
const NASTY: readonly [Json, ...Json[]] = [
  ...([null, true, false, 0, -0, 1, -1, 0.1, 1499.99, 1500.01, 1e21, 1e308, -1e308, 2 ** 53, 5e-324] as const),
  ...([
    "",
    " ",
    "0",
    "00",
    "-0",
    "0.0",
    "0x0",
    "1500",
    "1500.00",
    "1,500",
    "1500.001",
    "15e2",
    "NaN",
    "Infinity",
  ] as const),
  ...([
    "null",
    "undefined",
    "[object Object]",
    "__proto__",
    "constructor",
    "\u0000",
    "\uFEFF0",
    "\ud800",
    "٠",
    "１５００",
  ] as const),
  ...([
    "254712345678",
    "0712345678",
    "254*****678",
    "254700000000",
    "Completed",
    "ws_CO_1",
    "a".repeat(5_000),
  ] as const),
  ...(
    [[], {}, [[]], [null], { Name: "Amount", Value: 1 }, { Key: "Amount", Value: "9" }, { toString: 1 }] as const
  ).map((value): Json => JSON.parse(JSON.stringify(value)) as Json),
];

const KEYS = [
  "__proto__",
  "constructor",
  "toString",
  "",
  "ResultCode",
  "Amount",
  "Value",
  "Name",
  "Item",
  "length",
] as const;

/** Somewhere in a document: what holds the value, and under which key. */
interface Place {
  readonly holder: Json[] | Record<string, Json>;
  readonly key: string;
}

const placesIn = (holder: Json[] | Record<string, Json>): Place[] =>
  Object.entries(holder).flatMap(([key, value]) => [
    { holder, key },
    ...(typeof value === "object" && value !== null ? placesIn(value) : []),
  ]);

const read = ({ holder, key }: Place): Json => (holder as Record<string, Json>)[key] ?? null;

const write = ({ holder, key }: Place, value: Json): void => {
  // A list has no other keys in any JSON text.
  if (Array.isArray(holder) && !/^\d{1,3}$/.test(key)) return;
  // A copy: what one mutation changes further, the next one begins with.
  Object.defineProperty(holder, key, {
    value: structuredClone(value),
    enumerable: true,
    configurable: true,
    writable: true,
  });
};

const remove = ({ holder, key }: Place): void => {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else Reflect.deleteProperty(holder, key);
};

const oneOf = <T>(chance: Chance, values: readonly T[]): T => values[chance.between(0, values.length - 1)]!;

const otherCase = (chance: Chance, text: string): string =>
  oneOf(chance, [text.toLowerCase(), text.toUpperCase(), ` ${text}`, `${text} `, `${text}2`, text.slice(1)]);

/** The same value in another type, or one next to it. */
const retyped = (chance: Chance, value: Json): Json => {
  if (typeof value === "number")
    return oneOf<Json>(chance, [
      String(value),
      value + 1,
      value - 1,
      -value,
      value * 100,
      value / 100,
      value + 0.5,
      [value],
    ]);
  if (typeof value === "string") {
    const number = Number(value);
    const turned = Number.isFinite(number) ? number : value.length;
    return oneOf<Json>(chance, [
      turned,
      `${value}0`,
      ` ${value}`,
      value.toLowerCase(),
      value.slice(0, -1),
      [value],
      { value },
    ]);
  }
  if (Array.isArray(value))
    return oneOf<Json>(chance, [
      value[0] ?? null,
      Object.fromEntries(value.entries()),
      [...value, ...value],
      value.toReversed(),
    ]);
  return oneOf<Json>(chance, [[value], JSON.stringify(value), value === null ? {} : null]);
};

const changes: readonly ((chance: Chance, place: Place, places: readonly Place[]) => void)[] = [
  (_chance, place) => remove(place),
  (chance, place) => write(place, oneOf(chance, NASTY)),
  (chance, place) => write(place, oneOf(chance, NASTY)),
  (chance, place) => write(place, retyped(chance, read(place))),
  (chance, place) => write(place, retyped(chance, read(place))),
  (chance, place, places) => write(place, read(oneOf(chance, places))),
  (chance, place) => write({ ...place, key: oneOf(chance, KEYS) }, read(place)),
  (chance, place) => {
    const value = read(place);
    remove(place);
    write({ ...place, key: otherCase(chance, place.key) }, value);
  },
  (chance, place) => write({ ...place, key: otherCase(chance, place.key) }, oneOf(chance, NASTY)),
];

const MOST_CHANGES = 4;

/** A JSON document with up to four of its places changed. */
const changeJson = (chance: Chance, text: string): string => {
  const document = { root: JSON.parse(text) as Json };
  for (let times = chance.between(1, MOST_CHANGES); times > 0; times -= 1) {
    const places = placesIn(document);
    if (places.length > 0) oneOf(chance, changes)(chance, oneOf(chance, places), places);
  }
  return JSON.stringify(document.root ?? null);
};

const SCRAPS = [
  "\u0000",
  '"',
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "\\",
  "\n",
  "\r\n",
  ";",
  "\t",
  "'",
  "=",
  "\uFEFF",
  "\u2028",
  "é",
  "９",
  "0",
  "-",
  ".",
];

/** A text with up to four of its letters gone, doubled, or others put in, or its end cut off. */
export const changeText = (chance: Chance, text: string): string => {
  let changed = text;
  for (let times = chance.between(1, MOST_CHANGES); times > 0; times -= 1) {
    const [at, length] = [chance.between(0, changed.length), chance.between(1, 12)];
    const [head, tail] = [changed.slice(0, at), changed.slice(at)];
    changed = oneOf(chance, [
      () => head + tail.slice(1),
      () => head + oneOf(chance, SCRAPS) + tail,
      () => head + oneOf(chance, SCRAPS) + tail.slice(1),
      () => head + tail.slice(0, length) + tail,
      () => head + tail.slice(length),
      () => head + tail.slice(0, length).toUpperCase() + tail.slice(length),
      () => head + String.fromCharCode(chance.between(0, 0xffff)) + tail.slice(1),
      () => (chance.happens(0.2) ? head : changed),
    ])();
  }
  return changed;
};

/** A JSON document, changed as a document or as the text that it is. */
export const changeDocument = (chance: Chance, text: string): string => {
  if (chance.happens(0.8)) return changeJson(chance, text);
  return changeText(chance, text);
};

/** Bytes with up to eight of them changed, or the end cut off. */
export const changeBytes = (chance: Chance, bytes: Uint8Array): Uint8Array => {
  const changed = Uint8Array.from(bytes);
  for (let times = chance.between(1, 2 * MOST_CHANGES); times > 0; times -= 1)
    changed[chance.between(0, changed.length - 1)] = chance.between(0, 255);
  return chance.happens(0.1) ? changed.subarray(0, chance.between(0, changed.length)) : changed;
};
