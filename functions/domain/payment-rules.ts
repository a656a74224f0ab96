/**
 * The money rules, one for each kind of finding: what it does to a payment in each state. `decide` (decide.ts) is their
 * only caller and adds what holds for all of them.
 */
import type { EvidenceSource, Finding } from "./evidence.ts";
import { OPEN_STATES } from "./payment-states.ts";
import type { Decision, Facts, Payment, Weighed } from "./payment.ts";
import type { ExceptionKind, PaymentState } from "./payment-states.ts";

type Of<F extends Finding["finding"]> = Extract<Finding, { finding: F }>;
export type Move = Extract<Decision, { decision: "move" }>;
export type Note = Extract<Decision, { decision: "note" }>;

export const move = (to: PaymentState, facts: Facts = {}, exception: ExceptionKind | null = null): Move => ({
  decision: "move",
  to,
  facts,
  exception,
});
export const note = (facts: Facts, exception: ExceptionKind | null = null): Note => ({
  decision: "note",
  facts,
  exception,
});
export const ignore = (because: string): Decision => ({ decision: "ignore", because });

const isOpen = (state: PaymentState): boolean => OPEN_STATES.some((open) => open === state);

/** From then on only evidence that names the amount credits the payment. One that was credited already stays so. */
export const dispute = (payment: Payment): Facts =>
  isOpen(payment.state) || payment.state === "failed" ? { disputed: true } : {};

/** The facts that money which moved brings along. */
export const paidFacts = (paid: Of<"paid">): Facts => ({
  failure: null,
  disputed: false,
  ...(paid.receipt === null ? {} : { receipt: paid.receipt }),
  ...(paid.paidAt === null ? {} : { paidAt: paid.paidAt }),
  ...(paid.push === null ? {} : { push: paid.push }),
});

export const unpaidFacts = (unpaid: Of<"unpaid">): Facts => ({
  failure: unpaid.failure,
  ...(unpaid.push === null ? {} : { push: unpaid.push }),
});

/** A failure that no table explains is for a person to look at. */
export const unpaidException = (unpaid: Of<"unpaid">): ExceptionKind | null =>
  unpaid.failure.code === "unclassified" ? "unclassified_code" : null;

const NAMES_AMOUNTS: readonly EvidenceSource[] = ["callback", "c2b", "pull", "statement"];

/** Whether the evidence says *paid* without an amount although its kind always names one: it is not what it seems. */
export const lacksAmount = (evidence: Weighed["evidence"]): boolean =>
  evidence.finding === "paid" && evidence.amount === null && NAMES_AMOUNTS.includes(evidence.source);

/** How evidence that names an amount, a phone or a push contradicts the intent; null when it agrees. */
const contradiction = (payment: Payment, weighed: Weighed): ExceptionKind | null => {
  const { evidence } = weighed;
  if (evidence.finding !== "paid" && evidence.finding !== "unpaid") return null;
  if (evidence.finding === "paid" && evidence.amount !== null && evidence.amount !== payment.amount)
    return "amount_mismatch";
  if (weighed.phoneHash !== null && payment.phoneHash !== null && weighed.phoneHash !== payment.phoneHash)
    return "conflicting_evidence";
  if (evidence.push && payment.push && evidence.push.checkoutId !== payment.push.checkoutId)
    return "conflicting_evidence";
  return null;
};

const onAccepted = (payment: Payment, { push }: Of<"accepted">): Decision => {
  if (payment.push && payment.push.checkoutId !== push.checkoutId) return note({}, "conflicting_evidence");
  if (payment.state === "initiated") return move("pending", { push });
  if (payment.push) return ignore("the push is known already");
  // A payment that failed without a push failed because M-PESA never took it; now M-PESA says that it did.
  return note({ push }, payment.state === "failed" ? "conflicting_evidence" : null);
};

const onRefused = (payment: Payment, { failure }: Of<"refused">): Decision => {
  if (payment.state === "initiated" && !payment.disputed) return move("failed", { failure });
  return payment.state === "failed" ? ignore("it failed already") : note({}, "conflicting_evidence");
};

const onPaid = (payment: Payment, paid: Of<"paid">): Decision => {
  if (payment.disputed && paid.amount === null) return ignore("only evidence that names the amount settles a dispute");
  if (isOpen(payment.state)) return move("succeeded", paidFacts(paid));
  if (payment.state === "failed") return move("succeeded", paidFacts(paid), "late_success");
  if (paid.receipt === null || paid.receipt === payment.receipt) return ignore("the payment is known to be paid");
  if (payment.receipt === null) return note(paidFacts(paid));
  return note({}, "conflicting_evidence");
};

const onUnpaid = (payment: Payment, unpaid: Of<"unpaid">, source: EvidenceSource): Decision => {
  if (payment.state === "succeeded") return note({}, "conflicting_evidence");
  if (!isOpen(payment.state)) return ignore("the payment has ended already");
  if (!payment.disputed) return move("failed", unpaidFacts(unpaid), unpaidException(unpaid));
  // A dispute ends with an amount, or with a person who has looked.
  if (source === "operator") return move("failed", { ...unpaidFacts(unpaid), disputed: false });
  return source === "query"
    ? ignore("only evidence that names the amount settles a dispute")
    : note({}, "conflicting_evidence");
};

const onOverdue = (payment: Payment): Decision => {
  if (payment.state === "uncertain") return note({}, "uncertain_overdue");
  return isOpen(payment.state) ? move("uncertain", {}, "uncertain_overdue") : ignore("the payment has ended");
};

/** What the evidence does, heard for the first time. */
export const weigh = (payment: Payment, weighed: Weighed): Decision => {
  const { evidence } = weighed;
  const contradicts = contradiction(payment, weighed);
  if (contradicts) return note(evidence.finding === "paid" ? dispute(payment) : {}, contradicts);
  if (lacksAmount(evidence)) return note({}, "conflicting_evidence");
  switch (evidence.finding) {
    case "accepted":
      return onAccepted(payment, evidence);
    case "refused":
      return onRefused(payment, evidence);
    case "unknown":
      return payment.state === "initiated" ? move("uncertain") : ignore("better evidence came first");
    case "paid":
      return onPaid(payment, evidence);
    case "unpaid":
      return onUnpaid(payment, evidence, evidence.source);
    case "unverified":
      return note({}, "unverified_source");
    case "unreadable":
      return note({}, "unreadable_callback");
    case "overdue":
      return onOverdue(payment);
  }
};
