/**
 * Every push by its CheckoutRequestID and its receipt, and the open prompts by phone. The last 100,000 pushes are kept; the oldest give
 * way.
 */
import type { Push } from "./push.ts";

const PUSHES_MAX = 100_000;

export type Register = ReturnType<typeof createRegister>;

export const createRegister = () => {
  const byCheckoutId = new Map<string, Push>();
  const byReceipt = new Map<string, Push>();
  const openByPhone = new Map<string, Set<Push>>();
  const makeRoom = (): void => {
    if (byCheckoutId.size < PUSHES_MAX) return;
    const [oldest] = byCheckoutId.values();
    if (oldest === undefined) return;
    byCheckoutId.delete(oldest.checkoutRequestId);
    if (oldest.receipt !== null) byReceipt.delete(oldest.receipt);
  };
  return {
    /** Keeps a push whose prompt has just opened. */
    open(push: Push): void {
      makeRoom();
      byCheckoutId.set(push.checkoutRequestId, push);
      openByPhone.set(push.msisdn, (openByPhone.get(push.msisdn) ?? new Set()).add(push));
    },
    /** The prompt is gone; the push stays. */
    close(push: Push): void {
      const onPhone = openByPhone.get(push.msisdn);
      onPhone?.delete(push);
      if (onPhone?.size === 0) openByPhone.delete(push.msisdn);
    },
    /** Money moved: the push has its receipt. */
    paid(push: Push): void {
      if (push.receipt !== null && byCheckoutId.has(push.checkoutRequestId)) byReceipt.set(push.receipt, push);
    },
    findReceipt: (receipt: string): Push | undefined => byReceipt.get(receipt),
    find: (checkoutRequestId: string): Push | undefined => byCheckoutId.get(checkoutRequestId),
    /** Oldest first. */
    all: (): IterableIterator<Push> => byCheckoutId.values(),
    hasOpenPrompt: (msisdn: string): boolean => openByPhone.has(msisdn),
    /** Oldest first; a phone that locks has at most one. */
    openOn: (msisdn: string): Push[] => [...(openByPhone.get(msisdn) ?? [])],
  };
};
