/**
 * What must be true of every world. Each check compares what the ledger holds with what the simulator knows really happened;
 * none asks the code under test. A violation is a sentence that names the payment.
 */
import { sha256Hex } from "../../../functions/domain/canonical-json.ts";
import { verifyChain } from "../../../functions/domain/history.ts";
import { exceptionId } from "../../../functions/domain/ids.ts";
import type { Payment } from "../../../functions/domain/payment.ts";
import { DEFAULT_PROMPT_LIMITS } from "../../../functions/domain/prompts.ts";
import { OPEN_STATES, PAYMENT_MOVES } from "../../../functions/domain/payment-states.ts";
import type { Item } from "../../../functions/store/attributes.ts";
import { keys } from "../../../functions/store/keys.ts";
import { readPayment, readPaymentState } from "../../../functions/store/payment-item.ts";
import { AT } from "../../../functions/store/transaction-item.ts";
import type { PushView } from "../../../sandbox/daraja/core/push.ts";
import type { Change } from "../dynamo/table.ts";
import { callbackParams } from "./daraja-line.ts";
import { LYING_RECEIPT } from "./safaricom-faults.ts";
import type { Told } from "./storefront.ts";

/** A callback that Safaricom was told is stored. */
export interface Acknowledged {
  readonly id: string;
  readonly body: string;
}

export interface Ending {
  /** All items of the ledger's table. */
  readonly items: readonly Item[];
  /** What M-PESA took. */
  readonly pushes: readonly PushView[];
  readonly told: readonly Told[];
  readonly acknowledged: readonly Acknowledged[];
}

const isPaymentKey = (key: string): boolean => key.startsWith("pay_");
const versionOf = (item: Item): number => Number(item[AT.version]?.N ?? Number.NaN);

/** What is wrong with one write to the ledger; null when nothing is. */
export const wrongWith = ({ key, before, after }: Change): string | null => {
  if (!isPaymentKey(key)) return null;
  if (!after) return `${key} was deleted`;
  if (!before) return null;
  if (versionOf(after) !== versionOf(before) + 1)
    return `${key} went from version ${versionOf(before)} to ${versionOf(after)}`;
  const [from, to] = [readPaymentState(before), readPaymentState(after)];
  if (from !== to && !PAYMENT_MOVES[from].includes(to)) return `${key} went from ${from} to ${to}`;
  const [was, is] = [before[AT.history]?.L?.length ?? 0, after[AT.history]?.L?.length ?? 0];
  return is < was ? `${key} lost an entry of its history` : null;
};

const isOpen = ({ state }: Payment): boolean => OPEN_STATES.some((open) => open === state);

/** The payment's exceptions that a person can find. */
const exceptionsOf = (payment: Payment, known: ReadonlySet<string>): readonly string[] =>
  payment.history
    .flatMap(({ exception }) => (exception === null ? [] : [exception]))
    .filter((kind) => known.has(exceptionId(payment.id, kind)));

/** What a callback's body says of the push. */
const saysPaid = (body: string): boolean => /"ResultCode":"?0"?[,}]/.test(body);

/**
 * M-PESA said that the push had failed, then it was paid after all, and no callback that says so got through. Only the pull
 * and the statement tell of such money, and they are not part of this world.
 */
const onlyPullKnows = ({ callbacks }: PushView): boolean =>
  callbacks.some(({ body }) => !saysPaid(body)) &&
  !callbacks.some(({ body, status }) => saysPaid(body) && status !== null && status < 300);

function* aboutMoney(payment: Payment, pushes: readonly PushView[], isSeen: boolean): Generator<string> {
  const { id, state, amount } = payment;
  const paid = pushes.filter((push) => push.state === "paid");
  if (pushes.length > 1) yield `${id}: the phone was asked ${pushes.length} times for one payment`;
  if (paid.length > 1) yield `${id}: the payer paid ${paid.length} times`;
  if (state === "succeeded" && paid.length === 0) yield `${id} succeeded, and nobody paid`;
  if (state !== "succeeded" && paid.some((push) => !onlyPullKnows(push)) && !isSeen)
    yield `${id} was paid, is ${state} on the ledger, and no exception tells of it`;
  for (const push of paid) if (push.amount * 100 !== amount) yield `${id}: ${push.amount} was paid for ${amount / 100}`;
  const [push] = paid;
  if (payment.receipt !== null && payment.receipt !== LYING_RECEIPT && payment.receipt !== push?.receipt)
    yield `${id} carries a receipt that is not its own`;
}

function* aboutPayment(item: Item, ending: Ending, known: ReadonlySet<string>): Generator<string> {
  const payment = readPayment(item);
  const { id } = payment;
  const pushes = ending.pushes.filter((push) => callbackParams(push.callback_url).id === id);
  const isSeen = exceptionsOf(payment, known).length > 0;
  yield* aboutMoney(payment, pushes, isSeen);
  if (isOpen(payment) && !isSeen) yield `${id} is still ${payment.state}, and no exception tells of it`;
  for (const { exception } of payment.history)
    if (exception !== null && !known.has(exceptionId(id, exception)))
      yield `${id}: the exception ${exception} is in no list`;
  const verdict = verifyChain(id, payment.history, payment.history.at(-1)?.digest ?? null);
  if (!verdict.intact) yield `${id}: the history is broken: ${verdict.because}`;
}

function* aboutReceipts(payments: readonly Payment[], items: ReadonlyMap<string, Item>): Generator<string> {
  const owners = new Map<string, string>();
  for (const { id, receipt } of payments) {
    if (receipt === null) continue;
    const other = owners.get(receipt);
    if (other !== undefined) yield `${id} and ${other} carry one receipt`;
    owners.set(receipt, id);
    if (items.get(keys.receiptClaim(receipt))?.["id"]?.S !== id)
      yield `${id} carries a receipt that it has not claimed`;
  }
}

function* aboutAnswers(told: readonly Told[], payments: ReadonlyMap<string, Payment>): Generator<string> {
  const answers = new Map<string, { payment: string; amount: number }>();
  for (const { key, amount, answer } of told) {
    if (!answer || "problem" in answer) continue;
    const first = answers.get(key) ?? answer;
    answers.set(key, first);
    if (first.payment !== answer.payment || first.amount !== answer.amount) yield `${key} was given two answers`;
    if (answer.amount !== amount) yield `${key} asked for ${amount} and was told of a payment of ${answer.amount}`;
    if (payments.get(answer.payment)?.amount !== answer.amount * 100)
      yield `${key} was told of a payment that is not on the ledger`;
  }
}

/** Whatever was acknowledged is in the history or beside it. */
function* aboutAcknowledged(ending: Ending, items: ReadonlyMap<string, Item>, payments: ReadonlyMap<string, Payment>) {
  for (const { id, body } of ending.acknowledged) {
    const hash = sha256Hex(body);
    const inHistory = payments.get(id)?.history.some(({ rawHash }) => rawHash === hash) ?? false;
    if (!inHistory && !items.has(keys.keptEvidence(id, hash)))
      yield `${id}: a callback was acknowledged and is kept nowhere`;
  }
}

/** How far apart the guard's count and M-PESA's may be: a push can be under way for as long as its caller waits. */
const UNDER_WAY_MS = 60_000;

/** No phone is asked more often than Safaricom puts up with. */
function* aboutPhones(pushes: readonly PushView[]): Generator<string> {
  const { perWindow, windowMs } = DEFAULT_PROMPT_LIMITS;
  for (const phone of new Set(pushes.map(({ msisdn }) => msisdn))) {
    const asked = pushes.filter(({ msisdn }) => msisdn === phone);
    const times = asked.map(({ taken_at }) => Date.parse(taken_at ?? "")).sort((a, b) => a - b);
    const tooMany = times.some((at, place) => (times[place + perWindow] ?? Infinity) - at < windowMs - UNDER_WAY_MS);
    if (tooMany) yield `the phone of ${asked[0]?.reference} was asked more than ${perWindow} times in five minutes`;
  }
}

/** Everything that is wrong with a world that has come to rest. */
export const violations = (ending: Ending): readonly string[] => {
  const items = new Map(ending.items.map((item) => [item[AT.id]?.S ?? "", item]));
  const own = ending.items.filter((item) => isPaymentKey(item[AT.id]?.S ?? ""));
  const payments = own.map(readPayment);
  const byId = new Map(payments.map((payment) => [payment.id, payment]));
  const known = new Set(items.keys());
  return [
    ...own.flatMap((item) => [...aboutPayment(item, ending, known)]),
    ...ending.pushes.flatMap((push) => {
      const { id } = callbackParams(push.callback_url);
      return byId.has(id) ? [] : [`${id}: a phone was asked for a payment that is not on the ledger`];
    }),
    ...aboutPhones(ending.pushes),
    ...aboutReceipts(payments, items),
    ...aboutAnswers(ending.told, byId),
    ...aboutAcknowledged(ending, items, byId),
  ];
};
