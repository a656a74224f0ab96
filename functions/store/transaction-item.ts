/**
 * What the items of payments, payouts and batches have in common: the attributes' short names and how each is written.
 * DynamoDB bills every write by the kilobyte of item, names included, so a name is one letter where every item pays for
 * it, and what a key already says (storefront, time, phone hash) is not said twice. What must stay true: a name means the
 * same in every kind of item, because indexes, the sweep and the audit read all of them.
 */
import {
  bytes,
  CorruptItem,
  hex,
  list,
  map,
  maybeMap,
  maybeNumber,
  maybeText,
  number,
  readBytes,
  readList,
  readNumber,
  readText,
  text,
  toHex,
} from "./attributes.ts";
import type { Item } from "./attributes.ts";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { HistoryEntry } from "../domain/history.ts";
import { readHistory, writeEntry } from "./history-item.ts";
import { keys } from "./keys.ts";
import type { NewEntry } from "./history-item.ts";

/** Attribute names. Those of the first two groups are keys of the table and its indexes (table.ts). */
export const AT = {
  id: "pk",
  timeKey: "t",
  createdAt: "s",
  phoneKey: "p",
  referenceKey: "r",
  pushKey: "c",

  dueKey: "d",
  checkAt: "u",
  attempt: "n",

  state: "x",
  version: "v",
  shortcode: "k",
  amount: "a",
  sealedPhone: "e",
  maskedPhone: "m",
  reference: "b",
  metadata: "j",
  fingerprint: "h",
  receipt: "i",
  paidAt: "w",
  failure: "y",
  disputed: "z",
  history: "l",
  digests: "dd",
} as const;

/** The version of everything that was just made. */
const FIRST_VERSION = 1;

/** A payer's or receiver's phone as the ledger keeps it. */
export interface Sealed {
  readonly phoneHash: string;
  readonly phone: Uint8Array;
}

/** An item under construction. */
export type NewItem = Record<string, AttributeValue>;

/** The first entry of a history, and its digest; `sealedRaw` is the text behind the entry, when it is kept there. */
export const writeBeginning = (created: NewEntry, sealedRaw: Uint8Array | null = null): NewItem => ({
  [AT.version]: number(FIRST_VERSION),
  [AT.history]: list([writeEntry(created, sealedRaw)]),
  [AT.digests]: list([hex(created.digest)]),
});

export const readLife = (item: Item): HistoryEntry[] =>
  readHistory(readList(item, AT.history), readList(item, AT.digests));

const SHA256 = /^[0-9a-f]{64}$/;

/** SHA-256 in hexadecimal, which takes half the room as bytes; any other text stays text. */
export const writeHash = (value: string): AttributeValue => (SHA256.test(value) ? hex(value) : text(value));

export const readHash = (item: Item, name: string): string => maybeText(item, name) ?? toHex(readBytes(item, name));

/** Nothing for no metadata at all. */
export const writeMetadata = (metadata: Readonly<Record<string, string>>): NewItem => {
  const entries = Object.entries(metadata).map(([key, value]) => [key, text(value)] as const);
  return entries.length === 0 ? {} : { [AT.metadata]: map(Object.fromEntries(entries)) };
};

export const readMetadata = (item: Item): Readonly<Record<string, string>> => {
  const metadata = maybeMap(item, AT.metadata) ?? {};
  return Object.fromEntries(Object.keys(metadata).map((key) => [key, readText(metadata, key)]));
};

export const writePhone = (sealed: Sealed, masked: string): NewItem => ({
  [AT.sealedPhone]: bytes(sealed.phone),
  [AT.maskedPhone]: text(masked),
});

/** Why something failed: our code, and M-PESA's code and words where it gave them. */
interface StoredFailure<C extends string> {
  readonly code: C;
  readonly resultCode: string | null;
  readonly resultDesc: string | null;
}

/** `{c: code, r: M-PESA's code, d: M-PESA's words}`. */
export const writeFailure = (failure: StoredFailure<string>): AttributeValue =>
  map({
    c: text(failure.code),
    ...(failure.resultCode === null ? {} : { r: text(failure.resultCode) }),
    ...(failure.resultDesc === null ? {} : { d: text(failure.resultDesc) }),
  });

/** Null when nothing failed. `known` are the codes that there are. */
export const readFailure = <C extends string>(item: Item, known: readonly C[]): StoredFailure<C> | null => {
  const failure = maybeMap(item, AT.failure);
  if (!failure) return null;
  const written = readText(failure, "c");
  const code = known.find((candidate) => candidate === written);
  if (!code) throw new CorruptItem(AT.failure);
  return { code, resultCode: maybeText(failure, "r"), resultDesc: maybeText(failure, "d") };
};

/** When to look at it next, and how often it was looked at; null when there is nothing left to ask. */
export const readCheck = (item: Item): { readonly at: number; readonly attempt: number } | null => {
  const at = maybeNumber(item, AT.checkAt);
  return at === null ? null : { at, attempt: maybeNumber(item, AT.attempt) ?? 0 };
};

/** What stands where a number was shown. */
export const ERASED_PHONE = "erased";
/** What no hash begins with: they are base64url, which has letters, digits, `-` and `_`. */
const NOBODY = "~";

/** Stands in the place of `keys.phone` once the number is erased: the storefront stays, and no number finds it. */
export const unsearchable = (id: string, storefront: string): string => keys.phone(`${NOBODY}${id}`, storefront);

/** The keyed hash of the phone: what stands first in the key of `by_phone`. Null once it is erased: it says nothing then. */
export const readPhoneHash = (item: Item): string | null => {
  const [hash = ""] = readText(item, AT.phoneKey).split("#");
  return hash.startsWith(NOBODY) ? null : hash;
};

/**
 * Whose it is. The key of `by_time` begins with it; a batch's payouts have none, and say it after the phone's hash in the
 * key of `by_phone`.
 */
export const readStorefront = (item: Item): string => {
  const listed = maybeText(item, AT.timeKey);
  const [storefront] = listed === null ? readText(item, AT.phoneKey).split("#").slice(1) : listed.split("#");
  if (storefront === undefined) throw new CorruptItem(AT.timeKey);
  return storefront;
};

/** When it was made and when it last changed, epoch milliseconds. */
export const readTimes = (item: Item, history: readonly HistoryEntry[]) => {
  const createdAt = readNumber(item, AT.createdAt);
  return { createdAt, updatedAt: history.at(-1)?.at ?? createdAt };
};
