/**
 * The money rules of payouts, one for each kind of finding: what it does to a payout in each state. `decidePayout`
 * (decide-payout.ts) is their only caller and adds what holds for all of them.
 *
 * What must stay true: a refusal of one sending says nothing about an earlier one that may have gone in; nothing but
 * evidence of the outcome, or a sending under the same name, leads on from where M-PESA may hold the payout.
 */
import type { EvidenceSource } from "./evidence.ts";
import type { ExceptionKind } from "./payment-states.ts";
import { PAYOUT_MOVES, SENT_PAYOUT_STATES } from "./payout-states.ts";
import type { PayoutState } from "./payout-states.ts";
import type { Payout, PayoutDecision, PayoutFacts, PayoutFailure, PayoutFinding, WeighedPayout } from "./payout.ts";

type Of<F extends PayoutFinding["finding"]> = Extract<PayoutFinding, { finding: F }>;
export type PayoutMove = Extract<PayoutDecision, { decision: "move" }>;
export type PayoutNote = Extract<PayoutDecision, { decision: "note" }>;

const move = (to: PayoutState, facts: PayoutFacts = {}, exception: ExceptionKind | null = null): PayoutMove => ({
  decision: "move",
  to,
  facts,
  exception,
});
export const note = (facts: PayoutFacts, exception: ExceptionKind | null = null): PayoutNote => ({
  decision: "note",
  facts,
  exception,
});
export const ignore = (because: string): PayoutDecision => ({ decision: "ignore", because });

/** M-PESA may hold it, and has not said how it ended. */
const isSent = (state: PayoutState): boolean => SENT_PAYOUT_STATES.some((sent) => sent === state);
/** It has ended for all we know; only money that moved after all says otherwise. */
const hasEnded = (state: PayoutState): boolean => state === "failed" || state === "cancelled" || state === "succeeded";

/**
 * From then on only evidence that names the amount ends the payout, and whatever spoke of it shows that M-PESA may hold
 * it. One whose money moved already stays so.
 */
export const dispute = (payout: Payout): PayoutFacts =>
  payout.state === "succeeded" ? {} : { disputed: true, doubt: true };

/** Somebody who knows its callback address spoke of it, and only M-PESA was given that: it may hold the payout. */
const mayBeHeld = (payout: Payout): PayoutFacts => (hasEnded(payout.state) ? {} : { doubt: true });

const named = (conversationId: string | null): PayoutFacts => (conversationId === null ? {} : { conversationId });

const NAMES_AMOUNTS: readonly EvidenceSource[] = ["callback", "query", "statement"];

/** Whether the evidence says *paid* without an amount although its kind always names one: it is not what it seems. */
const lacksAmount = ({ evidence }: WeighedPayout): boolean =>
  evidence.finding === "paid" && evidence.amount === null && NAMES_AMOUNTS.includes(evidence.source);

/** How evidence that names an amount, a phone or a conversation contradicts the intent; null when it agrees. */
const contradiction = (payout: Payout, weighed: WeighedPayout): ExceptionKind | null => {
  const { evidence, phoneHash } = weighed;
  if (evidence.finding !== "paid") return null;
  if (evidence.amount !== null && evidence.amount !== payout.amount) return "amount_mismatch";
  const isAnother = phoneHash !== null && payout.phoneHash !== null && phoneHash !== payout.phoneHash;
  return isAnother ? "conflicting_evidence" : null;
};

const onClaimed = (payout: Payout, claimed: Of<"claimed">, at: number): PayoutDecision => {
  const from = claimed.again ? "uncertain" : "queued";
  if (payout.state !== from) return ignore(`it is ${payout.state}, not ${from}`);
  if (claimed.again && (payout.wentIn || payout.conversationId !== null))
    return ignore("M-PESA has said that it took it");
  if (payout.disputed) return ignore("evidence disagrees about it; a person has to look");
  return move("sending", { sentAt: at, checkAt: claimed.checkAt, failure: null });
};

const onAccepted = (payout: Payout, { conversationId }: Of<"accepted">): PayoutDecision => {
  const facts: PayoutFacts = { wentIn: true, doubt: true, ...named(conversationId) };
  if (payout.state === "sending" || payout.state === "uncertain") return move("accepted", facts);
  // We believed that M-PESA holds nothing of it.
  if (payout.state === "queued") return move("accepted", facts, "conflicting_evidence");
  const news = conversationId !== null && payout.conversationId === null;
  if (payout.state === "failed" || payout.state === "cancelled") {
    // A failure that came with a result came from M-PESA: that it took the payout is no news then.
    const neverTaken = payout.state === "cancelled" || (!payout.wentIn && payout.failure?.resultCode === null);
    return neverTaken ? note(facts, "conflicting_evidence") : news ? note(facts) : ignore("it has ended already");
  }
  return news || !payout.wentIn ? note(facts) : ignore("it is known to have gone in");
};

/** Sendings that all came to nothing, after which a payout fails instead of waiting on; a history has an end. */
const MOST_TURNED_AWAY = 100;

const onTurnedAway = (payout: Payout, { failure }: Of<"turned_away">): PayoutDecision => {
  if (payout.state !== "sending") return ignore("better evidence came first");
  if (payout.doubt) return move("uncertain", { failure });
  return payout.attempts < MOST_TURNED_AWAY ? move("queued", { failure }) : move("failed", { failure });
};

const onRefused = (payout: Payout, { failure }: Of<"refused">): PayoutDecision => {
  if (payout.state !== "sending") return ignore("better evidence came first");
  return payout.doubt ? move("uncertain", { failure }) : move("failed", { failure });
};

const onUnknown = (payout: Payout): PayoutDecision =>
  payout.state === "sending" ? move("uncertain", { doubt: true }) : ignore("better evidence came first");

const onPaid = (payout: Payout, paid: Of<"paid">): PayoutDecision => {
  const facts: PayoutFacts = {
    failure: null,
    disputed: false,
    wentIn: true,
    ...named(paid.conversationId),
    ...(paid.receipt === null ? {} : { receipt: paid.receipt }),
    ...(paid.paidAt === null ? {} : { paidAt: paid.paidAt }),
  };
  if (payout.disputed && paid.amount === null) return ignore("only evidence that names the amount settles a dispute");
  switch (payout.state) {
    case "sending":
    case "accepted":
    case "uncertain":
      return move("succeeded", facts);
    case "queued":
      return move("succeeded", facts, "conflicting_evidence");
    case "failed":
    case "cancelled":
      return move("succeeded", facts, "late_success");
    case "succeeded":
      if (paid.receipt === null || paid.receipt === payout.receipt) return ignore("it is known to be paid");
      return payout.receipt === null ? note(facts) : note({}, "conflicting_evidence");
  }
};

const onUnpaid = (payout: Payout, unpaid: Of<"unpaid">, source: EvidenceSource): PayoutDecision => {
  if (payout.state === "succeeded") return note({}, "conflicting_evidence");
  if (hasEnded(payout.state)) return ignore("it has ended already");
  const facts: PayoutFacts = { failure: unpaid.failure, wentIn: true, ...named(unpaid.conversationId) };
  const exception = unpaid.failure.code === "unclassified" ? "unclassified_code" : null;
  if (payout.disputed && source !== "operator") return note({}, "conflicting_evidence");
  if (payout.disputed) return move("failed", { ...facts, disputed: false });
  return move("failed", facts, payout.state === "queued" ? "conflicting_evidence" : exception);
};

const onUntold = (payout: Payout, { unlistedCode }: Of<"untold">): PayoutDecision => {
  const exception = unlistedCode === null ? null : "unclassified_code";
  if (payout.state === "sending" || payout.state === "accepted") return move("uncertain", { doubt: true }, exception);
  return exception !== null && !hasEnded(payout.state) ? note({}, exception) : ignore("it says nothing about the end");
};

const NEVER_SENT: PayoutFailure = { code: "never_sent", resultCode: null, resultDesc: null };

const onOverdue = (payout: Payout): PayoutDecision => {
  if (payout.state === "uncertain" || (payout.state === "queued" && payout.doubt)) return note({}, "uncertain_overdue");
  // A message that turns up after this must not send what finance was told to pay anew.
  if (payout.state === "queued") return move("failed", { failure: NEVER_SENT }, "uncertain_overdue");
  return isSent(payout.state) ? move("uncertain", { doubt: true }, "uncertain_overdue") : ignore("it has ended");
};

/** What the evidence does, heard for the first time. */
export const weighPayout = (payout: Payout, weighed: WeighedPayout): PayoutDecision => {
  const { evidence } = weighed;
  const contradicts = contradiction(payout, weighed);
  if (contradicts) return note(dispute(payout), contradicts);
  if (lacksAmount(weighed)) return note(mayBeHeld(payout), "conflicting_evidence");
  switch (evidence.finding) {
    case "claimed":
      return onClaimed(payout, evidence, evidence.at);
    case "accepted":
      return onAccepted(payout, evidence);
    case "turned_away":
      return onTurnedAway(payout, evidence);
    case "refused":
      return onRefused(payout, evidence);
    case "unknown":
      return onUnknown(payout);
    case "paid":
      return onPaid(payout, evidence);
    case "unpaid":
      return onUnpaid(payout, evidence, evidence.source);
    case "untold":
      return onUntold(payout, evidence);
    case "unverified":
      return note(mayBeHeld(payout), "unverified_source");
    case "unreadable":
      return note(mayBeHeld(payout), "unreadable_callback");
    case "overdue":
      return onOverdue(payout);
    case "cancelled":
      return payout.state === "queued" && !payout.doubt ? move("cancelled") : ignore("M-PESA may hold it");
    case "replaced":
      return payout.state === "failed" && payout.replacedBy === null
        ? note({ replacedBy: evidence.replacedBy })
        : ignore("it has not failed, or was replaced already");
  }
};

/** Whether the table knows the move. */
export const isLegal = (from: PayoutState, to: PayoutState): boolean => PAYOUT_MOVES[from].includes(to);
