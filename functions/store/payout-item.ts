/**
 * A payout as one item: the only place that knows which attributes a payout has. What can change is written by one
 * function, so a change is the difference between what it writes before and after: the rules of domain/ decide what a
 * payout is, and this file cannot disagree. A batch's payout is in fewer indexes than one of its own: a run of a hundred
 * thousand pays for each of them.
 */
import type { HistoryEntry } from "../domain/history.ts";
import { Cents } from "../domain/money.ts";
import { maskMsisdn } from "../domain/msisdn.ts";
import { PAYOUT_FAILURE_CODES } from "../domain/payout-failures.ts";
import { PAYOUT_STATES } from "../domain/payout-states.ts";
import type { BatchPlace, Payout, PayoutIntent, PayoutKind } from "../domain/payout.ts";
import { codes, flag, map, maybeMap, maybeNumber, maybeText, number, oneOf } from "./attributes.ts";
import { readNumber, readText, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { STATE_CODES } from "./history-item.ts";
import type { NewEntry } from "./history-item.ts";
import { CONVERSATION } from "./payout-entry.ts";
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
  writeFailure,
  writeHash,
  writeMetadata,
  writePhone,
} from "./transaction-item.ts";
import type { NewItem, Sealed } from "./transaction-item.ts";

/** Attribute names of a payout. */
export const PAYOUT_AT = {
  ...AT,
  place: "f",
  remarks: "g",
  kind: "q",
  attempts: "ns",
  sentAt: "ws",
  doubt: "zd",
  wentIn: "zw",
  replacedBy: "ib",
  /** Whose the last claim is: a random word, only looked at by the claim whose answer was lost. */
  claim: "zc",
} as const;

export const KIND_CODES = codes<PayoutKind>({ business: "b", salary: "s", promotion: "p" });

const writePlace = ({ id, digest, position, row, generation }: BatchPlace) =>
  map({
    b: text(id),
    d: writeHash(digest),
    p: number(position),
    ...(row === position ? {} : { r: number(row) }),
    ...(generation === 0 ? {} : { g: number(generation) }),
  });

const readPlace = (item: Item): BatchPlace | null => {
  const place = maybeMap(item, PAYOUT_AT.place);
  if (!place) return null;
  const position = readNumber(place, "p");
  return {
    id: readText(place, "b"),
    digest: readHash(place, "d"),
    position,
    row: maybeNumber(place, "r") ?? position,
    generation: maybeNumber(place, "g") ?? 0,
  };
};

const writeCheck = (id: string, check: Payout["check"]): NewItem =>
  check === null
    ? {}
    : {
        [AT.dueKey]: text(keys.dueOfPayout(id)),
        [AT.checkAt]: number(check.at),
        ...(check.attempt === 0 ? {} : { [AT.attempt]: number(check.attempt) }),
      };

/** The item of a payout that nobody has heard of yet. */
export const newPayoutItem = (intent: PayoutIntent, sealed: Sealed, created: NewEntry): NewItem => {
  const { id, storefront, createdAt, batch, checkAt } = intent;
  return {
    [AT.id]: text(id),
    [AT.createdAt]: number(createdAt),
    [AT.phoneKey]: text(keys.phone(sealed.phoneHash, storefront)),
    [AT.referenceKey]: text(keys.reference(storefront, intent.reference)),
    [AT.state]: STATE_CODES.write("queued"),
    [AT.shortcode]: text(intent.shortcode),
    [AT.amount]: number(intent.amount),
    [AT.reference]: text(intent.reference),
    [AT.fingerprint]: writeHash(intent.fingerprint),
    [PAYOUT_AT.kind]: KIND_CODES.write(intent.kind),
    ...(intent.remarks === "" ? {} : { [PAYOUT_AT.remarks]: text(intent.remarks) }),
    ...(batch === null
      ? { [AT.timeKey]: text(keys.timeOfPayout(storefront, id, createdAt)) }
      : { [PAYOUT_AT.place]: writePlace(batch) }),
    ...writeCheck(id, checkAt === null ? null : { at: checkAt, attempt: 0 }),
    ...writePhone(sealed, maskMsisdn(intent.phone)),
    ...writeBeginning(created),
    ...writeMetadata(intent.metadata),
  };
};

/**
 * Everything about a payout that can change, but its version, its history and what only the history says. Two of these
 * make an edit.
 */
export const payoutFields = (payout: Payout): NewItem => ({
  [AT.state]: STATE_CODES.write(payout.state),
  ...(payout.attempts === 0 ? {} : { [PAYOUT_AT.attempts]: number(payout.attempts) }),
  ...(payout.sentAt === null ? {} : { [PAYOUT_AT.sentAt]: number(payout.sentAt) }),
  ...(payout.doubt ? { [PAYOUT_AT.doubt]: flag(true) } : {}),
  ...(payout.wentIn ? { [PAYOUT_AT.wentIn]: flag(true) } : {}),
  ...(payout.receipt === null ? {} : { [AT.receipt]: text(payout.receipt) }),
  ...(payout.paidAt === null ? {} : { [AT.paidAt]: number(payout.paidAt) }),
  ...(payout.failure === null ? {} : { [AT.failure]: writeFailure(payout.failure) }),
  ...(payout.disputed ? { [AT.disputed]: flag(true) } : {}),
  ...(payout.replacedBy === null ? {} : { [PAYOUT_AT.replacedBy]: text(payout.replacedBy) }),
  ...writeCheck(payout.id, payout.check),
});

/** M-PESA's name for the payout: the one that its history was told last. */
const readConversation = (history: readonly HistoryEntry[]): string | null => {
  const told = history.findLast((entry) => entry.facts[CONVERSATION] !== undefined)?.facts[CONVERSATION];
  return typeof told === "string" ? told : null;
};

const readSending = (item: Item) => ({
  attempts: maybeNumber(item, PAYOUT_AT.attempts) ?? 0,
  sentAt: maybeNumber(item, PAYOUT_AT.sentAt),
  doubt: item[PAYOUT_AT.doubt]?.BOOL ?? false,
  wentIn: item[PAYOUT_AT.wentIn]?.BOOL ?? false,
});

/** The payout that an item holds. Throws `CorruptItem`. */
export const readPayout = (item: Item): Payout => {
  const history = readLife(item);
  return {
    id: readText(item, AT.id),
    storefront: readStorefront(item),
    shortcode: readText(item, AT.shortcode),
    kind: KIND_CODES.read(item, PAYOUT_AT.kind),
    state: oneOf(PAYOUT_STATES, STATE_CODES.read(item, AT.state), AT.state),
    version: readNumber(item, AT.version),
    amount: Cents.parse(readNumber(item, AT.amount)),
    phoneMasked: readText(item, AT.maskedPhone),
    phoneHash: readPhoneHash(item),
    reference: readText(item, AT.reference),
    remarks: maybeText(item, PAYOUT_AT.remarks) ?? "",
    metadata: readMetadata(item),
    fingerprint: readHash(item, AT.fingerprint),
    batch: readPlace(item),
    ...readSending(item),
    conversationId: readConversation(history),
    receipt: maybeText(item, AT.receipt),
    paidAt: maybeNumber(item, AT.paidAt),
    failure: readFailure(item, PAYOUT_FAILURE_CODES),
    disputed: item[AT.disputed]?.BOOL ?? false,
    replacedBy: maybeText(item, PAYOUT_AT.replacedBy),
    check: readCheck(item),
    ...readTimes(item, history),
    history,
  };
};
