/**
 * What must hold between M-PESA's truth, the ledger and what was asked for, whatever was killed. Each rule gives a sentence
 * for every breach; none means that nothing was lost and nothing was doubled.
 */
import type { Ledger, LedgerPayment, LedgerPayout, Truth } from "./books.ts";
import { madeBy } from "./orders.ts";
import type { Order } from "./orders.ts";

export interface Case {
  readonly truth: Truth;
  readonly ledger: Ledger;
  readonly orders: readonly Order[];
}

type Rule = (facts: Case) => readonly string[];

const grouped = <T>(things: readonly T[], nameOf: (thing: T) => string): ReadonlyMap<string, readonly T[]> => {
  const groups = new Map<string, T[]>();
  for (const thing of things) groups.set(nameOf(thing), [...(groups.get(nameOf(thing)) ?? []), thing]);
  return groups;
};
const sum = (things: readonly { readonly amount: number }[]): number =>
  things.reduce((total, { amount }) => total + amount, 0);
const paid = <T extends { readonly state: string }>(things: readonly T[]): readonly T[] =>
  things.filter(({ state }) => state === "paid");
const standing = (payments: readonly LedgerPayment[]): readonly LedgerPayment[] =>
  payments.filter(({ status }) => status === "succeeded" || status === "reversed");
const standingPayouts = (payouts: readonly LedgerPayout[]): readonly LedgerPayout[] =>
  payouts.filter(({ status }) => status === "succeeded");

/** The payment that stands for a push: by its receipt, or by its reference where a question alone confirmed it. */
const standsFor = (payment: LedgerPayment, push: { readonly reference: string; readonly receipt: string | null }) =>
  payment.receipt === null ? payment.reference === push.reference : payment.receipt === push.receipt;

const asksOncePerOrder: Rule = ({ truth, orders }) => {
  const known = new Set(orders.map(({ body }) => body["reference"]));
  return [...grouped(truth.pushes, ({ reference }) => reference)].flatMap(([reference, pushes]) => [
    ...(pushes.length > 1 ? [`order ${reference}: its phone was asked ${pushes.length} times`] : []),
    ...(known.has(reference) ? [] : [`push ${reference}: nobody ordered it`]),
  ]);
};

const keepsEveryPush: Rule = ({ truth, ledger }) =>
  paid(truth.pushes).flatMap((push) => {
    const stands = standing(ledger.payments).filter((payment) => standsFor(payment, push));
    if (stands.length > 1) return [`push ${push.reference}: counted ${stands.length} times`];
    const [only] = stands;
    if (only !== undefined)
      return only.amount === push.amount ? [] : [`${only.id}: ${only.amount} on the ledger, ${push.amount} were paid`];
    const concerned = ledger.payments.filter(({ reference }) => reference === push.reference);
    return concerned.some(({ id }) => ledger.exceptions.has(id))
      ? []
      : [`push ${push.reference}: paid, and neither succeeded nor in the exceptions`];
  });

const inventsNoPayment: Rule = ({ truth, ledger }) =>
  standing(ledger.payments)
    .filter((payment) => !paid(truth.pushes).some((push) => standsFor(payment, push)))
    .map(({ id, status }) => `${id}: ${status}, and M-PESA was paid nothing`);

const keepsEveryPayout: Rule = ({ truth, ledger }) =>
  paid(truth.payouts).flatMap((payout) => {
    const id = payout.originator_conversation_id;
    const found = ledger.payouts.find((each) => each.id === id);
    if (found === undefined) return [`payout ${id}: paid, and not on the ledger`];
    if (found.status === "succeeded")
      return found.amount === payout.amount ? [] : [`${id}: ${found.amount} on the ledger, ${payout.amount} were paid`];
    return ledger.exceptions.has(id) ? [] : [`payout ${id}: paid, and ${found.status} without an exception`];
  });

const inventsNoPayout: Rule = ({ truth, ledger }) => {
  const really = grouped(paid(truth.payouts), (each) => each.originator_conversation_id);
  return standingPayouts(ledger.payouts)
    .filter(({ id }) => really.get(id)?.length !== 1)
    .map(({ id }) => `${id}: succeeded, and M-PESA paid it ${really.get(id)?.length ?? 0} times`);
};

/** Every row and every single payout asks for its receiver once. */
const asksPerReceiver = (orders: readonly Order[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  const rows = orders.flatMap(({ kind, body }) => {
    if (kind === "payout") return [body];
    return kind === "batch" ? (body["payouts"] as Record<string, unknown>[]) : [];
  });
  for (const row of rows) counts.set(String(row["phone"]), (counts.get(String(row["phone"])) ?? 0) + 1);
  return counts;
};

const paysNobodyTwice: Rule = ({ truth, orders }) => {
  const asked = asksPerReceiver(orders);
  return [...grouped(paid(truth.payouts), ({ msisdn }) => msisdn)].flatMap(([msisdn, payouts]) => {
    const most = asked.get(msisdn) ?? 0;
    return payouts.length > most ? [`a receiver was paid ${payouts.length} times and was owed ${most}`] : [];
  });
};

const refundsAsKnown: Rule = ({ truth, ledger }) =>
  ledger.payments.flatMap((payment) => {
    const taken = truth.reversals.filter((each) => each.original_transaction_id === payment.receipt);
    const refunds = ledger.refunds.filter((refund) => refund.payment === payment.id);
    const doubted = [payment.id, ...refunds.map(({ id }) => id)].some((id) => ledger.exceptions.has(id));
    const back = sum(paid(taken));
    return [
      ...(taken.length > refunds.length
        ? [`${payment.id}: ${taken.length} reversals for ${refunds.length} refunds`]
        : []),
      ...(back === payment.refunded_amount || doubted
        ? []
        : [`${payment.id}: ${back} went back, the ledger says ${payment.refunded_amount}`]),
    ];
  });

const sumsAgree: Rule = ({ truth, ledger }) => {
  const pushes = paid(truth.pushes);
  const inDoubt = pushes.filter((push) => !standing(ledger.payments).some((payment) => standsFor(payment, push)));
  const collected = sum(standing(ledger.payments)) + sum(inDoubt);
  const succeeded = new Set(standingPayouts(ledger.payouts).map(({ id }) => id));
  const payouts = paid(truth.payouts);
  const left =
    sum(standingPayouts(ledger.payouts)) +
    sum(payouts.filter((each) => !succeeded.has(each.originator_conversation_id)));
  return [
    ...(collected === sum(pushes) ? [] : [`${sum(pushes)} shillings came in, ${collected} are accounted for`]),
    ...(left === sum(payouts) ? [] : [`${sum(payouts)} shillings went out, ${left} are accounted for`]),
  ];
};

const answersAlike: Rule = ({ orders }) =>
  orders.flatMap(({ kind, key, answers, otherBodies }) => {
    const made = new Set(answers.flatMap(({ status, body }) => (status < 300 ? [body?.["id"]] : [])));
    const taken = otherBodies.filter(({ status }) => status < 300);
    return [
      ...(answers.length === 0 ? [`${kind} ${key}: never answered`] : []),
      ...(made.size > 1 ? [`${kind} ${key}: one key made ${[...made].join(" and ")}`] : []),
      ...(taken.length > 0 ? [`${kind} ${key}: another body was taken under the same key`] : []),
    ];
  });

const keepsWhatItMade: Rule = ({ ledger, orders }) => {
  const { payments, payouts, refunds, batches } = ledger;
  const known = new Set([...payments, ...payouts, ...refunds, ...batches].map(({ id }) => id));
  return orders.flatMap((order) => {
    const id = madeBy(order);
    return id === null || known.has(id) ? [] : [`${order.kind} ${id}: answered, and not on the ledger`];
  });
};

const OPEN = new Set(["pending", "queued"]);
const ENDED_BATCHES = new Set(["completed", "cancelled", "rejected"]);

/** What has neither ended nor been handed to a person. */
export const unsettled = ({ payments, payouts, refunds, batches, exceptions }: Ledger): readonly string[] => [
  ...[...payments, ...payouts, ...refunds]
    .filter(({ id, status }) => OPEN.has(status) && !exceptions.has(id))
    .map(({ id }) => id),
  ...batches.filter(({ status }) => !ENDED_BATCHES.has(status)).map(({ id }) => id),
];

const nothingStuck: Rule = ({ ledger }) =>
  unsettled(ledger).map((id) => `${id}: neither settled nor in the exceptions`);
const chainsHold: Rule = ({ ledger }) => ledger.brokenChains.map((id) => `${id}: its history is not whole`);

const RULES: readonly Rule[] = [
  asksOncePerOrder,
  keepsEveryPush,
  inventsNoPayment,
  keepsEveryPayout,
  inventsNoPayout,
  paysNobodyTwice,
  refundsAsKnown,
  sumsAgree,
  answersAlike,
  keepsWhatItMade,
  nothingStuck,
  chainsHold,
];

/** Every breach, in the order of the rules; empty when all is well. */
export const judge = (facts: Case): readonly string[] => RULES.flatMap((rule) => rule(facts));
