/**
 * What a piece of evidence does to a payment. `decide` is pure and total: every payment, every evidence, one answer.
 * What must stay true: money that moved is never unsaid; money is credited only to a payment whose amount, phone and
 * push agree with the evidence; a terminal state absorbs, except that late money is believed and shown to a person.
 */
import {
  dispute,
  ignore,
  lacksAmount,
  move,
  note,
  paidFacts,
  unpaidException,
  unpaidFacts,
  weigh,
} from "./payment-rules.ts";
import type { Move, Note } from "./payment-rules.ts";
import { OPEN_STATES } from "./payment-states.ts";
import type { Decision, Payment, Weighed } from "./payment.ts";
import type { PaymentState } from "./payment-states.ts";

/**
 * From here on a history takes only what it can't do without: moves, new facts, and the first exception of each kind.
 * What else comes is kept beside it. So it never grows past this by more than a few entries.
 */
export const HISTORY_LIMIT = 40;

/** Whether a note tells something that the payment does not say yet: a fact, or an exception of a new kind. */
const isNews = (payment: Payment, { facts, exception }: Note): boolean =>
  (facts.disputed === true && !payment.disputed) ||
  (facts.receipt !== undefined && facts.receipt !== payment.receipt) ||
  (facts.push !== undefined && payment.push === null) ||
  (exception !== null && !payment.history.some((entry) => entry.exception === exception));

/**
 * Decides what `weighed` does to `payment`. The same text heard twice is a duplicate. A text heard for the first time is
 * noted even when it only repeats an exception, as long as the history has room for it.
 */
export const decide = (payment: Payment, weighed: Weighed): Decision => {
  const { evidence, rawHash } = weighed;
  const heard = (entry: Payment["history"][number]): boolean =>
    rawHash !== null && entry.rawHash === rawHash && entry.finding === evidence.finding;
  if (payment.history.some(heard)) return ignore("this very message was heard before");
  const decision = weigh(payment, weighed);
  if (decision.decision !== "note" || isNews(payment, decision)) return decision;
  if (rawHash === null) return ignore("it says nothing that is not known");
  return payment.history.length >= HISTORY_LIMIT ? ignore("the history is full") : decision;
};

/** The decision when the receipt that the evidence names already belongs to another transaction: nothing is credited. */
export const receiptTaken = (payment: Payment): Decision => {
  const taken = note(dispute(payment), "duplicate_receipt");
  return isNews(payment, taken) || payment.history.length < HISTORY_LIMIT
    ? taken
    : ignore("the receipt is another transaction's, and the history is full");
};

/**
 * What evidence may take for granted about a payment nobody has read, so that one conditional write can apply it. The
 * write's condition is the assumption; wherever it holds, `decide` gives the same decision (test/laws holds them
 * together). Null when the payment has to be read first.
 */
export interface Assumption {
  readonly states: readonly PaymentState[];
  readonly amount: Payment["amount"] | null;
  readonly phoneHash: string | null;
  /** The push, when one is known already, must be this one. */
  readonly checkoutId: string | null;
  /** The push must not be known yet. */
  readonly pushUnknown: boolean;
  /** No earlier evidence may have contradicted the intent. */
  readonly undisputed: boolean;
  readonly decision: Move;
}

/** What `weighed` takes for granted; null when it is never written unread. */
export const assume = (weighed: Weighed): Assumption | null => {
  const { evidence, phoneHash } = weighed;
  const nothing = { amount: null, phoneHash: null, checkoutId: null, pushUnknown: false, undisputed: false } as const;
  if (lacksAmount(evidence)) return null;
  switch (evidence.finding) {
    case "accepted":
      return {
        ...nothing,
        states: ["initiated"],
        pushUnknown: true,
        decision: move("pending", { push: evidence.push }),
      };
    case "refused":
      return {
        ...nothing,
        states: ["initiated"],
        undisputed: true,
        decision: move("failed", { failure: evidence.failure }),
      };
    case "unknown":
      return { ...nothing, states: ["initiated"], decision: move("uncertain") };
    case "paid":
      return {
        ...nothing,
        states: OPEN_STATES,
        amount: evidence.amount,
        undisputed: evidence.amount === null,
        phoneHash,
        checkoutId: evidence.push?.checkoutId ?? null,
        decision: move("succeeded", paidFacts(evidence)),
      };
    case "unpaid":
      return {
        ...nothing,
        states: OPEN_STATES,
        undisputed: true,
        phoneHash,
        checkoutId: evidence.push?.checkoutId ?? null,
        decision: move("failed", unpaidFacts(evidence), unpaidException(evidence)),
      };
    case "unverified":
    case "unreadable":
    case "overdue":
      return null;
  }
};
