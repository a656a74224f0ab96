/**
 * A payment as one item: the only place that knows which attributes a payment has. A paid payment stays near one kilobyte
 * because of this file and transaction-item.ts.
 */
import { FAILURE_CODES } from "../domain/failures.ts";
import { Cents } from "../domain/money.ts";
import { maskMsisdn } from "../domain/msisdn.ts";
import type { Payment, PaymentIntent, Routing } from "../domain/payment.ts";
import { PAYMENT_STATES } from "../domain/payment-states.ts";
import type { PaymentState } from "../domain/payment-states.ts";
import { codes, maybeNumber, maybeText, number, oneOf, readNumber, readText, text } from "./attributes.ts";
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
  refunding: "fp",
  description: "g",
  checkoutId: "o",
  merchantId: "q",
  /** Only of those that customers made from the menu: how they were routed, who paid, what they turned out to be. */
  routing: "rt",
  payerName: "pn",
  mergedInto: "mi",
} as const;

/** How a payment from the menu came to its storefront; one that we asked for has none of these. */
export const ROUTING_CODES = codes<Exclude<Routing, "requested">>({ matched: "m", unmatched: "u" });

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
  const routing = ROUTING_CODES.maybe(item, PAYMENT_AT.routing);
  const isAsked = routing === null;
  const phoneHash = isAsked || item[AT.phoneKey] ? readPhoneHash(item) : null;
  return {
    id: readText(item, AT.id),
    source: isAsked ? "stk" : "paybill",
    routing: routing ?? "requested",
    storefront: readStorefront(item),
    shortcode: readText(item, AT.shortcode),
    state: readPaymentState(item),
    version: readNumber(item, AT.version),
    amount: Cents.parse(readNumber(item, AT.amount)),
    refunded: Cents.parse(maybeNumber(item, PAYMENT_AT.refunded) ?? 0),
    refunding: Cents.parse(maybeNumber(item, PAYMENT_AT.refunding) ?? 0),
    phoneMasked: isAsked && phoneHash !== null ? readText(item, AT.maskedPhone) : maybeText(item, AT.maskedPhone),
    phoneHash,
    payerName: maybeText(item, PAYMENT_AT.payerName),
    reference: readText(item, AT.reference),
    description: isAsked ? readText(item, PAYMENT_AT.description) : "",
    metadata: readMetadata(item),
    fingerprint: isAsked ? readHash(item, AT.fingerprint) : "",
    push: readPush(item),
    receipt: maybeText(item, AT.receipt),
    paidAt: maybeNumber(item, AT.paidAt),
    mergedInto: maybeText(item, PAYMENT_AT.mergedInto),
    failure: readFailure(item, FAILURE_CODES),
    disputed: item[AT.disputed]?.BOOL ?? false,
    check: readCheck(item),
    ...readTimes(item, history),
    history,
  };
};
