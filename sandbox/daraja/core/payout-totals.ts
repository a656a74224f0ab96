/**
 * Running totals over the payouts that are kept, so that asking for them costs the same with ten payouts as with a
 * hundred thousand. What was paid is what left: a payout that money left for twice is one payout and twice its amount,
 * and its id and its receiver are counted as paid more than once.
 */
import type { Payout } from "./payout.ts";

type Total = { count: number; sum: number };

/** Counts by name, and how many names have a count above one. */
const createRepeats = () => {
  const counts = new Map<string, number>();
  let repeated = 0;
  return {
    add(name: string, step: number): void {
      const before = counts.get(name) ?? 0;
      const after = before + step;
      repeated += Number(after > 1) - Number(before > 1);
      if (after > 0) counts.set(name, after);
      else counts.delete(name);
    },
    repeated: () => repeated,
  };
};

export const createPayoutTotals = () => {
  const states: Record<Payout["state"], Total> = {
    accepted: { count: 0, sum: 0 },
    paid: { count: 0, sum: 0 },
    failed: { count: 0, sum: 0 },
  };
  const paidReceivers = createRepeats();
  let submits = 0;
  let paidAgain = 0;
  return {
    /** Counts a payout in with step 1, out with -1, as it is now. */
    count(payout: Payout, step: 1 | -1): void {
      states[payout.state].count += step;
      states[payout.state].sum += step * payout.amount * (payout.state === "paid" ? payout.payments : 1);
      submits += step * payout.submits;
      paidAgain += payout.payments > 1 ? step : 0;
      paidReceivers.add(payout.msisdn, step * payout.payments);
    },
    /** Sums in whole shillings. */
    report: () => ({
      accepted: { ...states.accepted },
      paid: { ...states.paid },
      failed: { ...states.failed },
      submits,
      ids_paid_more_than_once: paidAgain,
      receivers_paid_more_than_once: paidReceivers.repeated(),
    }),
  };
};
