/**
 * What must be true of every world. Each check compares what the ledger holds with what the simulator knows really happened;
 * none asks the code under test. A violation is a sentence that names the payment.
 */
import { sha256Hex } from "../../../functions/domain/canonical-json.ts";
import { verifyChain } from "../../../functions/domain/history.ts";
import { exceptionId } from "../../../functions/domain/ids.ts";
import type { Payment } from "../../../functions/domain/payment.ts";
import { DEFAULT_PROMPT_LIMITS } from "../../../functions/domain/prompts.ts";
import { PAYMENT_MOVES } from "../../../functions/domain/payment-states.ts";
import type { Item } from "../../../functions/store/attributes.ts";
import { keys } from "../../../functions/store/keys.ts";
import { readPayment, readPaymentState } from "../../../functions/store/payment-item.ts";
import { AT } from "../../../functions/store/transaction-item.ts";
import type { PushView } from "../../../sandbox/daraja/core/push.ts";
import type { Change } from "../dynamo/table.ts";
import { callbackParams } from "./daraja-line.ts";
import type { Ending } from "./ending.ts";
import { aboutMoney } from "./invariants-money.ts";
import { aboutRest } from "./invariants-rest.ts";
import { aboutTold } from "./invariants-told.ts";
import type { Told } from "./storefront.ts";

/** What keys of texts begin with that are kept beside a history. */
const KEPT = keys.keptEvidence("", "").replace(/#*$/, "");

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

function* aboutHistory({ id, history }: Payment, known: ReadonlySet<string>): Generator<string> {
  for (const { exception } of history)
    if (exception !== null && !known.has(exceptionId(id, exception)))
      yield `${id}: the exception ${exception} is in no list`;
  const verdict = verifyChain(id, history, history.at(-1)?.digest ?? null);
  if (!verdict.intact) yield `${id}: the history is broken: ${verdict.because}`;
}

function* aboutReceipts(payments: readonly Payment[], items: ReadonlyMap<string, Item>): Generator<string> {
  const owners = new Map<string, string>();
  for (const { id, receipt, state } of payments) {
    if (receipt === null || state === "merged") continue;
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

/** Whatever was acknowledged is in a history or beside one. */
function* aboutAcknowledged(ending: Ending, items: ReadonlyMap<string, Item>, payments: readonly Payment[]) {
  const inHistories = new Set(payments.flatMap(({ history }) => history.map(({ rawHash }) => rawHash)));
  const beside = [...items.keys()].filter((key) => key.startsWith(KEPT)).join();
  for (const { id, body } of ending.acknowledged) {
    const hash = sha256Hex(body);
    if (!inHistories.has(hash) && !beside.includes(hash))
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
  const payments = ending.items.filter((item) => isPaymentKey(item[AT.id]?.S ?? "")).map(readPayment);
  const byId = new Map(payments.map((payment) => [payment.id, payment]));
  const known = new Set(items.keys());
  const { pushes } = ending;
  const strays = pushes.map((push) => callbackParams(push.callback_url).id).filter((id) => !byId.has(id));
  return [
    ...payments.flatMap((payment) => [...aboutHistory(payment, known)]),
    ...strays.map((id) => `${id}: a phone was asked for a payment that is not on the ledger`),
    ...aboutMoney(payments, ending, known),
    ...aboutRest(payments, ending, known),
    ...aboutTold(payments, ending, known),
    ...aboutPhones(pushes),
    ...aboutReceipts(payments, items),
    ...aboutAnswers(ending.told, byId),
    ...aboutAcknowledged(ending, items, payments),
  ];
};
