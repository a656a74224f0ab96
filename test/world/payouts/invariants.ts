/**
 * What must be true of every world of payouts when it has come to rest. Each check compares what the ledger holds with what
 * the simulator knows really happened; none asks the code under test. A violation is a sentence that names what it is about.
 */
import { sha256Hex } from "../../../functions/domain/canonical-json.ts";
import { keptText } from "../../../functions/daraja/kept-text.ts";
import { verifyChain } from "../../../functions/domain/history.ts";
import { exceptionId } from "../../../functions/domain/ids.ts";
import { OPEN_PAYOUT_STATES } from "../../../functions/domain/payout-states.ts";
import type { Payout } from "../../../functions/domain/payout.ts";
import type { Item } from "../../../functions/store/attributes.ts";
import { readBatchItem } from "../../../functions/store/batch-item.ts";
import { keys } from "../../../functions/store/keys.ts";
import { readPayment } from "../../../functions/store/payment-item.ts";
import { readPayout } from "../../../functions/store/payout-item.ts";
import { readRefund } from "../../../functions/store/refund-item.ts";
import { AT } from "../../../functions/store/transaction-item.ts";
import type { PayoutView } from "../../../sandbox/daraja/core/payout.ts";
import type { TransactionView } from "../../../sandbox/daraja/core/transactions.ts";
import type { Ending, Ledger } from "./ending.ts";
import { aboutBatches } from "./invariants-batches.ts";
import { aboutRefunds, isOpen as isOpenRefund } from "./invariants-refunds.ts";
import { keepsPace } from "./rates.ts";
import { LYING_RECEIPT } from "../payments/safaricom-faults.ts";
import type { Told } from "./storefronts.ts";

/** What somebody looks at who wonders about strangers: it excuses nobody from finding out how the money stands. */
const SAYS_NOTHING: ReadonlySet<string> = new Set(["unverified_source", "unreadable_callback"]);

const readLedger = (items: readonly Item[]): Ledger => {
  const byId = new Map(items.map((item) => [item[AT.id]?.S ?? "", item]));
  const read = <T>(prefix: string, reader: (item: Item) => T): readonly T[] =>
    items.filter((item) => item[AT.id]?.S?.startsWith(prefix)).map(reader);
  return {
    payouts: read("pyo_", readPayout),
    batches: read("bat_", readBatchItem),
    refunds: read("rfd_", readRefund),
    payments: read("pay_", readPayment),
    items: byId,
    isSeen: ({ id, history }) =>
      history.some(
        ({ exception }) => exception !== null && !SAYS_NOTHING.has(exception) && byId.has(exceptionId(id, exception)),
      ),
  };
};

const isPayoutView = (view: TransactionView): view is PayoutView => view.kind === "payout";
const isOpen = ({ state }: Payout): boolean => OPEN_PAYOUT_STATES.some((open) => open === state);

function* aboutPayout(payout: Payout, taken: PayoutView | undefined, ledger: Ledger): Generator<string> {
  const { id, state, amount, receipt } = payout;
  const isSeen = ledger.isSeen(payout);
  const isPaid = taken?.state === "paid";
  if (state === "succeeded" && !isPaid) yield `${id} succeeded, and M-PESA paid nobody`;
  if (state !== "succeeded" && isPaid && !isSeen) yield `${id} was paid, is ${state}, and no exception tells of it`;
  if (taken && taken.submits > payout.attempts)
    yield `${id} was sent ${taken.submits} times, and claimed ${payout.attempts} times`;
  if (taken && taken.amount * 100 !== amount) yield `${id}: M-PESA was asked for ${taken.amount}, not ${amount / 100}`;
  if (state === "cancelled" && taken) yield `${id} was cancelled, and M-PESA holds it`;
  if (isOpen(payout) && !isSeen) yield `${id} is still ${state}, and no exception tells of it`;
  if (state === "succeeded" && receipt !== null && receipt !== LYING_RECEIPT && receipt !== taken?.receipt)
    yield `${id} carries a receipt that is not its own`;
  if (receipt !== null && ledger.items.get(keys.receiptClaim(receipt))?.["id"]?.S !== id)
    yield `${id} carries a receipt that it has not claimed`;
}

/** What M-PESA took and the ledger does not know, and whom it paid twice. */
function* aboutTruth({ truth }: Ending, { payouts }: Ledger): Generator<string> {
  const known = new Set(payouts.map(({ id }) => id));
  const paidFor = new Map<string, string>();
  for (const { originator_conversation_id: name, reference, state } of truth.filter(isPayoutView)) {
    if (!known.has(name)) yield `${name}: M-PESA took a payout that is not on the ledger`;
    if (state !== "paid") continue;
    const other = paidFor.get(reference);
    if (other !== undefined) yield `${reference} was paid twice, as ${other} and as ${name}`;
    paidFor.set(reference, name);
  }
}

/** Nobody is paid but who was to be, and nothing but what was to be. */
function* aboutPlans({ truth, scenario }: Ending): Generator<string> {
  const { singles, batches } = scenario;
  const plans = new Map([...singles, ...batches.flatMap(({ rows }) => rows)].map((plan) => [plan.reference, plan]));
  const mayBeMore = new Set(singles.filter(({ changesBody }) => changesBody).map(({ reference }) => reference));
  for (const { reference, msisdn, amount } of truth.filter(isPayoutView)) {
    const plan = plans.get(reference);
    const isPlanned = amount === plan?.amount || (amount - 1 === plan?.amount && mayBeMore.has(reference));
    if (plan?.msisdn !== msisdn || !isPlanned) yield `${reference}: M-PESA was asked for what nobody had planned`;
  }
}

function* aboutHistories({ payouts, batches, refunds, payments, items }: Ledger): Generator<string> {
  for (const { id, history } of [...payouts, ...batches, ...refunds, ...payments]) {
    const verdict = verifyChain(id, history, history.at(-1)?.digest ?? null);
    if (!verdict.intact) yield `${id}: the history is broken: ${verdict.because}`;
    for (const { exception } of history)
      if (exception !== null && !items.has(exceptionId(id, exception)))
        yield `${id}: the exception ${exception} is in no list`;
  }
}

function* aboutAnswers(told: readonly Told[], items: ReadonlyMap<string, Item>): Generator<string> {
  const answers = new Map<string, { readonly id: string; readonly asked: string }>();
  for (const { key, asked, answer } of told) {
    if (!answer || "problem" in answer) continue;
    const id = String(answer.body["id"]);
    const first = answers.get(key) ?? { id, asked };
    answers.set(key, first);
    if (first.id !== id || first.asked !== asked) yield `${key} was given two answers`;
    if (!items.has(id)) yield `${key} was told of ${id}, which is not on the ledger`;
  }
}

/** Whatever was acknowledged is in the history or beside it. */
function* aboutAcknowledged({ acknowledged }: Ending, { payouts, refunds, items }: Ledger): Generator<string> {
  const histories = new Map([...payouts, ...refunds].map(({ id, history }) => [id, history]));
  for (const { id, body } of acknowledged) {
    const hashes = [sha256Hex(body), sha256Hex(keptText(body))];
    const isIn = histories.get(id)?.some(({ rawHash }) => rawHash !== null && hashes.includes(rawHash)) ?? false;
    if (!isIn && !hashes.some((hash) => items.has(keys.keptEvidence(id, hash))))
      yield `${id}: a result was acknowledged and is kept nowhere`;
  }
}

/** To the shilling, where nothing is left for a person to judge. */
function* aboutMoney({ leftUtility, truth }: Ending, { payouts, isSeen }: Ledger): Generator<string> {
  const paid = truth.filter(isPayoutView).filter(({ state }) => state === "paid");
  const moved = paid.reduce((sum, { amount }) => sum + amount, 0);
  if (moved !== leftUtility) yield `${leftUtility} shillings left the utility account for payouts of ${moved}`;
  if (payouts.some(isSeen)) return;
  const known = payouts
    .filter(({ state }) => state === "succeeded")
    .reduce((sum, { amount }) => sum + Number(amount), 0);
  if (known !== leftUtility * 100) yield `the ledger paid ${known / 100} shillings, M-PESA ${leftUtility}`;
}

/**
 * What is open although M-PESA has long known how it ended and could be asked: nothing goes wrong any more, and questions come
 * an eighth of the silence apart.
 */
export const stillOpen = (items: readonly Item[], atMpesa: (id: string) => string | undefined): readonly string[] => {
  const { payouts, refunds, isSeen } = readLedger(items);
  const asked = [
    ...payouts.filter(isOpen),
    ...refunds.filter((each) => isOpenRefund(each) && each.originatorId !== null),
  ];
  return asked
    .filter((each) => ["paid", "failed"].includes(atMpesa(each.id) ?? "") && !isSeen(each))
    .map(({ id, state }) => `${id} is still ${state} long after M-PESA settled it`);
};

/** What M-PESA says of an operator's wrong name or password. */
const WRONG_OPERATOR = "2001";

/** With a password that was wrong from the first nothing ever leaves but the question that finds it out. */
function* aboutOperator({ truth, scenario }: Ending): Generator<string> {
  if (scenario.operator.kind !== "wrong_password") return;
  for (const view of truth)
    if ((view.kind === "payout" || view.kind === "reversal") && view.result_code === WRONG_OPERATOR)
      yield `a ${view.kind} left with a password that M-PESA had not accepted`;
}

/** Everything that is wrong with a world that has come to rest. */
export const violations = (ending: Ending): readonly string[] => {
  const ledger = readLedger(ending.items);
  const taken = new Map(ending.truth.filter(isPayoutView).map((view) => [view.originator_conversation_id, view]));
  const { rates, perSecond } = ending.scenario;
  return [
    ...ledger.payouts.flatMap((payout) => [...aboutPayout(payout, taken.get(payout.id), ledger)]),
    ...aboutTruth(ending, ledger),
    ...aboutPlans(ending),
    ...aboutBatches(ending, ledger),
    ...aboutRefunds(ending, ledger),
    ...aboutHistories(ledger),
    ...aboutAnswers(ending.told, ledger.items),
    ...aboutAcknowledged(ending, ledger),
    ...aboutMoney(ending, ledger),
    ...aboutOperator(ending),
    ...(keepsPace(rates) && ending.busiestSecond > perSecond
      ? [`M-PESA saw ${ending.busiestSecond} payouts in a second, and grants ${perSecond}`]
      : []),
    ...(ending.dead.length > 0 ? [`${ending.dead.length} messages about payouts were given up`] : []),
  ];
};
