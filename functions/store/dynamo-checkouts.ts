/**
 * Checkout sessions on DynamoDB, each one item beside the payments that it leads to. It is kept for good, because a shop
 * that sends its request again after a year must find what it made. What must stay true: the item names no phone; the
 * payments hold those, sealed.
 */
import type { CheckoutSession } from "../domain/checkout-session.ts";
import { tryIds } from "../domain/checkout-session.ts";
import { Cents } from "../domain/money.ts";
import { CorruptItem, maybeText, number, readNumber, readText, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import type { CheckoutLedger } from "./checkout-ledger.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { readPayment } from "./payment-item.ts";
import { inOrder, readItem, readItems } from "./read.ts";
import { put, update } from "./transact.ts";
import { AT, readHash, readMetadata, writeHash, writeMetadata } from "./transaction-item.ts";

/** Attribute names of a session, beside those that every item of the ledger may have. */
const CHECKOUT_AT = {
  storefront: "sf",
  merchantName: "mn",
  description: "g",
  successUrl: "su",
  openedBy: "ob",
  expiresAt: "ex",
  tries: "tr",
} as const;

const writeSession = (session: CheckoutSession): Record<string, Item[string]> => ({
  [AT.id]: text(session.id),
  [CHECKOUT_AT.storefront]: text(session.storefront),
  [CHECKOUT_AT.merchantName]: text(session.merchantName),
  [AT.amount]: number(session.amount),
  [AT.reference]: text(session.reference),
  ...(session.description === null ? {} : { [CHECKOUT_AT.description]: text(session.description) }),
  ...(session.successUrl === null ? {} : { [CHECKOUT_AT.successUrl]: text(session.successUrl) }),
  [AT.fingerprint]: writeHash(session.fingerprint),
  [CHECKOUT_AT.openedBy]: text(session.openedBy),
  [AT.createdAt]: number(session.createdAt),
  [CHECKOUT_AT.expiresAt]: number(session.expiresAt),
  [CHECKOUT_AT.tries]: number(session.tries),
  ...writeMetadata(session.metadata),
});

/** Throws `CorruptItem`. */
const readSession = (item: Item): CheckoutSession => {
  const amount = Cents.safeParse(readNumber(item, AT.amount));
  if (!amount.success) throw new CorruptItem(AT.amount);
  return {
    id: readText(item, AT.id),
    storefront: readText(item, CHECKOUT_AT.storefront),
    merchantName: readText(item, CHECKOUT_AT.merchantName),
    amount: amount.data,
    reference: readText(item, AT.reference),
    description: maybeText(item, CHECKOUT_AT.description),
    metadata: readMetadata(item),
    successUrl: maybeText(item, CHECKOUT_AT.successUrl),
    fingerprint: readHash(item, AT.fingerprint),
    openedBy: readText(item, CHECKOUT_AT.openedBy),
    createdAt: readNumber(item, AT.createdAt),
    expiresAt: readNumber(item, CHECKOUT_AT.expiresAt),
    tries: readNumber(item, CHECKOUT_AT.tries),
  };
};

const createOpen =
  (deps: LedgerDeps): CheckoutLedger["open"] =>
  async (session) => {
    const result = await put(deps, {
      TableName: deps.tables.transactions,
      Item: writeSession(session),
      ConditionExpression: "attribute_not_exists(pk)",
    });
    if (result.written) return { opened: "new", session };
    if (!result.found) throw new CorruptItem(AT.id);
    const known = readSession(result.found);
    const isSame = known.fingerprint === session.fingerprint && known.storefront === session.storefront;
    return { opened: isSame ? "existing" : "reused_key", session: known };
  };

const createRead =
  (deps: LedgerDeps): CheckoutLedger["read"] =>
  async (id) => {
    const item = await readItem(deps, id);
    if (!item) return null;
    const session = readSession(item);
    if (session.tries === 0) return { session, tries: [] };
    const ids = tryIds(session);
    const payments = inOrder(ids, await readItems(deps, ids));
    return { session, tries: payments.map((payment) => payment && readPayment(payment)) };
  };

const createCountTry =
  (deps: LedgerDeps): CheckoutLedger["countTry"] =>
  async (id, tries) => {
    const { written } = await update(deps, {
      TableName: deps.tables.transactions,
      Key: { [AT.id]: text(id) },
      UpdateExpression: "SET #tries = :next",
      ConditionExpression: "#tries = :seen",
      ExpressionAttributeNames: { "#tries": CHECKOUT_AT.tries },
      ExpressionAttributeValues: { ":seen": number(tries), ":next": number(tries + 1) },
    });
    return written;
  };

export const createCheckoutLedger = (deps: LedgerDeps): CheckoutLedger => ({
  open: createOpen(deps),
  read: createRead(deps),
  countTry: createCountTry(deps),
});
