/** What the histories of a refund and of its payment say about a change, in public words and free of personal data. */
import type { Payment } from "../domain/payment.ts";
import { REFUND_FACT } from "../domain/refund-share.ts";
import type { Share } from "../domain/refund-share.ts";
import type { Refund, RefundDecision, RefundEvidence, RefundIntent, WeighedRefund } from "../domain/refund.ts";
import { beginning, chained, failureFacts, heardEntry } from "./entry.ts";
import type { EntryFacts } from "./entry.ts";
import type { NewEntry } from "./history-item.ts";
import { CONVERSATION } from "./payout-entry.ts";

/** A decision that is written down. */
export type RefundChange = Exclude<RefundDecision, { decision: "ignore" }>;

const namedFacts = (evidence: RefundEvidence): EntryFacts => {
  switch (evidence.finding) {
    case "turned_away":
    case "refused":
    case "not_reversed":
      return failureFacts(evidence.failure);
    case "unknown":
    case "unreadable":
      return { because: evidence.because };
    case "untold":
      return {
        because: evidence.because,
        ...(evidence.unlistedCode === null ? {} : { result_code: evidence.unlistedCode }),
      };
    case "reversed":
      return {
        ...(evidence.receipt === null ? {} : { receipt: evidence.receipt }),
        ...(evidence.amount === null ? {} : { amount_cents: evidence.amount }),
        ...(evidence.reversedAt === null ? {} : { reversed_at: evidence.reversedAt }),
      };
    case "claimed":
    case "accepted":
    case "already_reversed":
    case "unverified":
    case "overdue":
      return {};
  }
};

/** The first entry of every refund. */
export const createdRefundEntry = (intent: RefundIntent): NewEntry =>
  beginning(intent, { by: intent.openedBy, to: "initiated", facts: {} });

/** The entry of one change of `refund`. M-PESA's name for it is told once, by whoever brings it. */
export const refundEntry = (refund: Refund, weighed: WeighedRefund, change: RefundChange): NewEntry => {
  const { conversationId } = change.facts;
  const isNamed = conversationId !== undefined && conversationId !== refund.conversationId;
  const named = { ...namedFacts(weighed.evidence), ...(isNamed ? { [CONVERSATION]: conversationId } : {}) };
  return heardEntry(refund.id, weighed, { change, named });
};

/** Who made a refund's step, for the payment's history. */
export type StepBy = Pick<NewEntry, "at" | "source" | "by" | "requestId">;

/** The entry in the payment's own history of a step that its refund made. */
export const shareEntry = (
  payment: Payment,
  share: Share,
  { refund, step }: { readonly refund: Pick<Refund, "id" | "amount">; readonly step: StepBy },
): NewEntry => {
  const { at, source, by, requestId } = step;
  return chained(payment.id, {
    ...{ at, source, by, requestId },
    finding: share.event,
    to: share.state === payment.state ? null : share.state,
    facts: { [REFUND_FACT]: refund.id, amount_cents: refund.amount },
    exception: null,
    rawHash: null,
  });
};
