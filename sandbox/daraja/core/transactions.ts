/**
 * Pushes, payments from menus, payouts and reversals as one list: what M-PESA took, in the order it took it.
 */
import { menuPaymentView, type MenuPayment, type MenuPaymentView } from "./menu-payment.ts";
import type { MenuPayments } from "./menu-payments.ts";
import { payoutView, type Payout, type PayoutView } from "./payout.ts";
import type { PayoutBook } from "./payout-book.ts";
import { pushView, type Push, type PushView } from "./push.ts";
import type { Register } from "./register.ts";
import { reversalView, type Reversal, type ReversalView } from "./reversal.ts";
import type { ReversalBook } from "./reversal-book.ts";

export type Transaction = Push | MenuPayment | Payout | Reversal;
export type TransactionView = PushView | MenuPaymentView | PayoutView | ReversalView;

export const isPush = (transaction: Transaction): transaction is Push => "checkoutRequestId" in transaction;
export const isMenuPayment = (transaction: Transaction): transaction is MenuPayment => "transactionId" in transaction;
export const isReversal = (transaction: Transaction): transaction is Reversal => "originalTransactionId" in transaction;
export const isPayout = (transaction: Transaction): transaction is Payout => "commandId" in transaction;

/** The transaction as the control API shows it. */
export const transactionView = (transaction: Transaction): TransactionView => {
  if (isPush(transaction)) return pushView(transaction);
  if (isMenuPayment(transaction)) return menuPaymentView(transaction);
  return isReversal(transaction) ? reversalView(transaction) : payoutView(transaction);
};

type Kept = {
  readonly register: Pick<Register, "all">;
  readonly menuPayments: Pick<MenuPayments, "all">;
  readonly payoutBook: Pick<PayoutBook, "all">;
  readonly reversalBook: Pick<ReversalBook, "all">;
};

/** Customers' payments first: of two taken in one instant they go first. */
const sourcesOf = (kept: Kept): IterableIterator<Transaction>[] => [
  kept.register.all(),
  kept.menuPayments.all(),
  kept.payoutBook.all(),
  kept.reversalBook.all(),
];

/** Several lists, each in order, as one. */
function* merged(sources: readonly IterableIterator<Transaction>[]): Generator<Transaction> {
  const heads = sources.map((source) => ({ source, next: source.next() }));
  for (;;) {
    let first: (typeof heads)[number] | undefined;
    for (const head of heads) {
      if (head.next.done === true) continue;
      if (first === undefined || first.next.done === true || head.next.value.takenAtMs < first.next.value.takenAtMs)
        first = head;
    }
    if (first === undefined || first.next.done === true) return;
    yield first.next.value;
    first.next = first.source.next();
  }
}

/** Everything that is kept, oldest first. */
export const oldestFirst = (kept: Kept): Generator<Transaction> => merged(sourcesOf(kept));

/** The last `count` of each kind, newest first: a batch of payouts hides no phone that rings. */
export const latest = (kept: Kept, count: number): Transaction[] =>
  [...merged(sourcesOf(kept).map((source) => [...source].slice(-count).values()))].reverse();
