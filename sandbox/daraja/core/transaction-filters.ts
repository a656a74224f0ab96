/**
 * Picking transactions by whatever names them: a kind, a phone, a receipt, an id, a reference, a state.
 */
import * as z from "zod";
import { isMenuPayment, isPush, isReversal, oldestFirst, type Transaction } from "./transactions.ts";
import type { World } from "./world.ts";

export const TransactionFilters = z.strictObject({
  kind: z.enum(["stk_push", "c2b", "payout", "reversal"]).optional(),
  msisdn: z.string().optional(),
  /** AccountReference or BillRefNumber of a payment; Occassion or OriginatorConversationID of a payout; Occasion of a reversal. */
  reference: z.string().optional(),
  receipt: z.string().optional(),
  checkout_request_id: z.string().optional(),
  originator_conversation_id: z.string().optional(),
  state: z.enum(["prompting", "validating", "accepted", "paid", "failed"]).optional(),
});
export type TransactionFilters = z.infer<typeof TransactionFilters>;

type Handles = {
  readonly kind: NonNullable<TransactionFilters["kind"]>;
  readonly receipt: string | null;
  readonly references: readonly string[];
  readonly checkoutId?: string;
  readonly originatorId?: string;
};

const handlesOf = (transaction: Transaction): Handles => {
  if (isPush(transaction)) {
    const { receipt, reference, checkoutRequestId: checkoutId } = transaction;
    return { kind: "stk_push", receipt, references: [reference], checkoutId };
  }
  if (isMenuPayment(transaction)) {
    const receipt = transaction.state === "paid" ? transaction.transactionId : null;
    return { kind: "c2b", receipt, references: [transaction.reference] };
  }
  const { receipt, originatorConversationId: originatorId, occasion } = transaction;
  return isReversal(transaction)
    ? { kind: "reversal", receipt, references: [occasion], originatorId }
    : { kind: "payout", receipt, references: [occasion, originatorId], originatorId };
};

const agrees = (wanted: string | undefined, actual: string | null | undefined): boolean =>
  wanted === undefined || wanted === actual;

const isAskedFor = (transaction: Transaction, filters: TransactionFilters): boolean => {
  const handles = handlesOf(transaction);
  return (
    agrees(filters.kind, handles.kind) &&
    agrees(filters.msisdn, transaction.msisdn) &&
    agrees(filters.state, transaction.state) &&
    agrees(filters.receipt, handles.receipt) &&
    agrees(filters.checkout_request_id, handles.checkoutId) &&
    agrees(filters.originator_conversation_id, handles.originatorId) &&
    (filters.reference === undefined || handles.references.includes(filters.reference))
  );
};

/** What can match at all: one look-up where an id is named, everything otherwise. */
const candidates = (world: World, filters: TransactionFilters): Iterable<Transaction | undefined> => {
  const { checkout_request_id: checkoutId, originator_conversation_id: originatorId, receipt } = filters;
  if (checkoutId !== undefined) return [world.register.find(checkoutId)];
  if (originatorId !== undefined) return [world.payoutBook.find(originatorId), world.reversalBook.find(originatorId)];
  if (receipt === undefined) return oldestFirst(world);
  return [world.register, world.payoutBook, world.reversalBook]
    .map((book): Transaction | undefined => book.findReceipt(receipt))
    .concat(world.menuPayments.find(receipt));
};

/** Everything that agrees with every filter, oldest first. */
export function* matching(world: World, filters: TransactionFilters): Generator<Transaction> {
  for (const transaction of candidates(world, filters))
    if (transaction !== undefined && isAskedFor(transaction, filters)) yield transaction;
}
