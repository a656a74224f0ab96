/**
 * Where the money of a world is. What must be true: whatever was paid is on the ledger exactly once, or an exception tells a
 * person of it; nothing is on the ledger that nobody paid; nothing is failed that M-PESA never called failed.
 */
import type { Payment } from "../../../functions/domain/payment.ts";
import type { PushView } from "../../../sandbox/daraja/core/push.ts";
import { callbackParams } from "./daraja-line.ts";
import { exceptionsOf, saysPaid } from "./ending.ts";
import type { Ending, Heard } from "./ending.ts";
import { LYING_RECEIPT } from "./safaricom-faults.ts";

/** Money that moved, as M-PESA knows it. */
interface Paid {
  readonly receipt: string;
  readonly cents: number;
  readonly reference: string;
  /** The payment whose push it was; null for one from the menu. */
  readonly of: string | null;
}

const PAID = "0";
const IN_PROGRESS = "4999";

/** M-PESA said that a push has failed which was paid after all, and no callback that says so got through. */
const onlyPullKnows = (push: PushView, heard: readonly Heard[]): boolean => {
  const { callbacks, checkout_request_id: id } = push;
  const isDenied =
    callbacks.some(({ body }) => !saysPaid(body)) ||
    heard.some(({ checkoutId, code }) => checkoutId === id && code !== null && code !== PAID && code !== IN_PROGRESS);
  return isDenied && !callbacks.some(({ body, status }) => saysPaid(body) && status !== null && status < 300);
};

const paidOf = ({ pushes, menu }: Ending): readonly Paid[] => [
  ...pushes.flatMap(({ state, receipt, amount, reference, callback_url }): Paid[] =>
    state === "paid" && receipt !== null
      ? [{ receipt, cents: amount * 100, reference, of: callbackParams(callback_url).id }]
      : [],
  ),
  ...menu.flatMap(({ receipt, amount, reference }): Paid[] =>
    receipt === null ? [] : [{ receipt, cents: Math.round(amount * 100), reference, of: null }],
  ),
];

const counts = ({ state }: Payment): boolean => state === "succeeded" || state === "reversed";

/** What one payment says of the push that it is about. */
function* aboutPush(payment: Payment, ending: Ending, isSeen: boolean): Generator<string> {
  const { id, state } = payment;
  const pushes = ending.pushes.filter((push) => callbackParams(push.callback_url).id === id);
  const paid = pushes.filter((push) => push.state === "paid");
  if (pushes.length > 1) yield `${id}: the phone was asked ${pushes.length} times for one payment`;
  if (paid.length > 1) yield `${id}: the payer paid ${paid.length} times`;
  for (const push of paid)
    if (push.amount * 100 !== payment.amount) yield `${id}: ${push.amount} was paid for ${payment.amount / 100}`;
  if (!counts(payment) && state !== "merged" && !isSeen && paid.some((push) => !onlyPullKnows(push, ending.heard)))
    yield `${id} was paid, is ${state} on the ledger, and no exception tells of it`;
}

/** Nothing has succeeded that nobody paid, and nobody has another's receipt. */
function* aboutSuccess(payment: Payment, all: readonly Paid[]): Generator<string> {
  const { id, receipt, amount, source, reference } = payment;
  if (receipt === null || receipt === LYING_RECEIPT) {
    if (!all.some(({ of }) => of === id)) yield `${id} succeeded, and nobody paid`;
    return;
  }
  const paid = all.find((one) => one.receipt === receipt);
  if (!paid) {
    yield `${id} succeeded, and nobody paid`;
    return;
  }
  if (paid.cents !== amount) yield `${id}: ${paid.cents / 100} was paid for ${amount / 100}`;
  const isAnothers = paid.of === null ? paid.reference !== reference : paid.of !== id;
  if (source === "stk" && isAnothers) yield `${id} carries a receipt that is not its own`;
}

/** Which payments count this money: by its receipt, or as its push's own payment that has no receipt, or a false one. */
const countedBy = ({ receipt, of }: Paid, payments: readonly Payment[]): readonly Payment[] =>
  payments.filter((payment) => {
    const isOwn = payment.id === of && (payment.receipt === null || payment.receipt === LYING_RECEIPT);
    return counts(payment) && (payment.receipt === receipt || isOwn);
  });

export function* aboutMoney(
  payments: readonly Payment[],
  ending: Ending,
  known: ReadonlySet<string>,
): Generator<string> {
  const isSeen = (payment: Payment): boolean => exceptionsOf(payment, known).length > 0;
  const all = paidOf(ending);
  for (const payment of payments) {
    if (payment.source === "stk") yield* aboutPush(payment, ending, isSeen(payment));
    if (counts(payment)) yield* aboutSuccess(payment, all);
  }
  for (const paid of all) {
    const holders = countedBy(paid, payments);
    const own = payments.find(({ id }) => id === paid.of);
    const name = paid.of ?? `what was paid from the menu for ${paid.reference}`;
    if (holders.length === 0 && !(own && isSeen(own))) yield `${name}: the money is on the ledger nowhere`;
    if (holders.length > 1 && !holders.some(isSeen))
      yield `${name}: the money is on the ledger ${holders.length} times`;
  }
}
