/**
 * A payment as one item: the only place that knows which attributes a payment has. A paid payment stays near one kilobyte
 * because of this file and transaction-item.ts.
 */
import { FAILURE_CODES } from "../domain/failures.ts";
import { Cents } from "../domain/money.ts";
import { maskMsisdn } from "../domain/msisdn.ts";
import type { Payment, PaymentIntent } from "../domain/payment.ts";
import { PAYMENT_STATES } from "../domain/payment-states.ts";
import type { PaymentState } from "../domain/payment-states.ts";
import { maybeNumber, maybeText, number, oneOf, readNumber, readText, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { STATE_CODES } from "./history-item.ts";
import type { NewEntry } from "./history-item.ts";
import { keys } from "./keys.ts";
import {
  AT,
  readCheck,
  readFailure,
  readHash,
  readLife,
  readMetadata,
  readPhoneHash,
  readStorefront,
  readTimes,
  writeBeginning,
  writeHash,
  writeMetadata,
  writePhone,
} from "./transaction-item.ts";
import type { NewItem, Sealed } from "./transaction-item.ts";

/** Attribute names of a payment. */
export const PAYMENT_AT = {
  ...AT,
  refunded: "f",
  description: "g",
  checkoutId: "o",
  merchantId: "q",
} as const;

/** The item of a payment that nobody has heard of yet. */
export const newPaymentItem = (intent: PaymentIntent, sealed: Sealed, created: NewEntry): NewItem => ({
  [AT.id]: text(intent.id),
  [AT.timeKey]: text(keys.timeOf(intent.storefront, intent.id, intent.createdAt)),
  [AT.createdAt]: number(intent.createdAt),
  [AT.phoneKey]: text(keys.phone(sealed.phoneHash, intent.storefront)),
  [AT.referenceKey]: text(keys.reference(intent.storefront, intent.reference)),
  [AT.dueKey]: text(keys.dueOf(intent.id)),
  [AT.checkAt]: number(intent.checkAt),
  [AT.state]: STATE_CODES.write("initiated"),
  [AT.shortcode]: text(intent.shortcode),
  [AT.amount]: number(intent.amount),
  [AT.reference]: text(intent.reference),
  [PAYMENT_AT.description]: text(intent.description),
  [AT.fingerprint]: writeHash(intent.fingerprint),
  ...writePhone(sealed, maskMsisdn(intent.phone)),
  ...writeBeginning(created),
  ...writeMetadata(intent.metadata),
});

const readPush = (item: Item): Payment["push"] => {
  const checkoutId = maybeText(item, PAYMENT_AT.checkoutId);
  return checkoutId === null ? null : { checkoutId, merchantId: readText(item, PAYMENT_AT.merchantId) };
};

export const readPaymentState = (item: Item): PaymentState =>
  oneOf(PAYMENT_STATES, STATE_CODES.read(item, AT.state), AT.state);

/** The payment that an item holds. Throws `CorruptItem`. */
export const readPayment = (item: Item): Payment => {
  const history = readLife(item);
  return {
    id: readText(item, AT.id),
    storefront: readStorefront(item),
    shortcode: readText(item, AT.shortcode),
    state: readPaymentState(item),
    version: readNumber(item, AT.version),
    amount: Cents.parse(readNumber(item, AT.amount)),
    refunded: Cents.parse(maybeNumber(item, PAYMENT_AT.refunded) ?? 0),
    phoneMasked: readText(item, AT.maskedPhone),
    phoneHash: readPhoneHash(item),
    reference: readText(item, AT.reference),
    description: readText(item, PAYMENT_AT.description),
    metadata: readMetadata(item),
    fingerprint: readHash(item, AT.fingerprint),
    push: readPush(item),
    receipt: maybeText(item, AT.receipt),
    paidAt: maybeNumber(item, AT.paidAt),
    failure: readFailure(item, FAILURE_CODES),
    disputed: item[AT.disputed]?.BOOL ?? false,
    check: readCheck(item),
    ...readTimes(item, history),
    history,
  };
};
