/**
 * Every reversal by its ids and its receipt, and which payments were given back. The last 100,000 are kept; the oldest
 * give way, and with them the memory of what they gave back.
 */
import { processed } from "./mpesa-results.ts";
import type { Reversal } from "./reversal.ts";

const KEPT_MAX = 100_000;

export type ReversalBook = ReturnType<typeof createReversalBook>;

export const createReversalBook = () => {
  const byConversation = new Map<string, Reversal>();
  const byReceipt = new Map<string, Reversal>();
  const reversed = new Set<string>();

  const makeRoom = (): void => {
    const [oldest] = byConversation.values();
    if (byConversation.size < KEPT_MAX || oldest === undefined) return;
    byConversation.delete(oldest.originatorConversationId);
    if (oldest.receipt === null) return;
    byReceipt.delete(oldest.receipt);
    reversed.delete(oldest.originalTransactionId);
  };

  return {
    /** Keeps a reversal that was just taken. */
    add(reversal: Reversal): void {
      makeRoom();
      byConversation.set(reversal.originatorConversationId, reversal);
    },
    /** Money went back to this phone, under this receipt. */
    succeed(reversal: Reversal, receipt: string, msisdn: string | null): void {
      Object.assign(reversal, { receipt, msisdn, state: "paid", result: processed });
      byReceipt.set(receipt, reversal);
      reversed.add(reversal.originalTransactionId);
    },
    isReversed: (paymentReceipt: string): boolean => reversed.has(paymentReceipt),
    find: (originatorConversationId: string): Reversal | undefined => byConversation.get(originatorConversationId),
    findReceipt: (receipt: string): Reversal | undefined => byReceipt.get(receipt),
    /** Oldest first. */
    all: (): IterableIterator<Reversal> => byConversation.values(),
  };
};
