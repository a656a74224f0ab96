/**
 * Every payout by the id its caller gave it and by its receipt, with running totals. The last 200,000 payouts are kept
 * and totalled; the oldest give way, and with them the memory that their id was used.
 */
import type { Payout } from "./payout.ts";
import { createPayoutTotals } from "./payout-totals.ts";

const PAYOUTS_MAX = 200_000;

export type PayoutBook = ReturnType<typeof createPayoutBook>;

export const createPayoutBook = (keep = PAYOUTS_MAX) => {
  const byOriginator = new Map<string, Payout>();
  const byReceipt = new Map<string, Payout>();
  const totals = createPayoutTotals();

  const makeRoom = (): void => {
    if (byOriginator.size < keep) return;
    const [oldest] = byOriginator.values();
    if (oldest === undefined) return;
    totals.count(oldest, -1);
    byOriginator.delete(oldest.originatorConversationId);
    if (oldest.receipt !== null) byReceipt.delete(oldest.receipt);
  };
  /** Changes a payout and what is counted of it together. */
  const change = (payout: Payout, changes: Partial<Payout>): void => {
    const kept = byOriginator.get(payout.originatorConversationId) === payout;
    if (kept) totals.count(payout, -1);
    Object.assign(payout, changes);
    if (kept) totals.count(payout, 1);
    if (kept && payout.receipt !== null) byReceipt.set(payout.receipt, payout);
  };

  return {
    /** Keeps a payout that was just taken. */
    add(payout: Payout): void {
      makeRoom();
      byOriginator.set(payout.originatorConversationId, payout);
      totals.count(payout, 1);
    },
    /** A request named a payout that had been taken before. */
    repeat: (payout: Payout): void => change(payout, { submits: payout.submits + 1 }),
    /** The payout ends; the only place where its state changes. A receipt means that money moved. */
    settle: (payout: Payout, end: Pick<Payout, "result" | "receipt" | "settledAtMs">): void =>
      change(payout, {
        ...end,
        state: end.receipt === null ? "failed" : "paid",
        payments: payout.payments + (end.receipt === null ? 0 : 1),
      }),
    find: (originatorConversationId: string): Payout | undefined => byOriginator.get(originatorConversationId),
    findReceipt: (receipt: string): Payout | undefined => byReceipt.get(receipt),
    /** Oldest first. */
    all: (): IterableIterator<Payout> => byOriginator.values(),
    totals: totals.report,
  };
};
