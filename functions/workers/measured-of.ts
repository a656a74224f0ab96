/**
 * What a move of the ledger says to whoever watches how money goes: how it ended, why, and how long it took. What must stay
 * true: only a move into an ending is measured, so each ending counts once; nothing of a person is in it.
 */
import type { Payment } from "../domain/payment.ts";
import type { Measured, MeasureName } from "../runtime/metrics.ts";
import type { News } from "../store/webhook-news.ts";

interface Names {
  readonly succeeded: MeasureName;
  readonly failed: MeasureName;
  readonly time: MeasureName;
}

const NAMES = {
  payment: { succeeded: "PaymentsSucceeded", failed: "PaymentsFailed", time: "PaymentTime" },
  payout: { succeeded: "PayoutsSucceeded", failed: "PayoutsFailed", time: "PayoutTime" },
  refund: { succeeded: "RefundsSucceeded", failed: "RefundsFailed", time: "RefundTime" },
} as const satisfies Readonly<Record<string, Names>>;

interface Ended {
  readonly state: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly failure: { readonly code: string } | null;
}

/** M-PESA's clock is not ours: what it says of the future took no time. */
const since = (from: number, to: number): number => Math.max(0, to - from);

const ending = ({ state, createdAt, updatedAt: at, failure }: Ended, names: Names): Measured | null => {
  const time = { [names.time]: since(createdAt, at) };
  if (state === "succeeded") return { values: { [names.succeeded]: 1, ...time }, code: null, at };
  if (state !== "failed") return null;
  return { values: { [names.failed]: 1, ...time }, code: failure?.code ?? "unclassified", at };
};

/** And how long M-PESA knew of the money before us. */
const ofPayment = (payment: Payment): Measured | null => {
  const ended = ending(payment, NAMES.payment);
  if (ended === null || payment.state !== "succeeded" || payment.paidAt === null) return ended;
  return { ...ended, values: { ...ended.values, PaymentLag: since(payment.paidAt, ended.at) } };
};

/** Null for news that ends nothing: a note in a history, a move on the way, a payment found to be another's. */
export const measuredOf = (news: News): Measured | null => {
  if (news.what === "exception" || news.what === "payout_batch") return null;
  if (news.before?.state === news.thing.state) return null;
  return news.what === "payment" ? ofPayment(news.thing) : ending(news.thing, NAMES[news.what]);
};
