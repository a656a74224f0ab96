/**
 * What must have come of callbacks that are not to be believed, and of payers who were asked already: another amount is told
 * to a person, a stranger's word is kept as a stranger's, and nobody is asked while the prompt before is on the phone.
 */
import { sha256Hex } from "../../../functions/domain/canonical-json.ts";
import type { Payment } from "../../../functions/domain/payment.ts";
import { DEFAULT_PROMPT_LIMITS } from "../../../functions/domain/prompts.ts";
import type { PushView } from "../../../sandbox/daraja/core/push.ts";
import { callbackParams } from "./daraja-line.ts";
import { exceptionsOf, saysPaid } from "./ending.ts";
import type { Acknowledged, Ending } from "./ending.ts";
import { isSafaricom } from "./gateway.ts";

const AMOUNT = /"Name":"Amount","Value":(\d+(?:\.\d+)?)[,}]/;

/** Shillings that a callback says were paid; null where it names none in the plain shape. */
const amountIn = (body: string): number | null => {
  const [, amount] = (saysPaid(body) ? AMOUNT.exec(body) : null) ?? [];
  return amount === undefined ? null : Number(amount);
};

function* aboutCallbacks(payment: Payment, told: readonly Acknowledged[], known: ReadonlySet<string>) {
  const { id, amount, history } = payment;
  for (const { body, from } of told) {
    const named = amountIn(body);
    if (named !== null && named * 100 !== amount && exceptionsOf(payment, known).length === 0)
      yield `${id}: a callback named another amount, and no exception tells of it`;
    if (isSafaricom(from) || told.some((other) => other.body === body && isSafaricom(other.from))) continue;
    const hash = sha256Hex(body);
    if (history.some(({ rawHash, finding }) => rawHash === hash && finding !== "unverified"))
      yield `${id}: what a stranger said was believed`;
  }
}

/** How much later than a phone's guard was written its push may be taken, clocks that are wrong included. */
const SLACK_MS = 35_000;

/** A payer's phone being asked: for which payment, and when, by M-PESA's clock. */
interface Asked {
  readonly id: string;
  readonly at: number;
}

const askedByPhone = (pushes: readonly PushView[]): Iterable<readonly Asked[]> => {
  const asked = new Map<string, Asked[]>();
  for (const { msisdn, callback_url: url, taken_at: taken } of pushes)
    if (taken !== null)
      asked.set(msisdn, [...(asked.get(msisdn) ?? []), { id: callbackParams(url).id, at: Date.parse(taken) }]);
  return asked.values();
};

/** Nobody was asked to pay while an earlier prompt was surely on the phone, and its payment open. */
function* aboutPrompts({ pushes, restedAt }: Ending): Generator<string> {
  for (const ofPhone of askedByPhone(pushes)) {
    const inTurn = ofPhone.toSorted((a, b) => a.at - b.at);
    for (const [place, later] of inTurn.entries())
      for (const earlier of inTurn.slice(0, place)) {
        const isOnPhone = later.at - earlier.at < DEFAULT_PROMPT_LIMITS.promptOpenMs - SLACK_MS;
        const isOpen = (restedAt.get(earlier.id) ?? Infinity) > later.at;
        if (isOnPhone && isOpen && earlier.id !== later.id)
          yield `${later.id}: its payer was asked while ${earlier.id} was open on the phone`;
      }
  }
}

export function* aboutTold(
  payments: readonly Payment[],
  ending: Ending,
  known: ReadonlySet<string>,
): Generator<string> {
  for (const payment of payments) {
    const told = ending.acknowledged.filter(({ id }) => id === payment.id);
    yield* aboutCallbacks(payment, told, known);
  }
  yield* aboutPrompts(ending);
}
