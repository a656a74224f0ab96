/**
 * Writes whose a payment from the menu is: its reference, its storefront and the keys that it is found by move together.
 * Once it is matched it leaves the queue of those that nobody has claimed; until then it waits with its storefront.
 */
import { maskText } from "../domain/masking.ts";
import type { Payment } from "../domain/payment.ts";
import { text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { asRead, chainedUpdate } from "./change-write.ts";
import { chained } from "./entry.ts";
import { keys } from "./keys.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { PAYMENT_AT as AT, readPayment, ROUTING_CODES } from "./payment-item.ts";
import type { Routed } from "./told-ledger.ts";
import { update } from "./transact.ts";

/** What customers typed may hold what is nobody's business: the history shows it masked. */
const entryOf = (payment: Payment, routed: Routed) => {
  const { at, by, requestId, storefront, reference, routing, source } = routed;
  return chained(payment.id, {
    at,
    finding: "routed",
    to: null,
    source,
    by,
    requestId,
    facts: {
      routing,
      reference: maskText(reference),
      previous_reference: maskText(payment.reference),
      storefront,
      previous_storefront: payment.storefront,
    },
    exception: null,
    rawHash: null,
  });
};

const keysOf = ({ id, createdAt, phoneHash }: Payment, { storefront, reference }: Routed): Item => ({
  [AT.timeKey]: text(keys.timeOf(storefront, id, createdAt)),
  [AT.referenceKey]: text(keys.reference(storefront, reference)),
  ...(phoneHash === null ? {} : { [AT.phoneKey]: text(keys.phone(phoneHash, storefront)) }),
});

/** The payment as it is now; null when it was changed since `payment` was read. */
export const routePaybill = async (deps: LedgerDeps, payment: Payment, routed: Routed): Promise<Payment | null> => {
  const { storefront, reference, routing } = routed;
  const isMatched = routing === "matched";
  const edit = {
    set: {
      ...keysOf(payment, routed),
      ...(isMatched ? {} : { [AT.pushKey]: text(keys.unmatched(storefront)) }),
      [AT.reference]: text(reference),
      [AT.routing]: ROUTING_CODES.write(routing),
    },
    remove: isMatched ? [AT.pushKey] : [],
  };
  const write = chainedUpdate({ id: payment.id, edit, condition: asRead(payment) }, entryOf(payment, routed), null);
  const result = await update(deps, { TableName: deps.tables.transactions, ...write });
  return result.written ? readPayment(result.item) : null;
};
