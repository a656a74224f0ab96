/**
 * What a write to the ledger says that was not said before: the thing as it is now, and where it stood until then. What
 * must stay true: a write that adds nothing to a history is no news, and neither is one that takes something away.
 */
import type { Batch } from "../domain/batch.ts";
import type { Exception } from "../domain/exception.ts";
import { isBatchId, isExceptionId, isPaymentId, isPayoutId, isRefundId } from "../domain/ids.ts";
import type { Payment } from "../domain/payment.ts";
import type { Payout } from "../domain/payout.ts";
import type { Refund } from "../domain/refund.ts";
import type { Standing } from "../domain/webhook-event.ts";
import { readText } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import type { LedgerWrite } from "./archive-lines.ts";
import { readBatchItem } from "./batch-item.ts";
import { readException } from "./exception-item.ts";
import { STATE_CODES } from "./history-item.ts";
import { readPayment } from "./payment-item.ts";
import { readPayout } from "./payout-item.ts";
import { readRefund } from "./refund-item.ts";
import { AT, readStorefront } from "./transaction-item.ts";

type Thing =
  | { readonly what: "payment"; readonly thing: Payment }
  | { readonly what: "payout"; readonly thing: Payout }
  | { readonly what: "refund"; readonly thing: Refund }
  | { readonly what: "payout_batch"; readonly thing: Batch }
  | { readonly what: "exception"; readonly thing: Exception };

export type News = Thing & { readonly before: Standing | null };

const entriesOf = (item: Item | null): number => item?.[AT.digests]?.L?.length ?? 0;

const standingOf = (item: Item): Standing => ({
  state: STATE_CODES.read(item, AT.state),
  storefront: readStorefront(item),
});

const readThing = (id: string, item: Item): Thing | null => {
  if (isPaymentId(id)) return { what: "payment", thing: readPayment(item) };
  if (isPayoutId(id)) return { what: "payout", thing: readPayout(item) };
  if (isRefundId(id)) return { what: "refund", thing: readRefund(item) };
  if (isBatchId(id)) return { what: "payout_batch", thing: readBatchItem(item) };
  return isExceptionId(id) ? { what: "exception", thing: readException(item) } : null;
};

/** The news of one write; null for none. `unreadable` names an item that does not look as we write it. */
export const newsOf = ({ before, after }: LedgerWrite): News | { readonly unreadable: string } | null => {
  if (after === null || entriesOf(after) <= entriesOf(before)) return null;
  const id = readText(after, AT.id);
  try {
    const thing = readThing(id, after);
    return thing && { ...thing, before: before && entriesOf(before) > 0 ? standingOf(before) : null };
  } catch {
    // Reading it again would end the same way, and the stream has other things to tell.
    return { unreadable: id };
  }
};
