/**
 * What the ledger has of one person, by their phone number: to hand it out to them, or to erase it. What must stay true:
 * every transaction that can be found by the number is found; erasing takes what names the person and leaves the money, its
 * history and the chain over it as they are, with an entry that says what was done; it is one write for each transaction,
 * so there is nothing half erased, and repeating it does no harm.
 */
import { ConditionalCheckFailedException, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { OPEN_STATES } from "../domain/payment-states.ts";
import { OPEN_PAYOUT_STATES } from "../domain/payout-states.ts";
import { OPEN_REFUND_STATES } from "../domain/refund-states.ts";
import type { LedgerState } from "../domain/history.ts";
import type { Msisdn } from "../domain/msisdn.ts";
import { persist } from "./attempts.ts";
import { flag, hex, list, maybeNumber, number, readList, readNumber, readText, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { chained } from "./entry.ts";
import { STATE_CODES, writeEntry } from "./history-item.ts";
import type { Position } from "./cursor.ts";
import { ERASED_TEXT } from "./kept-evidence.ts";
import { keys } from "./keys.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { SKEW_MS } from "./listing.ts";
import { PAYMENT_AT } from "./payment-item.ts";
import { AT } from "./transaction-item.ts";
import { walkStretch } from "./walk.ts";
import type { Stretch } from "./walk.ts";
import { readWithExceptions, WITH_EXCEPTIONS_AT_ONCE } from "./with-exceptions.ts";

/** How long M-PESA, a statement or the customer may still come back to something that has ended. */
export const SETTLES_MS = 7 * 86_400_000;

/** What stands where a number was shown. */
export const ERASED_PHONE = "erased";

const KEPT_AT_ONCE = 25;

/** Why something can't be erased yet. */
export type KeptBecause = "moving" | "young" | "disputed";

/** One transaction of the person. */
export interface PersonsItem {
  readonly id: string;
  readonly storefront: string;
  /** Null when it may be erased. */
  readonly kept: KeptBecause | null;
  readonly item: Item;
}

const OPEN: readonly LedgerState[] = [...OPEN_STATES, ...OPEN_PAYOUT_STATES, ...OPEN_REFUND_STATES];

const isMoving = (item: Item): boolean =>
  item[AT.dueKey] !== undefined ||
  OPEN.includes(STATE_CODES.read(item, AT.state)) ||
  (maybeNumber(item, PAYMENT_AT.refunding) ?? 0) > 0;

const lastEntryAt = (item: Item): number => {
  const last = readList(item, AT.history).at(-1)?.M;
  return last ? readNumber(last, "a") : readNumber(item, AT.createdAt);
};

const whyKept = (item: Item, isDisputed: boolean, now: number): KeptBecause | null => {
  if (isMoving(item)) return "moving";
  if (isDisputed) return "disputed";
  return now - lastEntryAt(item) < SETTLES_MS ? "young" : null;
};

/** Keys of one partition of an index, newest first, so many at a time. */
async function* keysOf(
  deps: LedgerDeps,
  { index, key, partition }: Pick<Stretch, "index" | "key"> & { readonly partition: string },
  wanted: number,
): AsyncGenerator<readonly Position[], void, undefined> {
  const stretch = { index, key, partitions: [partition], from: 0, to: deps.clock.now() + SKEW_MS };
  let found = await walkStretch(deps, stretch, { position: null, wanted });
  yield found.keys;
  for (let last = found.keys.at(-1); found.more && last; last = found.keys.at(-1)) {
    found = await walkStretch(deps, stretch, { position: last, wanted });
    yield found.keys;
  }
}

const idsIn = (found: readonly Position[]): readonly string[] => found.map(({ id }) => id);

/** Everything under the phone number at one storefront, newest first, a page at a time. */
export async function* ofPerson(
  deps: LedgerDeps,
  phone: Msisdn,
  storefront: string,
): AsyncGenerator<readonly PersonsItem[], void, undefined> {
  const partition = keys.phone(await deps.vault.hash(phone), storefront);
  const now = deps.clock.now();
  for await (const found of keysOf(deps, { index: "by_phone", key: "p", partition }, WITH_EXCEPTIONS_AT_ONCE)) {
    const { items, exceptionsOf } = await readWithExceptions(deps, idsIn(found));
    yield items.map((item) => {
      const id = readText(item, AT.id);
      const isDisputed = exceptionsOf(id).some(({ status }) => status === "open");
      return { id, storefront, kept: whyKept(item, isDisputed, now), item };
    });
  }
}

const withoutText = (entry: AttributeValue): AttributeValue => {
  if (!entry.M) return entry;
  return { M: Object.fromEntries(Object.entries(entry.M).filter(([name]) => name !== "z")) };
};

/** Who erases, and by which request of theirs. Free of personal data: it stays in the history for good. */
export interface Erasure {
  readonly by: string;
  readonly requestId: string;
  readonly because: string;
}

/** The item without what names a person. Its index key keeps the storefront, after a word that no number hashes to. */
const erasedItem = ({ id, storefront, item }: PersonsItem, erasure: Erasure, now: number): Item => {
  const { by, requestId, because } = erasure;
  const entry = chained(id, {
    at: now,
    finding: "erased",
    to: null,
    source: "operator",
    by,
    requestId,
    facts: { because },
    exception: null,
    rawHash: null,
  });
  const named = new Set<string>([AT.sealedPhone, PAYMENT_AT.payerName, PAYMENT_AT.checkoutId]);
  return {
    ...Object.fromEntries(Object.entries(item).filter(([name]) => !named.has(name))),
    [AT.phoneKey]: text(keys.phone(`-${id}`, storefront)),
    ...(item[AT.maskedPhone] === undefined ? {} : { [AT.maskedPhone]: text(ERASED_PHONE) }),
    [AT.version]: number(readNumber(item, AT.version) + 1),
    [AT.history]: list([...readList(item, AT.history).map(withoutText), writeEntry(entry, null)]),
    [AT.digests]: list([...readList(item, AT.digests), hex(entry.digest)]),
  };
};

const eraseKept = async (deps: LedgerDeps, key: string): Promise<void> => {
  const request = new UpdateItemCommand({
    TableName: deps.tables.transactions,
    Key: { pk: text(key) },
    UpdateExpression: `SET ${ERASED_TEXT} = :erased REMOVE z`,
    ConditionExpression: "attribute_exists(pk)",
    ExpressionAttributeValues: { ":erased": flag(true) },
  });
  await persist(deps, () => deps.dynamo.send(request));
};

/** Something was written to it since it was read. Nothing of the transaction was erased; reading and trying again is safe. */
export class ChangedMeanwhile extends Error {
  override readonly name = "ChangedMeanwhile";
}

/**
 * Erases the person from one transaction: first every text that is kept beside it, then the transaction itself, which also
 * takes it out of every search for the number. @throws ChangedMeanwhile
 */
export const erasePerson = async (deps: LedgerDeps, of: PersonsItem, erasure: Erasure): Promise<void> => {
  if (of.kept !== null) throw new RangeError(`${of.id} can't be erased yet: ${of.kept}`);
  const beside = { index: "by_push", key: "c", partition: keys.keptBeside(of.id) } as const;
  for await (const found of keysOf(deps, beside, KEPT_AT_ONCE))
    await Promise.all(idsIn(found).map((key) => eraseKept(deps, key)));
  const request = new PutItemCommand({
    TableName: deps.tables.transactions,
    Item: erasedItem(of, erasure, deps.clock.now()),
    ConditionExpression: `${AT.version} = :seen AND size(${AT.digests}) = :entries`,
    ExpressionAttributeValues: {
      ":seen": number(readNumber(of.item, AT.version)),
      ":entries": number(readList(of.item, AT.digests).length),
    },
  });
  try {
    await persist(deps, () => deps.dynamo.send(request));
  } catch (fault) {
    if (fault instanceof ConditionalCheckFailedException) throw new ChangedMeanwhile(of.id, { cause: fault });
    throw fault;
  }
};
