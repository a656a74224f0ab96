/** What must be true of a payment's life that has come to rest, told against what M-PESA really did. */
import { sha256Hex } from "../../functions/domain/canonical-json.ts";
import { verifyChain } from "../../functions/domain/history.ts";
import { exceptionId } from "../../functions/domain/ids.ts";
import { OPEN_STATES } from "../../functions/domain/payment-states.ts";
import type { Payment } from "../../functions/domain/payment.ts";
import type { Item } from "../../functions/store/attributes.ts";
import { keys } from "../../functions/store/keys.ts";
import { readPayment } from "../../functions/store/payment-item.ts";
import { AT } from "../../functions/store/transaction-item.ts";
import { unexplained } from "./machine.ts";
import type { Ending } from "./machine.ts";
import { RECEIPT, SHILLINGS } from "./push-desk.ts";
import type { PushDesk } from "./push-desk.ts";

export interface PaymentEnding {
  readonly items: readonly Item[];
  readonly desk: PushDesk;
  readonly endings: ReadonlyMap<string, Ending>;
}

type Answered = Extract<Ending, { readonly ended: "answered" }>;

const answersOf = (endings: ReadonlyMap<string, Ending>, prefix: string): readonly (readonly [string, Answered])[] =>
  [...endings].flatMap(([name, ending]) =>
    name.startsWith(prefix) && ending.ended === "answered" ? [[name, ending] as const] : [],
  );

const isAcknowledged = (ending: Ending | undefined): boolean =>
  ending?.ended === "answered" && (ending.answer as { readonly status: number }).status === 200;

/**
 * M-PESA said that nobody had paid, then somebody did, and the callback that says so was not taken in. Only the pull and
 * the statement tell of such money, and they are not part of this scope.
 */
const onlyPullKnows = ({ desk, endings }: PaymentEnding): boolean =>
  desk.isPaidLate() && !isAcknowledged(endings.get("callback 2"));

function* aboutMoney({ state, receipt }: Payment, ending: PaymentEnding, isSeen: boolean): Generator<string> {
  const { desk } = ending;
  if (state === "succeeded" && !desk.isPaid()) yield "the payment succeeded, and nobody paid";
  if (state !== "succeeded" && desk.isPaid() && !isSeen && !onlyPullKnows(ending))
    yield `the payment was paid, is ${state} on the ledger, and no exception tells of it`;
  if (OPEN_STATES.some((open) => open === state) && !isSeen)
    yield `the payment is still ${state}, and no exception tells of it`;
  if (receipt !== null && receipt !== RECEIPT) yield "the payment carries a receipt that is not its own";
}

function* aboutRecord(payment: Payment, known: ReadonlySet<string>): Generator<string> {
  const { id, history, receipt } = payment;
  for (const { exception } of history)
    if (exception !== null && !known.has(exceptionId(id, exception))) yield `the exception ${exception} is in no list`;
  if (receipt !== null && !known.has(keys.receiptClaim(receipt))) yield "the payment's receipt is not claimed";
  const verdict = verifyChain(id, history, history.at(-1)?.digest ?? null);
  if (!verdict.intact) yield `the history is broken: ${verdict.because}`;
}

function* aboutAnswers(endings: ReadonlyMap<string, Ending>, payment: Payment | null): Generator<string> {
  for (const [name, { answer }] of answersOf(endings, "start")) {
    const { reply, body } = answer as { reply: string; body?: { id: string; amount: number } };
    if (reply !== "resource") yield `${name} was told of a problem`;
    else if (body?.id !== payment?.id || body?.amount !== SHILLINGS) yield `${name} was told of another payment`;
  }
}

/** Whatever was acknowledged is in the history or beside it. */
function* aboutCallbacks({ endings, desk }: PaymentEnding, payment: Payment | null, known: ReadonlySet<string>) {
  for (const [name, { answer }] of answersOf(endings, "callback")) {
    if ((answer as { status: number }).status !== 200) continue;
    const hash = sha256Hex(desk.message(Number(name.slice(-1)) - 1));
    const isInHistory = payment?.history.some(({ rawHash }) => rawHash === hash) ?? false;
    if (!isInHistory && !known.has(keys.keptEvidence(payment?.id ?? "", hash)))
      yield `${name} was acknowledged and is kept nowhere`;
  }
}

export const paymentViolations = (ending: PaymentEnding): readonly string[] => {
  const known = new Set(ending.items.map((item) => item[AT.id]?.S ?? ""));
  const [item] = ending.items.filter((each) => each[AT.id]?.S?.startsWith("pay_"));
  const payment = item ? readPayment(item) : null;
  if (payment === null && ending.desk.pushes() > 0)
    return ["a phone was asked for a payment that is not on the ledger"];
  const isSeen =
    payment?.history.some(({ exception }) => exception !== null && known.has(exceptionId(payment.id, exception))) ??
    false;
  return [
    ...(payment ? aboutMoney(payment, ending, isSeen) : []),
    ...(payment ? aboutRecord(payment, known) : []),
    ...aboutAnswers(ending.endings, payment),
    ...aboutCallbacks(ending, payment, known),
    ...unexplained(ending.endings),
  ];
};
