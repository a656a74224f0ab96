/**
 * A payment as one item: the only place that knows its attributes' short names. DynamoDB bills every write by the
 * kilobyte of item, names included: a paid payment stays near one kilobyte because of this file. What a key already says
 * (storefront, time, phone hash, push) is not said twice.
 */
import { FAILURE_CODES } from "../domain/failures.ts";
import type { Failure } from "../domain/evidence.ts";
import { Cents } from "../domain/money.ts";
import { maskMsisdn } from "../domain/msisdn.ts";
import type { Payment, PaymentIntent } from "../domain/payment.ts";
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
import { readHistory, STATE_CODES, writeEntry } from "./history-item.ts";
import type { NewEntry } from "./history-item.ts";
import { keys } from "./keys.ts";

/** Attribute names. The first seven are keys of the table and its indexes (table.ts). */
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
  refunded: "f",
  sealedPhone: "e",
  maskedPhone: "m",
  reference: "b",
  description: "g",
  metadata: "j",
  fingerprint: "h",
  checkoutId: "o",
  merchantId: "q",
  receipt: "i",
  paidAt: "w",
  failure: "y",
  disputed: "z",
  history: "l",
  digests: "dd",
} as const;

const SHA256 = /^[0-9a-f]{64}$/;

const FIRST_VERSION = 1;

export interface Sealed {
  readonly phoneHash: string;
  readonly phone: Uint8Array;
}

/** The item of a payment that nobody has heard of yet. */
export const newPaymentItem = (
  intent: PaymentIntent,
  sealed: Sealed,
  created: NewEntry,
): Record<string, Item[string]> => ({
  [AT.id]: text(intent.id),
  [AT.timeKey]: text(keys.timeOf(intent.storefront, intent.id, intent.createdAt)),
  [AT.createdAt]: number(intent.createdAt),
  [AT.phoneKey]: text(keys.phone(sealed.phoneHash, intent.storefront)),
  [AT.referenceKey]: text(keys.reference(intent.storefront, intent.reference)),
  [AT.dueKey]: text(keys.dueOf(intent.id)),
  [AT.checkAt]: number(intent.checkAt),
  [AT.state]: STATE_CODES.write("initiated"),
  [AT.version]: number(FIRST_VERSION),
  [AT.shortcode]: text(intent.shortcode),
  [AT.amount]: number(intent.amount),
  [AT.sealedPhone]: bytes(sealed.phone),
  [AT.maskedPhone]: text(maskMsisdn(intent.phone)),
  [AT.reference]: text(intent.reference),
  [AT.description]: text(intent.description),
  [AT.fingerprint]: SHA256.test(intent.fingerprint) ? hex(intent.fingerprint) : text(intent.fingerprint),
  [AT.history]: list([writeEntry(created, null)]),
  [AT.digests]: list([hex(created.digest)]),
  ...(Object.keys(intent.metadata).length === 0
    ? {}
    : {
        [AT.metadata]: map(
          Object.fromEntries(Object.entries(intent.metadata).map(([key, value]) => [key, text(value)])),
        ),
      }),
});

/** `{c: code, r: M-PESA's code, d: M-PESA's words}`. */
export const writeFailure = (failure: Failure) =>
  map({
    c: text(failure.code),
    ...(failure.resultCode === null ? {} : { r: text(failure.resultCode) }),
    ...(failure.resultDesc === null ? {} : { d: text(failure.resultDesc) }),
  });

const readFailure = (item: Item): Failure => {
  const written = readText(item, "c");
  const code = FAILURE_CODES.find((known) => known === written);
  if (!code) throw new CorruptItem(AT.failure);
  return { code, resultCode: maybeText(item, "r"), resultDesc: maybeText(item, "d") };
};

const readMetadata = (item: Item): Readonly<Record<string, string>> => {
  const metadata = maybeMap(item, AT.metadata) ?? {};
  return Object.fromEntries(Object.keys(metadata).map((key) => [key, readText(metadata, key)]));
};

const before = (key: string, mark: string): string => key.slice(0, Math.max(key.indexOf(mark), 0));

const readPush = (item: Item): Payment["push"] => {
  const checkoutId = maybeText(item, AT.checkoutId);
  return checkoutId === null ? null : { checkoutId, merchantId: readText(item, AT.merchantId) };
};

const readCheck = (item: Item): Payment["check"] => {
  const at = maybeNumber(item, AT.checkAt);
  return at === null ? null : { at, attempt: maybeNumber(item, AT.attempt) ?? 0 };
};

export const readStorefront = (item: Item): string => before(readText(item, AT.timeKey), "#");

/** The payment that an item holds. Throws `CorruptItem`. */
export const readPayment = (item: Item): Payment => {
  const history = readHistory(readList(item, AT.history), readList(item, AT.digests));
  const createdAt = readNumber(item, AT.createdAt);
  const failure = maybeMap(item, AT.failure);
  return {
    id: readText(item, AT.id),
    storefront: readStorefront(item),
    shortcode: readText(item, AT.shortcode),
    state: STATE_CODES.read(item, AT.state),
    version: readNumber(item, AT.version),
    amount: Cents.parse(readNumber(item, AT.amount)),
    refunded: Cents.parse(maybeNumber(item, AT.refunded) ?? 0),
    phoneMasked: readText(item, AT.maskedPhone),
    phoneHash: before(readText(item, AT.phoneKey), "#"),
    reference: readText(item, AT.reference),
    description: readText(item, AT.description),
    metadata: readMetadata(item),
    fingerprint: maybeText(item, AT.fingerprint) ?? toHex(readBytes(item, AT.fingerprint)),
    push: readPush(item),
    receipt: maybeText(item, AT.receipt),
    paidAt: maybeNumber(item, AT.paidAt),
    failure: failure && readFailure(failure),
    disputed: item[AT.disputed]?.BOOL ?? false,
    check: readCheck(item),
    createdAt,
    updatedAt: history.at(-1)?.at ?? createdAt,
    history,
  };
};
