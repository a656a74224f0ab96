/**
 * Erases a person from one transaction (docs/adr/0029). What must stay true: what names the person goes, and the money, its
 * history and the chain over it stay as they are, with an entry that says what was done and on whose word; the transaction
 * and what is kept beside it change in one write, so nothing is half erased; repeating it does no harm.
 */
import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { AttributeValue, TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { isPayoutId } from "../domain/ids.ts";
import { maskText } from "../domain/masking.ts";
import { persist } from "./attempts.ts";
import { flag, hex, list, maybeText, number, readList, readNumber, readText, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { chained } from "./entry.ts";
import { writeEntry } from "./history-item.ts";
import { ERASED_TEXT } from "./erased-text.ts";
import { keys } from "./keys.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { PAYMENT_AT } from "./payment-item.ts";
import { idsIn, keysOf } from "./person.ts";
import type { PersonsItem } from "./person.ts";
import { transact } from "./transact.ts";
import { AT, ERASED_PHONE, readStorefront, unsearchable } from "./transaction-item.ts";

/** Who erases, and by which request of theirs. Free of the person's data: it stays in the history for good. */
export interface Erasure {
  readonly by: string;
  readonly requestId: string;
  readonly because: string;
}

/** Something was written to it since it was read. Nothing of it was erased; reading and trying again is safe. */
export class ChangedMeanwhile extends Error {
  override readonly name = "ChangedMeanwhile";
}

/** What one transaction of DynamoDB takes beside the item itself. */
const MOST_TOGETHER = 99;
const KEPT_AT_ONCE = 25;

const withoutText = (entry: AttributeValue): AttributeValue =>
  entry.M ? { M: Object.fromEntries(Object.entries(entry.M).filter(([name]) => name !== "z")) } : entry;

/** A customer may have typed a number for an account: then the reference, and its place in the index, lose it. */
const typedReference = (item: Item, storefront: string): Item => {
  const typed = maybeText(item, AT.reference);
  if (item[PAYMENT_AT.routing] === undefined || typed === null || maskText(typed) === typed) return {};
  const masked = maskText(typed);
  return { [AT.reference]: text(masked), [AT.referenceKey]: text(keys.reference(storefront, masked)) };
};

/**
 * What spells the number, finds it, or lets it be computed: the fingerprint is a bare hash over it, and M-PESA's name for a
 * push spells most of it.
 */
const NAMING = new Set<string>([AT.sealedPhone, AT.maskedPhone, PAYMENT_AT.payerName, PAYMENT_AT.checkoutId]);

/** The item without what names a person. */
const erasedItem = ({ id, item }: PersonsItem, { by, requestId, because }: Erasure, now: number): Item => {
  const storefront = readStorefront(item);
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
  const isPush = item[PAYMENT_AT.checkoutId] !== undefined;
  const named = Object.entries(item).filter(([name]) => !NAMING.has(name) && !(isPush && name === AT.pushKey));
  return {
    ...Object.fromEntries(named),
    ...typedReference(item, storefront),
    ...(item[AT.phoneKey] === undefined ? {} : { [AT.phoneKey]: text(unsearchable(id, storefront)) }),
    ...(item[AT.fingerprint] === undefined ? {} : { [AT.fingerprint]: text(ERASED_PHONE) }),
    ...(isPayoutId(id) ? { [AT.maskedPhone]: text(ERASED_PHONE) } : {}),
    [AT.version]: number(readNumber(item, AT.version) + 1),
    [AT.history]: list([...readList(item, AT.history).map(withoutText), writeEntry(entry, null)]),
    [AT.digests]: list([...readList(item, AT.digests), hex(entry.digest)]),
  };
};

const keptErasure = (table: string, key: string) => ({
  TableName: table,
  Key: { pk: text(key) },
  UpdateExpression: `SET ${ERASED_TEXT} = :erased REMOVE z`,
  ConditionExpression: "attribute_exists(pk)",
  ExpressionAttributeValues: { ":erased": flag(true) },
});

const keptBeside = async (deps: LedgerDeps, id: string): Promise<readonly string[]> => {
  const found: string[] = [];
  const beside = { index: "by_push", key: "c", partition: keys.keptBeside(id) } as const;
  for await (const page of keysOf(deps, beside, KEPT_AT_ONCE)) found.push(...idsIn(page));
  return found;
};

const eraseAlone = async (deps: LedgerDeps, kept: readonly string[]): Promise<void> => {
  for (const key of kept)
    await persist(deps, () => deps.dynamo.send(new UpdateItemCommand(keptErasure(deps.tables.transactions, key))));
};

/** Erases the person from one transaction, which also takes it out of every search for them. @throws ChangedMeanwhile */
export const erasePerson = async (deps: LedgerDeps, of: PersonsItem, erasure: Erasure): Promise<void> => {
  if (of.kept !== null) throw new RangeError(`${of.id} can't be erased yet: ${of.kept}`);
  const table = deps.tables.transactions;
  const kept = await keptBeside(deps, of.id);
  const put: TransactWriteItem = {
    Put: {
      TableName: table,
      Item: erasedItem(of, erasure, deps.clock.now()),
      ConditionExpression: `${AT.version} = :seen AND size(${AT.digests}) = :entries`,
      ExpressionAttributeValues: {
        ":seen": number(readNumber(of.item, AT.version)),
        ":entries": number(readList(of.item, AT.digests).length),
      },
    },
  };
  const together = kept.slice(0, MOST_TOGETHER).map((key) => ({ Update: keptErasure(table, key) }));
  const { written } = await transact(deps, [put, ...together]);
  if (!written) throw new ChangedMeanwhile(readText(of.item, AT.id));
  // What did not fit, and what came meanwhile: evidence that changes nothing does not move the transaction's version.
  const gone = new Set(kept.slice(0, MOST_TOGETHER));
  await eraseAlone(
    deps,
    (await keptBeside(deps, of.id)).filter((key) => !gone.has(key)),
  );
};
