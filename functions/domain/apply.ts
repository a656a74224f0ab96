/**
 * What a payment is after a decision: the same arithmetic that the ledger's write does, for whoever holds the payment in
 * hand. What must stay true: the state and the history entry that explains it change together or not at all.
 */
import type { HistoryEntry } from "./history.ts";
import { OPEN_STATES, PAYMENT_MOVES } from "./payment-states.ts";
import type { Decision, Payment } from "./payment.ts";

/** Whether nothing is left to ask about the payment after this. */
const endsChecks = (decision: Decision, entry: HistoryEntry): boolean =>
  entry.finding === "overdue" || (decision.decision === "move" && !OPEN_STATES.some((open) => open === decision.to));

/**
 * The payment after `decision`, explained by `entry`, which must carry the digest of the entry before it. An ignored
 * decision leaves the payment as it was. Throws for a move that the table does not know: that is a mistake of ours.
 */
export const apply = (payment: Payment, decision: Decision, entry: HistoryEntry): Payment => {
  if (decision.decision === "ignore") return payment;
  if (decision.decision === "move" && !PAYMENT_MOVES[payment.state].includes(decision.to))
    throw new Error(`a payment can't move from ${payment.state} to ${decision.to}`);
  return {
    ...payment,
    ...decision.facts,
    state: decision.decision === "move" ? decision.to : payment.state,
    version: payment.version + 1,
    check: endsChecks(decision, entry) ? null : payment.check,
    updatedAt: entry.at,
    history: [...payment.history, entry],
  };
};
