/**
 * What a piece of evidence does to a payout. `decidePayout` is pure and total: every payout, every evidence, one answer.
 * What must stay true: nobody is paid twice, because nothing leads back to `queued` once M-PESA may hold the payout;
 * money that moved is never unsaid; a terminal state absorbs, except that money that moved after all is believed and
 * shown to a person.
 */
import { HISTORY_LIMIT } from "./decide.ts";
import type { HistoryEntry } from "./history.ts";
import { OPEN_PAYOUT_STATES } from "./payout-states.ts";
import type { PayoutFindingName } from "./payout-states.ts";
import { dispute, ignore, isLegal, note, weighPayout } from "./payout-rules.ts";
import type { PayoutNote } from "./payout-rules.ts";
import type { Payout, PayoutDecision, PayoutFacts, WeighedPayout } from "./payout.ts";

/** Whether a note tells something that the payout does not say yet: a fact, or an exception of a new kind. */
const isNews = (payout: Payout, { facts, exception }: PayoutNote): boolean =>
  (facts.disputed === true && !payout.disputed) ||
  (facts.doubt === true && !payout.doubt) ||
  (facts.receipt !== undefined && facts.receipt !== payout.receipt) ||
  (facts.conversationId !== undefined && payout.conversationId === null) ||
  (facts.wentIn === true && !payout.wentIn) ||
  facts.replacedBy !== undefined ||
  (exception !== null && !payout.history.some((entry) => entry.exception === exception));

/** What a sending alone can be told, and what ends it: two of them may be told so in the very same words. */
const ENDS_A_SENDING: readonly PayoutFindingName[] = ["turned_away", "refused", "unknown"];

/** Decides what `weighed` does to `payout`. The same text heard twice is a duplicate, unless it ends another sending. */
export const decidePayout = (payout: Payout, weighed: WeighedPayout): PayoutDecision => {
  const { evidence, rawHash } = weighed;
  const endsSending = payout.state === "sending" && ENDS_A_SENDING.includes(evidence.finding);
  const heard = (entry: HistoryEntry): boolean =>
    rawHash !== null && entry.rawHash === rawHash && entry.finding === evidence.finding;
  if (!endsSending && payout.history.some(heard)) return ignore("this very message was heard before");
  const decision = weighPayout(payout, weighed);
  if (decision.decision !== "note" || isNews(payout, decision)) return decision;
  if (rawHash === null) return ignore("it says nothing that is not known");
  return payout.history.length >= HISTORY_LIMIT ? ignore("the history is full") : decision;
};

/** The decision when the receipt that the evidence names already belongs to another transaction: nothing is credited. */
export const payoutReceiptTaken = (payout: Payout): PayoutDecision => {
  const taken = note(dispute(payout), "duplicate_receipt");
  return isNews(payout, taken) || payout.history.length < HISTORY_LIMIT
    ? taken
    : ignore("the receipt is another transaction's, and the history is full");
};

const isOpen = (payout: Pick<Payout, "state">): boolean => OPEN_PAYOUT_STATES.some((open) => open === payout.state);

/**
 * When it is looked at next, once `entry` is written. Nothing is left to ask about what has ended, or is overdue. A
 * batch's row that nobody claimed has no look of its own; once M-PESA may hold it, it is asked about at once.
 */
const nextLook = (payout: Payout, { facts, entry }: { facts: PayoutFacts; entry: HistoryEntry }): Payout["check"] => {
  if (!isOpen(payout) || entry.finding === "overdue") return null;
  if (facts.checkAt !== undefined) return { at: facts.checkAt, attempt: 0 };
  const isForgotten = payout.check === null && payout.state !== "queued" && !wasGivenUp(payout);
  return isForgotten ? { at: entry.at, attempt: 0 } : payout.check;
};

/** Whether its last question went unanswered: it is a person's then. */
const wasGivenUp = ({ history }: Payout): boolean => history.some(({ finding }) => finding === "overdue");

const withFacts = (payout: Payout, facts: PayoutFacts): Payout => {
  const { sentAt, checkAt: _look, ...plain } = facts;
  const sent = sentAt === undefined ? {} : { sentAt, attempts: payout.attempts + 1 };
  return { ...payout, ...plain, ...sent };
};

/**
 * The payout after `decision`, explained by `entry`, which must carry the digest of the entry before it. An ignored
 * decision leaves the payout as it was. Throws for a move that the table does not know: that is a mistake of ours.
 */
export const applyPayout = (payout: Payout, decision: PayoutDecision, entry: HistoryEntry): Payout => {
  if (decision.decision === "ignore") return payout;
  const to = decision.decision === "move" ? decision.to : payout.state;
  if (to !== payout.state && !isLegal(payout.state, to))
    throw new Error(`a payout can't move from ${payout.state} to ${to}`);
  const next: Payout = {
    ...withFacts(payout, decision.facts),
    state: to,
    version: payout.version + 1,
    updatedAt: entry.at,
    history: [...payout.history, entry],
  };
  return { ...next, check: nextLook(next, { facts: decision.facts, entry }) };
};
