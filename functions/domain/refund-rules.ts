/**
 * The money rules of refunds, one for each kind of finding: what it does to a refund in each state. `decideRefund`
 * (decide-refund.ts) is their only caller and adds what holds for all of them.
 *
 * What must stay true: nothing is sent twice once M-PESA may hold it; "reversed before" is taken for this refund's own
 * success only where it can be nothing else; money that went back is never unsaid.
 */
import type { EvidenceSource } from "./evidence.ts";
import type { Cents } from "./money.ts";
import type { ExceptionKind } from "./payment-states.ts";
import { OPEN_REFUND_STATES } from "./refund-states.ts";
import type { RefundState } from "./refund-states.ts";
import type { Refund, RefundDecision, RefundFacts, RefundFailure, RefundFinding, WeighedRefund } from "./refund.ts";

type Of<F extends RefundFinding["finding"]> = Extract<RefundFinding, { finding: F }>;
export type RefundMove = Extract<RefundDecision, { decision: "move" }>;
export type RefundNote = Extract<RefundDecision, { decision: "note" }>;

/** What a decision has to know of the payment: what was paid, and what is known to have gone back of it. */
export interface RefundedPayment {
  readonly amount: Cents;
  readonly refunded: Cents;
}

const move = (to: RefundState, facts: RefundFacts = {}, exception: ExceptionKind | null = null): RefundMove => ({
  decision: "move",
  to,
  facts,
  exception,
});
export const note = (facts: RefundFacts, exception: ExceptionKind | null = null): RefundNote => ({
  decision: "note",
  facts,
  exception,
});
export const ignore = (because: string): RefundDecision => ({ decision: "ignore", because });

export const isOpen = (state: RefundState): boolean => OPEN_REFUND_STATES.some((open) => open === state);

/** Nobody is sending it, and M-PESA has never heard of it. */
export const isUnsent = ({ state, sentAt, doubt }: Pick<Refund, "state" | "sentAt" | "doubt">): boolean =>
  state === "initiated" && sentAt === null && !doubt;

/** Somebody who knows its callback address spoke of it, and only M-PESA was given that. */
const mayBeHeld = ({ state }: Refund): RefundFacts => (isOpen(state) ? { doubt: true } : {});

/** From then on only evidence that names the amount ends the refund. Money that went back already stays so. */
export const dispute = (refund: Refund): RefundFacts =>
  refund.state === "succeeded" ? {} : { disputed: true, ...mayBeHeld(refund) };

const named = (conversationId: string | null): RefundFacts => (conversationId === null ? {} : { conversationId });

/** How evidence that money went back contradicts the intent; null when it agrees. */
const contradiction = (refund: Refund, { evidence, phoneHash }: WeighedRefund): ExceptionKind | null => {
  if (evidence.finding !== "reversed") return null;
  if (evidence.amount !== null && evidence.amount !== refund.amount) return "amount_mismatch";
  if (evidence.original !== null && evidence.original !== refund.paymentReceipt) return "conflicting_evidence";
  const otherPhone = phoneHash !== null && refund.phoneHash !== null && phoneHash !== refund.phoneHash;
  return otherPhone ? "conflicting_evidence" : null;
};

const onClaimed = (refund: Refund, { checkAt }: Of<"claimed">, at: number): RefundDecision =>
  isUnsent(refund) ? note({ sentAt: at, checkAt, failure: null }) : ignore("M-PESA may hold it");

const onAccepted = (refund: Refund, { conversationId, originatorId }: Of<"accepted">): RefundDecision => {
  const facts: RefundFacts = { ...named(conversationId), ...(originatorId === null ? {} : { originatorId }) };
  if (refund.state === "initiated" || refund.state === "uncertain") return move("accepted", facts);
  const isNews =
    (conversationId !== null && refund.conversationId === null) ||
    (originatorId !== null && refund.originatorId === null);
  if (!isNews) return ignore("it is known to have gone in");
  // A failure that came with a code came from M-PESA: that it took the refund is no news then.
  const neverTaken = refund.state === "failed" && refund.failure?.resultCode === null;
  return note(facts, neverTaken ? "conflicting_evidence" : null);
};

/** Sendings that all came to nothing, after which a refund fails instead of waiting on; a history has an end. */
const MOST_TURNED_AWAY = 20;

const onTurnedAway = (refund: Refund, { failure }: Of<"turned_away">): RefundDecision => {
  if (refund.state !== "initiated" || refund.sentAt === null) return ignore("better evidence came first");
  if (refund.doubt) return move("uncertain");
  return refund.attempts < MOST_TURNED_AWAY ? note({ sentAt: null, failure }) : move("failed", { failure });
};

const onRefused = (refund: Refund, { failure }: Of<"refused">): RefundDecision => {
  if (refund.state !== "initiated") return ignore("better evidence came first");
  return refund.doubt ? move("uncertain") : move("failed", { failure });
};

const onReversed = (refund: Refund, reversed: Of<"reversed">): RefundDecision => {
  const facts: RefundFacts = {
    failure: null,
    disputed: false,
    ...named(reversed.conversationId),
    ...(reversed.receipt === null ? {} : { receipt: reversed.receipt }),
    ...(reversed.reversedAt === null ? {} : { reversedAt: reversed.reversedAt }),
  };
  if (refund.state === "failed") return move("succeeded", facts, "late_success");
  if (refund.state !== "succeeded") return move("succeeded", facts, isUnsent(refund) ? "conflicting_evidence" : null);
  if (reversed.receipt === null || reversed.receipt === refund.receipt) return ignore("it is known to have gone back");
  return refund.receipt === null ? note(facts) : note({}, "conflicting_evidence");
};

/** M-PESA gave the whole payment back: by this refund, or where nothing else is known to have gone back, in its place. */
const onAlreadyReversed = (
  refund: Refund,
  { conversationId }: Of<"already_reversed">,
  payment: RefundedPayment,
): RefundDecision => {
  if (refund.state === "succeeded") return ignore("it is known to have gone back");
  const canBeNothingElse = refund.amount === payment.amount && payment.refunded === 0;
  const facts = named(conversationId);
  if (!isOpen(refund.state) || refund.disputed) return note({}, "conflicting_evidence");
  if (canBeNothingElse)
    return move("succeeded", { ...facts, failure: null }, isUnsent(refund) ? "conflicting_evidence" : null);
  return refund.state === "uncertain"
    ? note(facts, "conflicting_evidence")
    : move("uncertain", facts, "conflicting_evidence");
};

const onNotReversed = (refund: Refund, ended: Of<"not_reversed">, source: EvidenceSource): RefundDecision => {
  if (refund.state === "succeeded") return note({}, "conflicting_evidence");
  if (refund.state === "failed") return ignore("it has failed already");
  if (refund.disputed && source !== "operator") return note({}, "conflicting_evidence");
  const facts: RefundFacts = { failure: ended.failure, disputed: false, ...named(ended.conversationId) };
  return move("failed", facts, isUnsent(refund) ? "conflicting_evidence" : null);
};

const onUntold = (refund: Refund, { unlistedCode }: Of<"untold">): RefundDecision => {
  const exception = unlistedCode === null ? null : "unclassified_code";
  if (refund.state === "initiated" || refund.state === "accepted") return move("uncertain", { doubt: true }, exception);
  return exception !== null && isOpen(refund.state)
    ? note({}, exception)
    : ignore("it says nothing about how it ended");
};

const NEVER_SENT: RefundFailure = { code: "never_sent", resultCode: null, resultDesc: null };

const onOverdue = (refund: Refund): RefundDecision => {
  if (!isOpen(refund.state)) return ignore("it has ended");
  if (isUnsent(refund)) return move("failed", { failure: NEVER_SENT }, "uncertain_overdue");
  return refund.state === "uncertain" ? note({}, "uncertain_overdue") : move("uncertain", {}, "uncertain_overdue");
};

/** What the evidence does, heard for the first time. */
export const weighRefund = (refund: Refund, weighed: WeighedRefund, payment: RefundedPayment): RefundDecision => {
  const { evidence } = weighed;
  const contradicts = contradiction(refund, weighed);
  if (contradicts) return note(dispute(refund), contradicts);
  if (evidence.finding === "reversed" && evidence.amount === null)
    return note(mayBeHeld(refund), "conflicting_evidence");
  switch (evidence.finding) {
    case "claimed":
      return onClaimed(refund, evidence, evidence.at);
    case "accepted":
      return onAccepted(refund, evidence);
    case "turned_away":
      return onTurnedAway(refund, evidence);
    case "refused":
      return onRefused(refund, evidence);
    case "unknown":
      return refund.state === "initiated" ? move("uncertain", { doubt: true }) : ignore("better evidence came first");
    case "reversed":
      return onReversed(refund, evidence);
    case "already_reversed":
      return onAlreadyReversed(refund, evidence, payment);
    case "not_reversed":
      return onNotReversed(refund, evidence, evidence.source);
    case "untold":
      return onUntold(refund, evidence);
    case "unverified":
      return note(mayBeHeld(refund), "unverified_source");
    case "unreadable":
      return note(mayBeHeld(refund), "unreadable_callback");
    case "overdue":
      return onOverdue(refund);
  }
};
