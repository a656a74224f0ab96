/**
 * Payments and payouts as one list: what M-PESA took, in the order it took it.
 */
import { payoutView, type Payout, type PayoutView } from "./payout.ts";
import type { PayoutBook } from "./payout-book.ts";
import { pushView, type Push, type PushView } from "./push.ts";
import type { Register } from "./register.ts";

export type Transaction = Push | Payout;
export type TransactionView = PushView | PayoutView;

export const isPush = (transaction: Transaction): transaction is Push => "checkoutRequestId" in transaction;

/** The transaction as the control API shows it. */
export const transactionView = (transaction: Transaction): TransactionView =>
  isPush(transaction) ? pushView(transaction) : payoutView(transaction);

type Kept = {
  readonly register: Pick<Register, "all">;
  readonly payoutBook: Pick<PayoutBook, "all">;
};

/** Everything that is kept, oldest first; of two taken in one instant the payment comes first. */
export function* oldestFirst({ register, payoutBook }: Kept): Generator<Transaction> {
  const [pushes, payouts] = [register.all(), payoutBook.all()];
  let [push, payout] = [pushes.next(), payouts.next()];
  while (!push.done || !payout.done) {
    const isPushNext = !push.done && (payout.done === true || push.value.takenAtMs <= payout.value.takenAtMs);
    if (isPushNext) {
      yield push.value;
      push = pushes.next();
    } else if (!payout.done) {
      yield payout.value;
      payout = payouts.next();
    }
  }
}

/** The last `count` payments and the last `count` payouts, newest first: a batch of payouts hides no phone that rings. */
export const latest = ({ register, payoutBook }: Kept, count: number): Transaction[] => {
  const [pushes, payouts] = [[...register.all()].slice(-count), [...payoutBook.all()].slice(-count)];
  const recent = { register: { all: () => pushes.values() }, payoutBook: { all: () => payouts.values() } };
  return [...oldestFirst(recent)].reverse();
};
