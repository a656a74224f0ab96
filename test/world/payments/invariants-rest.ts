/**
 * Whether a world comes to rest. With the faults stopped: a payment whose outcome M-PESA told us, in a callback that we
 * acknowledged or in the answer to a question, is settled or in the exceptions within fifteen minutes; one whose outcome
 * nobody tells is in the exceptions within fifteen minutes of its last question, 48 hours after it began; and nobody is
 * asked without end.
 */
import { MAX_CHECKS, overdueAfterMs } from "../../../functions/domain/check-schedule.ts";
import type { Payment } from "../../../functions/domain/payment.ts";
import { OPEN_STATES } from "../../../functions/domain/payment-states.ts";
import { callbackParams } from "./daraja-line.ts";
import { exceptionsOf } from "./ending.ts";
import type { Ending } from "./ending.ts";
import { SWEEP_INTERVAL_MS } from "./gateway.ts";
import { START } from "./rates.ts";

const PATIENCE_MS = 15 * 60_000;
const IN_PROGRESS = "4999";

const isOpen = ({ state }: Payment): boolean => OPEN_STATES.some((open) => open === state);

/** When a payment first was settled or in the exceptions; never is Infinity. */
const restOf = (payment: Payment, { restedAt }: Ending, known: ReadonlySet<string>): number =>
  Math.min(...[payment.id, ...exceptionsOf(payment, known)].map((key) => restedAt.get(key) ?? Infinity));

/** When M-PESA first told how each payment ended, after the faults had stopped; by payment. */
const toldAt = ({ acknowledged, heard, pushes, calmAt }: Ending): ReadonlyMap<string, number> => {
  const paymentOf = new Map(pushes.map((push) => [push.checkout_request_id, callbackParams(push.callback_url).id]));
  const told = [
    ...acknowledged.map(({ id, at }) => ({ id, at })),
    ...heard
      .filter(({ code }) => code !== null && code !== IN_PROGRESS)
      .map(({ checkoutId, at }) => ({ id: paymentOf.get(checkoutId) ?? "", at })),
  ];
  const first = new Map<string, number>();
  for (const { id, at } of told) if (at >= calmAt) first.set(id, Math.min(at, first.get(id) ?? Infinity));
  return first;
};

const minutes = (ms: number): string => (ms === Infinity ? "never" : `${Math.round((ms - START) / 60_000)} minutes in`);

export function* aboutRest(
  payments: readonly Payment[],
  ending: Ending,
  known: ReadonlySet<string>,
): Generator<string> {
  const told = toldAt(ending);
  for (const payment of payments) {
    const { id, state, createdAt } = payment;
    const rest = restOf(payment, ending, known);
    if (isOpen(payment) && rest === Infinity) yield `${id} is still ${state}, and no exception tells of it`;
    const at = told.get(id) ?? Infinity;
    const due = Math.min(at, createdAt + overdueAfterMs(SWEEP_INTERVAL_MS));
    const bound = Math.max(due, ending.calmAt) + PATIENCE_MS;
    // One that nobody asked for is settled from the first, and may be heard of days after it was made.
    if (payment.source === "stk" && rest > bound)
      yield `${id} was to be settled ${minutes(bound)} and was ${minutes(rest)}`;
  }
  const asked = new Map<string, number>();
  for (const { checkoutId } of ending.heard) asked.set(checkoutId, (asked.get(checkoutId) ?? 0) + 1);
  for (const push of ending.pushes) {
    const times = asked.get(push.checkout_request_id) ?? 0;
    if (times > MAX_CHECKS + push.callbacks.length)
      yield `${callbackParams(push.callback_url).id}: M-PESA was asked ${times} times how it ended`;
  }
}
