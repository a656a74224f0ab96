/** What the history says about a change of a payout, in public words and free of personal data. */
import type { Payout, PayoutDecision, PayoutEvidence, PayoutIntent, WeighedPayout } from "../domain/payout.ts";
import { beginning, failureFacts, heardEntry, paidFacts } from "./entry.ts";
import type { EntryFacts } from "./entry.ts";
import type { NewEntry } from "./history-item.ts";

/** A decision that is written down. */
export type PayoutChange = Exclude<PayoutDecision, { decision: "ignore" }>;

const namedFacts = (evidence: PayoutEvidence): EntryFacts => {
  switch (evidence.finding) {
    case "claimed":
      return evidence.again ? { again: true } : {};
    case "turned_away":
    case "refused":
    case "unpaid":
      return failureFacts(evidence.failure);
    case "unknown":
    case "unreadable":
      return { because: evidence.because };
    case "untold":
      return {
        because: evidence.because,
        ...(evidence.unlistedCode === null ? {} : { result_code: evidence.unlistedCode }),
      };
    case "paid":
      return paidFacts(evidence);
    case "replaced":
      return { replaced_by: evidence.replacedBy };
    case "accepted":
    case "unverified":
    case "overdue":
    case "cancelled":
      return {};
  }
};

/** The first entry of every payout. */
export const createdPayoutEntry = (intent: PayoutIntent): NewEntry =>
  beginning(intent, { by: intent.openedBy, to: "queued", facts: {} });

/** The fact that names M-PESA's ConversationID: the payout's item has it from here alone. */
export const CONVERSATION = "conversation";

/** The entry of one change of `payout`. M-PESA's name for it is told once, by whoever brings it. */
export const payoutEntry = (payout: Payout, weighed: WeighedPayout, change: PayoutChange): NewEntry => {
  const { conversationId } = change.facts;
  const named = {
    ...namedFacts(weighed.evidence),
    ...(conversationId === undefined || conversationId === payout.conversationId
      ? {}
      : { [CONVERSATION]: conversationId }),
  };
  return heardEntry(payout.id, weighed, { change, named });
};
