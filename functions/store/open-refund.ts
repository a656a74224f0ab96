/**
 * Puts a refund on the ledger. What must stay true: its share of the payment is reserved by the same transaction, over the
 * payment that the decision was made on, so any number of refunds asked for at once never reserve more than is left.
 */
import { refundable, reserve } from "../domain/refund-share.ts";
import type { Payment } from "../domain/payment.ts";
import type { Refund, RefundIntent } from "../domain/refund.ts";
import type { Cents } from "../domain/money.ts";
import { LedgerBusy } from "./ledger.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { readPayment } from "./payment-item.ts";
import { inOrder, readItems } from "./read.ts";
import { shareWrite } from "./refund-change.ts";
import { createdRefundEntry } from "./refund-entry.ts";
import { newRefundItem, readRefund } from "./refund-item.ts";
import type { OpenRefundOutcome } from "./refund-ledger.ts";
import { transact } from "./transact.ts";

/** How often a payment may change under us before we give up, and how far apart writers step after the first clash. */
const ROUNDS = 6;
const APART_MS = 10;

const settled = (intent: RefundIntent, refund: Refund): OpenRefundOutcome =>
  refund.fingerprint === intent.fingerprint && refund.storefront === intent.storefront
    ? { opened: "existing", refund }
    : { opened: "reused_key", refund };

/** One try; null when the payment, or the refund, changed in between. */
const write = async (
  deps: LedgerDeps,
  intent: RefundIntent,
  { payment, amount }: { readonly payment: Payment; readonly amount: Cents },
): Promise<Refund | null> => {
  const { transactions } = deps.tables;
  const { id, createdAt: at, openedBy: by, requestId } = intent;
  const item = newRefundItem(intent, payment, { amount, created: createdRefundEntry(intent) });
  const share = reserve(payment, amount);
  const step = { at, by, requestId, source: "api" } as const;
  const result = await transact(deps, [
    { Put: { TableName: transactions, Item: item, ConditionExpression: "attribute_not_exists(pk)" } },
    shareWrite(transactions, payment, { share, refund: { id, amount }, step }),
  ]);
  return result.written ? readRefund(item) : null;
};

export const createOpenRefund =
  (deps: LedgerDeps) =>
  async (intent: RefundIntent): Promise<OpenRefundOutcome> => {
    const ids = [intent.id, intent.paymentId];
    for (let round = 0; round < ROUNDS; round += 1) {
      const [known = null, paid = null] = inOrder(ids, await readItems(deps, ids));
      if (known) return settled(intent, readRefund(known));
      const payment = paid && readPayment(paid);
      if (payment?.storefront !== intent.storefront) return { opened: "unknown_payment" };
      const allowed = refundable(payment, intent);
      if ("because" in allowed) return { opened: "refused", refusal: allowed };
      const refund = await write(deps, intent, { payment, amount: allowed.amount });
      if (refund) return { opened: "new", refund };
      await deps.wait(deps.random() * APART_MS * 2 ** round);
    }
    throw new LedgerBusy(intent.paymentId);
  };
