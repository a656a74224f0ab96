/**
 * What must be true of refunds that have come to rest: what went back and what is reserved is never more than was paid, and
 * nothing went back that the ledger does not know.
 */
import { OPEN_REFUND_STATES } from "../../../functions/domain/refund-states.ts";
import type { Refund } from "../../../functions/domain/refund.ts";
import type { Payment } from "../../../functions/domain/payment.ts";
import type { ReversalView } from "../../../sandbox/daraja/core/reversal.ts";
import type { TransactionView } from "../../../sandbox/daraja/core/transactions.ts";
import type { Ending, Ledger } from "./ending.ts";

const isReversal = (view: TransactionView): view is ReversalView => view.kind === "reversal";
export const isOpen = ({ state }: Refund): boolean => OPEN_REFUND_STATES.some((open) => open === state);
const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

/** The refund that a reversal was asked for: the request carries its id as a remark. */
const refundOf = ({ remarks }: ReversalView): string => remarks;

function* aboutRefund(refund: Refund, asked: readonly ReversalView[], { isSeen }: Ledger): Generator<string> {
  const { id, state } = refund;
  const paid = asked.some((reversal) => reversal.state === "paid");
  if (asked.length > 1) yield `${id}: M-PESA was asked ${asked.length} times to reverse for one refund`;
  if (state !== "succeeded" && paid && !isSeen(refund))
    yield `${id} went back, is ${state}, and no exception tells of it`;
  if (isOpen(refund) && !isSeen(refund)) yield `${id} is still ${state}, and no exception tells of it`;
}

function* aboutPayment(payment: Payment, reversals: readonly ReversalView[], ledger: Ledger): Generator<string> {
  const { id, amount, refunded, refunding, receipt } = payment;
  const refunds = ledger.refunds.filter(({ paymentId }) => paymentId === id);
  const of = (isWanted: (refund: Refund) => boolean): number =>
    sum(refunds.filter(isWanted).map((refund) => Number(refund.amount)));
  const [gone, reserved] = [of(({ state }) => state === "succeeded"), of(isOpen)];
  if (Number(refunded) + Number(refunding) > amount) yield `${id}: more than was paid goes back`;
  if (gone + reserved > amount) yield `${id}: its refunds are of ${gone + reserved} cents, and ${amount} were paid`;
  if (reserved !== Number(refunding)) yield `${id} reserves ${refunding} cents for refunds of ${reserved}`;
  if (gone !== Number(refunded)) yield `${id} says that ${refunded} cents went back, and its refunds say ${gone}`;
  const back = sum(
    reversals
      .filter((reversal) => reversal.original_transaction_id === receipt && reversal.state === "paid")
      .map((reversal) => reversal.amount * 100),
  );
  if (back > amount) yield `${id}: M-PESA gave back ${back} cents of ${amount}`;
  if (gone !== back && !refunds.some(ledger.isSeen)) yield `${id}: the ledger gave back ${gone} cents, M-PESA ${back}`;
}

export function* aboutRefunds({ truth }: Ending, ledger: Ledger): Generator<string> {
  const reversals = truth.filter(isReversal);
  const known = new Set(ledger.refunds.map(({ id }) => id));
  for (const reversal of reversals)
    if (!known.has(refundOf(reversal)))
      yield `${refundOf(reversal)}: M-PESA reversed for a refund that is not on the ledger`;
  for (const refund of ledger.refunds)
    yield* aboutRefund(
      refund,
      reversals.filter((reversal) => refundOf(reversal) === refund.id),
      ledger,
    );
  for (const payment of ledger.payments) yield* aboutPayment(payment, reversals, ledger);
}
