/**
 * What a piece of evidence does to a refund. `decideRefund` is pure and total: every refund, every evidence, one answer.
 * What must stay true: nothing is given back twice, because nothing that M-PESA may hold is sent again; money that went
 * back is never unsaid; a terminal state absorbs, except that money which went back after all is believed and shown to a
 * person.
 */
import { HISTORY_LIMIT } from "./decide.ts";
import type { HistoryEntry } from "./history.ts";
import { dispute, ignore, isOpen, note, weighRefund } from "./refund-rules.ts";
import type { RefundedPayment, RefundNote } from "./refund-rules.ts";
import { REFUND_MOVES } from "./refund-states.ts";
import type { RefundFindingName } from "./refund-states.ts";
import type { Refund, RefundDecision, RefundFacts, WeighedRefund } from "./refund.ts";

/** Whether a note tells something that the refund does not say yet: a fact, or an exception of a new kind. */
const isNews = (refund: Refund, { facts, exception }: RefundNote): boolean =>
  (facts.disputed === true && !refund.disputed) ||
  (facts.doubt === true && !refund.doubt) ||
  facts.sentAt !== undefined ||
  (facts.receipt !== undefined && facts.receipt !== refund.receipt) ||
  (facts.conversationId !== undefined && refund.conversationId === null) ||
  (facts.originatorId !== undefined && refund.originatorId === null) ||
  (exception !== null && !refund.history.some((entry) => entry.exception === exception));

/** What a sending alone can be told, and what ends it: two of them may be told so in the very same words. */
const ENDS_A_SENDING: readonly RefundFindingName[] = ["turned_away", "refused", "unknown"];

/** Decides what `weighed` does to `refund`. The same text heard twice is a duplicate, unless it ends another sending. */
export const decideRefund = (refund: Refund, weighed: WeighedRefund, payment: RefundedPayment): RefundDecision => {
  const { evidence, rawHash } = weighed;
  const endsSending =
    refund.state === "initiated" && refund.sentAt !== null && ENDS_A_SENDING.includes(evidence.finding);
  const heard = (entry: HistoryEntry): boolean =>
    rawHash !== null && entry.rawHash === rawHash && entry.finding === evidence.finding;
  if (!endsSending && refund.history.some(heard)) return ignore("this very message was heard before");
  const decision = weighRefund(refund, weighed, payment);
  if (decision.decision !== "note" || isNews(refund, decision)) return decision;
  if (rawHash === null) return ignore("it says nothing that is not known");
  return refund.history.length >= HISTORY_LIMIT ? ignore("the history is full") : decision;
};

/** The decision when the receipt that the evidence names already belongs to another transaction: nothing is settled. */
export const refundReceiptTaken = (refund: Refund): RefundDecision => {
  const taken = note(dispute(refund), "duplicate_receipt");
  return isNews(refund, taken) || refund.history.length < HISTORY_LIMIT
    ? taken
    : ignore("the receipt is another transaction's, and the history is full");
};

/** When it is looked at next, once `entry` is written. Nothing is left to ask about what has ended, or is overdue. */
const nextLook = (refund: Refund, { facts, entry }: { facts: RefundFacts; entry: HistoryEntry }): Refund["check"] => {
  if (!isOpen(refund.state) || entry.finding === "overdue") return null;
  return facts.checkAt === undefined ? refund.check : { at: facts.checkAt, attempt: 0 };
};

const withFacts = (refund: Refund, facts: RefundFacts): Refund => {
  const { checkAt: _look, ...plain } = facts;
  const isSending = typeof facts.sentAt === "number";
  return { ...refund, ...plain, attempts: refund.attempts + (isSending ? 1 : 0) };
};

/**
 * The refund after `decision`, explained by `entry`, which must carry the digest of the entry before it. An ignored
 * decision leaves the refund as it was. Throws for a move that the table does not know: that is a mistake of ours.
 */
export const applyRefund = (refund: Refund, decision: RefundDecision, entry: HistoryEntry): Refund => {
  if (decision.decision === "ignore") return refund;
  const to = decision.decision === "move" ? decision.to : refund.state;
  if (to !== refund.state && !REFUND_MOVES[refund.state].includes(to))
    throw new Error(`a refund can't move from ${refund.state} to ${to}`);
  const next: Refund = {
    ...withFacts(refund, decision.facts),
    state: to,
    version: refund.version + 1,
    updatedAt: entry.at,
    history: [...refund.history, entry],
  };
  return { ...next, check: nextLook(next, { facts: decision.facts, entry }) };
};
