/**
 * A refund as one item: the only place that knows which attributes a refund has, and those that it leaves on its payment.
 * What can change is written by one function, so a change is the difference between what it writes before and after.
 */
import { Cents } from "../domain/money.ts";
import type { Payment } from "../domain/payment.ts";
import type { Share } from "../domain/refund-share.ts";
import { REFUND_FAILURE_CODES } from "../domain/refund-failures.ts";
import { REFUND_STATES } from "../domain/refund-states.ts";
import type { Refund, RefundIntent } from "../domain/refund.ts";
import type { HistoryEntry } from "../domain/history.ts";
import { CorruptItem, flag, maybeNumber, maybeText, number, oneOf, readNumber, readText, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { STATE_CODES } from "./history-item.ts";
import type { NewEntry } from "./history-item.ts";
import { keys } from "./keys.ts";
import { PAYMENT_AT } from "./payment-item.ts";
import { CONVERSATION } from "./payout-entry.ts";
import {
  AT,
  readCheck,
  readFailure,
  readHash,
  readLife,
  readPhoneHash,
  readStorefront,
  readTimes,
} from "./transaction-item.ts";
import { writeBeginning, writeFailure, writeHash } from "./transaction-item.ts";
import type { NewItem } from "./transaction-item.ts";

/** Attribute names of a refund. */
export const REFUND_AT = {
  ...AT,
  payment: "pm",
  paymentReceipt: "pr",
  reason: "g",
  attempts: "ns",
  sentAt: "ws",
  doubt: "zd",
  originator: "og",
  /** Whose the last claim is: a random word, only looked at by the claim whose answer was lost. */
  claim: "zc",
} as const;

const writeCheck = (id: string, check: Refund["check"]): NewItem =>
  check === null
    ? {}
    : {
        [AT.dueKey]: text(keys.dueOfRefund(id)),
        [AT.checkAt]: number(check.at),
        ...(check.attempt === 0 ? {} : { [AT.attempt]: number(check.attempt) }),
      };

/** The item of a refund of `payment` that nobody has heard of yet. Throws for a payment without a receipt. */
export const newRefundItem = (intent: RefundIntent, payment: Payment, what: { amount: Cents; created: NewEntry }) => {
  const { id, storefront, createdAt, checkAt } = intent;
  if (payment.receipt === null) throw new Error("a payment without a receipt can't be refunded");
  return {
    [AT.id]: text(id),
    [AT.timeKey]: text(keys.timeOfRefund(storefront, id, createdAt)),
    [AT.createdAt]: number(createdAt),
    [AT.referenceKey]: text(keys.reference(storefront, payment.reference)),
    ...(payment.phoneHash === null ? {} : { [AT.phoneKey]: text(keys.phone(payment.phoneHash, storefront)) }),
    ...(payment.phoneMasked === null ? {} : { [AT.maskedPhone]: text(payment.phoneMasked) }),
    [AT.state]: STATE_CODES.write("initiated"),
    [AT.shortcode]: text(payment.shortcode),
    [AT.amount]: number(what.amount),
    [AT.reference]: text(payment.reference),
    [AT.fingerprint]: writeHash(intent.fingerprint),
    [REFUND_AT.payment]: text(payment.id),
    [REFUND_AT.paymentReceipt]: text(payment.receipt),
    [REFUND_AT.reason]: text(intent.reason),
    ...writeCheck(id, { at: checkAt, attempt: 0 }),
    ...writeBeginning(what.created),
  } satisfies NewItem;
};

/** Everything about a refund that can change, but its version, its history and what only the history says. */
export const refundFields = (refund: Refund): NewItem => ({
  [AT.state]: STATE_CODES.write(refund.state),
  ...(refund.attempts === 0 ? {} : { [REFUND_AT.attempts]: number(refund.attempts) }),
  ...(refund.sentAt === null ? {} : { [REFUND_AT.sentAt]: number(refund.sentAt) }),
  ...(refund.doubt ? { [REFUND_AT.doubt]: flag(true) } : {}),
  ...(refund.originatorId === null ? {} : { [REFUND_AT.originator]: text(refund.originatorId) }),
  ...(refund.receipt === null ? {} : { [AT.receipt]: text(refund.receipt) }),
  ...(refund.reversedAt === null ? {} : { [AT.paidAt]: number(refund.reversedAt) }),
  ...(refund.failure === null ? {} : { [AT.failure]: writeFailure(refund.failure) }),
  ...(refund.disputed ? { [AT.disputed]: flag(true) } : {}),
  ...writeCheck(refund.id, refund.check),
});

/** What refunds change on their payment. */
export const shareFields = ({ state, refunded, refunding }: Omit<Share, "event">): NewItem => ({
  [AT.state]: STATE_CODES.write(state),
  ...(refunded === 0 ? {} : { [PAYMENT_AT.refunded]: number(refunded) }),
  ...(refunding === 0 ? {} : { [PAYMENT_AT.refunding]: number(refunding) }),
});

/** M-PESA's name for the reversal: the one that its history was told last. */
const readConversation = (history: readonly HistoryEntry[]): string | null => {
  const told = history.findLast((entry) => entry.facts[CONVERSATION] !== undefined)?.facts[CONVERSATION];
  return typeof told === "string" ? told : null;
};

const readPhone = (item: Item) => ({
  phoneMasked: maybeText(item, AT.maskedPhone),
  phoneHash: item[AT.phoneKey] ? readPhoneHash(item) : null,
});

const readSending = (item: Item) => ({
  attempts: maybeNumber(item, REFUND_AT.attempts) ?? 0,
  sentAt: maybeNumber(item, REFUND_AT.sentAt),
  doubt: item[REFUND_AT.doubt]?.BOOL ?? false,
  originatorId: maybeText(item, REFUND_AT.originator),
});

/** The refund that an item holds. Throws `CorruptItem`. */
export const readRefund = (item: Item): Refund => {
  const history = readLife(item);
  const amount = Cents.safeParse(readNumber(item, AT.amount));
  if (!amount.success) throw new CorruptItem(AT.amount);
  return {
    id: readText(item, AT.id),
    paymentId: readText(item, REFUND_AT.payment),
    storefront: readStorefront(item),
    shortcode: readText(item, AT.shortcode),
    state: oneOf(REFUND_STATES, STATE_CODES.read(item, AT.state), AT.state),
    version: readNumber(item, AT.version),
    amount: amount.data,
    ...readPhone(item),
    reference: readText(item, AT.reference),
    paymentReceipt: readText(item, REFUND_AT.paymentReceipt),
    reason: readText(item, REFUND_AT.reason),
    fingerprint: readHash(item, AT.fingerprint),
    ...readSending(item),
    conversationId: readConversation(history),
    receipt: maybeText(item, AT.receipt),
    reversedAt: maybeNumber(item, AT.paidAt),
    failure: readFailure(item, REFUND_FAILURE_CODES),
    disputed: item[AT.disputed]?.BOOL ?? false,
    check: readCheck(item),
    ...readTimes(item, history),
    history,
  };
};
